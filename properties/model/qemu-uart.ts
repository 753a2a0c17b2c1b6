/**
 * QEMU's 16550A as a model of its own, which knows nothing of options or of the chart: what its recorded traces show, in the fewest rules that
 * reproduce them. The preset `qemu` is compared with it on sequences that nobody has recorded.
 */
import { FCR, IER, IIR, LCR, LSR, MCR, MSR, type Uart16550Emission } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";

const FIFO_SIZE = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14];
const NANOSECONDS = 1e9;
const BAUD_BASE = 115_200;
const ZERO_DIVISOR_BAUD = 3500;
/** The divisor and the character time from power-on: 9600 baud, ten bits, each rounded down. */
const RESET_DIVISOR = 12;
const RESET_CHARACTER_TIME = Math.trunc(NANOSECONDS / 9600) * 10;
const SAMPLING_INTERVAL = NANOSECONDS / 100;

const NO_INTERRUPT = 1;
const CAUSES = { lineStatus: 6, timeout: 12, receivedData: 4, thrEmpty: 2, modemStatus: 0 };

export class QemuUart {
  now = 0;
  #emissions: Uart16550Emission[] = [];
  #divisor = RESET_DIVISOR;
  #characterTime = RESET_CHARACTER_TIME;
  #interruptEnable = 0;
  #fifoControl = 0;
  #triggerLevel = 0;
  #iirFifoBits = 0;
  #cause = NO_INTERRUPT;
  #lineControl = 0;
  #modemControl: number = MCR.OUT2;
  #lineStatus = LSR.THRE | LSR.TEMT;
  #modemStatus = MSR.CTS | MSR.DSR | MSR.DCD;
  #scratch = 0;
  /** RBR, which a break loads with 0x00 whether or not the FIFOs are on. */
  #receiveBuffer = 0;
  /** The receive FIFO, which breaks enter whether or not it is on. */
  #receiveFifo: number[] = [];
  #transmitFifo: number[] = [];
  /** THR without FIFOs. */
  #transmitHolding = 0;
  /** The character that the host has not taken. */
  #transmitShift: number | undefined;
  #isHeld = false;
  #thrEmptyPending = false;
  #timeoutPending = false;
  #timeoutDue: number | undefined;
  #samplingDue: number | undefined;
  #samplesPeriodically = false;
  #inputs = MSR.CTS | MSR.DSR | MSR.DCD;
  #level: 0 | 1 = 0;

  apply(input: Input): readonly Uart16550Emission[] {
    this.#emissions = [];
    switch (input.type) {
      case "read":
        this.#emissions.push({ type: "data", value: this.#read(input.offset) });
        break;
      case "write":
        this.#write(input.offset, input.value);
        break;
      case "receive":
        for (const character of input.characters) this.#receive(character as number);
        if (this.#fifosOn && input.characters.length > 0) this.#startTimeout();
        break;
      case "break":
        if (input.on) this.#receiveBreak();
        break;
      case "modem":
        this.#inputs =
          (input.cts ? MSR.CTS : 0) |
          (input.dsr ? MSR.DSR : 0) |
          (input.ri ? MSR.RI : 0) |
          (input.dcd ? MSR.DCD : 0);
        break;
      case "advance":
        this.#advance(this.now + input.ticks);
        break;
      case "hold":
        this.#isHeld = true;
        break;
      case "release":
        this.#isHeld = false;
        if (this.#transmitShift !== undefined) this.#transmit();
        break;
      case "reset":
        this.#reset();
        break;
      default:
        throw new TypeError(`${input.type}: not recorded`);
    }
    return this.#emissions;
  }

  get #fifosOn(): boolean {
    return (this.#fifoControl & FCR.FIFO_ENABLE) !== 0;
  }

  get #latchOpen(): boolean {
    return (this.#lineControl & LCR.DLAB) !== 0;
  }

  get #inLoopback(): boolean {
    return (this.#modemControl & MCR.LOOP) !== 0;
  }

  #updateInterrupt(): void {
    const enabled = this.#interruptEnable;
    const reachesTrigger = !this.#fifosOn || this.#receiveFifo.length >= this.#triggerLevel;
    if (enabled & IER.ELSI && this.#lineStatus & LSR.ERRORS) this.#cause = CAUSES.lineStatus;
    else if (enabled & IER.ERBFI && this.#timeoutPending) this.#cause = CAUSES.timeout;
    else if (enabled & IER.ERBFI && this.#lineStatus & LSR.DR && reachesTrigger)
      this.#cause = CAUSES.receivedData;
    else if (enabled & IER.ETBEI && this.#thrEmptyPending) this.#cause = CAUSES.thrEmpty;
    else if (enabled & IER.EDSSI && this.#modemStatus & MSR.DELTAS) this.#cause = CAUSES.modemStatus;
    else this.#cause = NO_INTERRUPT;
    const level = this.#cause === NO_INTERRUPT ? 0 : 1;
    if (level !== this.#level) this.#emissions.push({ type: "interruptLine", level });
    this.#level = level;
  }

  #read(offset: number): number {
    switch (offset) {
      case 0:
        return this.#latchOpen ? this.#divisor & 0xff : this.#readReceiveBuffer();
      case 1:
        return this.#latchOpen ? this.#divisor >> 8 : this.#interruptEnable;
      case 2: {
        const value = this.#cause | this.#iirFifoBits;
        if (this.#cause === CAUSES.thrEmpty) {
          this.#thrEmptyPending = false;
          this.#updateInterrupt();
        }
        return value;
      }
      case 3:
        return this.#lineControl;
      case 4:
        return this.#modemControl;
      case 5: {
        const value = this.#lineStatus;
        this.#lineStatus &= ~(LSR.BI | LSR.OE);
        this.#updateInterrupt();
        return value;
      }
      case 6:
        return this.#readModemStatus();
      case 7:
        return this.#scratch;
      default:
        return 0;
    }
  }

  #readReceiveBuffer(): number {
    let value = this.#receiveBuffer;
    if (this.#fifosOn) {
      value = this.#receiveFifo.shift() ?? 0;
      this.#timeoutPending = false;
      if (this.#receiveFifo.length > 0) this.#startTimeout();
    }
    if (!this.#fifosOn || this.#receiveFifo.length === 0) this.#lineStatus &= ~(LSR.DR | LSR.BI);
    this.#updateInterrupt();
    return value;
  }

  #readModemStatus(): number {
    if (this.#inLoopback) {
      const pairs = [
        [MCR.RTS, MSR.CTS],
        [MCR.DTR, MSR.DSR],
        [MCR.OUT1, MSR.RI],
        [MCR.OUT2, MSR.DCD],
      ] as const;
      return pairs.reduce((sum, [output, input]) => sum | (this.#modemControl & output ? input : 0), 0);
    }
    this.#sampleInputs();
    const value = this.#modemStatus;
    this.#modemStatus &= ~MSR.DELTAS;
    this.#updateInterrupt();
    return value;
  }

  #write(offset: number, value: number): void {
    switch (offset) {
      case 0:
        if (this.#latchOpen) this.#setFormat((this.#divisor & 0xff00) | value);
        else this.#writeTransmitHolding(value);
        break;
      case 1:
        if (this.#latchOpen) this.#setFormat((this.#divisor & 0xff) | (value << 8));
        else this.#writeInterruptEnable(value & 0x0f);
        break;
      case 2:
        this.#writeFifoControl(value);
        break;
      case 3:
        this.#lineControl = value;
        this.#setFormat(this.#divisor);
        break;
      case 4: {
        const written = value & 0x1f;
        const changes = written !== this.#modemControl;
        this.#modemControl = written;
        if (changes && !this.#inLoopback) this.#samplingDue = this.now + this.#characterTime;
        break;
      }
      case 7:
        this.#scratch = value;
        break;
    }
  }

  #setFormat(divisor: number): void {
    this.#divisor = divisor;
    const control = this.#lineControl;
    const bits = 1 + 5 + (control & 3) + (control & LCR.PEN ? 1 : 0) + (control & LCR.STB ? 2 : 1);
    const baud = divisor === 0 ? ZERO_DIVISOR_BAUD : Math.fround(BAUD_BASE / divisor);
    this.#characterTime = Math.trunc(Math.fround(Math.fround(NANOSECONDS / baud) * bits));
  }

  #writeInterruptEnable(value: number): void {
    const changed = this.#interruptEnable ^ value;
    this.#interruptEnable = value;
    if (changed & IER.EDSSI) {
      this.#samplesPeriodically = (value & IER.EDSSI) !== 0;
      if (this.#samplesPeriodically) this.#sampleInputs();
      else this.#samplingDue = undefined;
    }
    if (changed & IER.ETBEI) this.#thrEmptyPending = (value & IER.ETBEI & (this.#lineStatus >> 4)) !== 0;
    if (changed !== 0) this.#updateInterrupt();
  }

  #writeFifoControl(written: number): void {
    const switches = ((written ^ this.#fifoControl) & FCR.FIFO_ENABLE) !== 0;
    if (switches || written & FCR.RX_RESET) {
      this.#lineStatus &= ~(LSR.DR | LSR.BI);
      this.#timeoutDue = undefined;
      this.#timeoutPending = false;
      this.#receiveFifo = [];
    }
    if (switches || written & FCR.TX_RESET) {
      this.#lineStatus |= LSR.THRE;
      this.#thrEmptyPending = true;
      this.#transmitFifo = [];
    }
    this.#fifoControl = written & 0xc9;
    this.#iirFifoBits = this.#fifosOn ? IIR.FIFOS : 0;
    if (this.#fifosOn) this.#triggerLevel = TRIGGER_LEVELS[written >> 6] as number;
    this.#updateInterrupt();
  }

  #writeTransmitHolding(value: number): void {
    this.#transmitHolding = value;
    if (this.#fifosOn) {
      if (this.#transmitFifo.length === FIFO_SIZE) this.#transmitFifo.shift();
      this.#transmitFifo.push(value);
    }
    this.#thrEmptyPending = false;
    this.#lineStatus &= ~(LSR.THRE | LSR.TEMT);
    this.#updateInterrupt();
    if (this.#transmitShift === undefined) this.#transmit();
  }

  #transmit(): void {
    do {
      if (this.#transmitShift === undefined) {
        this.#transmitShift = this.#fifosOn ? (this.#transmitFifo.shift() ?? 0) : this.#transmitHolding;
        if (!this.#fifosOn || this.#transmitFifo.length === 0) this.#lineStatus |= LSR.THRE;
        if (this.#lineStatus & LSR.THRE && !this.#thrEmptyPending) {
          this.#thrEmptyPending = true;
          this.#updateInterrupt();
        }
      }
      if (this.#inLoopback) {
        this.#receive(this.#transmitShift);
        if (this.#fifosOn) this.#startTimeout();
      } else if (this.#isHeld) return;
      else this.#emissions.push({ type: "transmit", value: this.#transmitShift });
      this.#transmitShift = undefined;
    } while ((this.#lineStatus & LSR.THRE) === 0);
    this.#lineStatus |= LSR.TEMT;
  }

  #receive(value: number): void {
    if (this.#fifosOn) this.#queue(value);
    else {
      if (this.#lineStatus & LSR.DR) this.#lineStatus |= LSR.OE;
      this.#receiveBuffer = value;
    }
    this.#lineStatus |= LSR.DR;
    this.#updateInterrupt();
  }

  #receiveBreak(): void {
    this.#receiveBuffer = 0;
    this.#queue(0);
    this.#lineStatus |= LSR.BI | LSR.DR;
    this.#updateInterrupt();
  }

  #queue(value: number): void {
    if (this.#receiveFifo.length < FIFO_SIZE) this.#receiveFifo.push(value);
    else this.#lineStatus |= LSR.OE;
  }

  #startTimeout(): void {
    this.#timeoutDue = this.now + 4 * this.#characterTime;
  }

  #sampleInputs(): void {
    this.#samplingDue = undefined;
    const before = this.#modemStatus;
    const lines = before & ~MSR.DELTAS;
    if (lines !== this.#inputs) {
      const deltas = (before & MSR.DELTAS) | ((lines ^ this.#inputs) >> 4);
      const loses = (before & MSR.RI) === 0;
      this.#modemStatus = this.#inputs | (loses ? deltas & ~MSR.TERI : deltas);
      this.#updateInterrupt();
    }
    if (this.#samplesPeriodically) this.#samplingDue = this.now + SAMPLING_INTERVAL;
  }

  #advance(end: number): void {
    for (;;) {
      const due = Math.min(this.#timeoutDue ?? Infinity, this.#samplingDue ?? Infinity);
      if (due > end) break;
      this.now = due;
      if (this.#timeoutDue === due) {
        this.#timeoutDue = undefined;
        if (this.#receiveFifo.length > 0) {
          this.#timeoutPending = true;
          this.#updateInterrupt();
        }
      } else this.#sampleInputs();
    }
    this.now = end;
  }

  #reset(): void {
    this.#receiveBuffer = 0;
    this.#interruptEnable = 0;
    this.#cause = NO_INTERRUPT;
    this.#iirFifoBits = 0;
    this.#lineControl = 0;
    this.#lineStatus = LSR.THRE | LSR.TEMT;
    this.#divisor = RESET_DIVISOR;
    this.#characterTime = RESET_CHARACTER_TIME;
    this.#modemControl = MCR.OUT2;
    this.#scratch = 0;
    this.#transmitShift = undefined;
    this.#samplesPeriodically = false;
    this.#timeoutPending = false;
    this.#timeoutDue = undefined;
    this.#samplingDue = undefined;
    this.#receiveFifo = [];
    this.#transmitFifo = [];
    this.#thrEmptyPending = false;
    this.#modemStatus = this.#inputs;
    if (this.#level === 1) this.#emissions.push({ type: "interruptLine", level: 0 });
    this.#level = 0;
  }
}
