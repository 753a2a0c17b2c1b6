/** SIN, sampled in the middle of each bit. */
import { LSR } from "../../../machines/registers.js";
import type { Chip } from "./chip.js";
import { type Format, formatOf, parityBit, ticksOf } from "./time.js";

interface Frame {
  readonly format: Format;
  /** When its start bit began. */
  readonly start: number;
  /** What has been sampled after the start bit: data, parity, first stop bit. */
  readonly sampled: (0 | 1)[];
  /** How many half bits after the start the next event is: 1 samples the start bit, 3, 5, 7... sample the others. */
  half: number;
}

export class SerialInput {
  readonly #chip: Chip;
  readonly #complete: (value: number, errors: number) => void;
  level: 0 | 1 = 1;
  /** A break lasts, whether SIN showed it or the other end was said to begin one: nothing is received before the line marks. */
  inBreak = false;
  #frame: Frame | undefined;

  constructor(chip: Chip, complete: (value: number, errors: number) => void) {
    this.#chip = chip;
    this.#complete = complete;
  }

  /** A character is arriving, its start bit included. */
  get arriving(): boolean {
    return this.#frame !== undefined;
  }

  /** A character is arriving and its start bit has been confirmed, in its middle. */
  get startConfirmed(): boolean {
    return this.#frame !== undefined && this.#frame.half > 1;
  }

  line(level: 0 | 1): void {
    const falls = this.level === 1 && level === 0;
    this.level = level;
    const starts = falls && this.#frame === undefined && !this.inBreak && this.#chip.connected;
    if (level === 1) this.inBreak = false;
    if (!starts) return;
    const format = formatOf(this.#chip);
    if (format.bitTime === undefined) return;
    this.#frame = { format, start: this.#chip.now, sampled: [], half: 1 };
  }

  /** Whatever was arriving is not received. */
  abandon(): void {
    this.#frame = undefined;
  }

  get due(): number | undefined {
    if (this.#frame === undefined) return undefined;
    return this.#frame.start + ticksOf(this.#frame.format, this.#frame.half / 2);
  }

  sample(): void {
    const frame = this.#frame as Frame;
    const { format, sampled } = frame;
    if (frame.half === 1) {
      if (this.level === 1) this.#frame = undefined;
      frame.half = 3;
      return;
    }
    sampled.push(this.level);
    frame.half += 2;
    const parityBits = format.parity === "none" ? 0 : 1;
    if (sampled.length === format.dataBits + parityBits + 1) this.#end(format, sampled);
  }

  /** The middle of the first stop bit. */
  #end(format: Format, sampled: readonly (0 | 1)[]): void {
    this.#frame = undefined;
    const stop = sampled.at(-1);
    let value = 0;
    for (let bit = 0; bit < format.dataBits; bit++) value |= (sampled[bit] as number) << bit;
    if (sampled.every((level) => level === 0)) {
      this.inBreak = true;
      this.#complete(0, breakErrors(this.#chip, format));
      return;
    }
    let errors = 0;
    if (format.parity !== "none" && sampled[format.dataBits] !== parityBit(format, value)) errors |= LSR.PE;
    if (stop === 0) {
      errors |= LSR.FE;
      this.#resynchronise();
    }
    this.#complete(value, errors);
  }

  /** The bad stop bit is taken as the next character's start bit, whose middle this is. */
  #resynchronise(): void {
    const format = formatOf(this.#chip);
    if (format.bitTime === undefined) return;
    this.#frame = { format, start: this.#chip.now - ticksOf(format, 0.5), sampled: [], half: 3 };
  }
}

/** What is wrong with a break: its stop bit is 0, and so is its parity bit. */
export function breakErrors(chip: Chip, format: Format): number {
  if (!chip.options.breakErrors) return LSR.BI;
  const parityWrong = format.parity !== "none" && parityBit(format, 0) === 1;
  return LSR.BI | LSR.FE | (parityWrong ? LSR.PE : 0);
}
