import { type Observable, Subject } from "rxjs";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import { type ChartTransition, type Engine, interpret } from "../engine/index.js";
import {
  definitionHash,
  type Input,
  type Journal,
  type JournalOption,
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
import { explain } from "./explain.js";
import { dataIn, Fold, isInput } from "./fold.js";
import { checkByte, checkInput } from "./input.js";
import { SerialError } from "./serial-error.js";
import { inWords } from "./words.js";

/** Where a device begins: its state, and how much had happened before. */
interface Beginning {
  readonly state: unknown;
  readonly first: number;
  readonly tick: number;
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
  readonly #journalOption: JournalOption;
  readonly #outputs = new Subject<number>();
  readonly #interrupts = new Subject<InterruptEdge>();
  readonly #transitions = new Subject<Transition>();
  readonly output$: Observable<number> = this.#outputs.asObservable();
  readonly interrupt$: Observable<InterruptEdge> = this.#interrupts.asObservable();
  readonly transition$: Observable<Transition> = this.#transitions.asObservable();
  #fold: Fold;
  #journal: Journal;

  /**
   * @param chart - the chart to run, from its initial state.
   * @param journal - how the journal is kept; by default the last million entries.
   */
  protected constructor(chart: Chart<AnyStateMachine, TState>, journal: JournalOption = {}) {
    this.chart = chart;
    this.#engine = interpret(chart.machine);
    this.#journalOption = journal;
    this.#fold = new Fold(chart, this.#engine);
    this.#journal = this.#openJournal({ state: this.state(), first: 0, tick: 0 });
  }

  /** Does what one emission asks of the device's surroundings; throws if these fail. */
  protected abstract perform(emission: ChartEmission): void;

  /** The chart's present snapshot, as XState has it. */
  get snapshot(): AnyMachineSnapshot {
    return this.#fold.snapshot;
  }

  get journal(): Journal {
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
    const input = { type: "read", offset } as const;
    checkInput(this.chart, input);
    return dataIn(this.take(input));
  }

  write(offset: number, value: number): void {
    const input = { type: "write", offset, value } as const;
    checkInput(this.chart, input);
    this.take(input);
  }

  peek(offset: number): number {
    checkByte(offset, "offset");
    return this.#fold.peek(offset);
  }

  advance(ticks: number): void {
    const input = { type: "advance", ticks } as const;
    checkInput(this.chart, input);
    this.take(input);
  }

  apply(input: Input): readonly Emission[] {
    checkInput(this.chart, input);
    const { next: index, tick } = this.#journal;
    return this.take(input).map((emission) => ({ ...emission, index, tick }));
  }

  explain(what: RegisterName | "interrupt"): Explanation {
    return explain(this.chart, this.#engine, this.#journal, this.#fold.context, what);
  }

  close(): void {
    this.#outputs.complete();
    this.#interrupts.complete();
    this.#transitions.complete();
    this.#journal.close();
  }

  /** Takes an input that has been checked, and performs what follows. */
  protected take(input: Input): readonly ChartEmission[] {
    const { next: index, tick } = this.#journal;
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] | undefined = this.#transitions.observed ? [] : undefined;
    this.#journal.append(input);
    this.#fold.take(input, emitted, taken);
    if (taken) {
      const emissions = emitted.map((emission) => ({ ...emission, index, tick }));
      const value: unknown = this.snapshot.value;
      this.#transitions.next({ index, tick, input, taken: taken.map(inWords), value, emissions });
    }
    this.#performAll(emitted, index, tick);
    return emitted;
  }

  /** Performs effects in order. Where several fail the last is thrown; a trigger that failed is not called again. */
  #performAll(emitted: readonly ChartEmission[], index: number, tick: number): void {
    let failure: { readonly error: unknown } | undefined;
    let triggerFailed = false;
    for (const emission of emitted) {
      if (triggerFailed && emission.type === "interrupt") continue;
      try {
        this.perform(emission);
      } catch (error) {
        failure = { error };
        if (error instanceof SerialError) triggerFailed ||= this.#noteFailure(error);
      }
      if (emission.type === "transmit") this.#outputs.next(emission.value as number);
      if (emission.type === "interrupt")
        this.#interrupts.next({ index, tick, cause: emission.cause as string });
    }
    if (failure) throw failure.error;
  }

  /** Notes in the journal what failed; whether it was the trigger. */
  #noteFailure(error: SerialError): boolean {
    const triggerFailed = error.kind === "Trigger";
    this.#journal.append({ type: "failed", what: triggerFailed ? "trigger" : "out" });
    return triggerFailed;
  }

  /** Begins anew at a time. */
  protected begin(tick: number): void {
    this.#beginAt({ state: this.state(), first: 0, tick });
  }

  /** Goes to where `journal` stood before its entry `until`; nothing is performed. */
  protected resume(journal: Journal, until = journal.next): void {
    const { index, tick, state } = journal.checkpoint(until);
    this.#beginAt({ state, first: index, tick });
    for (const { entry } of journal.entries({ from: index, until })) {
      if (isInput(entry)) checkInput(this.chart, entry);
      this.#journal.append(entry);
      if (isInput(entry)) this.#fold.take(entry, []);
    }
  }

  #beginAt(beginning: Beginning): void {
    this.#fold = new Fold(this.chart, this.#engine, beginning.state);
    this.#journal = this.#openJournal(beginning);
  }

  #openJournal(beginning: Beginning): Journal {
    const { id, options, machine } = this.chart;
    const header = {
      chart: id,
      options,
      definition: definitionHash(machine),
      package: VERSION,
      ...beginning,
    };
    return openJournal(header, this.#journalOption, () => this.state());
  }
}
