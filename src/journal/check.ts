import type { Character, Entry, JournalHeader } from "./entry.js";
import { shown } from "./shown.js";

/** Each type of entry with its fields. */
const FIELDS = {
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
const CHARACTER = ["value", "parity", "framing", "break"];

/** Leaves room to count on from there. */
const LAST_FIRST = 2 ** 52;

type KeyOf<T> = T extends unknown ? keyof T : never;

/** An object of which nothing is known but the names under which to look. */
type Unchecked = { readonly [key in KeyOf<Entry | JournalHeader | Exclude<Character, number>>]?: unknown };

/** The error for a value that is not what stands there. */
export const wrongType = (name: string, expected: string, value: unknown): TypeError =>
  new TypeError(`${name}: expected ${expected}, got ${shown(value)}`);

const noFieldBut = (name: string, fields: readonly string[], field: string): TypeError =>
  wrongType(name, `no field but ${fields.join(", ")}`, field);

export const isObject = (value: unknown): value is Unchecked =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function checkWhole(value: unknown, name: string, limit: number): asserts value is number {
  const expected = `a whole number from 0 to ${limit}`;
  if (typeof value !== "number") throw wrongType(name, expected, value);
  if (!Number.isSafeInteger(value) || value < 0 || value > limit) {
    throw new RangeError(`${name}: expected ${expected}, got ${value}`);
  }
}

function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw wrongType(name, "a string", value);
}

function checkBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== "boolean") throw wrongType(name, "true or false", value);
}

function checkJson(value: unknown, name: string): void {
  if (value === undefined || typeof value === "function" || typeof value === "symbol") {
    throw wrongType(name, "a JSON value", value);
  }
}

function checkOneOf(value: unknown, name: string, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw wrongType(name, choices.map(shown).join(" or "), value);
}

function checkCharacter(value: unknown, name: string): void {
  if (!isObject(value)) {
    checkWhole(value, name, 255);
    return;
  }
  for (const [key, flag] of Object.entries(value)) {
    if (key === "value") checkWhole(flag, `${name}.value`, 255);
    else {
      if (!CHARACTER.includes(key)) throw noFieldBut(name, CHARACTER, key);
      checkOneOf(flag, `${name}.${key}`, [true]);
    }
  }
  checkWhole(value.value, `${name}.value`, 255);
}

function checkCharacters(value: unknown): void {
  if (value instanceof Uint8Array) return;
  if (!Array.isArray(value)) throw wrongType("characters", "an array", value);
  for (let i = 0; i < value.length; i++) checkCharacter(value[i], `characters[${i}]`);
}

/**
 * Checks that a value is an entry of a journal. Fields that no entry has are passed over.
 *
 * @throws TypeError or RangeError that says what was expected, and what was found.
 */
export function checkEntry(value: unknown): asserts value is Entry {
  if (!isObject(value)) throw wrongType("entry", "an object", value);
  switch (value.type as Entry["type"]) {
    case "read":
      return checkWhole(value.offset, "offset", 255);
    case "write":
      checkWhole(value.offset, "offset", 255);
      return checkWhole(value.value, "value", 255);
    case "receive":
      return checkCharacters(value.characters);
    case "line":
      return checkOneOf(value.level, "level", [0, 1]);
    case "break":
      return checkBoolean(value.on, "on");
    case "modem":
      for (const line of FIELDS.modem) checkBoolean(value[line], line);
      return;
    case "advance":
      return checkWhole(value.ticks, "ticks", Number.MAX_SAFE_INTEGER);
    case "hold":
    case "release":
    case "reset":
      return;
    case "restore":
      return checkJson(value.state, "state");
    case "failed":
      checkOneOf(value.what, "what", ["out", "trigger"]);
      return checkWhole(value.index, "index", Number.MAX_SAFE_INTEGER);
    case "mark":
      return checkString(value.text, "text");
    default:
      throw wrongType("type", `one of ${Object.keys(FIELDS).join(", ")}`, value.type);
  }
}

/**
 * Checks that an entry has no field but its own. Text is held to this, since what is not understood there would be lost.
 *
 * @throws TypeError that names the field.
 */
export function checkNoMore(entry: Entry): void {
  const fields = ["type", ...FIELDS[entry.type]];
  for (const key of Object.keys(entry)) if (!fields.includes(key)) throw noFieldBut(entry.type, fields, key);
}

/**
 * Checks the header of a journal.
 *
 * @throws TypeError or RangeError that says what was expected, and what was found.
 */
export function checkHeader(value: unknown): asserts value is JournalHeader {
  if (!isObject(value)) throw wrongType("header", "an object", value);
  checkString(value.chart, "chart");
  if (!isObject(value.options)) throw wrongType("options", "an object", value.options);
  checkString(value.definition, "definition");
  checkString(value.package, "package");
  checkWhole(value.first, "first", LAST_FIRST);
  checkWhole(value.tick, "tick", Number.MAX_SAFE_INTEGER);
  checkJson(value.state, "state");
}

/**
 * The tick after an entry.
 *
 * @throws RangeError if it is too large to count.
 */
export function tickAfter(entry: Entry, tick: number): number {
  if (entry.type !== "advance") return tick;
  if (entry.ticks > Number.MAX_SAFE_INTEGER - tick) {
    const most = Number.MAX_SAFE_INTEGER - tick;
    throw new RangeError(`ticks: expected at most ${most} after tick ${tick}, got ${entry.ticks}`);
  }
  return tick + entry.ticks;
}
