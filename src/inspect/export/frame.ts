import { LCR, LSR, UART16550_PRESETS, type Uart16550Options } from "../../../machines/index.js";
import { bitsAfterStart, frameBits, sampledBits } from "../../../machines/uart16550/format.js";
import { bitTime } from "../../../machines/uart16550/time.js";
import type { Chart } from "../../device/index.js";
import type { Character } from "../../journal/index.js";

/** The rate at which characters are drawn that a stopped baud clock could not send. */
const RATE_WITHOUT_CLOCK = 9600;

const NS = 1e9;

/** How a character lies on the line: what LCR and the divisor latch say. */
export interface LineFormat {
  readonly options: Uart16550Options;
  readonly lcr: number;
  /** How long a bit is, in nanoseconds. */
  readonly bit: number;
  /** How long a character is, start and stop bits included, in nanoseconds. */
  readonly length: number;
}

/** A character on the line, with what is wrong with it. */
export interface LineCharacter {
  /** 0 to 255. */
  readonly value: number;
  /** The LSR bits PE, FE and BI of its errors. */
  readonly errors: number;
}

/** A stretch of the line at one level. */
export interface Stretch {
  readonly level: 0 | 1;
  /** Nanoseconds. */
  readonly length: number;
}

/** The registers that say how a character lies on the line. */
type Registers = Readonly<Record<"LCR" | "DLL" | "DLM", number>>;

/** The format of the characters that a chart sends and receives now. `serial`, which has no bits, is drawn as a PC16550D. */
export function lineFormat(chart: Chart, { LCR: lcr, DLL, DLM }: Registers): LineFormat {
  const options =
    chart.id === "uart16550" ? (chart.options as unknown as Uart16550Options) : UART16550_PRESETS.pc16550d;
  const { ticks, bits } = bitTime(options, DLL | (DLM << 8));
  const bit = ticks > 0 ? (ticks / bits / options.clock) * NS : NS / RATE_WITHOUT_CLOCK;
  return { options, lcr, bit, length: frameBits(options, lcr) * bit };
}

/** A character of an input, with its errors as LSR's bits. */
export function lineCharacter(character: Character): LineCharacter {
  if (typeof character === "number") return { value: character, errors: 0 };
  const { value, parity, framing, break: broken } = character;
  return { value, errors: (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (broken ? LSR.BI : 0) };
}

/**
 * A character as levels on the line, from its start bit on. A wrong stop bit is followed by one bit of mark, or the next start bit could not be
 * seen. A parity error of a format without parity cannot be drawn.
 */
export function stretches({ options, lcr, bit }: LineFormat, { value, errors }: LineCharacter): Stretch[] {
  const stop = (frameBits(options, lcr) - 1 - sampledBits(lcr)) * bit;
  const marks = { level: 1, length: bit } as const;
  if (errors & LSR.BI) return [{ level: 0, length: (1 + sampledBits(lcr)) * bit + stop }, marks];
  const wrongParity = errors & LSR.PE && lcr & LCR.PEN ? 1 << (sampledBits(lcr) - 1) : 0;
  const bits = bitsAfterStart(lcr, value) ^ wrongParity;
  const levels = Array.from({ length: sampledBits(lcr) }, (_, i) => ((bits >> i) & 1) as 0 | 1);
  const sampled = [0 as const, ...levels].map((level) => ({ level, length: bit }));
  return errors & LSR.FE
    ? [...sampled, { level: 0, length: stop }, marks]
    : [...sampled, { level: 1, length: stop }];
}
