import { formatValue, nearest } from "../journal/internal.js";
import type { Action, Deed } from "./action.js";

/** The number of each deed in a path, apart from its type and `after`. */
const FIELD_NAMES = ["count", "halves", "nanoseconds", "first"] as const;

const DEED_TYPES: readonly Deed["type"][] = [
  ...(["arrive", "stream", "error", "break", "pass", "stall", "snapshot", "modem", "cable"] as const),
  ...(["late", "spurious", "pace", "restart", "suspend", "send", "print"] as const),
];

/** Serializes a scenario in a line: `send.count=3@0 arrive.count=1@2`, each deed with its fields and its position. */
export function encodePath(actions: readonly Action[]): string {
  return actions
    .map(({ type, after, ...fields }) => {
      const parts = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      return `${[type, ...parts].join(".")}@${after}`;
    })
    .join(" ");
}

/** @throws RangeError unless it is an action; it names the field. */
export function checkAction(action: Action): void {
  const { type, after } = action;
  if (!DEED_TYPES.includes(type)) {
    const meant = nearest(String(type), DEED_TYPES);
    throw new RangeError(
      `actions: expected a type among ${DEED_TYPES.join(", ")}, got ${formatValue(type)}${meant === undefined ? "" : `: did you mean ${meant}?`}`,
    );
  }
  const fields = {
    after,
    ...Object.fromEntries(Object.entries(action).filter(([name]) => FIELD_NAMES.includes(name as "count"))),
  };
  for (const [name, value] of Object.entries(fields)) {
    const least = name === "after" || name === "first" ? 0 : 1;
    if (!Number.isSafeInteger(value) || (value as number) < least)
      throw new RangeError(
        `actions: expected ${name} of ${type} to be a whole number from ${least}, got ${formatValue(value)}`,
      );
  }
}

/** Reads a scenario from a line. @throws TypeError or RangeError if it is none. */
export function decodePath(path: string): readonly Action[] {
  if (typeof path !== "string")
    throw new TypeError(
      `path: expected the path of a failure, such as "send.count=1@0", got ${formatValue(path)}`,
    );
  return path.split(" ").map((text) => {
    const [, deed = "", after] = /^([\w.=]+)@(\d+)$/.exec(text) ?? [];
    if (after === undefined)
      throw new RangeError(
        `path: expected the path of a failure, such as "send.count=1@0", got ${formatValue(path)}`,
      );
    const [type, ...parts] = deed.split(".");
    const fields = parts.map((part) => {
      const [name, value = ""] = part.split("=");
      return [name, value === "true" ? true : /^\d+$/.test(value) ? Number(value) : value];
    });
    const action = { type, ...Object.fromEntries(fields), after: Number(after) } as Action;
    checkAction(action);
    return action;
  });
}
