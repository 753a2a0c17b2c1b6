import type { Character, Entry, JournalHeader } from "./entry.js";
import { formatValue } from "./format-value.js";
import { checkReadable, isTransferred } from "./hostile.js";

/** Each type of entry with its fields. */
const ENTRY_FIELDS = {
  read: ["offset"],
  write: ["offset", "value"],
  receive: ["characters"],
  line: ["level"],
  break: ["on"],
  modem: ["cts", "dsr", "ri", "dcd"],
  advance: ["ticks"],
  hold: [],
  release: [],
  reset: [],
  restore: ["state"],
  failed: ["what", "index"],
  mark: ["text"],
} as const satisfies { readonly [type in Entry["type"]]: readonly string[] };

/** The fields of a character with errors. */
const CHARACTER_FIELDS = ["value", "parity", "framing", "break"];

/** The greatest index of a first entry: more can still be counted after it. */
const GREATEST_FIRST_INDEX = 2 ** 52;

type FieldNameOf<T> = T extends unknown ? keyof T : never;

/** An object whose fields have not been checked. */
type UncheckedObject = {
  readonly [key in FieldNameOf<Entry | JournalHeader | Exclude<Character, number>>]?: unknown;
};

/** Returns the error for a value that is not the expected one. */
export const wrongType = (fieldName: string, expected: string, candidate: unknown): TypeError =>
  new TypeError(`${fieldName}: expected ${expected}, got ${formatValue(candidate)}`);

const unexpectedField = (fieldName: string, fields: readonly string[], field: string): TypeError =>
  wrongType(fieldName, `no field but ${fields.join(", ")}`, field);

export const isObject = (candidate: unknown): candidate is UncheckedObject =>
  typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);

function checkInteger(candidate: unknown, fieldName: string, maximum: number): asserts candidate is number {
  const expected = `a whole number from 0 to ${maximum}`;
  if (typeof candidate !== "number") throw wrongType(fieldName, expected, candidate);
  if (!Number.isSafeInteger(candidate) || candidate < 0 || candidate > maximum) {
    throw new RangeError(`${fieldName}: expected ${expected}, got ${candidate}`);
  }
}

function checkString(candidate: unknown, fieldName: string): asserts candidate is string {
  if (typeof candidate !== "string") throw wrongType(fieldName, "a string", candidate);
}

function checkBoolean(candidate: unknown, fieldName: string): asserts candidate is boolean {
  if (typeof candidate !== "boolean") throw wrongType(fieldName, "true or false", candidate);
}

function checkJson(candidate: unknown, fieldName: string): void {
  if (candidate === undefined || typeof candidate === "function" || typeof candidate === "symbol") {
    throw wrongType(fieldName, "a JSON value", candidate);
  }
}

function checkOneOf(candidate: unknown, fieldName: string, choices: readonly unknown[]): void {
  if (!choices.includes(candidate))
    throw wrongType(fieldName, choices.map(formatValue).join(" or "), candidate);
}

function checkCharacter(candidate: unknown, fieldName: string): void {
  if (!isObject(candidate)) {
    checkInteger(candidate, fieldName, 255);
    return;
  }
  for (const [key, fieldValue] of Object.entries(candidate)) {
    if (key === "value") checkInteger(fieldValue, `${fieldName}.value`, 255);
    else {
      if (!CHARACTER_FIELDS.includes(key)) throw unexpectedField(fieldName, CHARACTER_FIELDS, key);
      checkOneOf(fieldValue, `${fieldName}.${key}`, [true]);
    }
  }
  checkInteger(candidate.value, `${fieldName}.value`, 255);
}

function checkCharacters(candidate: unknown): void {
  if (candidate instanceof Uint8Array) {
    if (isTransferred(candidate.buffer))
      throw new TypeError("characters: expected an array, got a view of a transferred buffer");
    return;
  }
  if (!Array.isArray(candidate)) throw wrongType("characters", "an array", candidate);
  for (let i = 0; i < candidate.length; i++) checkCharacter(candidate[i], `characters[${i}]`);
}

/**
 * Checks that a value is an entry of a journal. Other fields are ignored.
 *
 * @throws TypeError or RangeError with the expected and the actual value.
 */
export function checkEntry(candidate: unknown): asserts candidate is Entry {
  checkReadable(candidate, "entry", "an object that can be read", () => checkFields(candidate));
}

function checkFields(candidate: unknown): void {
  if (!isObject(candidate)) throw wrongType("entry", "an object", candidate);
  switch (candidate.type as Entry["type"]) {
    case "read":
      checkInteger(candidate.offset, "offset", 255);
      return;
    case "write":
      checkInteger(candidate.offset, "offset", 255);
      checkInteger(candidate.value, "value", 255);
      return;
    case "receive":
      checkCharacters(candidate.characters);
      return;
    case "line":
      checkOneOf(candidate.level, "level", [0, 1]);
      return;
    case "break":
      checkBoolean(candidate.on, "on");
      return;
    case "modem":
      for (const modemLine of ENTRY_FIELDS.modem) checkBoolean(candidate[modemLine], modemLine);
      return;
    case "advance":
      checkInteger(candidate.ticks, "ticks", Number.MAX_SAFE_INTEGER);
      return;
    case "hold":
    case "release":
    case "reset":
      return;
    case "restore":
      checkJson(candidate.state, "state");
      return;
    case "failed":
      checkOneOf(candidate.what, "what", ["out", "trigger"]);
      checkInteger(candidate.index, "index", Number.MAX_SAFE_INTEGER);
      return;
    case "mark":
      checkString(candidate.text, "text");
      return;
    default:
      throw wrongType("type", `one of ${Object.keys(ENTRY_FIELDS).join(", ")}`, candidate.type);
  }
}

/**
 * Checks that an entry has no field but its own: other fields of a text would be lost.
 *
 * @throws TypeError that names the field.
 */
export function checkNoExtraFields(entry: Entry): void {
  const fields = ["type", ...ENTRY_FIELDS[entry.type]];
  for (const key of Object.keys(entry))
    if (!fields.includes(key)) throw unexpectedField(entry.type, fields, key);
}

/**
 * Checks the header of a journal.
 *
 * @throws TypeError or RangeError with the expected and the actual value.
 */
export function checkHeader(candidate: unknown): asserts candidate is JournalHeader {
  if (!isObject(candidate)) throw wrongType("header", "an object", candidate);
  checkString(candidate.chart, "chart");
  if (!isObject(candidate.options)) throw wrongType("options", "an object", candidate.options);
  checkString(candidate.definition, "definition");
  checkString(candidate.package, "package");
  checkInteger(candidate.first, "first", GREATEST_FIRST_INDEX);
  checkInteger(candidate.tick, "tick", Number.MAX_SAFE_INTEGER);
  checkJson(candidate.state, "state");
}

/**
 * Returns the tick after an entry.
 *
 * @throws RangeError if it is too large to count.
 */
export function tickAfter(entry: Entry, tick: number): number {
  if (entry.type !== "advance") return tick;
  if (entry.ticks > Number.MAX_SAFE_INTEGER - tick) {
    const remainingTicks = Number.MAX_SAFE_INTEGER - tick;
    throw new RangeError(`ticks: expected at most ${remainingTicks} after tick ${tick}, got ${entry.ticks}`);
  }
  return tick + entry.ticks;
}
