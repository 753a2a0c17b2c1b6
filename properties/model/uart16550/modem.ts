/** MSR: the modem inputs, or MCR's bits in loopback, and what has changed since MSR was read. */
import { IER, MCR, MSR } from "../../../machines/registers.js";
import type { Chip } from "./chip.js";
import { characterTime, formatOf } from "./time.js";

export class Modem {
  readonly #chip: Chip;
  /** The inputs, as MSR bits 7 to 4. */
  #pins: number = MSR.CTS | MSR.DSR | MSR.DCD;
  /** The inputs as MSR last saw them: the pins if `msrLive`, but for what changed during loopback. */
  #sampled = this.#pins;
  /** MSR bits 3 to 0. */
  #deltas = 0;
  #sampleAt: number | undefined;

  constructor(chip: Chip) {
    this.#chip = chip;
  }

  /** MSR bits 7 to 4. */
  get inputs(): number {
    return this.#inputsUnder(this.#chip.mcr);
  }

  #inputsUnder(mcr: number): number {
    if ((mcr & MCR.LOOP) === 0) return this.#sampled;
    return (
      (mcr & MCR.RTS ? MSR.CTS : 0) |
      (mcr & MCR.DTR ? MSR.DSR : 0) |
      (mcr & MCR.OUT1 ? MSR.RI : 0) |
      (mcr & MCR.OUT2 ? MSR.DCD : 0)
    );
  }

  /** Whether a modem status interrupt is pending; under automatic flow control CTS makes none. */
  get pending(): boolean {
    return (this.#deltas & (this.#chip.autoFlow ? ~MSR.DCTS : MSR.DELTAS)) !== 0;
  }

  pinsChange(pins: { cts: boolean; dsr: boolean; ri: boolean; dcd: boolean }): void {
    this.#pins =
      (pins.cts ? MSR.CTS : 0) | (pins.dsr ? MSR.DSR : 0) | (pins.ri ? MSR.RI : 0) | (pins.dcd ? MSR.DCD : 0);
    if (!this.#chip.options.msrLive) return;
    // What changes during loopback is seen on leaving it.
    if (this.#chip.loop) return;
    this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
    this.#sampled = this.#pins;
  }

  /** MCR has changed from `before`. */
  mcrChanged(before: number): void {
    const { mcr, now, options } = this.#chip;
    const inputs = this.#inputsUnder(before);
    const switched = ((before ^ mcr) & MCR.LOOP) !== 0;
    if (options.msrLive && switched && !this.#chip.loop) {
      if (!options.loopChangeDeltas) this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
      this.#sampled = this.#pins;
    }
    if (switched ? options.loopChangeDeltas : options.loopDeltas) {
      this.#deltas = this.#deltasAfter(inputs, this.inputs);
    }
    if (options.msrLive || this.#chip.loop || mcr === before) return;
    const character = characterTime(formatOf(this.#chip));
    if (character !== undefined) this.#sampleAt = now + character;
  }

  /** EDSSI has changed. */
  enabled(on: boolean): void {
    if (this.#chip.options.msrLive) return;
    if (on) this.sample();
    else this.#sampleAt = undefined;
  }

  /** QEMU looks at the inputs now and then; this is one time. */
  sample(): void {
    this.#sampleAt = undefined;
    this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
    this.#sampled = this.#pins;
    // A hundredth of a second, and never no time at all.
    const interval = Math.max(1, Math.floor(this.#chip.options.clock / 100));
    if (this.#chip.ier & IER.EDSSI) this.#sampleAt = this.#chip.now + interval;
  }

  get due(): number | undefined {
    return this.#sampleAt;
  }

  #deltasAfter(before: number, after: number): number {
    const changed = before ^ after;
    if (changed === 0) return this.#deltas;
    let deltas = this.#deltas;
    if (changed & MSR.CTS) deltas |= MSR.DCTS;
    if (changed & MSR.DSR) deltas |= MSR.DDSR;
    if (changed & MSR.DCD) deltas |= MSR.DDCD;
    if (changed & before & MSR.RI) deltas |= MSR.TERI;
    else if (!this.#chip.options.teriSticky && (before & MSR.RI) === 0) deltas &= ~MSR.TERI;
    return deltas;
  }

  /** What an MSR read would give. */
  peek(): number {
    const { loop, options } = this.#chip;
    if (loop) return this.inputs | (options.loopDeltas ? this.#deltas : 0);
    if (options.msrLive) return this.inputs | this.#deltas;
    return this.#pins | this.#deltasAfter(this.#sampled, this.#pins);
  }

  read(): number {
    const { loop, options } = this.#chip;
    if (!loop && !options.msrLive) this.sample();
    const value = this.peek();
    if (!loop || options.loopDeltas) this.#deltas = 0;
    return value;
  }

  /** A factory test writes the low half. */
  writeDeltas(value: number): void {
    this.#deltas = value & MSR.DELTAS;
  }

  reset(): void {
    this.#sampled = this.#pins;
    this.#deltas = this.#chip.options.msrDeltasAtReset;
    this.#sampleAt = undefined;
  }
}
