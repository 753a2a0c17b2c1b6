/** The length above which a value is cut. */
const MAX_LENGTH = 60;

/**
 * Formats a value for a message: on one line, as JSON where it has any, cut to a readable length. It throws for no value.
 */
export function formatValue(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return JSON.stringify(truncate(value));
    case "bigint":
      return truncate(`${value}n`);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return truncate(jsonOf(value));
    default:
      return String(value);
  }
}

const truncate = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "an object";
  } catch {
    // It contains itself, a BigInt, or a getter that throws.
    return "an object that has no JSON";
  }
}
