import { LCR, REGISTERS } from "../../../../machines/index.js";
import { formatValue } from "../../../journal/internal.js";
import { RecordingError, type Step } from "../step.js";

/** The format of characters on a line, which a capture of the line does not have. */
export interface WireFormat {
  /** Bits a second. */
  readonly baud: number;
  /** LCR's byte: word length, parity and stop bits. */
  readonly lineControl: number;
}

/** What a user says about a captured line. */
export interface WireOptions {
  /** Bits a second, from 1. */
  readonly baud?: number | undefined;
  /** Data bits, parity and stop bits: "8n1" by default. */
  readonly frame?: string | undefined;
  /** The signal, or the channel, with the line. */
  readonly signal?: string | undefined;
}

const FRAME = /^([5-8])([noems])([12])$/i;
const PARITIES: Readonly<Record<string, number>> = {
  n: 0,
  o: LCR.PEN,
  e: LCR.PEN | LCR.EPS,
  m: LCR.PEN | LCR.STICK,
  s: LCR.PEN | LCR.STICK | LCR.EPS,
};
const GREATEST_BAUD = 10_000_000;

/** Checks what the user said. @throws RecordingError if the baud rate is missing, or something is wrong. */
export function wireFormat({ baud, frame = "8n1" }: WireOptions): WireFormat {
  if (baud === undefined)
    throw new RecordingError(
      "a capture of a line: expected --baud with the bits a second, such as 9600, got none",
    );
  if (!Number.isSafeInteger(baud) || baud < 1 || baud > GREATEST_BAUD)
    throw new RecordingError(
      `baud: expected a whole number from 1 to ${GREATEST_BAUD}, got ${formatValue(baud)}`,
    );
  const [, bits, parity = "", stops] = FRAME.exec(frame) ?? [];
  if (bits === undefined)
    throw new RecordingError(
      `frame: expected data bits, parity and stop bits, such as 8n1 or 7e2, got ${formatValue(frame)}`,
    );
  const lineControl =
    (Number(bits) - 5) | (PARITIES[parity.toLowerCase()] ?? 0) | (stops === "2" ? LCR.STB : 0);
  return { baud, lineControl };
}

/** Returns the steps that set a receiver up for a line: its divisor is 1, as its clock is 16 times the baud rate. */
export function* setUpSteps({ lineControl }: WireFormat): Generator<Step, void> {
  const writes: readonly (readonly [number, number])[] = [
    [REGISTERS.LCR.offset, LCR.DLAB | lineControl],
    [REGISTERS.DLL.offset, 1],
    [REGISTERS.DLM.offset, 0],
    [REGISTERS.LCR.offset, lineControl],
    [REGISTERS.FCR.offset, 1],
  ];
  for (const [offset, value] of writes)
    yield { line: 1, counts: false, input: { type: "write", offset, value } };
}

/** Names under which tools draw the line that a receiver looks at, the best first. */
const RECEIVE_NAMES = [/^sin$/i, /^(?:uart_?)?rx[dx]?\d*$/i, /^(?:sout|(?:uart_?)?tx[dx]?\d*)$/i];

/**
 * Chooses the signal with the line.
 *
 * @param names - of all signals of one bit.
 * @throws RecordingError if there is none of the wanted name, or several and none was named.
 */
export function chooseSignal(names: readonly string[], wanted: string | undefined): string {
  const listed = names.slice(0, 12).join(", ");
  if (wanted !== undefined) {
    const found = names.find((name) => name === wanted) ?? names.find((name) => name.endsWith(`.${wanted}`));
    if (found !== undefined) return found;
    throw new RecordingError(`signal: expected one of ${listed || "none"}, got ${formatValue(wanted)}`);
  }
  const [onlyName] = names;
  if (names.length === 1 && onlyName !== undefined) return onlyName;
  for (const pattern of RECEIVE_NAMES) {
    const found = names.find((name) => pattern.test(name.split(".").at(-1) ?? name));
    if (found !== undefined) return found;
  }
  throw new RecordingError(`signal: expected --signal with one of ${listed || "none"}, got none`);
}
