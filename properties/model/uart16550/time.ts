/** How long bits and characters are, and what a character looks like on the line. */
import { LCR } from "../../../machines/registers.js";
import type { Chip } from "./chip.js";

/** A bit lasts numerator / denominator ticks. */
interface BitTime {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What LCR and the divisor latch make of a character. A frame keeps what it began with. */
export interface Format {
  readonly dataBits: number;
  readonly parity: "none" | "odd" | "even" | "mark" | "space";
  readonly stopBits: 1 | 1.5 | 2;
  /** All bits with the start bit. */
  readonly bits: number;
  /** Undefined where there is no baud clock. */
  readonly bitTime: BitTime | undefined;
  /** What a character takes where that is not the time of its bits. */
  readonly characterTicks?: number;
}

export function formatOf(chip: Chip): Format {
  const dataBits = 5 + (chip.lcr & LCR.WLS);
  const parity = parityOf(chip.lcr);
  const stopBits = stopBitsOf(chip, dataBits);
  const bits = 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
  const format = { dataBits, parity, stopBits, bits, bitTime: bitTimeOf(chip) };
  if (chip.options.characterTime !== "qemu" || format.bitTime === undefined) return format;
  return { ...format, characterTicks: qemuCharacterTime(chip, bits) };
}

function parityOf(lcr: number): Format["parity"] {
  if ((lcr & LCR.PEN) === 0) return "none";
  const even = (lcr & LCR.EPS) !== 0;
  if (lcr & LCR.STICK) return even ? "space" : "mark";
  return even ? "even" : "odd";
}

function stopBitsOf({ lcr, options }: Chip, dataBits: number): 1 | 1.5 | 2 {
  const stb = (lcr & LCR.STB) !== 0;
  if (dataBits === 5 && options.stop15 === "stb" && stb) return 1.5;
  if (dataBits === 5 && options.stop15 === "noStb" && !stb) return 1.5;
  return stb ? 2 : 1;
}

function bitTimeOf(chip: Chip): BitTime | undefined {
  const { clock, inputClock, divisor0 } = chip.options;
  if (chip.divisor === 0 && divisor0 === "stopped") return undefined;
  if (chip.divisor === 0 && divisor0 === "3500baud") {
    return { numerator: BigInt(clock), denominator: 3500n };
  }
  const divisor = chip.divisor === 0 ? 65_536 : chip.divisor;
  return { numerator: 16n * BigInt(divisor) * BigInt(clock), denominator: BigInt(inputClock) };
}

/** QEMU computes in 32-bit floats. */
function qemuCharacterTime({ divisor, formatWritten, options }: Chip, bits: number): number {
  const { clock, inputClock, divisor0 } = options;
  if (!formatWritten) return Math.floor(clock / 9600) * 10;
  const f32 = Math.fround;
  const baud = divisor === 0 && divisor0 === "3500baud" ? 3500 : inputClock / 16 / (divisor || 65_536);
  return Math.trunc(f32(f32(clock / f32(baud)) * bits));
}

/** How many whole ticks so many bits, or halves of one, take. There must be a baud clock. */
export function ticksOf(format: Format, bits: number): number {
  const { numerator, denominator } = format.bitTime as BitTime;
  return Number((BigInt(2 * bits) * numerator) / (2n * denominator));
}

/** How long so many characters are, undefined where there is no baud clock. */
export function characterTime(format: Format, count = 1): number | undefined {
  if (format.bitTime === undefined) return undefined;
  return format.characterTicks === undefined
    ? ticksOf(format, count * format.bits)
    : count * format.characterTicks;
}

/** The parity bit that belongs to a character: the data and this bit together have an odd, or even, number of ones. */
export function parityBit({ parity, dataBits }: Format, value: number): 0 | 1 {
  if (parity === "mark") return 1;
  if (parity === "space") return 0;
  let ones = 0;
  for (let bit = 0; bit < dataBits; bit++) ones += (value >> bit) & 1;
  return ((parity === "odd" ? ones + 1 : ones) & 1) as 0 | 1;
}

/** The bits of a character before its stop bits: start bit, data from the least significant on, parity. */
export function bitsOf(format: Format, value: number): readonly (0 | 1)[] {
  const levels: (0 | 1)[] = [0];
  for (let bit = 0; bit < format.dataBits; bit++) levels.push(((value >> bit) & 1) as 0 | 1);
  if (format.parity !== "none") levels.push(parityBit(format, value));
  return levels;
}

/** The bits of a character that a word of this format has room for. */
export function wordMask(format: Format): number {
  return (1 << format.dataBits) - 1;
}
