/** Which source interrupts, and the interrupt line. */
import { IER, LSR, MCR } from "../../../machines/registers.js";
import type { Uart16550Cause } from "../../../machines/uart16550/events.js";
import type { Chip } from "./chip.js";
import type { Modem } from "./modem.js";
import type { Receiver } from "./receiver.js";
import type { Transmitter } from "./transmitter.js";

export type Cause = Uart16550Cause | "none";

/** IIR bits 3 to 0. */
const CODES: Readonly<Record<Cause, number>> = { RLS: 6, RDA: 4, CTI: 0xc, THRE: 2, MS: 0, none: 1 };

export class Interrupts {
  readonly #chip: Chip;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #modem: Modem;
  /** What was emitted last. */
  cause: Cause = "none";
  line: 0 | 1 = 0;

  constructor(chip: Chip, receiver: Receiver, transmitter: Transmitter, modem: Modem) {
    this.#chip = chip;
    this.#receiver = receiver;
    this.#transmitter = transmitter;
    this.#modem = modem;
  }

  /** What an IIR read gives. */
  get iir(): number {
    const { options, fifosShown, fifos64 } = this.#chip;
    return CODES[this.cause] | (fifosShown ? options.iirFifoBits : 0) | (fifosShown && fifos64 ? 0x20 : 0);
  }

  /** The enabled source of the highest priority. */
  #highest(): Cause {
    const { ier, options } = this.#chip;
    const { errors, count, timeoutPending } = this.#receiver;
    if (ier & IER.ELSI && errors & (LSR.OE | LSR.PE | LSR.FE | LSR.BI)) return "RLS";
    if (ier & IER.ERBFI) {
      const data = count >= this.#chip.trigger;
      if (data && (options.rdaOverCti || !timeoutPending)) return "RDA";
      if (timeoutPending) return "CTI";
    }
    if (ier & IER.ETBEI && this.#transmitter.threPending) return "THRE";
    if (ier & IER.EDSSI && this.#modem.pending) return "MS";
    return "none";
  }

  /** @param served - an 8250's line drops for a moment when the reported source was served and another is pending. */
  settle(served: boolean): void {
    const { mcr, loop, options } = this.#chip;
    const cause = this.#highest();
    const gated = options.board === "pc" && ((mcr & MCR.OUT2) === 0 || loop);
    const line = cause !== "none" && !gated ? 1 : 0;
    if (cause !== this.cause) this.#chip.emit({ type: "identified", cause });
    if (line !== this.line) {
      this.#chip.emit({ type: "interruptLine", level: line });
    } else if (line === 1 && served && options.intrPulses) {
      this.#chip.emit({ type: "interruptLine", level: 0 });
      this.#chip.emit({ type: "interruptLine", level: 1 });
    }
    this.cause = cause;
    this.line = line;
  }
}
