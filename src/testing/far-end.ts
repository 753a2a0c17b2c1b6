import { LCR } from "../../machines/index.js";
import { bitsAfterStart, dataBits, parityError, sampledBits } from "../../machines/internal.js";
import type { Character } from "../journal/index.js";
import { checkRecord, formatValue, withKnownNames } from "../journal/internal.js";

/** The other end of the line. */
export interface LineOptions {
  /** Its speed, from 1: by default the driver's own, whatever that is. */
  readonly baud?: number;
  /** Its data bits, parity and stop bits, such as "7E1": "8N1" by default, with which every byte passes. */
  readonly format?: string;
}

/** The bits of LCR for each parity. */
const PARITY_BITS: Readonly<Record<string, number>> = { N: 0, O: LCR.PEN, E: LCR.PEN | LCR.EPS };

/** How far two speeds may differ, as a part of one: beyond it the last bits of a character are misread. */
const SPEED_TOLERANCE = 0.04;

/** Returns the LCR of a format. @throws RangeError if it is none. */
function lineControlOf(format: unknown): number {
  const [, data, parity, stop] =
    /^([5-8])([NOE])([12])$/.exec(typeof format === "string" ? format : "") ?? [];
  if (data === undefined)
    throw new RangeError(
      `line.format: expected data bits, parity and stop bits such as "8N1", got ${formatValue(format)}`,
    );
  return Number(data) - 5 + (PARITY_BITS[parity as string] as number) + (stop === "2" ? LCR.STB : 0);
}

/** The format and speed of an end of the line. */
export interface LineSetting {
  readonly lineControl: number;
  /** Undefined if the speed is that of the other end, or the clock stands. */
  readonly baud: number | undefined;
}

/** Returns the setting of these options. @throws RangeError or TypeError if an option has an invalid value. */
export function settingOf(options: LineOptions): LineSetting {
  checkRecord(options, "line", "{ baud, format }");
  const { baud, format = "8N1" } = withKnownNames(options, ["baud", "format"], "line");
  if (baud !== undefined && !(Number.isFinite(baud) && baud >= 1))
    throw new RangeError(`line.baud: expected a number from 1, got ${formatValue(baud)}`);
  return { lineControl: lineControlOf(format), baud };
}

/** A character as a receiver takes it: its value, and what was wrong with it. */
export type ReceivedCharacter = Exclude<Character, number>;

/** Returns what a receiver with one setting makes of a character that is sent with another. */
function receivedAs(byte: number, sender: LineSetting, receiver: LineSetting): ReceivedCharacter {
  const ratio = sender.baud && receiver.baud ? sender.baud / receiver.baud : 1;
  const scale = Math.abs(ratio - 1) <= SPEED_TOLERANCE ? 1 : ratio;
  const sentBits = bitsAfterStart(sender.lineControl, byte);
  const lastIndex = sampledBits(sender.lineControl);
  // The line marks behind the stop bit.
  const levelAt = (index: number) => (index < 0 ? 0 : index > lastIndex ? 1 : (sentBits >> index) & 1);
  let bits = 0;
  const sampledCount = sampledBits(receiver.lineControl);
  for (let i = 0; i <= sampledCount; i++) bits |= levelAt(Math.floor((i + 1.5) * scale) - 1) << i;
  const character = bits & ((1 << sampledCount) - 1);
  return {
    value: character & ((1 << dataBits(receiver.lineControl)) - 1),
    ...(bits >> sampledCount === 0 ? { framing: true } : {}),
    ...(parityError(receiver.lineControl, character) === 1 ? { parity: true } : {}),
  };
}

/** The other end of the line: its bytes arrive as the driver's format and speed make them, and the driver's at it as its own do. */
export class FarEnd {
  readonly #setting: LineSetting;

  /** @throws RangeError or TypeError if an option has an invalid value. */
  constructor(options: LineOptions = {}) {
    this.#setting = settingOf(options);
  }

  /** Returns the character that arrives at the driver's end. */
  transmit(byte: number, driverSetting: LineSetting): Character {
    return receivedAs(byte, this.#setting, driverSetting);
  }

  /** Returns the character that arrives at the other end. */
  receive(byte: number, driverSetting: LineSetting): ReceivedCharacter {
    return receivedAs(byte, driverSetting, this.#setting);
  }
}
