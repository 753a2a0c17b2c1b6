import type { Observable } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
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
import { answerIn, dataIn, Effects } from "./effects.js";
import { type EngineOption, engineFor } from "./engines.js";
import { explain } from "./explain.js";
import { Fold, isInput } from "./fold.js";
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
  readonly #journal: Journal;
  readonly #fold: Fold;
  /** @internal */
  protected readonly streams = new Streams(() => this.#choose());
  readonly output$: Observable<number> = this.streams.output.stream$;
  readonly interrupt$: Observable<InterruptEdge> = this.streams.interrupt.stream$;
  readonly transition$: Observable<Transition> = this.streams.transition.stream$;
  /** What an access has emitted; in use while several effects are performed. */
  readonly #effects = new Effects();
  #performing = false;
  /** Whether an access takes the short way: the list is free, and nobody asks for transitions. */
  #short = true;

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
    const header = {
      chart: chart.id,
      options: chart.options,
      definition: definitionHash(chart.machine),
      package: VERSION,
      first: beginning.first ?? 0,
      tick: beginning.tick ?? 0,
      state: this.state(),
    };
    this.#journal = openJournal(header, options.journal ?? {}, () => this.state());
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
    return this.#journal;
  }

  get now(): number {
    return this.#journal.tick;
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
    if (!this.#short) return dataIn(this.take({ type: "read", offset }));
    this.#journal.read(offset);
    const effects = this.#effects;
    const alone = this.#fold.read(offset, effects);
    if (alone === undefined) return this.#perform(effects);
    if (alone.type === "data") return alone.value as number;
    this.#performLast(alone);
    return 0;
  }

  write(offset: number, value: number): void {
    if (!this.#short) {
      this.take({ type: "write", offset, value });
      return;
    }
    this.#journal.write(offset, value);
    const effects = this.#effects;
    const alone = this.#fold.write(offset, value, effects);
    if (alone !== undefined) this.#performLast(alone);
    else if (effects.length > 0) this.#perform(effects);
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
    this.#journal.append({ type: "mark", text });
  }

  explain(what: RegisterName | "interrupt"): Explanation {
    return explain(this.chart, this.#engine, this.#journal, this.#fold.context, what);
  }

  close(): void {
    this.streams.complete();
    this.#journal.close();
  }

  get #place(): Place {
    return { index: this.#journal.next, tick: this.#journal.tick };
  }

  /**
   * Takes characters that arrive, and performs what follows.
   *
   * @returns what the chart answered, "accepted" or "refused"; nothing where it did not.
   */
  protected takeCharacters(
    characters: Extract<Input, { type: "receive" }>["characters"],
  ): ChartEmission | undefined {
    if (!this.#short) {
      const emitted = this.take({ type: "receive", characters });
      return answerIn(emitted, emitted.length);
    }
    this.#journal.receive(characters);
    const effects = this.#effects;
    this.#fold.receive(characters, effects);
    const answer = answerIn(effects.list, effects.length);
    this.#perform(effects);
    return answer;
  }

  /**
   * Takes an input that the chart takes, and performs what follows.
   *
   * @param times - is given the ticks of the input that had passed when each thing left, where any had.
   */
  protected take(input: Input, times: number[] = []): readonly ChartEmission[] {
    const place = this.#place;
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] | undefined = this.streams.transition.any ? [] : undefined;
    this.#journal.append(input);
    this.#fold.take(input, emitted, taken, times);
    if (taken) {
      const emissions = emitted.map((emission, i) => ({
        ...emission,
        index: place.index,
        tick: place.tick + (times[i] ?? 0),
      }));
      const { value } = this.#fold;
      this.streams.transition.next({ ...place, input, taken: taken.map(inWords), value, emissions });
    }
    this.#performAll(emitted, emitted.length, place.index, place.tick, times);
    return emitted;
  }

  #choose(): void {
    this.#short = !this.#performing && !this.streams.transition.any;
  }

  /** Performs what the access noted last has emitted, and empties the list. Gives the byte that was read. */
  #perform(effects: Effects): number {
    const { data, length, list } = effects;
    effects.data = 0;
    if (length === 0) return data;
    if (length === 1) {
      // Taken out first, so that what it calls may use the list.
      effects.length = 0;
      this.#performLast(list[0] as ChartEmission);
      return data;
    }
    const { next, tick } = this.#journal;
    this.#performing = true;
    this.#choose();
    try {
      this.#performAll(list, length, next - 1, tick);
    } finally {
      effects.length = 0;
      this.#performing = false;
      this.#choose();
    }
    return data;
  }

  /** Performs the only effect of the access noted last. */
  #performLast(emission: ChartEmission): void {
    const { next, tick } = this.#journal;
    this.#performOne(emission, next - 1, tick);
  }

  /** Performs one effect, and tells those who listen even if it fails. */
  #performOne(emission: ChartEmission, index: number, tick: number): void {
    try {
      this.perform(emission, index, tick);
    } finally {
      if (this.streams.heard) this.streams.publish(emission, index, tick);
    }
  }

  /** Performs effects in order. Where several fail the last is thrown; a trigger that failed is not called again. */
  #performAll(
    list: readonly ChartEmission[],
    count: number,
    index: number,
    start: number,
    times?: readonly number[],
  ): void {
    let failure: { readonly error: unknown } | undefined;
    let triggerFailed = false;
    for (let i = 0; i < count; i++) {
      const emission = list[i] as ChartEmission;
      const tick = start + (times?.[i] ?? 0);
      try {
        if (!triggerFailed || emission.type !== "interrupt") this.perform(emission, index, tick);
      } catch (error) {
        failure = { error };
        triggerFailed ||= error instanceof SerialError && error.kind === "Trigger";
      }
      if (this.streams.heard) this.streams.publish(emission, index, tick);
    }
    if (failure) throw failure.error;
  }

  /** Whether nothing has entered since the input at `index`: a callback may have. */
  protected isLatest(index: number): boolean {
    return this.#journal.next === index + 1;
  }

  /** Notes in the journal that an effect of the input at `index` has failed. */
  protected noteFailure(what: "out" | "trigger", index: number): void {
    this.#journal.append({ type: "failed", what, index });
  }

  /** Takes a journal's entries from the one with which this device begins, up to `until`; nothing is performed. */
  protected foldIn(journal: JournalView, until: number): void {
    const effects = new Effects();
    for (const { entry } of journal.entries({ from: this.#journal.next, until })) {
      const input = isInput(entry) ? inputFor(this.chart, entry) : undefined;
      this.#journal.append(input ?? entry);
      if (input) this.#fold.take(input, effects);
      effects.length = 0;
    }
  }
}
