/** RBR or the receive FIFO, the errors that LSR shows, and the character timeout. */
import { LSR } from "../../../machines/registers.js";
import type { Chip } from "./chip.js";
import { characterTime, type Format } from "./time.js";

interface Received {
  readonly value: number;
  /** PE, FE and BI, as LSR bits, that show when the character is the next to be read. */
  readonly errors: number;
}

export class Receiver {
  readonly #chip: Chip;
  #queue: Received[] = [];
  /** RBR, which the FIFO's characters never enter. */
  #rbr = 0;
  /** The character that was read out of the FIFO last, since it was on. */
  #lastOfFifo: number | undefined;
  /** OE, PE, FE and BI. */
  errors = 0;
  /** LSR bit 7 as a latch: `lsr7Clears` says for whom it counts. */
  #errorInFifo = false;
  #overrunInFifo = false;
  #timeoutAt: number | undefined;
  timeoutPending = false;

  /** Where every character ended up: received = delivered + overrun + flushed + count. */
  readonly counts = { received: 0, delivered: 0, overrun: 0, flushed: 0 };

  constructor(chip: Chip) {
    this.#chip = chip;
  }

  get count(): number {
    return this.#queue.length;
  }

  /** LSR bits 7 and 4 to 0. */
  get lsr(): number {
    return (this.count > 0 ? LSR.DR : 0) | this.errors | (this.#showsErrorInFifo() ? LSR.ERROR_IN_FIFO : 0);
  }

  #showsErrorInFifo(): boolean {
    if (!this.#chip.fifosOn) return false;
    if (this.#chip.options.lsr7Clears === "lsrRead") return this.#errorInFifo || this.#overrunInFifo;
    return this.#queue.some(({ errors }) => errors !== 0) || this.#overrunInFifo;
  }

  /**
   * A character is complete.
   *
   * @param errors - PE, FE and BI as LSR bits.
   * @param format - the current one, for the timeout.
   */
  arrive(value: number, errors: number, format: Format): void {
    const { options, fifosOn, capacity } = this.#chip;
    const isBreak = (errors & LSR.BI) !== 0;
    this.counts.received++;
    if (!fifosOn) {
      if (this.count > 0) {
        this.counts.overrun++;
        this.#overrun(!isBreak || options.breakOverrun);
      }
      this.#queue = [{ value, errors }];
      this.#rbr = value;
      this.errors |= errors;
      return;
    }
    const atOnce = isBreak && !options.breakInFifo;
    if (atOnce) this.errors |= errors;
    const carried = atOnce ? 0 : errors;
    if (this.count === capacity) {
      this.counts.overrun++;
      this.#overrun();
    } else {
      this.#queue.push({ value, errors: carried });
      if (this.count === 1) this.errors |= carried;
      if (carried !== 0) this.#errorInFifo = true;
    }
    if (!isBreak || options.breakArmsCti) this.#armTimeout(format);
  }

  #overrun(shown = true): void {
    if (shown) this.errors |= LSR.OE;
    if (this.#chip.options.overrunSetsLsr7 && this.#chip.fifosOn) this.#overrunInFifo = true;
    this.#chip.emit({ type: "overrun" });
  }

  /** What an RBR read would give. */
  peek(): number {
    const next = this.#queue[0];
    if (next !== undefined) return next.value;
    const { rbrEmptyStale } = this.#chip.options;
    if (rbrEmptyStale === "ones") return 0xff;
    if (!this.#chip.fifosOn) return this.#rbr;
    return rbrEmptyStale === "last" ? (this.#lastOfFifo ?? this.#rbr) : 0;
  }

  /** RBR is read. */
  read(format: Format): number {
    const { options, fifosOn } = this.#chip;
    const value = this.peek();
    const next = this.#queue.shift();
    if (next !== undefined) {
      this.counts.delivered++;
      if (fifosOn) this.#lastOfFifo = next.value;
    }
    if (options.rbrReadClearsErrors) this.errors = 0;
    if (!options.biByLsrOnly && this.count === 0) this.errors &= ~LSR.BI;
    this.timeoutPending = false;
    const top = this.#queue[0];
    if (next !== undefined && top !== undefined) this.errors |= top.errors;
    if (fifosOn && top !== undefined) this.#armTimeout(format);
    // Nothing can time out until the next arrival, unless that is a break which does not restart the timer.
    else if (options.breakArmsCti) this.#timeoutAt = undefined;
    return value;
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
    this.#errorInFifo = false;
    this.#overrunInFifo = false;
    this.#timeoutAt = undefined;
    this.timeoutPending = false;
    if (!this.#chip.options.biByLsrOnly) this.errors &= ~LSR.BI;
  }

  /** FCR bit 0 has changed. */
  fifoChanged(): void {
    this.#lastOfFifo = undefined;
  }

  reset(): void {
    this.flush();
    this.#lastOfFifo = undefined;
    this.errors = 0;
    if (!this.#chip.options.warmReset) this.#rbr = 0;
  }

  get due(): number | undefined {
    return this.#timeoutAt;
  }

  /** The timeout has run out. */
  timeOut(): void {
    this.#timeoutAt = undefined;
    if (this.count > 0) this.timeoutPending = true;
  }

  /** Four characters from now, as long as a character is now; without a baud clock never. One that is pending waits for a read. */
  #armTimeout(format: Format): void {
    if (this.timeoutPending) return;
    const four = characterTime(format, 4);
    this.#timeoutAt = four === undefined ? undefined : this.#chip.now + four;
  }
}
