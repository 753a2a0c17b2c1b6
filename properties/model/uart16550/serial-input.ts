/** SIN, sampled in the middle of each bit. */
import { LSR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";
import { type FrameFormat, formatOf, parityBit, ticksOf } from "./time.js";

interface Frame {
  readonly frameFormat: FrameFormat;
  /** When its start bit began. */
  readonly start: number;
  /** The levels sampled after the start bit: data, parity, first stop bit. */
  readonly sampled: (0 | 1)[];
  /** The half bits from the start to the next event: 1 samples the start bit, 3, 5, 7... sample the others. */
  half: number;
}

export class SerialInput {
  readonly #chipState: ChipState;
  readonly #complete: (registerValue: number, errorBits: number) => void;
  level: 0 | 1 = 1;
  /** A break lasts, whether SIN showed it or the other end was said to begin one: nothing is received before the line marks. */
  inBreak = false;
  #frame: Frame | undefined;

  constructor(chipState: ChipState, complete: (registerValue: number, errorBits: number) => void) {
    this.#chipState = chipState;
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

  line(pinLevel: 0 | 1): void {
    const falls = this.level === 1 && pinLevel === 0;
    this.level = pinLevel;
    const starts = falls && this.#frame === undefined && !this.inBreak && this.#chipState.connected;
    if (pinLevel === 1) this.inBreak = false;
    if (!starts) return;
    const frameFormat = formatOf(this.#chipState);
    if (frameFormat.bitTime === undefined) return;
    this.#frame = { frameFormat: frameFormat, start: this.#chipState.now, sampled: [], half: 1 };
  }

  /** Whatever was arriving is not received. */
  abandon(): void {
    this.#frame = undefined;
  }

  get dueTick(): number | undefined {
    if (this.#frame === undefined) return undefined;
    return this.#frame.start + ticksOf(this.#frame.frameFormat, this.#frame.half / 2);
  }

  sample(): void {
    const frame = this.#frame as Frame;
    const { frameFormat: format, sampled } = frame;
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
  #end(frameFormat: FrameFormat, sampled: readonly (0 | 1)[]): void {
    this.#frame = undefined;
    const stop = sampled.at(-1);
    let registerValue = 0;
    for (let bitIndex = 0; bitIndex < frameFormat.dataBits; bitIndex++)
      registerValue |= (sampled[bitIndex] as number) << bitIndex;
    if (sampled.every((level) => level === 0)) {
      this.inBreak = true;
      this.#complete(0, breakErrors(this.#chipState, frameFormat));
      return;
    }
    let errorBits = 0;
    if (
      frameFormat.parity !== "none" &&
      sampled[frameFormat.dataBits] !== parityBit(frameFormat, registerValue)
    )
      errorBits |= LSR.PE;
    if (stop === 0) {
      errorBits |= LSR.FE;
      this.#resynchronise();
    }
    this.#complete(registerValue, errorBits);
  }

  /** The bad stop bit is taken as the next character's start bit, whose middle this is. */
  #resynchronise(): void {
    const frameFormat = formatOf(this.#chipState);
    if (frameFormat.bitTime === undefined) return;
    this.#frame = {
      frameFormat: frameFormat,
      start: this.#chipState.now - ticksOf(frameFormat, 0.5),
      sampled: [],
      half: 3,
    };
  }
}

/** Returns the errors of a break: its stop bit is 0, and so is its parity bit. */
export function breakErrors(chipState: ChipState, frameFormat: FrameFormat): number {
  if (!chipState.options.breakIsFramingError) return LSR.BI;
  const parityWrong = frameFormat.parity !== "none" && parityBit(frameFormat, 0) === 1;
  return LSR.BI | LSR.FE | (parityWrong ? LSR.PE : 0);
}
