import type { Device, Emission } from "../device/index.js";
import type { Input } from "../journal/index.js";

/** What a target does by itself, since the last time that it was asked. */
export interface Sensed {
  /** The interrupt line's level; absent where it is not known, or pulses. */
  readonly level?: 0 | 1;
  /**
   * The number of times that the interrupt line rose; absent where that is not known, or it pulses. With the level it tells a line that fell and
   * rose again within one access, which an edge-triggered interrupt controller takes for another interrupt.
   */
  readonly rises?: number;
  /** The number of pulses of the interrupt line; absent where it has a level. */
  readonly pulses?: number;
  /** The bytes that were transmitted; absent where they are not known. */
  readonly output?: readonly number[];
}

/** The levels of the modem's inputs: true if asserted. */
export interface ModemLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

/** A target that can be asked nothing any more. Any other error that a target throws is a departure, and ends one sequence. */
export class TargetEndedError extends Error {
  override readonly name = "TargetEndedError";
}

/** A 16550 that is held against the charts. Whatever it cannot do is absent. */
export interface ConformTarget {
  /** Its name for reports. */
  readonly name: string;
  /** Brings it to its power-on state. */
  reset?(): void | Promise<void>;
  /** Pulses the pin MR: unlike power-on, it keeps what the datasheet says that it keeps. */
  masterReset?(): void | Promise<void>;
  /** Reads a register at offset 0 to 7. */
  read(offset: number): number | Promise<number>;
  /** Writes a register. */
  write(offset: number, value: number): void | Promise<void>;
  /** Receives bytes from outside, complete at this instant. */
  receive?(bytes: readonly number[]): void | Promise<void>;
  /** Changes the levels of the modem's inputs. */
  modem?(lines: ModemLines): void | Promise<void>;
  /** Lets nanoseconds pass. */
  advance?(nanoseconds: number): void | Promise<void>;
  /** The host stops taking output, until `release`. */
  hold?(): void | Promise<void>;
  /** The host takes output again. */
  release?(): void | Promise<void>;
  /** Saves the device, and goes on in a new one with the saved state. */
  restore?(): void | Promise<void>;
  /** Returns what it did by itself. */
  sense?(): Sensed | Promise<Sensed>;
  /** Ends it. */
  close?(): void | Promise<void>;
}

const NANOSECONDS = 1_000_000_000;

/** Returns the nanoseconds, rounded up, in which a clock ticks so many times. */
export const toNanoseconds = (ticks: number, clock: number): number =>
  Math.ceil((ticks * NANOSECONDS) / clock);

/** Returns the whole ticks of a clock in nanoseconds. It undoes {@link toNanoseconds} below 1 GHz. */
export const toTicks = (nanoseconds: number, clock: number): number =>
  Math.floor((nanoseconds * clock) / NANOSECONDS);

/** A device of this package as a target. */
export class DeviceTarget implements ConformTarget {
  readonly name: string;
  readonly #create: () => Device;
  #device: Device;
  #level: 0 | 1 | undefined;
  /** Of pulses, or of rises where the line has a level. */
  #interrupts = 0;
  #output: number[] = [];

  /** @param create - makes a device in its power-on state. */
  constructor(name: string, create: () => Device) {
    this.name = name;
    this.#create = create;
    this.#device = create();
    this.reset();
  }

  /** The device that answers now. */
  get device(): Device {
    return this.#device;
  }

  reset(): void {
    this.#device = this.#create();
    this.#level = this.#device.chart.interrupt === "level" ? 0 : undefined;
    this.#interrupts = 0;
    this.#output = [];
  }

  read(offset: number): number {
    const emissions = this.#device.apply({ type: "read", offset });
    this.#note(emissions);
    return emissions.find(({ type }) => type === "data")?.value ?? 0;
  }

  write(offset: number, value: number): void {
    this.#note(this.#device.apply({ type: "write", offset, value }));
  }

  receive(bytes: readonly number[]): void {
    this.#note(this.#device.apply({ type: "receive", characters: bytes }));
  }

  modem(lines: ModemLines): void {
    this.#applyInput({ type: "modem", ...lines });
  }

  advance(nanoseconds: number): void {
    this.#applyInput({ type: "advance", ticks: toTicks(nanoseconds, this.#device.chart.clock) });
  }

  hold(): void {
    this.#applyInput({ type: "hold" });
  }

  release(): void {
    this.#applyInput({ type: "release" });
  }

  masterReset(): void {
    this.#applyInput({ type: "reset" });
  }

  restore(): void {
    const { state } = this.#device.save();
    this.#device = this.#create();
    this.#note(this.#device.apply({ type: "restore", state: JSON.parse(JSON.stringify(state)) as unknown }));
  }

  sense(): Sensed {
    const output = this.#output.splice(0);
    const interrupts = this.#interrupts;
    this.#interrupts = 0;
    return this.#level === undefined
      ? { pulses: interrupts, output }
      : { level: this.#level, rises: interrupts, output };
  }

  /** Applies an input, if the part has it. */
  #applyInput(input: Input): void {
    if (this.#device.chart.inputs.includes(input.type)) this.#note(this.#device.apply(input));
  }

  #note(emissions: readonly Emission[]): void {
    for (const { type, value, level } of emissions) {
      if (type === "transmit") this.#output.push(value ?? 0);
      else if (type === "interrupt" && this.#level === undefined) this.#interrupts++;
      else if (type === "interruptLine" && this.#level !== undefined) {
        // A restored device emits the level again, which is no rise.
        if (level === 1 && this.#level === 0) this.#interrupts++;
        this.#level = level ?? 0;
      }
    }
  }
}
