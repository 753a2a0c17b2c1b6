import { formatValue } from "./format-value.js";

/** A longer name is compared with none: it is no slip of the pen. */
const LONGEST_NAME = 60;

/**
 * Counts the edits that lead from one text to another: letters inserted, deleted, replaced, or swapped with their neighbour
 * (optimal string alignment).
 */
function editDistance(source: string, target: string): number {
  let twoBefore: number[] = [];
  let before = [...Array(target.length + 1).keys()];
  for (let row = 1; row <= source.length; row++) {
    const current = [row];
    for (let column = 1; column <= target.length; column++) {
      const same = source[row - 1] === target[column - 1];
      let edits = Math.min(
        (before[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (before[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = source[row - 1] === target[column - 2] && source[row - 2] === target[column - 1];
      if (swapped) edits = Math.min(edits, (twoBefore[column - 2] as number) + 1);
      current.push(edits);
    }
    twoBefore = before;
    before = current;
  }
  return before[target.length] as number;
}

/**
 * Returns the known name that somebody meant who wrote `name`: the one with the fewest edits between them, upper and lower case
 * being the same. At most a third of its letters may differ.
 *
 * @returns undefined if no known name is so near.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let found: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.max(1, Math.floor(candidate.length / 3))) {
      found = candidate;
      fewest = edits;
    }
  }
  return found;
}

/** The most characters of a list of names: a longer one is no help. */
const LONGEST_LIST = 200;

/** Lists the names that there are, or the first of them. */
function knownInWords(known: readonly string[]): string {
  const all = known.join(", ");
  if (all.length <= LONGEST_LIST) return `there are ${all}`;
  const first = all.slice(0, all.lastIndexOf(", ", LONGEST_LIST));
  return `there are ${first}, and ${known.length - first.split(", ").length} more`;
}

/**
 * Describes, in one line, a name that does not exist: `no option overlow of Serial: did you mean overflow?`.
 *
 * @param kind - what it should name: "option", "preset".
 * @param owner - the thing that has such options or presets.
 * @param meant - the known name that was meant.
 */
export function unknownName(
  kind: string,
  name: string,
  owner: string,
  known: readonly string[],
  meant = nearest(name, known),
): string {
  const help = meant === undefined ? knownInWords(known) : `did you mean ${meant}?`;
  return `no ${kind} ${/^\w{1,60}$/.test(name) ? name : formatValue(name)} of ${owner}: ${help}`;
}

/** Returns true for an object that is no array, date, map, error or other object of a class of JavaScript's. */
export const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";

function isReadableRecord(value: unknown): boolean {
  try {
    return isRecord(value);
  } catch {
    return false;
  }
}

/**
 * Checks an option that is an object of options itself.
 *
 * @param name - its name in the error.
 * @param expected - the words for a value that passes.
 * @throws TypeError unless it is an object that can be read.
 */
export function checkRecord(value: unknown, name: string, expected: string): asserts value is object {
  if (!isReadableRecord(value))
    throw new TypeError(`${name}: expected ${expected}, got ${formatValue(value)}`);
}

/**
 * Returns a copy of options: each has been read once, and has one of these names. An option that is undefined is left out.
 *
 * @param known - the names that there are.
 * @param owner - the thing whose options they are.
 * @param kind - what the names name: "option", "signal".
 * @param find - finds the known name that was meant.
 * @throws TypeError if it is no object that can be read, or has another name: it names the first, and the one that was meant.
 */
export function withKnownNames<T extends object>(
  options: T,
  known: readonly string[],
  owner: string,
  kind = "option",
  find = nearest,
): T {
  const copy: Record<string, unknown> = {};
  let unknown: PropertyKey | undefined;
  try {
    if (!isRecord(options)) throw new TypeError();
    unknown = Reflect.ownKeys(options).find((name) => typeof name === "symbol" || !known.includes(name));
    for (const name of known) {
      const value: unknown = (options as Record<string, unknown>)[name];
      if (value !== undefined) copy[name] = value;
    }
  } catch {
    throw new TypeError(`${kind}s: expected an object, got ${formatValue(options)}`);
  }
  if (unknown === undefined) return copy as T;
  const name = String(unknown);
  throw new TypeError(unknownName(kind, name, owner, known, find(name, known)));
}

/**
 * Checks a callback.
 *
 * @param name - its name in the error.
 * @throws TypeError unless it is a function, or is absent where it may be.
 */
export function checkCallback(callback: unknown, name: string, isRequired = false): void {
  if (callback === undefined && !isRequired) return;
  const isFunction = typeof callback === "function";
  if (isFunction && !/^class\b/.test(Function.prototype.toString.call(callback))) return;
  throw new TypeError(`${name}: expected a function, got ${isFunction ? "a class" : formatValue(callback)}`);
}

/**
 * Checks an object of callbacks.
 *
 * @param name - its name in the error.
 * @param required - the names of callbacks that it has.
 * @param optional - the names of callbacks that it may have.
 * @throws TypeError unless it is an object that has them, and they are functions.
 */
export function checkCallbacks(
  callbacks: unknown,
  name: string,
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  const names = [...required, ...optional];
  const refusal = (): TypeError =>
    new TypeError(`${name}: expected an object with ${names.join(", ")}, got ${formatValue(callbacks)}`);
  if (required.length === 0 && !isReadableRecord(callbacks)) throw refusal();
  for (const callback of names) {
    let value: unknown;
    try {
      value = (callbacks as Record<string, unknown>)[callback];
    } catch {
      throw refusal();
    }
    checkCallback(value, `${name}.${callback}`, required.includes(callback));
  }
  if (required.length === 0) refuseUnknownCallbacks(callbacks as object, name, names);
}

/** Refuses a callback whose name does not exist; other fields may be the object's own. */
function refuseUnknownCallbacks(callbacks: object, name: string, known: readonly string[]): void {
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(callbacks))) {
    if (typeof value === "function" && !known.includes(key))
      throw new TypeError(unknownName("callback", key, name, known));
  }
}
