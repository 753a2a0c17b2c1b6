/** What the processor reads and writes at the eight offsets. */
import { FCR, IER, LSR } from "../../../machines/registers.js";
import type { Chip } from "./chip.js";
import type { Interrupts } from "./interrupts.js";
import type { Modem } from "./modem.js";
import type { Receiver } from "./receiver.js";
import type { SerialInput } from "./serial-input.js";
import { formatOf } from "./time.js";
import type { Transmitter } from "./transmitter.js";

interface Parts {
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly serialInput: SerialInput;
  readonly modem: Modem;
  readonly interrupts: Interrupts;
}

export class Registers {
  readonly #chip: Chip;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #serialInput: SerialInput;
  readonly #modem: Modem;
  readonly #interrupts: Interrupts;

  constructor(chip: Chip, { receiver, transmitter, serialInput, modem, interrupts }: Parts) {
    this.#chip = chip;
    this.#receiver = receiver;
    this.#transmitter = transmitter;
    this.#serialInput = serialInput;
    this.#modem = modem;
    this.#interrupts = interrupts;
  }

  peek(offset: number): number {
    const chip = this.#chip;
    switch (offset) {
      case 0:
        return chip.dlab ? chip.divisor & 0xff : this.#receiver.peek();
      case 1:
        return chip.dlab ? chip.divisor >> 8 : chip.ier;
      case 2:
        return this.#interrupts.iir;
      case 3:
        return chip.lcr;
      case 4:
        return chip.mcr;
      case 5: {
        const { thre, temt } = this.#transmitter;
        return this.#receiver.lsr | (thre ? LSR.THRE : 0) | (temt ? LSR.TEMT : 0);
      }
      case 6:
        return this.#modem.peek();
      case 7:
        return chip.options.scratchRegister ? chip.scr : 0xff;
      default:
        return 0;
    }
  }

  read(offset: number): void {
    const { cause } = this.#interrupts;
    this.#chip.emit({ type: "data", value: this.peek(offset) });
    let served = false;
    if (offset === 0 && !this.#chip.dlab) {
      this.#receiver.read(formatOf(this.#chip));
      served = cause === "RDA" || cause === "CTI";
    } else if (offset === 2) {
      served = cause === "THRE";
      if (served) this.#transmitter.threPending = false;
    } else if (offset === 5) {
      this.#receiver.lsrRead();
      served = cause === "RLS";
    } else if (offset === 6) {
      this.#modem.read();
      served = cause === "MS";
    }
    this.#chip.settle(served);
  }

  write(offset: number, value: number): void {
    const chip = this.#chip;
    switch (offset) {
      case 0:
        if (chip.dlab) this.#setDivisor((chip.divisor & 0xff00) | value);
        else this.#transmitter.write(value, this.#interrupts.cause === "THRE");
        return;
      case 1:
        if (chip.dlab) this.#setDivisor((chip.divisor & 0x00ff) | (value << 8));
        else this.#writeIer(value);
        return;
      case 2:
        this.#writeFcr(value);
        return;
      case 3:
        chip.lcr = value;
        this.#formatChanged();
        return;
      case 4:
        this.#writeMcr(value);
        return;
      case 5:
        if (chip.options.factoryTest) this.#receiver.errors = value & (LSR.OE | LSR.PE | LSR.FE | LSR.BI);
        return;
      case 6:
        if (chip.options.factoryTest) this.#modem.writeDeltas(value);
        return;
      case 7:
        if (chip.options.scratchRegister) chip.scr = value;
        return;
      default:
        return;
    }
  }

  #setDivisor(divisor: number): void {
    this.#chip.divisor = divisor;
    this.#formatChanged();
    // There may be a baud clock again.
    this.#transmitter.proceed();
  }

  #formatChanged(): void {
    this.#chip.formatWritten = true;
    const { formatChange, fcrXfrNoThri } = this.#chip.options;
    if (formatChange === "flushReceive") this.#receiver.flush();
    if (formatChange === "flushTransmit") this.#transmitter.flush(!fcrXfrNoThri);
  }

  #writeIer(value: number): void {
    const chip = this.#chip;
    const before = chip.ier;
    chip.ier = value & (chip.options.sleepModes ? 0x3f : IER.MASK);
    if ((before ^ chip.ier) & IER.EDSSI) this.#modem.enabled((chip.ier & IER.EDSSI) !== 0);
    const { etbeiRearms } = chip.options;
    const rearms = etbeiRearms === "anyWrite" || (etbeiRearms === "rising" && (before & IER.ETBEI) === 0);
    if (chip.ier & IER.ETBEI && rearms) this.#transmitter.rearm();
  }

  #writeFcr(written: number): void {
    const chip = this.#chip;
    const { options } = chip;
    if (options.fifoSize === 1) return;
    const on = (written & FCR.FIFO_ENABLE) !== 0;
    const ignored = options.fcrNeedsFe && !on;
    const value = ignored ? 0 : written;

    let fifos64 = on && chip.fifos64;
    if (on && chip.dlab && options.fifoSize === 64) fifos64 = (value & FCR.SIXTY_FOUR) !== 0;
    const modeChanges = on !== chip.fifosOn || fifos64 !== chip.fifos64;
    if (modeChanges || value & FCR.RX_RESET) this.#receiver.flush();
    // A change of the size alone tells nothing that is known.
    const told =
      on !== chip.fifosOn ? options.fcrFeNoThri : options.fcrXfrNoThri || (value & FCR.TX_RESET) === 0;
    const indicates = !told;
    if (modeChanges || value & FCR.TX_RESET) this.#transmitter.flush(indicates);
    if (on !== chip.fifosOn) {
      this.#receiver.fifoChanged();
      this.#transmitter.fifoChanged();
    }

    chip.fifosOn = on;
    chip.fifosShown = on;
    chip.fifos64 = fifos64;
    if (ignored) return;
    chip.triggerBits = value >> 6;
    chip.dmaMode1 = (value & FCR.DMA_MODE) !== 0;
  }

  #writeMcr(value: number): void {
    const before = this.#chip.mcr;
    this.#chip.mcr = value & (this.#chip.options.autoFlow ? 0x3f : 0x1f);
    this.#modem.mcrChanged(before);
    if (!this.#chip.connected) this.#serialInput.abandon();
    // What the write itself changes is told before a character moves on.
    this.#chip.settle();
    // Auto-CTS may have been turned off, or see another CTS.
    this.#transmitter.proceed();
  }
}
