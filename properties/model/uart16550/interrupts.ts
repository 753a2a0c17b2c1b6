/** Which source interrupts, and the interrupt line. */
import { IER, LSR, MCR, type Uart16550Cause } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import type { ModemStatus } from "./modem.js";
import type { Receiver } from "./receiver.js";
import type { Transmitter } from "./transmitter.js";

export type Cause = Uart16550Cause | "none";

/** IIR bits 3 to 0. */
const CODES: Readonly<Record<Cause, number>> = { RLS: 6, RDA: 4, CTI: 0xc, THRE: 2, MS: 0, none: 1 };

export class Interrupts {
  readonly #chipState: ChipState;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #modem: ModemStatus;
  /** The last one emitted. */
  cause: Cause = "none";
  line: 0 | 1 = 0;

  constructor(chipState: ChipState, receiver: Receiver, transmitter: Transmitter, modem: ModemStatus) {
    this.#chipState = chipState;
    this.#receiver = receiver;
    this.#transmitter = transmitter;
    this.#modem = modem;
  }

  /** The value of IIR. */
  get identification(): number {
    const { options, fifosShown, fifos64 } = this.#chipState;
    return CODES[this.cause] | (fifosShown ? options.iirFifoBits : 0) | (fifosShown && fifos64 ? 0x20 : 0);
  }

  /** The enabled source of the highest priority. */
  #highest(): Cause {
    const { interruptEnable: ier, options } = this.#chipState;
    const { errors, count, timeoutPending } = this.#receiver;
    if (ier & IER.ELSI && errors & (LSR.OE | LSR.PE | LSR.FE | LSR.BI)) return "RLS";
    if (ier & IER.ERBFI) {
      const dataAvailable = count >= this.#chipState.trigger;
      if (dataAvailable && (options.receivedDataBeforeTimeout || !timeoutPending)) return "RDA";
      if (timeoutPending) return "CTI";
    }
    if (ier & IER.ETBEI && this.#transmitter.threPending) return "THRE";
    if (ier & IER.EDSSI && this.#modem.pending) return "MS";
    return "none";
  }

  /** @param served - an 8250's line drops for a moment when the reported source was served and another is pending. */
  updateOutputs(served: boolean): void {
    const { modemControl, loop, options } = this.#chipState;
    const cause = this.#highest();
    const gated = options.board === "pc" && ((modemControl & MCR.OUT2) === 0 || loop);
    const line = cause !== "none" && !gated ? 1 : 0;
    if (cause !== this.cause) this.#chipState.emit({ type: "identified", cause });
    if (line !== this.line) {
      this.#chipState.emit({ type: "interruptLine", level: line });
    } else if (line === 1 && served && options.interruptLinePulses) {
      this.#chipState.emit({ type: "interruptLine", level: 0 });
      this.#chipState.emit({ type: "interruptLine", level: 1 });
    }
    this.cause = cause;
    this.line = line;
  }
}
