import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import { LSR } from "../../machines/index.js";
import type {
  ChartTransition,
  Collector,
  Engine,
  EventDispatcher,
  EventHandler,
  Run,
} from "../engine/index.js";
import type { Character, Entry, Input } from "../journal/index.js";
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
    const begin = state ?? chart.initial;
    this.#run = engine.start(begin === undefined ? undefined : chart.snapshotOf(begin));
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

  /** Takes characters, which have been checked: together where they are bytes, else one by one. */
  receive(
    characters: ReceiveInput["characters"],
    emitted: Collector<ChartEmission>,
    taken?: ChartTransition[],
  ): void {
    if (this.#chart.characters === "bytes") {
      this.#receive({ type: "receive", characters } as never, emitted as never, taken);
      return;
    }
    for (const character of characters) {
      this.#receive({ type: "receive", character: marked(character) } as never, emitted as never, taken);
    }
  }

  /**
   * Takes an input that has been checked; what the chart emits and the transitions taken are appended.
   *
   * @param times - is given, for each thing emitted while time passes, the ticks of the input that had passed by then.
   */
  take(input: Input, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
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
      case "receive":
        this.receive(input.characters, emitted, taken);
        break;
      case "advance":
        this.#advance(input.ticks, emitted, taken, times);
        break;
      default:
        this.#run.send(input as never, emitted as never, taken);
    }
  }

  /** Time passes from one thing that is due to the next: an event never passes one. */
  #advance(ticks: number, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
    let passed = 0;
    do {
      const due = this.#chart.ticksUntilDue?.(this.context) ?? Number.POSITIVE_INFINITY;
      const step = Math.min(due, ticks - passed);
      this.#run.send({ type: "advance", ticks: step } as never, emitted as never, taken);
      passed += step;
      if (times) while (times.length < emitted.length) times.push(passed);
    } while (passed < ticks);
  }
}

/** Where what is emitted goes, and how much that is. */
export type Emitted = Collector<ChartEmission> & { readonly length: number };

/** A character as a chart takes it that knows errors: with LSR's bits, shifted left by 8. */
function marked(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: broken } = character;
  const errors =
    (LSR.PE * Number(parity === true)) |
    (LSR.FE * Number(framing === true)) |
    (LSR.BI * Number(broken === true));
  return value | (errors << 8);
}

const append = (emitted: Collector<ChartEmission>, alone: ChartEmission | undefined): void => {
  if (alone !== undefined) emitted.push(alone);
};

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
