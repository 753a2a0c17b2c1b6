import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import { READ_NAMES, type WriteEvent } from "../../machines/index.js";
import type { ChartTransition, Collector, Engine, EventHandler, Run } from "../engine/index.js";
import type { Entry, Input } from "../journal/index.js";
import { READ_EVENTS, WRITE_EVENTS } from "./access-events.js";
import type { Chart, ChartEmission } from "./device.js";

const RESTORED = Object.freeze({ type: "restored" });

/** The first offset at which no register stands. */
const UNMAPPED = READ_NAMES.length;

/** Takes the event of an access. */
type Access = EventHandler<AnyStateMachine>;

/** A chart that inputs are folded into: the state, and nothing that depends on who asks. */
export class Fold {
  readonly #chart: Chart;
  readonly #engine: Engine<AnyStateMachine>;
  #run: Run<AnyStateMachine>;
  #reads: readonly Access[];
  #writes: readonly Access[];

  /** Starts from the chart's own initial state, or from `state`. */
  constructor(chart: Chart, engine: Engine<AnyStateMachine>, state?: unknown) {
    this.#chart = chart;
    this.#engine = engine;
    this.#run = engine.start(state === undefined ? undefined : chart.snapshotOf(state));
    this.#reads = readsOf(this.#run);
    this.#writes = writesOf(this.#run);
  }

  /** The registers now. */
  get context(): never {
    return this.#run.context as never;
  }

  /** The XState snapshot now. */
  get snapshot(): AnyMachineSnapshot {
    return this.#run.snapshot;
  }

  /** The regions' states now. */
  get value(): StateValue {
    return this.#run.value;
  }

  /** What a read at `offset` would emit. */
  peek(offset: number): readonly ChartEmission[] {
    const emitted: ChartEmission[] = [];
    this.#run.fork().send(READ_EVENTS[offset] as never, emitted as never);
    return emitted;
  }

  /** Takes a read; `offset` has been checked. */
  read(offset: number, emitted: Collector<ChartEmission>, taken?: ChartTransition[]): void {
    (this.#reads[Math.min(offset, UNMAPPED)] as Access)(
      READ_EVENTS[offset] as never,
      emitted as never,
      taken,
    );
  }

  /** Takes a write; `offset` and `value` have been checked. */
  write(offset: number, value: number, emitted: Collector<ChartEmission>, taken?: ChartTransition[]): void {
    const event = (WRITE_EVENTS[offset] as readonly WriteEvent[])[value];
    (this.#writes[Math.min(offset, UNMAPPED)] as Access)(event as never, emitted as never, taken);
  }

  /** Takes an input that has been checked; what the chart emits and the transitions taken are appended. */
  take(input: Input, emitted: Collector<ChartEmission>, taken?: ChartTransition[]): void {
    switch (input.type) {
      case "read":
        this.read(input.offset, emitted, taken);
        break;
      case "write":
        this.write(input.offset, input.value, emitted, taken);
        break;
      case "restore":
        this.#run = this.#engine.start(this.#chart.snapshotOf(input.state));
        this.#reads = readsOf(this.#run);
        this.#writes = writesOf(this.#run);
        this.#run.send(RESTORED as never, emitted as never, taken);
        break;
      default:
        this.#run.send(input as never, emitted as never, taken);
    }
  }
}

/** What takes the reads at offsets 0 to 7, and then those above. */
const readsOf = (run: Run<AnyStateMachine>): readonly Access[] =>
  READ_EVENTS.slice(0, UNMAPPED + 1).map(({ type }) => run.handler(type));

/** What takes the writes at offsets 0 to 7, and then those above. */
const writesOf = (run: Run<AnyStateMachine>): readonly Access[] =>
  WRITE_EVENTS.slice(0, UNMAPPED + 1).map(([event]) => run.handler((event as WriteEvent).type));

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
