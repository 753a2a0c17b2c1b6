import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import { LSR, READ_NAMES, type WriteEvent } from "../../machines/index.js";
import type { ChartTransition, Collector, Engine, EventHandler, Run } from "../engine/index.js";
import type { Character, Entry, Input } from "../journal/index.js";
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
    const begin = state ?? chart.initial;
    this.#run = engine.start(begin === undefined ? undefined : chart.snapshotOf(begin));
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

  /**
   * Takes an input that has been checked; what the chart emits and the transitions taken are appended.
   *
   * @param times - is given, for each thing emitted while time passes, the ticks of the input that had passed by then.
   */
  take(input: Input, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
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
      case "receive":
        this.#receive(input, emitted, taken);
        break;
      case "advance":
        this.#advance(input.ticks, emitted, taken, times);
        break;
      default:
        this.#run.send(input as never, emitted as never, taken);
    }
  }

  #receive(input: Extract<Input, { type: "receive" }>, emitted: Emitted, taken?: ChartTransition[]): void {
    if (this.#chart.characters === "bytes") this.#run.send(input as never, emitted as never, taken);
    else
      for (const character of input.characters) {
        this.#run.send({ type: "receive", character: marked(character) } as never, emitted as never, taken);
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

/** What takes the reads at offsets 0 to 7, and then those above. */
const readsOf = (run: Run<AnyStateMachine>): readonly Access[] =>
  READ_EVENTS.slice(0, UNMAPPED + 1).map(({ type }) => run.handler(type));

/** What takes the writes at offsets 0 to 7, and then those above. */
const writesOf = (run: Run<AnyStateMachine>): readonly Access[] =>
  WRITE_EVENTS.slice(0, UNMAPPED + 1).map(([event]) => run.handler((event as WriteEvent).type));

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
