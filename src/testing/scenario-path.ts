import { formatValue } from "../journal/internal.js";
import type { Action } from "./action.js";
import { checkAction } from "./check-actions.js";

/** Serializes a scenario in a line: `send.count=3@0 arrive.count=1@2`, each deed with its fields and its position. */
export function encodePath(actions: readonly Action[]): string {
  return actions
    .map(({ type, after, ...fields }) => {
      const parts = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      return `${[type, ...parts].join(".")}@${after}`;
    })
    .join(" ");
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
    checkAction("actions", action);
    return action;
  });
}
