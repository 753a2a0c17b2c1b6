/** MSR: the modem inputs, or MCR's bits in loopback, and what has changed since MSR was read. */
import { IER, MCR, MSR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import { characterTime, formatOf } from "./time.js";

export class ModemStatus {
  readonly #chipState: ChipState;
  /** The inputs, as MSR bits 7 to 4. */
  #pins: number = MSR.CTS | MSR.DSR | MSR.DCD;
  /** The inputs as MSR last saw them: the pins if `modemInputsAreLive`, but for what changed during loopback. */
  #sampled = this.#pins;
  /** MSR bits 3 to 0. */
  #deltas = 0;
  #sampleAt: number | undefined;

  constructor(chipState: ChipState) {
    this.#chipState = chipState;
  }

  /** MSR bits 7 to 4. */
  get inputs(): number {
    return this.#inputsUnder(this.#chipState.modemControl);
  }

  #inputsUnder(modemControl: number): number {
    if ((modemControl & MCR.LOOP) === 0) return this.#sampled;
    return (
      (modemControl & MCR.RTS ? MSR.CTS : 0) |
      (modemControl & MCR.DTR ? MSR.DSR : 0) |
      (modemControl & MCR.OUT1 ? MSR.RI : 0) |
      (modemControl & MCR.OUT2 ? MSR.DCD : 0)
    );
  }

  /** True if a modem status interrupt is pending; under automatic flow control CTS makes none. */
  get pending(): boolean {
    return (this.#deltas & (this.#chipState.autoFlow ? ~MSR.DCTS : MSR.DELTAS)) !== 0;
  }

  pinsChange(pins: { cts: boolean; dsr: boolean; ri: boolean; dcd: boolean }): void {
    this.#pins =
      (pins.cts ? MSR.CTS : 0) | (pins.dsr ? MSR.DSR : 0) | (pins.ri ? MSR.RI : 0) | (pins.dcd ? MSR.DCD : 0);
    if (!this.#chipState.options.modemInputsAreLive) return;
    // What changes during loopback is seen on leaving it.
    if (this.#chipState.loop) return;
    this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
    this.#sampled = this.#pins;
  }

  /** MCR has changed from `before`. */
  mcrChanged(previous: number): void {
    const { modemControl, now, options } = this.#chipState;
    const inputs = this.#inputsUnder(previous);
    const switched = ((previous ^ modemControl) & MCR.LOOP) !== 0;
    if (options.modemInputsAreLive && switched && !this.#chipState.loop) {
      if (!options.loopbackChangeHasDeltas) this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
      this.#sampled = this.#pins;
    }
    if (switched ? options.loopbackChangeHasDeltas : options.loopbackHasDeltas) {
      this.#deltas = this.#deltasAfter(inputs, this.inputs);
    }
    if (options.modemInputsAreLive || this.#chipState.loop || modemControl === previous) return;
    const character = characterTime(formatOf(this.#chipState));
    if (character !== undefined) this.#sampleAt = now + character;
  }

  /** EDSSI has changed. */
  enabled(asserted: boolean): void {
    if (this.#chipState.options.modemInputsAreLive) return;
    if (asserted) this.sample();
    else this.#sampleAt = undefined;
  }

  /** QEMU looks at the inputs now and then; this is one time. */
  sample(): void {
    this.#sampleAt = undefined;
    this.#deltas = this.#deltasAfter(this.#sampled, this.#pins);
    this.#sampled = this.#pins;
    // A hundredth of a second, and never no time at all.
    const interval = Math.max(1, Math.floor(this.#chipState.options.clock / 100));
    if (this.#chipState.interruptEnable & IER.EDSSI) this.#sampleAt = this.#chipState.now + interval;
  }

  get dueTick(): number | undefined {
    return this.#sampleAt;
  }

  #deltasAfter(previous: number, following: number): number {
    const changed = previous ^ following;
    if (changed === 0) return this.#deltas;
    let deltas = this.#deltas;
    if (changed & MSR.CTS) deltas |= MSR.DCTS;
    if (changed & MSR.DSR) deltas |= MSR.DDSR;
    if (changed & MSR.DCD) deltas |= MSR.DDCD;
    if (changed & previous & MSR.RI) deltas |= MSR.TERI;
    else if (!this.#chipState.options.teriStays && (previous & MSR.RI) === 0) deltas &= ~MSR.TERI;
    return deltas;
  }

  /** Returns the value of an MSR read, without its consequences. */
  peek(): number {
    const { loop, options } = this.#chipState;
    if (loop) return this.inputs | (options.loopbackHasDeltas ? this.#deltas : 0);
    if (options.modemInputsAreLive) return this.inputs | this.#deltas;
    return this.#pins | this.#deltasAfter(this.#sampled, this.#pins);
  }

  read(): number {
    const { loop, options } = this.#chipState;
    if (!loop && !options.modemInputsAreLive) this.sample();
    if (!loop && !options.modemInputsAreLive && options.msrReadInterrupts) this.#chipState.updateOutputs();
    const registerValue = this.peek();
    if (!loop || options.loopbackHasDeltas) this.#deltas = 0;
    return registerValue;
  }

  /** A factory test writes the low half. */
  writeDeltas(registerValue: number): void {
    this.#deltas = registerValue & MSR.DELTAS;
  }

  reset(): void {
    this.#sampled = this.#pins;
    this.#deltas = this.#chipState.options.msrDeltasAtReset;
    this.#sampleAt = undefined;
  }
}
