import { FCR, IIR, LCR, LSR } from "../../../machines/index.js";

const BASE_CLOCK = 1_843_200;
const SAMPLES = 16;
const FIFO_SIZE = 16;
const LARGE_FIFO_SIZE = 64;
/** IIR bit 5: the FIFOs hold 64 bytes. */
const LARGE_FIFO = 0x20;
const SOURCE_BITS = 0x0e;
/** LCR's bits for 8N1, and the divisor for 115,200 baud: where the recording does not begin with a format. */
const DEFAULT_FORMAT = 0x03;
const DEFAULT_DIVISOR = 1;

/** What a driver knows of a transmitter by what it read: the room in THR or the FIFO, and whether a character is still being sent. */
export class TransmitterModel {
  readonly #clock: number;
  #room = FIFO_SIZE;
  #queued = 0;
  #isBusy = false;
  #isFifoOn = false;
  #fifoSize = FIFO_SIZE;
  #divisor = DEFAULT_DIVISOR;
  #format = DEFAULT_FORMAT;
  #now = 0;
  /** The time at which the last character has left. */
  #endTime = 0;

  /** @param clock - the ticks a second of `advance`; by default those of the clock of a PC's UART. */
  constructor(clock = BASE_CLOCK) {
    this.#clock = clock;
  }

  /** How many characters may be written. */
  get room(): number {
    return this.#room;
  }

  /** The characters that were written since there was room for all. */
  get queued(): number {
    return this.#queued;
  }

  /** True if a character may still be leaving. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get #capacity(): number {
    return this.#isFifoOn ? this.#fifoSize : 1;
  }

  reset(): void {
    this.#isFifoOn = false;
    this.#fifoSize = FIFO_SIZE;
    this.#divisor = DEFAULT_DIVISOR;
    this.#format = DEFAULT_FORMAT;
    this.#empty();
  }

  #empty(): void {
    this.#setRoom();
    this.#isBusy = false;
  }

  #setRoom(): void {
    this.#room = this.#capacity;
    this.#queued = 0;
  }

  /** Lets time pass, in which characters leave. */
  advance(ticks: number): void {
    this.#now += ticks;
    if (!this.#isBusy) return;
    const remaining = Math.ceil((this.#endTime - this.#now) / this.#characterTicks);
    if (remaining <= 0) this.#empty();
    // The first of them is being sent, and takes no room.
    else this.#room = Math.max(this.#room, this.#capacity - (remaining - 1));
  }

  get #characterTicks(): number {
    const { WLS, STB, PEN } = LCR;
    const bits = 1 + 5 + (this.#format & WLS) + (this.#format & PEN ? 1 : 0) + (this.#format & STB ? 2 : 1);
    return (bits * SAMPLES * this.#divisor * this.#clock) / BASE_CLOCK;
  }

  write(): void {
    this.#room--;
    this.#queued++;
    this.#isBusy = true;
    this.#endTime = Math.max(this.#now, this.#endTime) + this.#characterTicks;
  }

  recordLsr(value: number): void {
    if ((value & LSR.THRE) !== 0) this.#setRoom();
    if ((value & LSR.TEMT) !== 0) this.#isBusy = false;
  }

  recordIir(value: number): void {
    if (this.#isFifoOn && (value & IIR.FIFOS) !== IIR.FIFOS) this.#isFifoOn = false;
    if ((value & LARGE_FIFO) !== 0) this.#fifoSize = LARGE_FIFO_SIZE;
    if ((value & IIR.NONE) === 0 && (value & SOURCE_BITS) === IIR.THRE) this.#setRoom();
  }

  recordFcr(value: number): void {
    const isOn = (value & FCR.FIFO_ENABLE) !== 0;
    // A change clears both FIFOs, and so does the transmitter's own bit.
    const isCleared = isOn !== this.#isFifoOn || (value & FCR.TX_RESET) !== 0;
    this.#isFifoOn = isOn;
    if (isCleared) this.#setRoom();
  }

  recordFormat(value: number): void {
    this.#format = value;
  }

  /** True if the divisor was known and is another one. */
  isDivisorChanged(divisor: readonly [number, number]): boolean {
    const value = this.#valueOf(divisor);
    return value !== undefined && value !== this.#divisor;
  }

  recordDivisor(divisor: readonly [number, number]): void {
    this.#divisor = this.#valueOf(divisor) ?? this.#divisor;
  }

  #valueOf([low, high]: readonly [number, number]): number | undefined {
    return low < 0 || high < 0 ? undefined : low + 256 * high;
  }
}
