import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import type {
  ChartTransition,
  Collector,
  Engine,
  EventDispatcher,
  EventHandler,
  Run,
} from "../engine/index.js";
import type { Entry, Input } from "../journal/index.js";
import { placeOf, READ_EVENTS, READ_TYPES, WRITE_EVENTS, WRITE_TYPES } from "./access-events.js";
import type { Chart, ChartEmission } from "./device.js";

const RESTORED = Object.freeze({ type: "restored" });

type ReceiveInput = Extract<Input, { type: "receive" }>;

/** Takes the events of accesses, by their offsets. */
type Access = EventDispatcher<AnyStateMachine>;

/** A chart that inputs are folded into: the state, and nothing that depends on who asks. */
export class Fold {
  readonly #chart: Chart;
  readonly #engine: Engine<AnyStateMachine>;
  #run: Run<AnyStateMachine>;
  #read: Access;
  #write: Access;
  #receive: EventHandler<AnyStateMachine>;

  /** Starts from the chart's own initial state, or from `state`. */
  constructor(chart: Chart, engine: Engine<AnyStateMachine>, state?: unknown) {
    this.#chart = chart;
    this.#engine = engine;
    this.#run = engine.start(state === undefined ? undefined : chart.snapshotOf(state));
    this.#read = this.#run.dispatcher(READ_TYPES);
    this.#write = this.#run.dispatcher(WRITE_TYPES);
    this.#receive = this.#run.handler("receive");
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

  /** Takes a read; `offset` has been checked. What it emits alone may be given back instead of being appended. */
  read(
    offset: number,
    emitted: Collector<ChartEmission>,
    taken?: ChartTransition[],
  ): ChartEmission | undefined {
    return this.#read(placeOf(offset), READ_EVENTS[offset] as never, emitted as never, taken);
  }

  /** Takes a write; `offset` and `value` have been checked. What it emits alone may be given back as well. */
  write(
    offset: number,
    value: number,
    emitted: Collector<ChartEmission>,
    taken?: ChartTransition[],
  ): ChartEmission | undefined {
    const place = placeOf(offset);
    return this.#write(place, WRITE_EVENTS[(place << 8) | value] as never, emitted as never, taken);
  }

  /** Takes characters; they have been checked. */
  receive(characters: ReceiveInput["characters"], emitted: Collector<ChartEmission>): void {
    this.#receive({ type: "receive", characters } as never, emitted as never);
  }

  /** Takes an input that has been checked; what the chart emits and the transitions taken are appended. */
  take(input: Input, emitted: Collector<ChartEmission>, taken?: ChartTransition[]): void {
    switch (input.type) {
      case "read":
        append(emitted, this.read(input.offset, emitted, taken));
        break;
      case "write":
        append(emitted, this.write(input.offset, input.value, emitted, taken));
        break;
      case "restore":
        this.#run = this.#engine.start(this.#chart.snapshotOf(input.state));
        this.#read = this.#run.dispatcher(READ_TYPES);
        this.#write = this.#run.dispatcher(WRITE_TYPES);
        this.#receive = this.#run.handler("receive");
        this.#run.send(RESTORED as never, emitted as never, taken);
        break;
      default:
        this.#run.send(input as never, emitted as never, taken);
    }
  }
}

const append = (emitted: Collector<ChartEmission>, alone: ChartEmission | undefined): void => {
  if (alone !== undefined) emitted.push(alone);
};

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
