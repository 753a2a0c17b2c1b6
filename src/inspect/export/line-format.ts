import { LCR, LSR, UART16550_PRESETS, type Uart16550Options } from "../../../machines/index.js";
import { bitsAfterStart, bitTime, frameBits, sampledBits } from "../../../machines/internal.js";
import type { Chart } from "../../device/index.js";
import type { Character } from "../../journal/index.js";

/** The rate at which characters are drawn that a stopped baud clock could not send. */
const RATE_WITHOUT_CLOCK = 9600;

const NS = 1e9;

/** The format of characters on the line, by LCR and the divisor latch. */
export interface LineFormat {
  readonly options: Uart16550Options;
  readonly lcr: number;
  /** The duration of a bit, in nanoseconds. */
  readonly bitDuration: number;
  /** The duration of a character, start and stop bits included, in nanoseconds. */
  readonly characterDuration: number;
}

/** A character on the line, with its errors. */
export interface LineCharacter {
  /** 0 to 255. */
  readonly byteValue: number;
  /** The LSR bits PE, FE and BI of its errors. */
  readonly errorBits: number;
}

/** A stretch of the line at one level. */
interface LevelRun {
  readonly level: 0 | 1;
  /** Nanoseconds. */
  readonly duration: number;
}

/** The registers that determine the format. */
type FormatRegisters = Readonly<Record<"LCR" | "DLL" | "DLM", number>>;

/** Returns the current format of a chart's characters. `serial`, which has no bits, is drawn as a PC16550D. */
export function lineFormatOf(chart: Chart, { LCR: lcr, DLL, DLM }: FormatRegisters): LineFormat {
  const options =
    chart.id === "uart16550" ? (chart.options as unknown as Uart16550Options) : UART16550_PRESETS.pc16550d;
  const { ticks, bits } = bitTime(options, DLL | (DLM << 8));
  const bitDuration = ticks > 0 ? (ticks / bits / options.clock) * NS : NS / RATE_WITHOUT_CLOCK;
  return { options, lcr, bitDuration, characterDuration: frameBits(options, lcr) * bitDuration };
}

/** Returns a character of an input, with its errors as LSR's bits. */
export function lineCharacterOf(character: Character): LineCharacter {
  if (typeof character === "number") return { byteValue: character, errorBits: 0 };
  const { value, parity, framing, break: broken } = character;
  return {
    byteValue: value,
    errorBits: (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (broken ? LSR.BI : 0),
  };
}

/**
 * A character as levels on the line, from its start bit on. A wrong stop bit is followed by one bit of mark, or the next start bit could not be
 * seen. A parity error of a format without parity cannot be drawn.
 */
export function levelRuns(
  { options, lcr, bitDuration }: LineFormat,
  { byteValue, errorBits }: LineCharacter,
): LevelRun[] {
  const stopDuration = (frameBits(options, lcr) - 1 - sampledBits(lcr)) * bitDuration;
  const markBit = { level: 1, duration: bitDuration } as const;
  if (errorBits & LSR.BI)
    return [{ level: 0, duration: (1 + sampledBits(lcr)) * bitDuration + stopDuration }, markBit];
  const wrongParity = errorBits & LSR.PE && lcr & LCR.PEN ? 1 << (sampledBits(lcr) - 1) : 0;
  const bits = bitsAfterStart(lcr, byteValue) ^ wrongParity;
  const levels = Array.from({ length: sampledBits(lcr) }, (_, i) => ((bits >> i) & 1) as 0 | 1);
  const sampledLevels = [0 as const, ...levels].map((level) => ({ level, duration: bitDuration }));
  return errorBits & LSR.FE
    ? [...sampledLevels, { level: 0, duration: stopDuration }, markBit]
    : [...sampledLevels, { level: 1, duration: stopDuration }];
}
