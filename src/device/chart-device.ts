import type { Observable } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import { type ChartTransition, Emissions, type Engine } from "../engine/index.js";
import {
  definitionHash,
  type Input,
  type JournalOption,
  type JournalView,
  openJournal,
  type Recorder,
} from "../journal/index.js";
import { VERSION } from "../version.js";
import type {
  Chart,
  ChartEmission,
  Device,
  Emission,
  Explanation,
  InterruptEdge,
  Saved,
  Transition,
} from "./device.js";
import { answerIn, dataIn, isData, KIND } from "./effects.js";
import { type EngineOption, engineFor } from "./engines.js";
import { explain } from "./explain.js";
import { type Emitted, Fold, handOn, isInput, type Port } from "./fold.js";
import { checkOffset, inputFor } from "./input.js";
import { SerialError } from "./serial-error.js";
import { type Place, Streams } from "./streams.js";
import { inWords } from "./words.js";

/** How every device is made. */
export interface DeviceOptions {
  /** How the journal is kept: by default the last million entries, in some 16 MB at most. */
  readonly journal?: JournalOption;
  /** What runs the chart: "compiled" by default; "xstate" is XState's interpreter, which does the same, slowly. */
  readonly engine?: EngineOption;
}

/** Where a device begins: its state, and how much had happened before. */
export interface Beginning {
  readonly state?: unknown;
  readonly first?: number;
  readonly tick?: number;
}

/**
 * A device that runs a chart: everything of {@link Device} that is the same for every chart.
 *
 * An input is noted in the journal, taken by the chart to its end, and then what the chart emitted is performed in
 * order. So a callback sees the state after the whole transition, and a failing one changes nothing in the chart.
 */
export abstract class ChartDevice<TContext, TState> implements Device {
  readonly chart: Chart<AnyStateMachine, TState>;
  readonly #engine: Engine<AnyStateMachine>;
  readonly #fold: Fold;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  private readonly noted: Recorder;
  private reads!: Port;
  private writes!: Port;
  /** Lists in which no access has anything now. */
  readonly #spare: Emissions<ChartEmission>[] = [];
  /** Whether somebody listens to transitions. */
  private watched = false;
  /** Whether somebody listens to output or interrupts. */
  private heard = false;
  /** @internal */
  protected readonly streams = new Streams(() => {
    this.watched = this.streams.transition.any;
    this.heard = this.streams.heard;
  });
  readonly output$: Observable<number> = this.streams.output.stream$;
  readonly interrupt$: Observable<InterruptEdge> = this.streams.interrupt.stream$;
  readonly transition$: Observable<Transition> = this.streams.transition.stream$;

  /**
   * @param chart - the chart to run.
   * @param beginning - where to begin: anew, unless it says otherwise.
   */
  protected constructor(
    chart: Chart<AnyStateMachine, TState>,
    options: DeviceOptions,
    beginning: Beginning = {},
  ) {
    this.chart = chart;
    this.#engine = engineFor(chart, options.engine);
    this.#fold = new Fold(chart, this.#engine, beginning.state);
    this.#bind();
    const header = {
      chart: chart.id,
      options: chart.options,
      definition: definitionHash(chart.machine),
      package: VERSION,
      first: beginning.first ?? 0,
      tick: beginning.tick ?? 0,
      state: this.state(),
    };
    this.noted = openJournal(header, options.journal ?? {}, () => this.state());
  }

  /**
   * Does what one emission asks of the device's surroundings.
   *
   * @param kind - its place among the chart's kinds, from 1; 0 where the payload is the emission itself.
   * @param index - of the input that caused it.
   * @param tick - how many ticks had passed.
   * @throws whatever they throw.
   */
  protected abstract perform(kind: number, payload: unknown, index: number, tick: number): void;

  /** The chart's present snapshot, as XState has it. */
  get snapshot(): AnyMachineSnapshot {
    return this.#fold.snapshot;
  }

  get journal(): JournalView {
    return this.noted;
  }

  get now(): number {
    return this.noted.tick;
  }

  /** The chart's registers. They may change with the next input: to be read, not kept. */
  protected get context(): TContext {
    return this.#fold.context;
  }

  /** The chart's state as JSON: a copy. */
  state(): TState {
    return this.chart.stateOf(this.#fold.context);
  }

  save(): Saved {
    const { id, options } = this.chart;
    return { version: 1, chart: id, options, now: this.now, state: this.state() };
  }

  read(offset: number): number {
    if (this.watched) return this.readWatched(offset);
    this.noted.read(offset);
    const port = this.reads;
    const kind = port.take(offset < 8 ? offset : 8);
    if (kind !== KIND.DATA) return this.answer(port, kind);
    const value = port.given as number;
    if (port.rest.length > 0) this.performRest(port.rest);
    return value;
  }

  write(offset: number, value: number): void {
    if (this.watched) {
      this.writeWatched(offset, value);
      return;
    }
    const { noted, writes } = this;
    noted.write(offset, value);
    const kind = writes.take(offset < 8 ? offset : 8, value);
    if (kind < 0 || writes.rest.length > 0 || this.heard) this.performFrom(writes, kind);
    else this.perform(kind, writes.given, noted.last, noted.tick);
  }

  // Apart, so that the short ways are short for V8, too.
  private readWatched(offset: number): number {
    return this.told({ type: "read", offset }).find(isData)?.value ?? 0;
  }

  private writeWatched(offset: number, value: number): void {
    this.take({ type: "write", offset, value });
  }

  peek(offset: number): number {
    checkOffset(offset);
    return this.#fold.peek(offset).find(isData)?.value ?? 0;
  }

  advance(ticks: number): void {
    this.enter({ type: "advance", ticks });
  }

  apply(input: Input): readonly Emission[] {
    return this.told(inputFor(this.chart, input));
  }

  /** The tick at which the device will next do something by itself, if it will. */
  get nextDue(): number | undefined {
    const ticks = this.chart.ticksUntilDue?.(this.#fold.context);
    return ticks === undefined ? undefined : this.now + ticks;
  }

  mark(text: string): void {
    this.noted.append({ type: "mark", text });
  }

  explain(what: RegisterName | "interrupt"): Explanation {
    return explain(this.chart, this.#engine, this.noted, this.#fold.context, what);
  }

  close(): void {
    this.streams.complete();
    this.noted.close();
  }

  get #place(): Place {
    return { index: this.noted.next, tick: this.noted.tick };
  }

  #take(input: Input, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
    try {
      this.#fold.take(input, emitted, taken, times);
    } finally {
      if (input.type === "restore") this.#bind();
    }
  }

  #bind(): void {
    this.reads = this.#fold.reads;
    this.writes = this.#fold.writes;
  }

  /** Where the input noted last stands. */
  get #last(): Place {
    return { index: this.noted.last, tick: this.noted.tick };
  }

  /**
   * Takes characters that arrive, and performs what follows.
   *
   * @returns how many of them the chart has accepted; -1 where it has refused them.
   */
  protected takeCharacters(characters: Extract<Input, { type: "receive" }>["characters"]): number {
    if (this.watched) return answerIn(this.told({ type: "receive", characters }));
    this.noted.receive(characters);
    const [port, kind] = this.#fold.receive(characters);
    if (kind === KIND.ACCEPTED) {
      const count = port.given as number;
      if (port.rest.length > 0) this.performRest(port.rest);
      return count;
    }
    const emitted = this.allOf(port, kind);
    const answer = answerIn(emitted.toArray());
    this.performAll(emitted, this.#last);
    return answer;
  }

  /** Takes an input that need not be right, and performs what follows. @throws as {@link apply} does. */
  protected enter(input: Input): void {
    this.take(inputFor(this.chart, input));
  }

  /**
   * Takes an input that the chart takes, and performs what follows.
   *
   * @param left - is given what left, before that is performed.
   */
  private take(input: Input, left: Emission[] | undefined = this.watched ? [] : undefined): void {
    const place = this.#place;
    const emitted = this.#none();
    const times: number[] = [];
    const taken: ChartTransition[] | undefined = this.watched ? [] : undefined;
    this.noted.append(input);
    this.#take(input, emitted, taken, times);
    if (left) {
      const { index, tick } = place;
      for (let i = 0; i < emitted.length; i++)
        left.push({ ...emitted.at(i), index, tick: tick + (times[i] ?? 0) });
      if (taken) {
        const { value } = this.#fold;
        this.streams.transition.next({ ...place, input, taken: taken.map(inWords), value, emissions: left });
      }
    }
    this.performAll(emitted, place, undefined, times);
  }

  /** {@link take}, for whoever wants to know what left. */
  private told(input: Input): readonly Emission[] {
    const left: Emission[] = [];
    this.take(input, left);
    return left;
  }

  /** Performs what a read has emitted that did not begin with its byte, and gives that. */
  private answer(port: Port, kind: number): number {
    const emitted = this.allOf(port, kind);
    const data = dataIn(emitted);
    this.performAll(emitted, this.#last);
    return data;
  }

  #none(): Emissions<ChartEmission> {
    return this.#spare.pop() ?? new Emissions(this.chart.kinds);
  }

  /** Takes all out that an access has emitted. */
  private allOf(port: Pick<Port, "rest" | "given">, kind: number): Emissions<ChartEmission> {
    const emitted = this.#none();
    handOn(port, kind, emitted);
    return emitted;
  }

  // What an access has emitted is taken out of the port before, so that what a callback calls finds it free.

  /** Performs what the access noted last has emitted beside its answer. */
  private performRest(rest: Emissions<ChartEmission>): void {
    const { last, tick } = this.noted;
    const { length } = rest;
    const kind = rest.kindAt(0);
    const payload = rest.payloadAt(0);
    if (length === 1) {
      rest.length = 0;
      this.performOne(kind, payload, last, tick);
    } else if (length === 2) {
      rest.length = 0;
      this.performTwo(kind, payload, rest, 1, last, tick);
    } else this.performAll(this.allOf({ rest, given: undefined }, -1), { index: last, tick });
  }

  /** Performs all that the access noted last has emitted. */
  private performFrom(port: Port, kind: number): void {
    const { rest, given } = port;
    const { last, tick } = this.noted;
    if (kind < 0) {
      if (rest.length > 0) this.performRest(rest);
    } else if (rest.length === 0) this.performOne(kind, given, last, tick);
    else if (rest.length === 1) {
      rest.length = 0;
      this.performTwo(kind, given, rest, 0, last, tick);
    } else this.performAll(this.allOf(port, kind), { index: last, tick });
  }

  /** Performs one effect and then the one that stands in `rest` at `at`, where nothing else does. */
  private performTwo(
    kind: number,
    payload: unknown,
    rest: Emissions<ChartEmission>,
    at: number,
    index: number,
    tick: number,
  ): void {
    const otherKind = rest.kindAt(at);
    const otherPayload = rest.payloadAt(at);
    try {
      this.performOne(kind, payload, index, tick);
    } catch (error) {
      const other = this.#none();
      other.add(otherKind, otherPayload);
      this.performAll(other, { index, tick }, { error });
    }
    this.performOne(otherKind, otherPayload, index, tick);
  }

  /** Performs one effect, and tells those who listen even if it fails. */
  private performOne(kind: number, payload: unknown, index: number, tick: number): void {
    if (!this.heard) this.perform(kind, payload, index, tick);
    else this.performHeard(kind, payload, index, tick);
  }

  private performHeard(kind: number, payload: unknown, index: number, tick: number): void {
    try {
      this.perform(kind, payload, index, tick);
    } finally {
      this.streams.publish(kind, payload, index, tick);
    }
  }

  /**
   * Performs effects in order. Where several fail the last is thrown; a trigger that failed is not called again.
   *
   * @param emitted - the effects, in a list that is free then.
   * @param failed - how an effect before these has failed.
   * @param times - how much later than `place` each comes.
   */
  private performAll(
    emitted: Emissions<ChartEmission>,
    { index, tick: start }: Place,
    failed?: { readonly error: unknown },
    times?: readonly number[],
  ): void {
    let failure = failed;
    for (let i = 0; i < emitted.length; i++) {
      const kind = emitted.kindAt(i);
      const payload = emitted.payloadAt(i);
      const tick = start + (times?.[i] ?? 0);
      try {
        if (!isTrigger(failure) || kind !== KIND.INTERRUPT) this.perform(kind, payload, index, tick);
      } catch (error) {
        failure = { error };
      }
      if (this.heard) this.streams.publish(kind, payload, index, tick);
    }
    emitted.length = 0;
    this.#spare.push(emitted);
    if (failure) throw failure.error;
  }

  /** Whether nothing has entered since the input at `index`: a callback may have. */
  protected isLatest(index: number): boolean {
    return this.noted.last === index;
  }

  /** Notes in the journal that an effect of the input at `index` has failed. */
  protected noteFailure(what: "out" | "trigger", index: number): void {
    this.noted.append({ type: "failed", what, index });
  }

  /** Takes a journal's entries from the one with which this device begins, up to `until`; nothing is performed. */
  protected foldIn(journal: JournalView, until: number): void {
    const emitted = this.#none();
    for (const { entry } of journal.entries({ from: this.noted.next, until })) {
      const input = isInput(entry) ? inputFor(this.chart, entry) : undefined;
      this.noted.append(input ?? entry);
      if (input) this.#take(input, emitted);
      emitted.length = 0;
    }
  }
}

const isTrigger = (failure: { readonly error: unknown } | undefined): boolean =>
  failure?.error instanceof SerialError && failure.error.kind === "Trigger";
