import { formatValue } from "./format-value.js";

/**
 * Runs a check of a value. Whatever the value itself throws when it is read, as a proxy or a getter may, becomes an error of one line.
 *
 * @param name - the value's name in the error.
 * @param expected - the words for a value that passes.
 * @throws what the check throws, or that TypeError.
 */
export function checkReadable<T>(
  value: unknown,
  name: string,
  expected: string,
  check: (value: unknown, name: string) => T,
): T {
  try {
    return check(value, name);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw new TypeError(`${name}: expected ${expected}, got ${formatValue(value)}`);
  }
}

/** Returns true for an error by which this package refuses a value: it says what it expected, or names what there is. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && (/: expected |^no \w+ |: there are /.test(error.message) || "kind" in error);

/** Returns true for a buffer whose memory has been transferred. */
export function isTransferred(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
