import type { AnyStateMachine, EventObject, StateValue } from "xstate";
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
  type SerialStateValue,
  serialInterruptCause,
} from "../../../../machines/index.js";
import type { Chart, ChartEmission } from "../../../device/index.js";
import { accessIndexOf, engineFor, READ_EVENTS, WRITE_EVENTS } from "../../../device/internal.js";
import { compile, type Engine, type Run } from "../../../engine/index.js";
import type { Input } from "../../../journal/index.js";
import {
  type EnvironmentContext,
  type EnvironmentLimits,
  type EnvironmentMachine,
  environmentMachine,
} from "./environment.js";

/** The state of a machine as JSON. */
export interface MachineState<TContext> {
  /** The state value: which state each region is in. */
  readonly value: StateValue;
  /** The context. */
  readonly context: TContext;
}

/** The states of driver, device, interrupt controller and environment, as JSON. */
export interface ComposedState {
  /** The driver. */
  readonly driver: MachineState<LinuxDriverContext>;
  /** The device: a `SerialState`. */
  readonly device: unknown;
  /** The interrupt controller: which state each region is in. */
  readonly pic: StateValue;
  /** The environment. */
  readonly environment: MachineState<EnvironmentContext>;
  /** The driver's next access; absent if it makes none. */
  readonly access?: LinuxDriverAccess;
}

/** A listener to the events of a step. */
export interface StepListener {
  /** Called when the driver made an access, or a byte arrived. */
  input(input: Input, value: number | undefined): void;
  /** Called when a byte left or was delivered, the device interrupted, an interrupt was taken or its handler ended, the driver was called. */
  effect(kind: "leaves" | "IRQ" | "INTR" | "delivered" | "taken" | "ended" | "called", value: number): void;
}

/** A step of a composition: the processor goes on, or the environment acts. */
export type ComposedStep = "proceed" | "arrive" | "arriveMarked" | "send" | "sendMarked" | "print" | "timer";

/** The immutable parts of a composition: the chart and the engines. */
export interface PartEngines {
  readonly chart: Chart;
  readonly mode: PicMode;
  readonly device: Engine<AnyStateMachine>;
  readonly driver: Engine<LinuxDriverMachine>;
  readonly pic: Engine<PicMachine>;
  readonly environment: Engine<EnvironmentMachine>;
}

const SHARED_ENGINES = {
  edge: compile(edgePicMachine, { context: "live" }),
  level: compile(levelPicMachine, { context: "live" }),
  environment: compile(environmentMachine, { context: "live" }),
};

const driverEngines = new WeakMap<LinuxDriverMachine, Engine<LinuxDriverMachine>>();

function driverEngine(machine: LinuxDriverMachine): Engine<LinuxDriverMachine> {
  const engine = driverEngines.get(machine) ?? compile(machine, { context: "live" });
  driverEngines.set(machine, engine);
  return engine;
}

/** Returns the engines of a composition. */
export const partEnginesOf = (chart: Chart, mode: PicMode, driver = linuxDriverMachine): PartEngines => ({
  chart,
  mode,
  device: engineFor(chart),
  driver: driverEngine(driver),
  pic: SHARED_ENGINES[mode],
  environment: SHARED_ENGINES.environment,
});

type Event<TMachine extends AnyStateMachine> = Parameters<Run<TMachine>["send"]>[0];

/** The runs of the four. */
interface PartRuns {
  driver: Run<LinuxDriverMachine>;
  device: Run<AnyStateMachine>;
  pic: Run<PicMachine>;
  environment: Run<EnvironmentMachine>;
}

/** Driver, device, interrupt controller and environment, connected. An instance takes one step, and is then only read. */
export class ComposedParts {
  readonly #partEngines: PartEngines;
  readonly #partRuns: PartRuns;
  /** The runs that are not shared with another instance. */
  readonly #ownedParts = new Set<keyof PartRuns>();
  readonly #listener: StepListener | undefined;
  #access: LinuxDriverAccess | undefined;
  #state: ComposedState | undefined;

  private constructor(
    partEngines: PartEngines,
    partRuns: PartRuns,
    access?: LinuxDriverAccess,
    listener?: StepListener,
  ) {
    this.#partEngines = partEngines;
    this.#partRuns = partRuns;
    this.#access = access;
    this.#listener = listener;
  }

  /** Creates all four in their initial states, and starts the driver. */
  static createInitial(
    partEngines: PartEngines,
    driver: Partial<LinuxDriverOptions>,
    limits: EnvironmentLimits,
  ): ComposedParts {
    const { chart } = partEngines;
    const initial = chart.initial === undefined ? undefined : chart.snapshotOf(chart.initial);
    const partRuns = {
      driver: partEngines.driver.start(undefined, driver),
      device: partEngines.device.start(initial),
      pic: partEngines.pic.start(),
      environment: partEngines.environment.start(undefined, limits),
    };
    const parts = new ComposedParts(partEngines, partRuns);
    parts.#sendToDriver({ type: "start" });
    return parts;
  }

  /** Restores all four in a state. */
  static restore(partEngines: PartEngines, state: ComposedState): ComposedParts {
    const { chart, driver, pic, environment } = partEngines;
    const partRuns = {
      driver: driver.start(driver.machine.resolveState(state.driver)),
      device: partEngines.device.start(chart.snapshotOf(state.device)),
      pic: pic.start(pic.machine.resolveState({ value: state.pic, context: {} })),
      environment: environment.start(environment.machine.resolveState(state.environment)),
    };
    return new ComposedParts(partEngines, partRuns, state.access);
  }

  get state(): ComposedState {
    this.#state ??= this.#readState();
    return this.#state;
  }

  /** Returns the state: equal states have the same JSON. */
  toJSON(): ComposedState {
    return this.state;
  }

  #readState(): ComposedState {
    const { driver, device, pic, environment } = this.#partRuns;
    return {
      driver: { value: driver.value, context: { ...driver.context } },
      device: this.#partEngines.chart.stateOf(device.context),
      pic: pic.value,
      environment: { value: environment.value, context: { ...environment.context } },
      ...(this.#access ? { access: this.#access } : {}),
    };
  }

  /** True if the processor has something to do: an interrupt to take, or an access to make. */
  get isBusy(): boolean {
    return this.#access !== undefined || this.#isInterrupting;
  }

  get #isInterrupting(): boolean {
    return (this.#partRuns.pic.value as { INT: string }).INT === "high";
  }

  /** Returns a copy of the four that can take a step; copying on write, so that this instance does not change. */
  fork(listener?: StepListener): ComposedParts {
    return new ComposedParts(this.#partEngines, { ...this.#partRuns }, this.#access, listener);
  }

  /** Returns the run of one of the four for changing, forked if it is shared. */
  #ownRun<TName extends keyof PartRuns>(partName: TName): PartRuns[TName] {
    if (!this.#ownedParts.has(partName)) {
      this.#ownedParts.add(partName);
      this.#partRuns[partName] = this.#partRuns[partName].fork() as PartRuns[TName];
    }
    return this.#partRuns[partName];
  }

  /** Returns true if a step is possible: "proceed" if the processor has something to do, a call of the driver if it has not. */
  canTake(step: ComposedStep): boolean {
    if (step === "arrive" || step === "arriveMarked") return true;
    return this.isBusy === (step === "proceed");
  }

  /** Lets the processor take a pending interrupt, or else make the driver's next access. */
  proceed(): void {
    if (this.#isInterrupting) {
      this.#listener?.effect("taken", 0);
      this.#sendToController("acknowledge");
      this.#sendToDriver({ type: "interrupt" });
      return;
    }
    const access = this.#access;
    if (!access) return;
    this.#access = undefined;
    const { offset } = access;
    const value = access.type === "write" ? access.value : undefined;
    const byteRead = this.#sendToDevice(
      access.type === "read" ? { type: "read", offset } : { type: "write", offset, value: value ?? 0 },
    );
    const serving = (this.#partRuns.pic.value as { service: string }).service === "serving";
    this.#sendToDriver({ type: serving ? "handler.result" : "thread.result", value: byteRead ?? 0 });
  }

  /** Lets the environment act, if its bounds allow. */
  actEnvironment(type: Exclude<ComposedStep, "proceed" | "timer">): void {
    for (const { type: emissionType, value } of this.#sendToEnvironment({ type })) {
      if (emissionType === "receive") this.#sendToDevice({ type: "receive", characters: [value] });
      else {
        this.#listener?.effect("called", value);
        this.#sendToDriver({ type: emissionType, value });
      }
    }
  }

  /** Lets a timer of the driver expire. */
  fireTimer(): void {
    this.#sendToDriver({ type: "timer" });
  }

  #sendToEnvironment(event: Event<EnvironmentMachine>) {
    const emitted: { type: "receive" | "send" | "print"; value: number }[] = [];
    this.#ownRun("environment").send(event, emitted);
    return emitted;
  }

  #sendToController(type: Event<PicMachine>["type"]): void {
    this.#ownRun("pic").send({ type }, []);
  }

  #sendToDriver(event: Event<LinuxDriverMachine>): void {
    const emitted: { type: string; on?: boolean; value?: number }[] = [];
    this.#ownRun("driver").send(event, emitted);
    for (const emission of emitted)
      switch (emission.type) {
        case "interrupts":
          this.#sendToController(emission.on ? "sti" : "cli");
          break;
        case "deliver":
          this.#listener?.effect("delivered", emission.value ?? 0);
          this.#sendToEnvironment({ type: "delivered", value: emission.value ?? 0 });
          break;
        case "return":
          this.#endCall();
          break;
        default:
          this.#access = emission as LinuxDriverAccess;
      }
  }

  #endCall(): void {
    if ((this.#partRuns.pic.value as { service: string }).service === "serving") {
      this.#sendToController("end");
      this.#listener?.effect("ended", 0);
    } else this.#sendToEnvironment({ type: "opened" });
  }

  /** Sends an input to the device, and its emissions to the controller and the environment. Returns the byte of a read. */
  #sendToDevice(input: Extract<Input, { type: "read" | "write" | "receive" }>): number | undefined {
    const emitted: ChartEmission[] = [];
    this.#ownRun("device").send(eventOf(input), emitted);
    const byteRead = emitted.find(({ type }) => type === "data")?.value;
    this.#listener?.input(input, byteRead);
    for (const { type, value = 0 } of emitted)
      if (type === "transmit") {
        this.#listener?.effect("leaves", value);
        this.#sendToEnvironment({ type: "transmitted", value });
      } else if (type === "accepted" && input.type === "receive")
        this.#sendToEnvironment({ type: "accepted", value: input.characters[0] as number });
      else if (type === "interrupt" && this.#partEngines.mode === "edge") {
        this.#listener?.effect("IRQ", 0);
        this.#sendToController("line.pulse");
      }
    if (this.#partEngines.mode === "level") this.#updateLineLevel();
    return byteRead;
  }

  /** Updates the line in mode "level": to the level that the device's state implies. */
  #updateLineLevel(): void {
    const { line } = this.#partRuns.pic.value as { line: string };
    const cause = serialInterruptCause(this.#partRuns.device.value as SerialStateValue);
    const level = cause === "none" ? "low" : "high";
    if (line === level) return;
    this.#listener?.effect("INTR", level === "high" ? 1 : 0);
    this.#sendToController(`line.${level}`);
  }
}

function eventOf(input: Extract<Input, { type: "read" | "write" | "receive" }>): EventObject {
  if (input.type === "receive") return input;
  const event =
    input.type === "read"
      ? READ_EVENTS[input.offset]
      : WRITE_EVENTS[(accessIndexOf(input.offset) << 8) | input.value];
  return event as EventObject;
}
