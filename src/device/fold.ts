import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import { LSR } from "../../machines/index.js";
import type { ChartTransition, Collector, Emissions, Engine, EventPort, Run } from "../engine/index.js";
import type { Character, Entry, Input } from "../journal/index.js";
import { placeOf, READ_EVENTS, READ_TYPES, WRITE_EVENTS, WRITE_TYPES } from "./access-events.js";
import type { Chart, ChartEmission } from "./device.js";

const RESTORED = Object.freeze({ type: "restored" });

type ReceiveInput = Extract<Input, { type: "receive" }>;

/** Where events of an access come in by number. */
export interface Port extends EventPort<AnyStateMachine> {
  readonly rest: Emissions<ChartEmission>;
}

/** A chart that inputs are folded into: the state, and nothing that depends on who asks. */
export class Fold {
  readonly #chart: Chart;
  readonly #engine: Engine<AnyStateMachine>;
  #run: Run<AnyStateMachine>;
  /** Where reads come in, by {@link placeOf} of their offset. Another one after a `restore`, as all of them. */
  reads!: Port;
  /** Where writes come in, by place, with the byte. */
  writes!: Port;
  #receive!: Port;
  #time!: Port;

  /** Starts from the chart's own initial state, or from `state`. */
  constructor(chart: Chart, engine: Engine<AnyStateMachine>, state?: unknown) {
    this.#chart = chart;
    this.#engine = engine;
    const begin = state ?? chart.initial;
    this.#run = this.#begin(begin === undefined ? undefined : chart.snapshotOf(begin));
  }

  #begin(snapshot: AnyMachineSnapshot | undefined): Run<AnyStateMachine> {
    const run = this.#engine.start(snapshot);
    const { kinds } = this.#chart;
    const characters = this.#chart.characters === "bytes" ? "characters" : "character";
    this.reads = run.port(READ_TYPES, undefined, kinds) as Port;
    this.writes = run.port(WRITE_TYPES, "value", kinds) as Port;
    this.#receive = run.port(["receive"], characters, kinds) as Port;
    this.#time = run.port(["advance"], "ticks", kinds) as Port;
    return run;
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

  /**
   * Takes characters, which have been checked: together where they are bytes, else one by one.
   *
   * @returns the port that has what they emitted, and the kind that it gave back.
   */
  receive(characters: ReceiveInput["characters"]): readonly [port: Port, kind: number] {
    const port = this.#receive;
    if (this.#chart.characters === "bytes") return [port, port.take(0, characters)];
    for (const character of characters) {
      const kind = port.take(0, marked(character));
      if (kind >= 0) port.rest.add(kind, port.given);
    }
    return [port, -1];
  }

  /**
   * Takes an input that has been checked; what the chart emits and the transitions taken are appended.
   *
   * @param times - is given, for each thing emitted while time passes, the ticks of the input that had passed by then.
   */
  take(input: Input, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
    switch (input.type) {
      case "read":
        if (taken) this.#send(READ_EVENTS[input.offset], emitted, taken);
        else handOn(this.reads, this.reads.take(placeOf(input.offset)), emitted);
        break;
      case "write":
        if (taken) this.#send(WRITE_EVENTS[(placeOf(input.offset) << 8) | input.value], emitted, taken);
        else handOn(this.writes, this.writes.take(placeOf(input.offset), input.value), emitted);
        break;
      case "restore":
        this.#run = this.#begin(this.#chart.snapshotOf(input.state));
        this.#send(RESTORED, emitted, taken);
        break;
      case "receive":
        if (!taken) handOn(...this.receive(input.characters), emitted);
        else if (this.#chart.characters === "bytes") this.#send(input, emitted, taken);
        else {
          for (const character of input.characters)
            this.#send({ type: "receive", character: marked(character) }, emitted, taken);
        }
        break;
      case "advance":
        this.#advance(input.ticks, emitted, taken, times);
        break;
      default:
        this.#send(input, emitted, taken);
    }
  }

  #send(event: unknown, emitted: Emitted, taken: ChartTransition[] | undefined): void {
    this.#run.send(event as never, emitted as never, taken);
  }

  /** Time passes from one thing that is due to the next: an event never passes one. */
  #advance(ticks: number, emitted: Emitted, taken?: ChartTransition[], times?: number[]): void {
    let passed = 0;
    do {
      const due = this.#chart.ticksUntilDue?.(this.context) ?? Number.POSITIVE_INFINITY;
      const step = Math.min(due, ticks - passed);
      if (taken) this.#send({ type: "advance", ticks: step }, emitted, taken);
      else handOn(this.#time, this.#time.take(0, step), emitted);
      passed += step;
      if (times) while (times.length < emitted.length) times.push(passed);
    } while (passed < ticks);
  }
}

/** Where what is emitted goes. */
export type Emitted = Collector<ChartEmission>;

/** A character as a chart takes it that knows errors: with LSR's bits, shifted left by 8. */
function marked(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: broken } = character;
  const errors = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (broken ? LSR.BI : 0);
  return value | (errors << 8);
}

/** Hands on what a port has given back, and its rest. */
export const handOn = (
  { rest, given }: Pick<Port, "rest" | "given">,
  kind: number,
  emitted: Emitted,
): void => {
  if (kind >= 0) rest.handOne(kind, given, emitted);
  rest.handTo(emitted);
};

/** Whether an entry is an input, and not a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
