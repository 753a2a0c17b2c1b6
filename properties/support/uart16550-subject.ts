/** Whatever the properties of the 16550 are run on: the device, or a mutant of its chart. */
import type { AnyStateMachine, EventObject } from "xstate";
import {
  Fifo,
  LSR,
  READ_NAMES,
  ticksUntilDue,
  type Uart16550Context,
  type Uart16550Emission,
  type Uart16550Options,
  uart16550Machine,
  uart16550StateValue,
  WRITE_NAMES,
} from "../../machines/index.js";
import { Uart16550, type Uart16550State } from "../../src/device/index.js";
import { stateOfUart16550, uart16550Source } from "../../src/device/internal.js";
import { compile, type Engine, type Run } from "../../src/engine/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import type { UartStep } from "../arbitraries/uart16550.js";

/** An emission with its tick. */
export type TimedEmission = Uart16550Emission & { readonly tick: number };

export interface Subject {
  readonly options: Uart16550Options;
  /** Ticks that have passed. */
  readonly now: number;
  readonly nextDue: number | undefined;
  apply(input: Input): readonly TimedEmission[];
  /** Returns the value of a read at an offset, without its consequences. */
  peek(registerOffset: number): number;
  state(): Uart16550State;
  /** The regions' states. */
  readonly value: unknown;
  /** A copy, to ask something without consequences. */
  fork(): Subject;
  /** Another one in the state that this one saves, by way of JSON. What it tells of itself at once is not kept. */
  restored(): Subject;
}

export type MakeSubject = (options: Uart16550Options) => Subject;

/** LSR's bits of what is wrong with a character, shifted left by 8, and the character: as the chart takes it. */
function marked(character: Character): number {
  if (typeof character === "number") return character;
  const { value, parity, framing, break: broken } = character;
  return value | ((parity ? LSR.PE : 0) << 8) | ((framing ? LSR.FE : 0) << 8) | ((broken ? LSR.BI : 0) << 8);
}

/** No chart that is right has so many things due within one input. */
const MOST_DUE = 20_000;

/**
 * Sends an input to a chart as the events that it takes: characters one by one, and time from one thing that is due to the next.
 *
 * @throws RangeError where things are due again and again.
 */
export function sendInput(
  input: Input,
  clock: { now: number; readonly nextDue: number | undefined },
  send: (chartEvent: EventObject) => void,
): void {
  if (input.type === "read") send({ type: `read.${READ_NAMES[input.offset] ?? "unmapped"}` });
  else if (input.type === "write") {
    send({ ...input, type: `write.${WRITE_NAMES[input.offset] ?? "unmapped"}` });
  } else if (input.type === "receive") {
    for (const character of input.characters)
      send({ type: "receive", character: marked(character) } as EventObject);
  } else if (input.type === "advance") {
    const endTick = clock.now + input.ticks;
    let dueTick = 0;
    do {
      if (++dueTick > MOST_DUE) throw new RangeError("something is due again and again");
      const tickCount = Math.min(clock.nextDue ?? endTick, endTick) - clock.now;
      clock.now += tickCount;
      send({ type: "advance", ticks: tickCount } as EventObject);
    } while (clock.now < endTick);
  } else send(input);
}

/** A chart that is run without a device around it: its copies cost next to nothing. */
class Chart implements Subject {
  readonly #engine: Engine<AnyStateMachine>;
  readonly #run: Run<AnyStateMachine>;
  readonly options: Uart16550Options;
  now: number;

  constructor(
    options: Uart16550Options,
    chartEngine: Engine<AnyStateMachine>,
    chartRun: Run<AnyStateMachine>,
    currentTick = 0,
  ) {
    this.options = options;
    this.now = currentTick;
    this.#engine = chartEngine;
    this.#run = chartRun;
  }

  /** Returns a factory of new parts; copying a started one is cheaper than starting. */
  static maker(chartEngine: Engine<AnyStateMachine>): (options: Uart16550Options) => Chart {
    const begun = new Map<Uart16550Options, Chart>();
    return (options) => {
      const initialRun =
        begun.get(options) ?? new Chart(options, chartEngine, chartEngine.start(undefined, options));
      begun.set(options, initialRun);
      return initialRun.fork();
    };
  }

  get #context(): Uart16550Context {
    return this.#run.context;
  }

  get value(): unknown {
    return this.#run.value;
  }

  get nextDue(): number | undefined {
    const tickCount = ticksUntilDue(this.#context);
    return tickCount === undefined ? undefined : this.now + tickCount;
  }

  apply(input: Input): readonly TimedEmission[] {
    const emissions: TimedEmission[] = [];
    sendInput(input, this, (chartEvent) => {
      const emitted: Uart16550Emission[] = [];
      this.#run.send(chartEvent, emitted);
      for (const emission of emitted) emissions.push({ ...emission, tick: this.now });
    });
    return emissions;
  }

  peek(registerOffset: number): number {
    const emitted: Uart16550Emission[] = [];
    const eventType = `read.${READ_NAMES[registerOffset] ?? "unmapped"}`;
    this.#run.fork().send({ type: eventType }, emitted);
    return (emitted.find(({ type }) => type === "data") as { value: number } | undefined)?.value ?? 0;
  }

  state(): Uart16550State {
    return stateOfUart16550(this.#context);
  }

  fork(): Chart {
    return new Chart(this.options, this.#engine, this.#run.fork(), this.now);
  }

  restored(): Chart {
    const deviceState: Uart16550State = JSON.parse(JSON.stringify(this.state()));
    // Not checked as the device checks it: a mutant may be in a state in which no 16550 can be.
    const fifos = {
      receiveFifo: Fifo.of(deviceState.receiveFifo),
      transmitFifo: Fifo.of(deviceState.transmitFifo),
    };
    const context = { ...deviceState, ...fifos, options: this.options };
    const snapshot = this.#engine.machine.resolveState({
      value: uart16550StateValue(context),
      context,
    });
    const twin = new Chart(this.options, this.#engine, this.#engine.start(snapshot), this.now);
    twin.apply({ type: "restored" } as never);
    return twin;
  }
}

/** The device, with a run of its chart at its side that does the same: that one is copied and peeked at. */
class Device implements Subject {
  readonly #uart: Uart16550;
  readonly #run: Chart;

  constructor(uart: Uart16550, run: Chart) {
    this.#uart = uart;
    this.#run = run;
  }

  get options(): Uart16550Options {
    return this.#run.options;
  }

  get now(): number {
    return this.#uart.now;
  }

  get nextDue(): number | undefined {
    return this.#uart.nextDue;
  }

  get value(): unknown {
    return this.#run.value;
  }

  apply(input: Input): readonly TimedEmission[] {
    this.#run.apply(input);
    return this.#uart.apply(input) as readonly TimedEmission[];
  }

  peek(registerOffset: number): number {
    return this.#run.peek(registerOffset);
  }

  state(): Uart16550State {
    return this.#uart.state();
  }

  fork(): Subject {
    return this.#run.fork();
  }

  restored(): Subject {
    const saved = JSON.parse(JSON.stringify(this.#uart.save()));
    return new Device(Uart16550.fromSaved(saved, { journal: false, unmapped: "zero" }), this.#run.restored());
  }
}

const chart = Chart.maker(
  compile(uart16550Machine as unknown as AnyStateMachine, { source: uart16550Source(), context: "live" }),
);

/** The device itself. */
export const makeDevice: MakeSubject = (options) =>
  new Device(new Uart16550({ preset: options, journal: false, unmapped: "zero" }), chart(options));

/** A mutant of the chart. */
export const makeMutant = (machine: AnyStateMachine): MakeSubject =>
  Chart.maker(compile(machine, { context: "live" }));

/** A step as an input. */
export function inputOf(serialStep: UartStep, { now, nextDue }: Pick<Subject, "now" | "nextDue">): Input {
  if (serialStep.type !== "due") return serialStep;
  return { type: "advance", ticks: Math.max(0, (nextDue ?? now) + serialStep.further - now) };
}
