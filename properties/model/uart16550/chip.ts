/** What all parts of the model share: options, time, the registers that only hold bits, and what has left so far. */
import { LCR, MCR } from "../../../machines/registers.js";
import type { Uart16550Emission } from "../../../machines/uart16550/events.js";
import type { Uart16550Options } from "../../../machines/uart16550/options.js";

/** An emission with the tick at which it left. */
export type ModelEmission = Uart16550Emission & { readonly tick: number };

export class Chip {
  readonly options: Uart16550Options;
  now = 0;

  ier = 0;
  lcr = 0;
  mcr = 0;
  scr = 0;
  divisor = 12;
  /** Whether LCR or the divisor has been written since the reset: QEMU's character time is a constant until then. */
  formatWritten = false;

  fifosOn = false;
  fifos64 = false;
  /** FCR bits 7:6, as a number from 0 to 3. */
  triggerBits = 0;
  dmaMode1 = false;
  /** Whether IIR shows the FIFOs: QEMU's does not from a reset to the next FCR write. */
  fifosShown = false;

  /** Brings all outputs up to date; `served` says that the source which IIR reported has just been served. */
  settle: (served?: boolean) => void = () => {};
  #emissions: ModelEmission[] = [];

  constructor(options: Uart16550Options) {
    this.options = options;
  }

  get dlab(): boolean {
    return (this.lcr & LCR.DLAB) !== 0;
  }

  get loop(): boolean {
    return (this.mcr & MCR.LOOP) !== 0;
  }

  /** Whether what comes from outside can reach the receiver. */
  get connected(): boolean {
    return !(this.loop && this.options.loopNoExtRx);
  }

  /** How many characters each FIFO holds; without FIFOs RBR and THR hold one. */
  get capacity(): number {
    if (!this.fifosOn) return 1;
    return this.fifos64 ? 64 : 16;
  }

  /** The count from which received data is reported. */
  get trigger(): number {
    if (!this.fifosOn) return 1;
    const levels = this.fifos64 ? [1, 16, 32, 56] : [1, 4, 8, 14];
    return levels[this.triggerBits] as number;
  }

  get autoFlow(): boolean {
    return (this.mcr & MCR.AFE) !== 0;
  }

  emit(emission: Uart16550Emission): void {
    this.#emissions.push({ ...emission, tick: this.now });
  }

  takeEmissions(): readonly ModelEmission[] {
    const taken = this.#emissions;
    this.#emissions = [];
    return taken;
  }
}

/** The earliest of several due times. */
export function earliest(...dues: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const due of dues) if (due !== undefined && (first === undefined || due < first)) first = due;
  return first;
}
