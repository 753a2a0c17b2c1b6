import type { StateValueFrom } from "xstate";
import {
  edgePicMachine,
  levelPicMachine,
  type PicEmission,
  type PicEvent,
  type PicMachine,
  type PicMode,
  plicMachine,
} from "../../machines/index.js";
import { compile, type Engine, type Run } from "../engine/index.js";
import { checkCallback, checkReadable, formatValue } from "../journal/internal.js";

/** The end of an interrupt line. */
export interface InterruptInput {
  /** Sets the level of the line, which may be the same as before: 1 is asserted. */
  setLevel(level: 0 | 1): void;
  /** Raises the line and lowers it again, while it is low. */
  pulse(): void;
}

/** An interrupt controller with one input, and what of the processor decides when it takes an interrupt. */
export interface InterruptController extends InterruptInput {
  /** "edge" if it reacts to rising edges, so that pulses are enough; "level" if to the level. */
  readonly trigger: "edge" | "level";
  /** True if there is an interrupt that the processor can take. */
  readonly isRequesting: boolean;
  /** Takes the interrupt (INTA, or a claim). Returns false if there is none, and nothing changes. */
  acknowledge(): boolean;
  /** Ends its handler (EOI, or a completion). */
  end(): void;
  /** Sets or clears the processor's interrupt flag. */
  setInterruptsEnabled(isEnabled: boolean): void;
}

/** A controller of this package: an 8259 by edges or by level, or a PLIC with a level-sensitive source. */
export type InterruptControllerMode = PicMode | "plic";

/** The state of a {@link ChartInterruptController}, as JSON. */
export interface SavedInterruptController {
  /** The controller's mode. */
  readonly mode: InterruptControllerMode;
  /** The chart's state value. */
  readonly value: unknown;
}

const MACHINES = { edge: edgePicMachine, level: levelPicMachine, plic: plicMachine } as const;
const engines: Partial<Record<InterruptControllerMode, Engine<PicMachine>>> = {};

/** Returns the engine of a mode; it is compiled once. */
function engineOf(mode: InterruptControllerMode): Engine<PicMachine> {
  if (typeof mode !== "string" || !Object.hasOwn(MACHINES, mode))
    throw new RangeError(`mode: expected one of "edge", "level", "plic", got ${formatValue(mode)}`);
  // The charts take the same events and emit the same.
  const engine = engines[mode] ?? compile(MACHINES[mode] as PicMachine, { context: "live" });
  engines[mode] = engine;
  return engine;
}

/** An interrupt controller that runs a chart: `edgePicMachine`, `levelPicMachine` or `plicMachine`. */
export class ChartInterruptController implements InterruptController {
  /** The controller's mode. */
  readonly mode: InterruptControllerMode;
  readonly trigger: "edge" | "level";
  readonly #requestChanged: ((level: 0 | 1) => void) | undefined;
  readonly #emitted: PicEmission[] = [];
  #run: Run<PicMachine>;
  #lineLevel: 0 | 1 = 0;
  #isRequesting = false;

  /**
   * @param mode - "edge" and "level" are an 8259, "plic" a PLIC.
   * @param requestChanged - called with the level of the controller's line to the processor, at each change.
   * @throws RangeError if there is no such mode, TypeError if the callback is no function.
   */
  constructor(mode: InterruptControllerMode, requestChanged?: (level: 0 | 1) => void) {
    checkCallback(requestChanged, "requestChanged");
    this.#run = engineOf(mode).start();
    this.mode = mode;
    this.trigger = mode === "edge" ? "edge" : "level";
    this.#requestChanged = requestChanged;
  }

  get isRequesting(): boolean {
    return this.#isRequesting;
  }

  /** The level of the input. */
  get lineLevel(): 0 | 1 {
    return this.#lineLevel;
  }

  /** @throws TypeError unless the level is 0 or 1. */
  setLevel(level: 0 | 1): void {
    if (level === this.#lineLevel) return;
    if (level !== 0 && level !== 1) throw new TypeError(`level: expected 0 or 1, got ${formatValue(level)}`);
    this.#lineLevel = level;
    this.#send(level === 1 ? "line.high" : "line.low");
  }

  pulse(): void {
    if (this.#lineLevel === 0) this.#send("line.pulse");
  }

  acknowledge(): boolean {
    if (!this.#isRequesting) return false;
    this.#send("acknowledge");
    return true;
  }

  end(): void {
    this.#send("end");
  }

  /** @throws TypeError unless it is true or false. */
  setInterruptsEnabled(isEnabled: boolean): void {
    if (typeof isEnabled !== "boolean")
      throw new TypeError(`isEnabled: expected true or false, got ${formatValue(isEnabled)}`);
    this.#send(isEnabled ? "sti" : "cli");
  }

  /** Returns the state, to be stored. */
  save(): SavedInterruptController {
    return { mode: this.mode, value: this.#run.value };
  }

  /**
   * Restores a state. Nothing is called.
   *
   * @throws TypeError if it is no state of this controller; nothing has changed then.
   */
  restore(saved: SavedInterruptController): void {
    const { mode } = this;
    const engine = engineOf(mode);
    const snapshot = checkReadable(saved, "saved", "the result of save()", () => {
      if (typeof saved !== "object" || saved === null)
        throw new TypeError(`saved: expected the result of save(), got ${formatValue(saved)}`);
      if (saved.mode !== mode)
        throw new TypeError(`mode: expected ${formatValue(mode)}, got ${formatValue(saved.mode)}`);
      return snapshotOf(engine.machine, saved.value);
    });
    this.#run = engine.start(snapshot);
    this.#lineLevel = isIn(this.#run.value, "line", "high") ? 1 : 0;
    this.#isRequesting = isIn(this.#run.value, mode === "plic" ? "EIP" : "INT", "high");
  }

  #send(type: PicEvent["type"]): void {
    this.#run.send({ type }, this.#emitted);
    for (const { level } of this.#emitted.splice(0)) {
      this.#isRequesting = level === 1;
      this.#requestChanged?.(level);
    }
  }
}

/** Returns the snapshot of a state value. @throws TypeError unless it names a state of each region, and nothing else. */
function snapshotOf(machine: PicMachine, value: unknown): ReturnType<PicMachine["resolveState"]> {
  const regions = Object.entries(machine.states);
  const isState =
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === regions.length &&
    regions.every(([region, { states }]) =>
      Object.hasOwn(states, String((value as Readonly<Record<string, unknown>>)[region])),
    );
  if (!isState) throw new TypeError(`value: expected a state of ${machine.id}, got ${formatValue(value)}`);
  return machine.resolveState({ value: value as StateValueFrom<PicMachine>, context: {} });
}

const isIn = (value: unknown, region: string, state: string): boolean =>
  (value as Readonly<Record<string, unknown>>)[region] === state;
