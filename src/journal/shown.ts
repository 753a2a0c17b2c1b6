/** A longer value is cut. */
const LONGEST = 60;

/**
 * A value as it may stand in a message: on one line, as JSON where it has any, cut to a readable length. Nothing that it is given makes
 * it throw.
 */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return JSON.stringify(cut(value));
    case "bigint":
      return cut(`${value}n`);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return cut(json(value));
    default:
      return String(value);
  }
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "an object";
  } catch {
    // It holds itself, a BigInt, or what throws when it is looked at.
    return "an object that has no JSON";
  }
}
