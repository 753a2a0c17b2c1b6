import type { Io, OutputSink } from "./io.js";

const STYLE_CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

/** A style that makes text stand out. */
export type Style = keyof typeof STYLE_CODES;

/** A function that styles text, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

/** Returns text unchanged. */
export const paintPlain: Paint = (_style, text) => text;

const paintColoured: Paint = (style, text) => {
  const [on, off] = STYLE_CODES[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
};

/** Chooses colours for a terminal, unless NO_COLOR is set. */
export function choosePaint(sink: OutputSink, { NO_COLOR, TERM }: Io["env"]): Paint {
  return sink.isTTY && !NO_COLOR && TERM !== "dumb" ? paintColoured : paintPlain;
}

/** Control and format characters, invisible ones, and those that have no meaning; a tab may stay. */
const UNSAFE_CHARACTERS = /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes untrusted text for a terminal: control characters, and invisible ones, are written as `\x1b`.
 *
 * @param markEscape - styles the escapes.
 */
export function escapeUnsafe(
  text: string,
  markEscape: (written: string) => string = (written) => written,
): string {
  return text.replace(UNSAFE_CHARACTERS, (character) => {
    const exitCode = character.codePointAt(0) ?? 0;
    const digits = exitCode.toString(16);
    return markEscape(exitCode < 256 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`);
  });
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Formats a value as JSON on several lines; characters that {@link escapeUnsafe} escapes become JSON's escapes. */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE_CHARACTERS, (character) =>
    // Line ends occur between values only: those within a string are escaped already.
    character === "\n" ? character : character.split("").map(escapeUnit).join(""),
  );
}

/** Formats a number with separators: 61,925. */
export const formatNumber = (value: number): string => value.toLocaleString("en-US");

/** Formats a count with its noun: "1 read", "61,925 reads". */
export const formatCount = (value: number, singular: string, plural = `${singular}s`): string =>
  `${formatNumber(value)} ${value === 1 ? singular : plural}`;
