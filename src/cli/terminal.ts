import type { Sink, Surroundings } from "./surroundings.js";

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

/** A way to make text stand out. */
export type Style = keyof typeof STYLES;

/** Styles text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Text stays as it is. */
export const plain: Paint = (_style, text) => text;

const coloured: Paint = (style, text) => {
  const [on, off] = STYLES[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
};

/** Colours only for a person, and not for one who set NO_COLOR. */
export function paintFor(sink: Sink, { NO_COLOR, TERM }: Surroundings["env"]): Paint {
  return sink.isTTY && !NO_COLOR && TERM !== "dumb" ? coloured : plain;
}

/** Control and format characters, invisible ones, and those that have no meaning; a tab may stay. */
const UNSAFE = /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Text from a stranger as it may be shown: whatever could drive a terminal, or hide, is written out, `\x1b`.
 *
 * @param mark - styles what is written out.
 */
export function visible(text: string, mark: (written: string) => string = (written) => written): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16);
    return mark(code < 256 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`);
  });
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A value as JSON on several lines, with what {@link visible} writes out escaped as JSON has it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE, (character) =>
    // Line ends stand between its parts only: those within a string are escaped already.
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );
}

/** A number with its thousands apart: 61,925. */
export const grouped = (value: number): string => value.toLocaleString("en-US");

/** A number of things: "1 read", "61,925 reads". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`;
