import type { Device, Emission } from "../device/index.js";

/** What a target does by itself, since the last time that it was asked. */
export interface Sensed {
  /** The interrupt line's level; absent where it is not known, or pulses. */
  readonly level?: 0 | 1;
  /** The number of pulses of the interrupt line; absent where it has a level. */
  readonly pulses?: number;
  /** The bytes that were transmitted; absent where they are not known. */
  readonly output?: readonly number[];
}

/** A 16550 that is held against the charts. Whatever it cannot do is absent. */
export interface ConformTarget {
  /** Its name for reports. */
  readonly name: string;
  /** Brings it to its power-on state. */
  reset?(): void | Promise<void>;
  /** Reads a register at offset 0 to 7. */
  read(offset: number): number | Promise<number>;
  /** Writes a register. */
  write(offset: number, value: number): void | Promise<void>;
  /** Receives bytes from outside, complete at this instant. */
  receive?(bytes: readonly number[]): void | Promise<void>;
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

/** A device of this package as a target. */
export class DeviceTarget implements ConformTarget {
  readonly name: string;
  readonly #create: () => Device;
  #device: Device;
  #level: 0 | 1 | undefined;
  #pulses = 0;
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
    this.#pulses = 0;
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

  advance(nanoseconds: number): void {
    const { chart } = this.#device;
    if (!chart.inputs.includes("advance")) return;
    const ticks = Math.ceil((nanoseconds * chart.clock) / NANOSECONDS);
    this.#note(this.#device.apply({ type: "advance", ticks }));
  }

  hold(): void {
    if (this.#device.chart.inputs.includes("hold")) this.#note(this.#device.apply({ type: "hold" }));
  }

  release(): void {
    if (this.#device.chart.inputs.includes("release")) this.#note(this.#device.apply({ type: "release" }));
  }

  restore(): void {
    const { state } = this.#device.save();
    this.#device = this.#create();
    this.#note(this.#device.apply({ type: "restore", state: JSON.parse(JSON.stringify(state)) as unknown }));
  }

  sense(): Sensed {
    const output = this.#output.splice(0);
    if (this.#level !== undefined) return { level: this.#level, output };
    const pulses = this.#pulses;
    this.#pulses = 0;
    return { pulses, output };
  }

  #note(emissions: readonly Emission[]): void {
    for (const { type, value, level } of emissions) {
      if (type === "transmit") this.#output.push(value ?? 0);
      else if (type === "interrupt") this.#pulses++;
      else if (type === "interruptLine" && this.#level !== undefined) this.#level = level ?? 0;
    }
  }
}
