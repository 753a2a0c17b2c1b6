import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import { LSR } from "../../machines/index.js";
import type {
  ChartTransition,
  Collector,
  CompiledEngine,
  CompiledRun,
  Configuration,
  Emissions,
  Engine,
  EventPort,
  Run,
} from "../engine/index.js";
import type { Character, Entry, Input } from "../journal/index.js";
import { accessIndexOf, READ_EVENTS, READ_TYPES, WRITE_EVENTS, WRITE_TYPES } from "./access-events.js";
import type { AnyContext, Chart, ChartEmission } from "./device.js";
import { reserveStack } from "./reserve-stack.js";

const RESTORED = Object.freeze({ type: "restored" });

type ReceiveInput = Extract<Input, { type: "receive" }>;

/** A port of a run, which takes events by number; its emissions stay in `rest`. */
export interface AccessPort extends EventPort<AnyStateMachine> {
  readonly rest: Emissions<ChartEmission>;
}

/** A chart and its present state, into which inputs are folded. */
export class Fold {
  readonly #chart: Chart;
  readonly #engine: Engine<AnyStateMachine>;
  #run: Run<AnyStateMachine>;
  /** The port for reads, by {@link accessIndexOf} of their offset. On an interpreter a `restore` replaces each port. */
  readPort!: AccessPort;
  /** The port for writes, by {@link accessIndexOf} of their offset, with the byte. */
  writePort!: AccessPort;
  /** The port of {@link receive}. */
  receivePort!: AccessPort;
  #timePort!: AccessPort;
  /** True if somebody observes each bit on the line: then time stops at the end of each. */
  bitsObserved = true;

  /** Starts from the chart's own initial state, or from `state`. */
  constructor(chart: Chart, engine: Engine<AnyStateMachine>, state?: unknown) {
    this.#chart = chart;
    this.#engine = engine;
    const startState = state ?? chart.initial;
    this.#run = this.#use(engine.start(startState === undefined ? undefined : chart.snapshotOf(startState)));
  }

  /** Goes on with a run: ports of its own replace those there were. */
  #use(run: Run<AnyStateMachine>): Run<AnyStateMachine> {
    const { kinds } = this.#chart;
    const characters = this.#chart.characters === "bytes" ? "characters" : "character";
    this.readPort = run.port(READ_TYPES, undefined, kinds) as AccessPort;
    this.writePort = run.port(WRITE_TYPES, "value", kinds) as AccessPort;
    this.receivePort = run.port(["receive"], characters, kinds) as AccessPort;
    this.#timePort = run.port(["advance"], "ticks", kinds) as AccessPort;
    this.#run = run;
    return run;
  }

  /** The chart's present registers. */
  get context(): AnyContext {
    return this.#run.context;
  }

  /** The present XState snapshot. */
  get snapshot(): AnyMachineSnapshot {
    return this.#run.snapshot;
  }

  /** The present state value. */
  get value(): StateValue {
    return this.#run.value;
  }

  /** The numbers of the present states: the same for two moments exactly if the state value is. On an interpreter undefined. */
  get configuration(): Configuration | undefined {
    return (this.#run as CompiledRun<AnyStateMachine>).configuration;
  }

  /** Returns the emissions that a read at `offset` would have. */
  peek(offset: number): readonly ChartEmission[] {
    const emissions: ChartEmission[] = [];
    this.#run.preview(READ_EVENTS[offset], emissions);
    return emissions;
  }

  /** Moves to a state, in place where the run can. */
  #restore(state: unknown): void {
    const run = this.#run;
    const resolved = "moveTo" in run ? this.#chart.resolve?.(state) : undefined;
    if (resolved === undefined) {
      this.#use(this.#engine.start(this.#chart.snapshotOf(state)));
      return;
    }
    const { configurationOf } = this.#engine as CompiledEngine<AnyStateMachine>;
    const configuration = configurationOf(resolved.value as StateValue);
    (run as CompiledRun<AnyStateMachine>).moveTo(
      configuration,
      resolved.context as Readonly<Record<string, unknown>>,
    );
  }

  /** Appends the emissions by which the chart would tell its outputs after a restore. Its state does not change. */
  repeatOutputs(emissions: EmissionCollector): void {
    this.#run.preview(RESTORED, emissions);
  }

  /**
   * Takes characters, which have been checked: together where they are bytes, else one by one. One character is one event in any case.
   *
   * @returns the kind that {@link receivePort}, which holds their emissions, has returned.
   */
  receive(characters: ReceiveInput["characters"]): number {
    const port = this.receivePort;
    if (this.#chart.characters === "bytes") return port.take(0, characters);
    if (characters.length === 1) return port.take(0, packCharacter(characters[0] as Character));
    if (characters.length > 1) this.#asWhole(() => this.#receiveEach(characters));
    return -1;
  }

  #receiveEach(characters: ReceiveInput["characters"]): void {
    const port = this.receivePort;
    for (let i = 0; i < characters.length; i++) {
      const kind = port.take(0, packCharacter(characters[i] as Character));
      if (kind >= 0) port.rest.add(kind, port.given);
    }
  }

  /** Runs a task of several steps. If one throws, so does this, and the chart is as if none had happened. */
  #asWhole(task: () => void): void {
    const run = this.#run;
    reserveStack();
    try {
      run.transact(task);
    } catch (error) {
      // On an interpreter a restore has started another.
      if (this.#run !== run) this.#use(run);
      this.receivePort.rest.length = 0;
      throw error;
    }
  }

  /**
   * Applies an input that has been checked. Appends the emissions and the transitions taken.
   *
   * @param delays - receives, for each emission while time passes, the ticks of the input that had passed by then.
   * @throws what a guard or action of the chart throws: then nothing has changed, however many steps the input has.
   */
  apply(
    input: Input,
    emissions: EmissionCollector,
    transitions?: ChartTransition[],
    delays?: number[],
  ): void {
    if (input.type === "restore")
      this.#asWhole(() => {
        this.#restore(input.state);
        this.#applyChecked(input, emissions, transitions, delays);
      });
    else if (this.#hasSeveralSteps(input, transitions !== undefined))
      this.#asWhole(() => this.#applyChecked(input, emissions, transitions, delays));
    else this.#applyChecked(input, emissions, transitions, delays);
  }

  #hasSeveralSteps(input: Input, collectsTransitions: boolean): boolean {
    // Without transitions to collect, `receive` is whole by itself.
    if (input.type === "receive")
      return collectsTransitions && this.#chart.characters === "marked" && input.characters.length > 1;
    if (input.type !== "advance" || this.#chart.ticksUntilDue === undefined) return false;
    const ticksUntilDue = this.#chart.ticksUntilDue(this.#run.context);
    return ticksUntilDue !== undefined && ticksUntilDue < input.ticks;
  }

  /** Lets time pass, up to each tick at which something is due. */
  #advance(totalTicks: number, emissions: EmissionCollector, delays: number[] | undefined): void {
    const chart = this.#chart;
    const port = this.#timePort;
    const passesBits = !this.bitsObserved && chart.ticksAtOnce !== undefined;
    let passed = 0;
    do {
      const context = this.#run.context;
      const left = totalTicks - passed;
      const due = passesBits ? chart.ticksAtOnce?.(context, left) : chart.ticksUntilDue?.(context);
      const ticks = due !== undefined && due < left ? due : left;
      passed += ticks;
      moveEmissions(port, port.take(0, ticks), emissions);
      recordDelays(delays, emissions, passed);
    } while (passed < totalTicks);
  }

  #applyChecked(
    input: Input,
    emissions: EmissionCollector,
    transitions: ChartTransition[] | undefined,
    delays: number[] | undefined,
  ): void {
    if (transitions) {
      sendInput(this.#chart, this.#run, input, emissions, transitions, delays);
      return;
    }
    switch (input.type) {
      case "read":
        moveEmissions(this.readPort, this.readPort.take(accessIndexOf(input.offset)), emissions);
        break;
      case "write":
        moveEmissions(
          this.writePort,
          this.writePort.take(accessIndexOf(input.offset), input.value),
          emissions,
        );
        break;
      case "receive":
        moveEmissions(this.receivePort, this.receive(input.characters), emissions);
        break;
      case "advance":
        this.#advance(input.ticks, emissions, delays);
        break;
      default:
        sendInput(this.#chart, this.#run, input, emissions);
    }
  }
}

/**
 * Sends a run the events of an input that has been checked. Appends the emissions and the transitions taken. For a `restore` the run must
 * already be in the restored state.
 *
 * @param delays - receives, for each emission while time passes, the ticks of the input that had passed by then.
 */
export function sendInput(
  chart: Chart,
  run: Run<AnyStateMachine>,
  input: Input,
  emissions: EmissionCollector,
  transitions?: ChartTransition[],
  delays?: number[],
): void {
  switch (input.type) {
    case "read":
      sendEvent(run, READ_EVENTS[input.offset], emissions, transitions);
      break;
    case "write":
      sendEvent(run, WRITE_EVENTS[(accessIndexOf(input.offset) << 8) | input.value], emissions, transitions);
      break;
    case "restore":
      sendEvent(run, RESTORED, emissions, transitions);
      break;
    case "receive":
      if (chart.characters === "bytes") sendEvent(run, input, emissions, transitions);
      else
        for (const character of input.characters)
          sendEvent(run, { type: "receive", character: packCharacter(character) }, emissions, transitions);
      break;
    case "advance":
      advanceThroughDueTimes(chart, run, input.ticks, (ticks, elapsedTicks) => {
        sendEvent(run, { type: "advance", ticks }, emissions, transitions);
        recordDelays(delays, emissions, elapsedTicks);
      });
      break;
    default:
      sendEvent(run, input, emissions, transitions);
  }
}

function sendEvent(
  run: Run<AnyStateMachine>,
  event: unknown,
  emissions: EmissionCollector,
  transitions: ChartTransition[] | undefined,
): void {
  run.send(event, emissions, transitions);
}

/** Splits time at each tick at which something is due: an event never passes one. */
function advanceThroughDueTimes(
  chart: Chart,
  run: Run<AnyStateMachine>,
  totalTicks: number,
  advanceRun: (ticks: number, elapsedTicks: number) => void,
): void {
  let passed = 0;
  do {
    const ticksUntilDue = chart.ticksUntilDue?.(run.context) ?? Number.POSITIVE_INFINITY;
    const ticks = Math.min(ticksUntilDue, totalTicks - passed);
    passed += ticks;
    advanceRun(ticks, passed);
  } while (passed < totalTicks);
}

/** Records the ticks that had passed for each emission that has no time yet. */
function recordDelays(
  delays: number[] | undefined,
  emissions: EmissionCollector,
  elapsedTicks: number,
): void {
  if (delays) while (delays.length < emissions.length) delays.push(elapsedTicks);
}

/** The list to which emissions are appended. */
export type EmissionCollector = Collector<ChartEmission>;

/** Packs a character for a chart that knows errors: with LSR's bits, shifted left by 8. */
function packCharacter(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: breakReceived } = character;
  const errors = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (breakReceived ? LSR.BI : 0);
  return value | (errors << 8);
}

/** Moves the emission that a port has returned, and its rest, to a list. */
export const moveEmissions = (
  { rest, given: firstPayload }: Pick<AccessPort, "rest" | "given">,
  kind: number,
  emissions: EmissionCollector,
): void => {
  if (kind >= 0) rest.appendTo(kind, firstPayload, emissions);
  rest.moveTo(emissions);
};

/** Returns true for an input, false for a note. */
export const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";
