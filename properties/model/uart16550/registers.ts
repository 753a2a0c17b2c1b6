/** The registers that the processor reads and writes at the eight offsets. */
import { FCR, IER, LSR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import type { Interrupts } from "./interrupts.js";
import type { ModemStatus } from "./modem.js";
import type { Receiver } from "./receiver.js";
import type { SerialInput } from "./serial-input.js";
import { formatOf } from "./time.js";
import type { Transmitter } from "./transmitter.js";

interface Parts {
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly serialInput: SerialInput;
  readonly modem: ModemStatus;
  readonly interrupts: Interrupts;
}

export class Registers {
  readonly #chipState: ChipState;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #serialInput: SerialInput;
  readonly #modem: ModemStatus;
  readonly #interrupts: Interrupts;

  constructor(chipState: ChipState, { receiver, transmitter, serialInput, modem, interrupts }: Parts) {
    this.#chipState = chipState;
    this.#receiver = receiver;
    this.#transmitter = transmitter;
    this.#serialInput = serialInput;
    this.#modem = modem;
    this.#interrupts = interrupts;
  }

  peek(registerOffset: number): number {
    const chipState = this.#chipState;
    switch (registerOffset) {
      case 0:
        return chipState.dlab ? chipState.divisor & 0xff : this.#receiver.peek();
      case 1:
        return chipState.dlab ? chipState.divisor >> 8 : chipState.interruptEnable;
      case 2:
        return this.#interrupts.identification;
      case 3:
        return chipState.lineControl;
      case 4:
        return chipState.modemControl;
      case 5: {
        const { thre, temt } = this.#transmitter;
        return this.#receiver.lineStatus | (thre ? LSR.THRE : 0) | (temt ? LSR.TEMT : 0);
      }
      case 6:
        return this.#modem.peek();
      case 7:
        return chipState.options.scratchRegister ? chipState.scratch : 0xff;
      default:
        return 0;
    }
  }

  read(registerOffset: number): void {
    const { cause } = this.#interrupts;
    this.#chipState.emit({ type: "data", value: this.peek(registerOffset) });
    let served = false;
    if (registerOffset === 0 && !this.#chipState.dlab) {
      this.#receiver.read(formatOf(this.#chipState));
      served = cause === "RDA" || cause === "CTI";
    } else if (registerOffset === 2) {
      served = cause === "THRE";
      if (served) this.#transmitter.threPending = false;
    } else if (registerOffset === 5) {
      this.#receiver.lsrRead();
      served = cause === "RLS";
    } else if (registerOffset === 6) {
      this.#modem.read();
      served = cause === "MS";
    }
    this.#chipState.updateOutputs(served);
  }

  write(registerOffset: number, registerValue: number): void {
    const chipState = this.#chipState;
    switch (registerOffset) {
      case 0:
        if (chipState.dlab) this.#setDivisor((chipState.divisor & 0xff00) | registerValue);
        else this.#transmitter.write(registerValue, this.#interrupts.cause === "THRE");
        return;
      case 1:
        if (chipState.dlab) this.#setDivisor((chipState.divisor & 0x00ff) | (registerValue << 8));
        else this.#writeIer(registerValue);
        return;
      case 2:
        this.#writeFcr(registerValue);
        return;
      case 3:
        chipState.lineControl = registerValue;
        this.#formatChanged();
        return;
      case 4:
        this.#writeMcr(registerValue);
        return;
      case 5:
        if (chipState.options.factoryTestWrites)
          this.#receiver.errors = registerValue & (LSR.OE | LSR.PE | LSR.FE | LSR.BI);
        return;
      case 6:
        if (chipState.options.factoryTestWrites) this.#modem.writeDeltas(registerValue);
        return;
      case 7:
        if (chipState.options.scratchRegister) chipState.scratch = registerValue;
        return;
      default:
        return;
    }
  }

  #setDivisor(divisor: number): void {
    this.#chipState.divisor = divisor;
    this.#formatChanged();
    // There may be a baud clock again.
    this.#transmitter.proceed();
  }

  #formatChanged(): void {
    this.#chipState.formatWritten = true;
    const { formatChange, transmitResetIsSilent } = this.#chipState.options;
    if (formatChange === "flushReceive") this.#receiver.flush();
    if (formatChange === "flushTransmit") this.#transmitter.flush(!transmitResetIsSilent);
  }

  #writeIer(registerValue: number): void {
    const chipState = this.#chipState;
    const previous = chipState.interruptEnable;
    chipState.interruptEnable = registerValue & (chipState.options.sleepModes ? 0x3f : IER.MASK);
    if ((previous ^ chipState.interruptEnable) & IER.EDSSI)
      this.#modem.enabled((chipState.interruptEnable & IER.EDSSI) !== 0);
    const { etbeiRearms } = chipState.options;
    const rearms = etbeiRearms === "anyWrite" || (etbeiRearms === "rising" && (previous & IER.ETBEI) === 0);
    if (chipState.interruptEnable & IER.ETBEI && rearms) this.#transmitter.rearm();
  }

  #writeFcr(written: number): void {
    const chipState = this.#chipState;
    const { options } = chipState;
    if (options.fifoSize === 1) return;
    const asserted = (written & FCR.FIFO_ENABLE) !== 0;
    const ignored = options.fcrNeedsEnable && !asserted;
    const registerValue = ignored ? 0 : written;

    let fifos64 = asserted && chipState.fifos64;
    if (asserted && chipState.dlab && options.fifoSize === 64)
      fifos64 = (registerValue & FCR.SIXTY_FOUR) !== 0;
    const modeChanges = asserted !== chipState.fifosOn || fifos64 !== chipState.fifos64;
    if (modeChanges || registerValue & FCR.RX_RESET) this.#receiver.flush();
    // A change of the size alone tells nothing that is known.
    const thrEmptyKnown =
      asserted !== chipState.fifosOn
        ? options.fifoChangeIsSilent
        : options.transmitResetIsSilent || (registerValue & FCR.TX_RESET) === 0;
    const indicates = !thrEmptyKnown;
    if (modeChanges || registerValue & FCR.TX_RESET) this.#transmitter.flush(indicates);
    if (asserted !== chipState.fifosOn) {
      this.#receiver.fifoChanged();
      this.#transmitter.fifoChanged();
    }

    chipState.fifosOn = asserted;
    chipState.fifosShown = asserted;
    chipState.fifos64 = fifos64;
    if (ignored) return;
    chipState.triggerBits = registerValue >> 6;
    chipState.dmaMode1 = (registerValue & FCR.DMA_MODE) !== 0;
  }

  #writeMcr(registerValue: number): void {
    const previous = this.#chipState.modemControl;
    this.#chipState.modemControl = registerValue & (this.#chipState.options.autoFlow ? 0x3f : 0x1f);
    this.#modem.mcrChanged(previous);
    if (!this.#chipState.connected) this.#serialInput.abandon();
    // What the write itself changes is told before a character moves on.
    this.#chipState.updateOutputs();
    // Auto-CTS may have been turned off, or see another CTS.
    this.#transmitter.proceed();
  }
}
