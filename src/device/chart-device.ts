import type { Observable } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import { type ChartTransition, Emissions, type Engine } from "../engine/index.js";
import {
  definitionHash,
  type Input,
  type Journal,
  type JournalOption,
  type JournalView,
  openJournal,
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
import { dataIn, isAnswer } from "./effects.js";
import { type EngineOption, engineFor } from "./engines.js";
import { explain } from "./explain.js";
import { type Emitted, Fold, isInput, type Port } from "./fold.js";
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
  private readonly noted: Journal;
  private reads!: Port;
  private writes!: Port;
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
   * @param index - of the input that caused it.
   * @param tick - how many ticks had passed.
   * @throws whatever they throw.
   */
  protected abstract perform(emission: ChartEmission, index: number, tick: number): void;

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
    if (this.watched) return dataIn(this.take({ type: "read", offset }));
    this.noted.read(offset);
    const port = this.reads;
    const first = port.take(offset < 8 ? offset : 8);
    if (first === undefined || first.type !== "data") return this.answer(port, first);
    if (port.rest.length > 0) this.performRest(port);
    return first.value as number;
  }

  write(offset: number, value: number): void {
    if (this.watched) {
      this.take({ type: "write", offset, value });
      return;
    }
    const { noted, writes } = this;
    noted.write(offset, value);
    const first = writes.take(offset < 8 ? offset : 8, value);
    if (first === undefined || writes.rest.length > 0 || this.heard) this.performFrom(writes, first);
    else this.perform(first, noted.last, noted.tick);
  }

  peek(offset: number): number {
    checkOffset(offset);
    return dataIn(this.#fold.peek(offset));
  }

  advance(ticks: number): void {
    this.apply({ type: "advance", ticks });
  }

  apply(input: Input): readonly Emission[] {
    const { index, tick } = this.#place;
    const times: number[] = [];
    const emitted = this.take(inputFor(this.chart, input), times);
    return emitted.map((emission, i) => ({ ...emission, index, tick: tick + (times[i] ?? 0) }));
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
   * @returns what the chart answered, "accepted" or "refused"; nothing where it did not.
   */
  protected takeCharacters(
    characters: Extract<Input, { type: "receive" }>["characters"],
  ): ChartEmission | undefined {
    if (this.watched) return this.take({ type: "receive", characters }).find(isAnswer);
    this.noted.receive(characters);
    const [port, first] = this.#fold.receive(characters);
    if (first !== undefined && isAnswer(first)) {
      if (port.rest.length > 0) this.performRest(port);
      return first;
    }
    const emitted = allOf(port, first);
    this.performAll(emitted, this.#last);
    return emitted.find(isAnswer);
  }

  /**
   * Takes an input that the chart takes, and performs what follows.
   *
   * @param times - is given the ticks of the input that had passed when each thing left, where any had.
   */
  protected take(input: Input, times: number[] = []): readonly ChartEmission[] {
    const place = this.#place;
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] | undefined = this.watched ? [] : undefined;
    this.noted.append(input);
    this.#take(input, emitted, taken, times);
    if (taken) {
      const emissions = emitted.map((emission, i) => ({
        ...emission,
        index: place.index,
        tick: place.tick + (times[i] ?? 0),
      }));
      const { value } = this.#fold;
      this.streams.transition.next({ ...place, input, taken: taken.map(inWords), value, emissions });
    }
    this.performAll(emitted, place, undefined, times);
    return emitted;
  }

  /** Performs what a read has emitted that did not begin with its byte, and gives that. */
  private answer(port: Port, first: ChartEmission | undefined): number {
    const emitted = allOf(port, first);
    this.performAll(emitted, this.#last);
    return dataIn(emitted);
  }

  // What an access has emitted is taken out of the port before, so that what a callback calls finds it free.

  /** Performs what the access noted last has emitted beside its answer. */
  private performRest(port: Port): void {
    const { rest } = port;
    const { last, tick } = this.noted;
    if (rest.length === 1) this.performOne(rest.pop(), last, tick);
    else if (rest.length === 2) {
      const other = rest.pop();
      this.performTwo(rest.pop(), other, last, tick);
    } else this.performAll(allOf(port, undefined), { index: last, tick });
  }

  /** Performs all that the access noted last has emitted. */
  private performFrom(port: Port, first: ChartEmission | undefined): void {
    const { rest } = port;
    const { last, tick } = this.noted;
    if (first === undefined) {
      if (rest.length > 0) this.performRest(port);
    } else if (rest.length === 0) this.performOne(first, last, tick);
    else if (rest.length === 1) this.performTwo(first, rest.pop(), last, tick);
    else this.performAll(allOf(port, first), { index: last, tick });
  }

  private performTwo(one: ChartEmission, other: ChartEmission, index: number, tick: number): void {
    try {
      this.performOne(one, index, tick);
    } catch (error) {
      this.performAll([other], { index, tick }, { error });
    }
    this.performOne(other, index, tick);
  }

  /** Performs one effect, and tells those who listen even if it fails. */
  private performOne(emission: ChartEmission, index: number, tick: number): void {
    if (!this.heard) this.perform(emission, index, tick);
    else this.performHeard(emission, index, tick);
  }

  private performHeard(emission: ChartEmission, index: number, tick: number): void {
    try {
      this.perform(emission, index, tick);
    } finally {
      this.streams.publish(emission, index, tick);
    }
  }

  /**
   * Performs effects in order. Where several fail the last is thrown; a trigger that failed is not called again.
   *
   * @param failed - how an effect before these has failed.
   * @param times - how much later than `place` each comes.
   */
  private performAll(
    emissions: readonly ChartEmission[],
    { index, tick: start }: Place,
    failed?: { readonly error: unknown },
    times?: readonly number[],
  ): void {
    let failure = failed;
    for (let i = 0; i < emissions.length; i++) {
      const emission = emissions[i] as ChartEmission;
      const tick = start + (times?.[i] ?? 0);
      try {
        if (!isTrigger(failure) || emission.type !== "interrupt") this.perform(emission, index, tick);
      } catch (error) {
        failure = { error };
      }
      if (this.heard) this.streams.publish(emission, index, tick);
    }
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
    const emitted = new Emissions<ChartEmission>();
    for (const { entry } of journal.entries({ from: this.noted.next, until })) {
      const input = isInput(entry) ? inputFor(this.chart, entry) : undefined;
      this.noted.append(input ?? entry);
      if (input) this.#take(input, emitted);
      emitted.length = 0;
    }
  }
}

/** Takes all out that an access has emitted. */
const allOf = ({ rest }: Port, first: ChartEmission | undefined): readonly ChartEmission[] => {
  const emitted: ChartEmission[] = first === undefined ? [] : [first];
  rest.handTo(emitted);
  return emitted;
};

const isTrigger = (failure: { readonly error: unknown } | undefined): boolean =>
  failure?.error instanceof SerialError && failure.error.kind === "Trigger";
