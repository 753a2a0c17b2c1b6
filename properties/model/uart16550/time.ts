/** The durations of bits and characters, and the levels of a character on the line. */
import { LCR } from "../../../machines/index.js";
import type { ChipState } from "./chip.js";

/** A bit lasts numerator / denominator ticks. */
interface BitTime {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The format of a character, from LCR and the divisor latch. A frame keeps the format that it began with. */
export interface FrameFormat {
  readonly dataBits: number;
  readonly parity: "none" | "odd" | "even" | "mark" | "space";
  readonly stopBits: 1 | 1.5 | 2;
  /** All bits with the start bit. */
  readonly bits: number;
  /** Undefined where there is no baud clock. */
  readonly bitTime: BitTime | undefined;
  /** The duration of a character where it is not that of its bits. */
  readonly characterTicks?: number;
}

export function formatOf(chipState: ChipState): FrameFormat {
  const dataBits = 5 + (chipState.lineControl & LCR.WLS);
  const parityMode = parityOf(chipState.lineControl);
  const stopBits = stopBitsOf(chipState, dataBits);
  const bits = 1 + dataBits + (parityMode === "none" ? 0 : 1) + stopBits;
  const format = { dataBits, parity: parityMode, stopBits, bits, bitTime: bitTimeOf(chipState) };
  if (chipState.options.characterTime !== "qemu" || format.bitTime === undefined) return format;
  return { ...format, characterTicks: qemuCharacterTime(chipState, bits) };
}

function parityOf(lineControl: number): FrameFormat["parity"] {
  if ((lineControl & LCR.PEN) === 0) return "none";
  const evenParity = (lineControl & LCR.EPS) !== 0;
  if (lineControl & LCR.STICK) return evenParity ? "space" : "mark";
  return evenParity ? "even" : "odd";
}

function stopBitsOf({ lineControl, options }: ChipState, dataBits: number): 1 | 1.5 | 2 {
  const stb = (lineControl & LCR.STB) !== 0;
  if (dataBits === 5 && options.oneAndAHalfStopBits === "withSTB" && stb) return 1.5;
  if (dataBits === 5 && options.oneAndAHalfStopBits === "withoutSTB" && !stb) return 1.5;
  return stb ? 2 : 1;
}

function bitTimeOf(chipState: ChipState): BitTime | undefined {
  const { clock, inputClock, zeroDivisor } = chipState.options;
  if (chipState.divisor === 0 && zeroDivisor === "stopped") return undefined;
  if (chipState.divisor === 0 && zeroDivisor === "3500baud") {
    return { numerator: BigInt(clock), denominator: 3500n };
  }
  const divisor = chipState.divisor === 0 ? 65_536 : chipState.divisor;
  return { numerator: 16n * BigInt(divisor) * BigInt(clock), denominator: BigInt(inputClock) };
}

/** QEMU computes in 32-bit floats. */
function qemuCharacterTime({ divisor, formatWritten, options }: ChipState, bits: number): number {
  const { clock, inputClock, zeroDivisor } = options;
  if (!formatWritten) return Math.floor(clock / 9600) * 10;
  const f32 = Math.fround;
  const baud = divisor === 0 && zeroDivisor === "3500baud" ? 3500 : inputClock / 16 / (divisor || 65_536);
  return Math.trunc(f32(f32(clock / f32(baud)) * bits));
}

/** Returns the whole ticks that some bits, or half bits, take. There must be a baud clock. */
export function ticksOf(frameFormat: FrameFormat, bits: number): number {
  const { numerator, denominator } = frameFormat.bitTime as BitTime;
  return Number((BigInt(2 * bits) * numerator) / (2n * denominator));
}

/** Returns the ticks of some characters; undefined without a baud clock. */
export function characterTime(frameFormat: FrameFormat, characterCount = 1): number | undefined {
  if (frameFormat.bitTime === undefined) return undefined;
  return frameFormat.characterTicks === undefined
    ? ticksOf(frameFormat, characterCount * frameFormat.bits)
    : characterCount * frameFormat.characterTicks;
}

/** The parity bit that belongs to a character: the data and this bit together have an odd, or even, number of ones. */
export function parityBit({ parity, dataBits }: FrameFormat, registerValue: number): 0 | 1 {
  if (parity === "mark") return 1;
  if (parity === "space") return 0;
  let onesCount = 0;
  for (let bitIndex = 0; bitIndex < dataBits; bitIndex++) onesCount += (registerValue >> bitIndex) & 1;
  return ((parity === "odd" ? onesCount + 1 : onesCount) & 1) as 0 | 1;
}

/** The bits of a character before its stop bits: start bit, data from the least significant on, parity. */
export function bitsOf(frameFormat: FrameFormat, registerValue: number): readonly (0 | 1)[] {
  const pinLevels: (0 | 1)[] = [0];
  for (let bitIndex = 0; bitIndex < frameFormat.dataBits; bitIndex++)
    pinLevels.push(((registerValue >> bitIndex) & 1) as 0 | 1);
  if (frameFormat.parity !== "none") pinLevels.push(parityBit(frameFormat, registerValue));
  return pinLevels;
}

/** The bits of a character that a word of this format has room for. */
export function wordMask(frameFormat: FrameFormat): number {
  return (1 << frameFormat.dataBits) - 1;
}
