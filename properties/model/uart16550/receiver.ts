/** RBR or the receive FIFO, the errors that LSR shows, and the character timeout. */
import { LSR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import { characterTime, type FrameFormat } from "./time.js";

interface Received {
  readonly value: number;
  /** PE, FE and BI, as LSR bits, that show when the character is the next to be read. */
  readonly errors: number;
}

export class Receiver {
  readonly #chipState: ChipState;
  #queue: Received[] = [];
  /** RBR, which the FIFO's characters never enter. */
  #rbr = 0;
  /** The character that was read out of the FIFO last since it was on, or else RBR as it was then. */
  #lastOfFifo: number | undefined;
  /** OE, PE, FE and BI. */
  errors = 0;
  /** LSR bit 7 as a latch: `lsr7Clears` says for whom it counts. */
  #errorInFifo = false;
  #overrunInFifo = false;
  /** The breaks in the FIFO that is off. */
  #hiddenBreaks = 0;
  #timeoutAt: number | undefined;
  timeoutPending = false;

  /** Where every character ended up: received = delivered + overrun + flushed + count. */
  readonly counts = { received: 0, delivered: 0, overrun: 0, flushed: 0 };

  constructor(chipState: ChipState) {
    this.#chipState = chipState;
  }

  get count(): number {
    return this.#queue.length;
  }

  /** LSR bits 7 and 4 to 0. */
  get lineStatus(): number {
    return (this.count > 0 ? LSR.DR : 0) | this.errors | (this.#showsErrorInFifo() ? LSR.ERROR_IN_FIFO : 0);
  }

  #showsErrorInFifo(): boolean {
    if (!this.#chipState.fifosOn) return false;
    if (this.#chipState.options.lsr7Clears === "lsrRead") return this.#errorInFifo || this.#overrunInFifo;
    return this.#queue.some(({ errors }) => errors !== 0) || this.#overrunInFifo;
  }

  /**
   * A character is complete.
   *
   * @param errorBits - PE, FE and BI as LSR bits.
   * @param frameFormat - the current one, for the timeout.
   */
  arrive(registerValue: number, errorBits: number, frameFormat: FrameFormat): void {
    const { options, fifosOn, capacity } = this.#chipState;
    const isBreak = (errorBits & LSR.BI) !== 0;
    this.counts.received++;
    if (!fifosOn) {
      if (this.count > 0) {
        this.counts.overrun++;
        this.#overrun(!isBreak || options.breakOverruns);
      }
      this.#queue = [{ value: registerValue, errors: errorBits }];
      this.#rbr = registerValue;
      this.errors |= errorBits;
      if (isBreak && options.breaksQueueWithoutFifo && ++this.#hiddenBreaks > 16) this.errors |= LSR.OE;
      return;
    }
    const atOnce = isBreak && !options.breakWaitsInFifo;
    if (atOnce) this.errors |= errorBits;
    if (atOnce && options.breakLoadsRBR) this.#rbr = registerValue;
    const carried = atOnce ? 0 : errorBits;
    if (this.count === capacity) {
      this.counts.overrun++;
      this.#overrun();
    } else {
      this.#queue.push({ value: registerValue, errors: carried });
      if (this.count === 1) this.errors |= carried;
      if (carried !== 0) this.#errorInFifo = true;
    }
    if (!isBreak || options.breakRestartsTimeout) this.#armTimeout(frameFormat);
  }

  #overrun(isReported = true): void {
    if (isReported) this.errors |= LSR.OE;
    if (this.#chipState.options.overrunSetsLsr7 && this.#chipState.fifosOn) this.#overrunInFifo = true;
    this.#chipState.emit({ type: "overrun" });
  }

  /** Returns the value of an RBR read, without its consequences. */
  peek(): number {
    const nextReceived = this.#queue[0];
    if (nextReceived !== undefined) return nextReceived.value;
    const { emptyReadGives } = this.#chipState.options;
    if (emptyReadGives === "ones") return 0xff;
    if (!this.#chipState.fifosOn) return this.#rbr;
    return emptyReadGives === "last" ? (this.#lastOfFifo ?? this.#rbr) : 0;
  }

  /** RBR is read. */
  read(frameFormat: FrameFormat): number {
    const { options, fifosOn } = this.#chipState;
    const registerValue = this.peek();
    const nextReceived = this.#queue.shift();
    if (nextReceived !== undefined) {
      this.counts.delivered++;
      if (fifosOn) this.#lastOfFifo = nextReceived.value;
    }
    if (options.rbrReadClearsErrors) this.errors = 0;
    if (!options.breakClearsByLsrReadOnly && this.count === 0) this.errors &= ~LSR.BI;
    this.timeoutPending = false;
    const top = this.#queue[0];
    if (nextReceived !== undefined && top !== undefined) this.errors |= top.errors;
    if (fifosOn && top !== undefined) this.#armTimeout(frameFormat);
    // Nothing can time out until the next arrival, unless that is a break which does not restart the timer.
    else if (options.breakRestartsTimeout) this.#timeoutAt = undefined;
    return registerValue;
  }

  /** LSR is read: what it showed is cleared, bit 7 only if no character behind the next one has an error. */
  lsrRead(): void {
    this.errors = 0;
    if (this.#queue.slice(1).some(({ errors }) => errors !== 0)) return;
    this.#errorInFifo = false;
    this.#overrunInFifo = false;
  }

  flush(): void {
    this.counts.flushed += this.count;
    this.#queue = [];
    this.#hiddenBreaks = 0;
    this.#errorInFifo = false;
    this.#overrunInFifo = false;
    this.#timeoutAt = undefined;
    this.timeoutPending = false;
    if (!this.#chipState.options.breakClearsByLsrReadOnly) this.errors &= ~LSR.BI;
  }

  /** FCR bit 0 has changed: the FIFO begins with what RBR has now, which a break may replace later (A21). */
  fifoChanged(): void {
    this.#lastOfFifo = this.#rbr;
  }

  reset(): void {
    this.flush();
    this.#lastOfFifo = undefined;
    this.errors = 0;
    if (!this.#chipState.options.resetClearsFcr) this.#rbr = 0;
  }

  get dueTick(): number | undefined {
    return this.#timeoutAt;
  }

  /** The timeout has run out. */
  timeOut(): void {
    this.#timeoutAt = undefined;
    if (this.count > 0) this.timeoutPending = true;
  }

  /** Four characters from now, as long as a character is now; without a baud clock never. One that is pending waits for a read. */
  #armTimeout(frameFormat: FrameFormat): void {
    if (this.timeoutPending) return;
    const four = characterTime(frameFormat, 4);
    this.#timeoutAt = four === undefined ? undefined : this.#chipState.now + four;
  }
}
