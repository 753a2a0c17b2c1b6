import type { AnyStateMachine, StateValue } from "xstate";
import {
  edgePicMachine,
  type LinuxDriverAccess,
  type LinuxDriverContext,
  type LinuxDriverMachine,
  type LinuxDriverOptions,
  levelPicMachine,
  linuxDriverMachine,
  type PicMachine,
  type PicMode,
} from "../../../machines/index.js";
import { placeOf, READ_EVENTS, WRITE_EVENTS } from "../../device/access-events.js";
import { engineFor } from "../../device/engines.js";
import type { Chart, ChartEmission } from "../../device/index.js";
import { compile, type Engine, type Run } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import {
  type EnvironmentContext,
  type EnvironmentLimits,
  type EnvironmentMachine,
  environmentMachine,
} from "./environment.js";

/** A chart's state as JSON. */
export interface KeptChart<TContext> {
  /** Which state each region is in. */
  readonly value: StateValue;
  /** What else it has in mind. */
  readonly context: TContext;
}

/** Where driver, device, interrupt controller and environment stand, as JSON. */
export interface ComposedState {
  /** The driver. */
  readonly driver: KeptChart<LinuxDriverContext>;
  /** The device: a `SerialState`. */
  readonly device: unknown;
  /** The interrupt controller: which state each region is in. */
  readonly pic: StateValue;
  /** The environment. */
  readonly environment: KeptChart<EnvironmentContext>;
  /** The access that the driver makes next; absent where it makes none. */
  readonly access?: LinuxDriverAccess;
}

/** What happened to whom in a step. */
export interface Heard {
  /** The driver made an access, or something arrived. */
  input(input: Input, value: number | undefined): void;
  /** A byte left, the device interrupted, the user got a byte, an interrupt was taken or its handler ended, a call came. */
  effect(kind: "leaves" | "IRQ" | "INTR" | "delivered" | "taken" | "ended" | "called", value: number): void;
}

/** What a step of a composition is: the processor goes on, or the environment does something. */
export type ComposedStep = "proceed" | "arrive" | "arriveMarked" | "send" | "sendMarked" | "print" | "timer";

/** Everything of which the four are made, which stays the same. */
export interface Making {
  readonly chart: Chart;
  readonly mode: PicMode;
  readonly device: Engine<AnyStateMachine>;
  readonly driver: Engine<LinuxDriverMachine>;
  readonly pic: Engine<PicMachine>;
  readonly environment: Engine<EnvironmentMachine>;
}

const engines = {
  edge: compile(edgePicMachine),
  level: compile(levelPicMachine),
  environment: compile(environmentMachine),
};

const drivers = new WeakMap<LinuxDriverMachine, Engine<LinuxDriverMachine>>();

function driverEngine(machine: LinuxDriverMachine): Engine<LinuxDriverMachine> {
  const engine = drivers.get(machine) ?? compile(machine);
  drivers.set(machine, engine);
  return engine;
}

/** What the four are made of. */
export const makingOf = (chart: Chart, mode: PicMode, driver = linuxDriverMachine): Making => ({
  chart,
  mode,
  device: engineFor(chart),
  driver: driverEngine(driver),
  pic: engines[mode],
  environment: engines.environment,
});

type Event<TMachine extends AnyStateMachine> = Parameters<Run<TMachine>["send"]>[0];

/** The four, each of which goes on from where it stands. */
interface Runs {
  driver: Run<LinuxDriverMachine>;
  device: Run<AnyStateMachine>;
  pic: Run<PicMachine>;
  environment: Run<EnvironmentMachine>;
}

/** Driver, device, interrupt controller and environment, wired to one another. They are stepped once, and then only read. */
export class Parts {
  readonly #making: Making;
  readonly #runs: Runs;
  /** Which of the four are nobody else's. */
  readonly #own = new Set<keyof Runs>();
  readonly #heard: Heard | undefined;
  #access: LinuxDriverAccess | undefined;
  #state: ComposedState | undefined;

  private constructor(making: Making, runs: Runs, access?: LinuxDriverAccess, heard?: Heard) {
    this.#making = making;
    this.#runs = runs;
    this.#access = access;
    this.#heard = heard;
  }

  /** All four as they begin: the driver starts. */
  static begin(making: Making, driver: Partial<LinuxDriverOptions>, limits: EnvironmentLimits): Parts {
    const { chart } = making;
    const initial = chart.initial === undefined ? undefined : chart.snapshotOf(chart.initial);
    const runs = {
      driver: making.driver.start(undefined, driver),
      device: making.device.start(initial),
      pic: making.pic.start(),
      environment: making.environment.start(undefined, limits),
    };
    const parts = new Parts(making, runs);
    parts.#tellDriver({ type: "start" });
    return parts;
  }

  /** All four in a state. */
  static at(making: Making, state: ComposedState): Parts {
    const { chart, driver, pic, environment } = making;
    const runs = {
      driver: driver.start(driver.machine.resolveState(state.driver as never)),
      device: making.device.start(chart.snapshotOf(state.device)),
      pic: pic.start(pic.machine.resolveState({ value: state.pic, context: {} })),
      environment: environment.start(environment.machine.resolveState(state.environment as never)),
    };
    return new Parts(making, runs, state.access);
  }

  get state(): ComposedState {
    this.#state ??= this.#kept();
    return this.#state;
  }

  /** Two that stand alike have the same JSON. */
  toJSON(): ComposedState {
    return this.state;
  }

  #kept(): ComposedState {
    const { driver, device, pic, environment } = this.#runs;
    return {
      driver: { value: driver.value, context: { ...driver.context } },
      device: this.#making.chart.stateOf(device.context as never),
      pic: pic.value,
      environment: { value: environment.value, context: { ...environment.context } },
      ...(this.#access ? { access: this.#access } : {}),
    };
  }

  /** Whether the processor has something to do: an interrupt to take, or an access to make. */
  get busy(): boolean {
    return this.#access !== undefined || this.#asks;
  }

  get #asks(): boolean {
    return (this.#runs.pic.value as { INT: string }).INT === "high";
  }

  /** These four again, to be stepped; these stay as they are. */
  fork(heard?: Heard): Parts {
    return new Parts(this.#making, { ...this.#runs }, this.#access, heard);
  }

  /** One of the four, to be changed. */
  #mine<TName extends keyof Runs>(name: TName): Runs[TName] {
    if (!this.#own.has(name)) {
      this.#own.add(name);
      this.#runs[name] = this.#runs[name].fork() as Runs[TName];
    }
    return this.#runs[name];
  }

  /** Whether a step can be one now: the processor has something to do, or nothing, so that the driver can be called. */
  allows(step: ComposedStep): boolean {
    if (step === "arrive" || step === "arriveMarked") return true;
    return this.busy === (step === "proceed");
  }

  /** The processor takes an interrupt that waits, or else makes the driver's next access. */
  proceed(): void {
    if (this.#asks) {
      this.#heard?.effect("taken", 0);
      this.#tellPic("acknowledge");
      this.#tellDriver({ type: "interrupt" });
      return;
    }
    const access = this.#access;
    if (!access) return;
    this.#access = undefined;
    const { offset } = access;
    const value = access.type === "write" ? access.value : undefined;
    const given = this.#tellDevice(
      access.type === "read" ? { type: "read", offset } : { type: "write", offset, value: value ?? 0 },
    );
    const serving = (this.#runs.pic.value as { service: string }).service === "serving";
    this.#tellDriver({ type: serving ? "handler.result" : "thread.result", value: given ?? 0 });
  }

  /** The environment does something, if there is room for it. */
  environment(type: Exclude<ComposedStep, "proceed" | "timer">): void {
    for (const { type: what, value } of this.#tellEnvironment({ type })) {
      if (what === "receive") this.#tellDevice({ type: "receive", characters: [value] });
      else {
        this.#heard?.effect("called", value);
        this.#tellDriver({ type: what, value });
      }
    }
  }

  /** A timer of the driver's goes off. */
  timer(): void {
    this.#tellDriver({ type: "timer" });
  }

  #tellEnvironment(event: Event<EnvironmentMachine>) {
    const emitted: { type: "receive" | "send" | "print"; value: number }[] = [];
    this.#mine("environment").send(event, emitted as never);
    return emitted;
  }

  #tellPic(type: Event<PicMachine>["type"]): void {
    this.#mine("pic").send({ type }, []);
  }

  #tellDriver(event: Event<LinuxDriverMachine>): void {
    const emitted: { type: string; on?: boolean; value?: number }[] = [];
    this.#mine("driver").send(event, emitted as never);
    for (const emission of emitted)
      switch (emission.type) {
        case "interrupts":
          this.#tellPic(emission.on ? "sti" : "cli");
          break;
        case "deliver":
          this.#heard?.effect("delivered", emission.value ?? 0);
          this.#tellEnvironment({ type: "delivered", value: emission.value ?? 0 });
          break;
        case "return":
          this.#returned();
          break;
        default:
          this.#access = emission as LinuxDriverAccess;
      }
  }

  #returned(): void {
    if ((this.#runs.pic.value as { service: string }).service === "serving") {
      this.#tellPic("end");
      this.#heard?.effect("ended", 0);
    } else this.#tellEnvironment({ type: "opened" });
  }

  /** An input to the device: what it does goes to the controller and the environment. What a read gives is given back. */
  #tellDevice(input: Extract<Input, { type: "read" | "write" | "receive" }>): number | undefined {
    const emitted: ChartEmission[] = [];
    this.#mine("device").send(eventOf(input), emitted as never);
    const given = emitted.find(({ type }) => type === "data")?.value;
    this.#heard?.input(input, given);
    for (const { type, value = 0 } of emitted)
      if (type === "transmit") {
        this.#heard?.effect("leaves", value);
        this.#tellEnvironment({ type: "transmitted", value });
      } else if (type === "accepted" && input.type === "receive")
        this.#tellEnvironment({ type: "accepted", value: input.characters[0] as number });
      else if (type === "interrupt" && this.#making.mode === "edge") {
        this.#heard?.effect("IRQ", 0);
        this.#tellPic("line.pulse");
      }
    if (this.#making.mode === "level") this.#followLevel();
    return given;
  }

  /** By level the line is high while IIR names a source. */
  #followLevel(): void {
    const { line } = this.#runs.pic.value as { line: string };
    const { interruptIdentification } = this.#runs.device.value as { interruptIdentification: string };
    const level = interruptIdentification === "none" ? "low" : "high";
    if (line === level) return;
    this.#heard?.effect("INTR", level === "high" ? 1 : 0);
    this.#tellPic(`line.${level}`);
  }
}

function eventOf(input: Extract<Input, { type: "read" | "write" | "receive" }>): never {
  switch (input.type) {
    case "read":
      return READ_EVENTS[input.offset] as never;
    case "write":
      return WRITE_EVENTS[(placeOf(input.offset) << 8) | input.value] as never;
    default:
      return input as never;
  }
}
