/** The length above which a value is cut. */
const MAX_LENGTH = 60;
/** The most items or fields of an object that are looked at: more would not fit. */
const MAX_ITEMS = 32;

/**
 * Formats a value for a message: on one line, as JSON where it has any, cut to a readable length. It throws for no value, and takes no longer
 * for a large one.
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
      return value === null ? "null" : truncate(jsonOf(value));
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

const truncate = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;

function jsonOf(value: object): string {
  try {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return bytesInWords(value);
    return JSON.stringify(value, firstItems) ?? "an object";
  } catch {
    // It contains itself, a BigInt, or a getter that throws.
    return "an object that has no JSON";
  }
}

/** Describes bytes without their values. */
const bytesInWords = (bytes: ArrayBuffer | ArrayBufferView): string =>
  `${ArrayBuffer.isView(bytes) ? "a view" : "a buffer"} of ${bytes.byteLength} bytes`;

/** Replaces what is large by its beginning, before JSON is made of it. */
function firstItems(_key: string, value: unknown): unknown {
  if (typeof value === "string") return truncate(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.length > MAX_ITEMS ? value.slice(0, MAX_ITEMS) : value;
  const names = Object.keys(value);
  if (names.length <= MAX_ITEMS) return value;
  return Object.fromEntries(
    names.slice(0, MAX_ITEMS).map((name) => [name, (value as Record<string, unknown>)[name]]),
  );
}
