/** THR or the transmit FIFO, the shift register, and the THR empty indication. */
import { LCR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import { bitsOf, type FrameFormat, formatOf, ticksOf, wordMask } from "./time.js";

interface Shifting {
  readonly value: number;
  readonly frameFormat: FrameFormat;
  /** The levels before the stop bits. */
  readonly levels: readonly (0 | 1)[];
  readonly start: number;
  /** Which bit is on the line; the stop bits are one. */
  bit: number;
  /** All bits are over, but the host does not take the character. */
  waiting: boolean;
}

/** Where the characters of the transmitter go and what it asks of the other parts. */
interface TransmitterSurroundings {
  /** The shift register's character goes to the receiver. */
  loopBack(registerValue: number): void;
  /** True if auto-CTS lets the next character be taken. */
  clearToSend(): boolean;
}

export class Transmitter {
  readonly #chipState: ChipState;
  readonly #surroundings: TransmitterSurroundings;
  #queue: number[] = [];
  #shifting: Shifting | undefined;
  /** LSR bit 5. */
  thre = true;
  /** The THR empty interrupt's source. */
  threPending = false;
  /** True if the host takes no output. */
  held = false;

  /** When a delayed THR empty indication comes. */
  #indicationAt: number | undefined;
  /** True if the FIFO has held two characters at once since THRE was last 1. */
  #heldTwo = false;
  /** True if THRE has not risen yet since FCR bit 0 changed. */
  #firstSinceFifoChange = false;

  /** Where every character ended up: written = transmitted + looped + broken + dropped + flushed + what is queued and shifted. */
  readonly counts = { written: 0, transmitted: 0, looped: 0, broken: 0, dropped: 0, flushed: 0 };

  constructor(chipState: ChipState, surroundings: TransmitterSurroundings) {
    this.#chipState = chipState;
    this.#surroundings = surroundings;
  }

  get count(): number {
    return this.#queue.length;
  }

  get shifting(): 0 | 1 {
    return this.#shifting === undefined ? 0 : 1;
  }

  /** LSR bit 6. */
  get temt(): boolean {
    return this.#shifting === undefined && this.count === 0;
  }

  /** The shift register's output. */
  get level(): 0 | 1 {
    return this.#shifting?.levels[this.#shifting.bit] ?? 1;
  }

  /** THR is written. */
  write(registerValue: number, served: boolean): void {
    this.counts.written++;
    if (this.count === this.#chipState.capacity) this.#makeRoom(registerValue);
    else this.#queue.push(registerValue);
    if (this.count >= 2) this.#heldTwo = true;
    this.thre = false;
    this.threPending = false;
    this.#indicationAt = undefined;
    // The interrupt line falls here even if the character is taken at once.
    this.#chipState.updateOutputs(served);
    this.proceed();
  }

  #makeRoom(registerValue: number): void {
    switch (this.#chipState.options.overflow) {
      case "dropNewest":
        this.counts.dropped++;
        break;
      case "dropOldest":
        this.counts.dropped++;
        this.#queue.shift();
        this.#queue.push(registerValue);
        break;
      case "overwriteLast":
        this.counts.dropped++;
        this.#queue.pop();
        this.#queue.push(registerValue);
        break;
      case "wrap":
        this.counts.dropped += this.count;
        this.#queue = [registerValue];
        break;
    }
  }

  /** The shift register takes characters while it can. */
  proceed(): void {
    while (this.#shifting === undefined && this.count > 0 && this.#surroundings.clearToSend()) {
      const frameFormat = formatOf(this.#chipState);
      if (this.#chipState.options.transmitterIsTimed && frameFormat.bitTime === undefined) return;
      this.#take(this.#queue.shift() as number, frameFormat);
      if (!this.#chipState.options.transmitterIsTimed) this.#leave();
    }
  }

  #take(written: number, frameFormat: FrameFormat): void {
    const { now, options } = this.#chipState;
    const registerValue = options.wordLengthMasksCharacters ? written & wordMask(frameFormat) : written;
    const pinLevels = options.transmitterIsTimed ? bitsOf(frameFormat, registerValue) : [];
    this.#shifting = {
      value: registerValue,
      frameFormat: frameFormat,
      levels: pinLevels,
      start: now,
      bit: 0,
      waiting: false,
    };
    if (this.count === 0) this.#ranEmpty(frameFormat);
    this.#chipState.updateOutputs();
  }

  /** THRE rises, or will: the indication is delayed when the FIFO was used like a register. */
  #ranEmpty(frameFormat: FrameFormat): void {
    const { options, fifosOn, now } = this.#chipState;
    const delayed =
      options.transmitterIsTimed &&
      fifosOn &&
      options.threDelay !== "none" &&
      !this.#heldTwo &&
      !this.#firstSinceFifoChange;
    if (!delayed) {
      this.#indicate();
      return;
    }
    if (options.threDelay === "interrupt") this.#threRises();
    // One character time less the last stop bit, which is half a bit where there are one and a half.
    const lastStopBit = frameFormat.stopBits === 1.5 ? 0.5 : 1;
    this.#indicationAt = now + ticksOf(frameFormat, frameFormat.bits - lastStopBit);
  }

  #indicate(): void {
    this.#indicationAt = undefined;
    this.#threRises();
    this.threPending = true;
  }

  #threRises(): void {
    this.thre = true;
    this.#heldTwo = false;
    this.#firstSinceFifoChange = false;
  }

  /** The character in the shift register leaves it, if it can. A break hides what is on the line, not what the host has yet to take. */
  #leave(): void {
    const chipState = this.#chipState;
    const shifting = this.#shifting as Shifting;
    if (chipState.loop) {
      this.#shifting = undefined;
      this.counts.looped++;
      this.#surroundings.loopBack(shifting.value);
    } else if (
      !shifting.waiting &&
      chipState.options.breakHidesOutput &&
      (chipState.lineControl & LCR.BREAK) !== 0
    ) {
      this.#shifting = undefined;
      this.counts.broken++;
    } else if (this.held) {
      shifting.waiting = true;
    } else {
      this.#shifting = undefined;
      this.counts.transmitted++;
      chipState.emit({ type: "transmit", value: shifting.value });
    }
  }

  release(): void {
    this.held = false;
    if (this.#shifting?.waiting) this.#leave();
    this.proceed();
  }

  /**
   * The FIFO is reset; the shift register is not.
   *
   * @param indicates - whether that is a new THR empty interrupt even if THRE is 1 already, and has been indicated.
   */
  flush(indicates: boolean): void {
    this.counts.flushed += this.count;
    this.#queue = [];
    if (!this.thre || this.#indicationAt !== undefined) this.#indicate();
    else if (indicates) this.threPending = true;
  }

  /** ETBEI is set, which indicates THR empty if THRE is 1: at once and no second time, even where its interrupt was delayed. */
  rearm(): void {
    if (!this.thre) return;
    this.#indicationAt = undefined;
    this.threPending = true;
  }

  /** FCR bit 0 has changed: the next indication comes at once. */
  fifoChanged(): void {
    this.#firstSinceFifoChange = true;
  }

  reset(): void {
    this.counts.flushed += this.count + this.shifting;
    this.#queue = [];
    this.#shifting = undefined;
    this.thre = true;
    this.threPending = false;
    this.#indicationAt = undefined;
    this.#heldTwo = false;
    this.#firstSinceFifoChange = false;
  }

  /** When the next bit begins, or the last is over. */
  get dueTick(): number | undefined {
    if (this.#shifting === undefined || this.#shifting.waiting) return undefined;
    const { start, frameFormat: format, bit, levels } = this.#shifting;
    return start + ticksOf(format, bit < levels.length ? bit + 1 : format.bits);
  }

  /** A bit is over. */
  bitOver(): void {
    const shifting = this.#shifting as Shifting;
    if (shifting.bit < shifting.levels.length) {
      shifting.bit++;
    } else {
      this.#leave();
      this.proceed();
    }
  }

  get indicationDue(): number | undefined {
    return this.#indicationAt;
  }

  /** The delayed indication comes. */
  indicationComes(): void {
    this.#indicate();
  }
}
