import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { LCR } from "../../machines/index.js";
import type { ChartTransition, Engine, Run } from "../engine/index.js";
import type { Entry, Input } from "../journal/index.js";
import { READ_EVENTS, WRITE_EVENTS } from "./access-events.js";
import type { Chart, ChartEmission, RegisterView } from "./device.js";

const RESTORED = Object.freeze({ type: "restored" });

/** A chart that inputs are folded into: the state, and nothing that depends on who asks. */
export class Fold {
  readonly #chart: Chart;
  readonly #engine: Engine<AnyStateMachine>;
  readonly #lineControl: RegisterView | undefined;
  #run: Run<AnyStateMachine>;

  /** Starts from the chart's own initial state, or from `state`. */
  constructor(chart: Chart, engine: Engine<AnyStateMachine>, state?: unknown) {
    this.#chart = chart;
    this.#engine = engine;
    this.#lineControl = chart.registers.find(({ name }) => name === "LCR");
    this.#run = engine.start(state === undefined ? undefined : chart.snapshotOf(state));
  }

  /** The registers now. */
  get context(): never {
    return this.#run.context as never;
  }

  /** The XState snapshot now. */
  get snapshot(): AnyMachineSnapshot {
    return this.#run.snapshot;
  }

  /** Whether the divisor latch is open. */
  get dlab(): boolean {
    return ((this.#lineControl?.value(this.context) ?? 0) & LCR.DLAB) !== 0;
  }

  /** What a read at `offset` would give. */
  peek(offset: number): number {
    const emitted: ChartEmission[] = [];
    this.#run.fork().send(READ_EVENTS[offset] as never, emitted);
    return dataIn(emitted);
  }

  /** Takes an input that has been checked; what the chart emits and the transitions taken are appended. */
  take(input: Input, emitted: ChartEmission[], taken?: ChartTransition[]): void {
    if (input.type === "restore") this.#run = this.#engine.start(this.#chart.snapshotOf(input.state));
    const event = eventOf(input);
    if (event) this.#run.send(event as never, emitted, taken);
  }
}

/** The chart's event for an input. */
function eventOf(input: Input): { readonly type: string } | undefined {
  switch (input.type) {
    case "read":
      return READ_EVENTS[input.offset];
    case "write":
      return WRITE_EVENTS[input.offset]?.[input.value];
    case "restore":
      return RESTORED;
    default:
      return input;
  }
}

/** What a read gave, among what it emitted; 0 where the chart answers nothing. */
export const dataIn = (emitted: readonly ChartEmission[]): number =>
  emitted.find((emission) => emission.type === "data")?.value ?? 0;

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
