/** The pins that are not the interrupt's: modem outputs with auto-RTS, SOUT, and the DMA requests. */
import { LCR, MCR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import type { Receiver } from "./receiver.js";
import type { SerialInput } from "./serial-input.js";
import type { Transmitter } from "./transmitter.js";

type Level = 0 | 1;

export class Outputs {
  readonly #chipState: ChipState;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #serialInput: SerialInput;
  /** Auto-RTS asks the other end to stop. */
  #rtsWithheld = false;
  /** The last one emitted. */
  readonly modem: Record<"DTR" | "RTS" | "OUT1" | "OUT2", Level> = { DTR: 0, RTS: 0, OUT1: 0, OUT2: 0 };
  readonly dma: Record<"RXRDY" | "TXRDY", Level> = { RXRDY: 0, TXRDY: 1 };
  sout: Level = 1;

  constructor(chipState: ChipState, receiver: Receiver, transmitter: Transmitter, serialInput: SerialInput) {
    this.#chipState = chipState;
    this.#receiver = receiver;
    this.#transmitter = transmitter;
    this.#serialInput = serialInput;
  }

  updateOutputs(): void {
    const { modemControl, lineControl, loop } = this.#chipState;
    this.#updateAutoRts();
    this.#setModem("DTR", (modemControl & MCR.DTR) !== 0 && !loop);
    this.#setModem("RTS", (modemControl & MCR.RTS) !== 0 && !loop && !this.#rtsWithheld);
    this.#setModem("OUT1", (modemControl & MCR.OUT1) !== 0 && !loop);
    this.#setModem("OUT2", (modemControl & MCR.OUT2) !== 0 && !loop);
    const spacing = !loop && ((lineControl & LCR.BREAK) !== 0 || this.#transmitter.level === 0);
    this.#setSout(spacing ? 0 : 1);
    this.#setRequests();
  }

  /** The datasheet is silent on loopback: there the pin is not asserted, and afterwards the rule is applied again. */
  #updateAutoRts(): void {
    const { autoFlow, modemControl, loop, fifosOn, fifos64, trigger, options } = this.#chipState;
    const { count } = this.#receiver;
    if (
      !autoFlow ||
      loop ||
      (modemControl & MCR.RTS) === 0 ||
      !(fifosOn || options.autoRtsWorksWithoutFifo)
    ) {
      this.#rtsWithheld = false;
    } else if (trigger === 14) {
      const { arriving, startConfirmed } = this.#serialInput;
      if (count >= 16 || (count === 15 && startConfirmed)) this.#rtsWithheld = true;
      else if (count <= 14 || !arriving) this.#rtsWithheld = false;
    } else if (count >= trigger) {
      this.#rtsWithheld = true;
    } else if (count === 0 || (fifos64 && trigger > 1 && options.autoRts64Resumes === "belowTrigger")) {
      this.#rtsWithheld = false;
    }
  }

  /** One flip-flop each: the mode says when it is set (RXRDY) or cleared (TXRDY), and that the FIFO is empty undoes it. */
  #setRequests(): void {
    const { dmaMode1, fifosOn, trigger, capacity } = this.#chipState;
    const mode1 = fifosOn && dmaMode1;
    const { count, timeoutPending } = this.#receiver;
    if (count === 0) this.#setDma("RXRDY", false);
    else if (!mode1 || count >= trigger || timeoutPending) this.#setDma("RXRDY", true);
    const waiting = this.#transmitter.count;
    if (waiting === 0) this.#setDma("TXRDY", true);
    else if (!mode1 || waiting >= capacity) this.#setDma("TXRDY", false);
  }

  #setModem(pinName: "DTR" | "RTS" | "OUT1" | "OUT2", asserted: boolean): void {
    const pinLevel = asserted ? 1 : 0;
    if (this.modem[pinName] === pinLevel) return;
    this.modem[pinName] = pinLevel;
    this.#chipState.emit({ type: "modemOutput", pin: pinName, level: pinLevel });
  }

  #setSout(level: Level): void {
    if (this.sout === level) return;
    this.sout = level;
    this.#chipState.emit({ type: "serialOutput", level });
  }

  #setDma(pinName: "RXRDY" | "TXRDY", asserted: boolean): void {
    const pinLevel = asserted ? 1 : 0;
    if (this.dma[pinName] === pinLevel) return;
    this.dma[pinName] = pinLevel;
    this.#chipState.emit({ type: "dmaReady", pin: pinName, level: pinLevel });
  }
}
