/** The state that all parts of the model share: options, time, the registers that only hold bits, and the emissions so far. */
import { LCR, MCR, type Uart16550Emission, type Uart16550Options } from "../../../machines/index.js";

/** An emission with the tick at which it left. */
export type ModelEmission = Uart16550Emission & { readonly tick: number };

export class ChipState {
  readonly options: Uart16550Options;
  now = 0;

  interruptEnable = 0;
  lineControl = 0;
  modemControl = 0;
  scratch = 0;
  divisor = 12;
  /** True if LCR or the divisor has been written since the reset: QEMU's character time is a constant until then. */
  formatWritten = false;

  fifosOn = false;
  fifos64 = false;
  /** FCR bits 7:6, as a number from 0 to 3. */
  triggerBits = 0;
  dmaMode1 = false;
  /** True if IIR shows the FIFOs: QEMU's does not from a reset to the next FCR write. */
  fifosShown = false;

  /** Brings all outputs up to date; `served` says that the source which IIR reported has just been served. */
  updateOutputs: (served?: boolean) => void = () => {};
  #emissions: ModelEmission[] = [];

  constructor(options: Uart16550Options) {
    this.options = options;
  }

  get dlab(): boolean {
    return (this.lineControl & LCR.DLAB) !== 0;
  }

  get loop(): boolean {
    return (this.modemControl & MCR.LOOP) !== 0;
  }

  /** True if what comes from outside can reach the receiver. */
  get connected(): boolean {
    return !(this.loop && this.options.loopbackDisconnectsSIN);
  }

  /** The capacity of each FIFO in characters; without FIFOs RBR and THR hold one. */
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
    return (this.modemControl & MCR.AFE) !== 0;
  }

  emit(emission: Uart16550Emission): void {
    this.#emissions.push({ ...emission, tick: this.now });
  }

  takeEmissions(): readonly ModelEmission[] {
    const emissions = this.#emissions;
    this.#emissions = [];
    return emissions;
  }
}

/** The earliest of several due times. */
export function earliest(...dues: readonly (number | undefined)[]): number | undefined {
  let earliestTick: number | undefined;
  for (const dueTick of dues)
    if (dueTick !== undefined && (earliestTick === undefined || dueTick < earliestTick))
      earliestTick = dueTick;
  return earliestTick;
}
