import { formatValue, isTransferred } from "../../journal/internal.js";

/** Bytes as Web Serial takes them: a buffer, or a view of one. */
export type ByteSource = ArrayBuffer | ArrayBufferView;

/**
 * Returns a copy of the bytes of a buffer, or of the part of it that a view shows.
 *
 * @param name - its name in the error.
 * @throws TypeError if it is neither, or its buffer is shared or detached.
 */
export function copyBytes(source: unknown, name: string): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(source) ? source : undefined;
  const buffer: unknown = view ? view.buffer : source;
  if (!isArrayBuffer(buffer)) {
    throw new TypeError(
      `${name}: expected bytes in an ArrayBuffer or a view of one, got ${formatValue(source)}`,
    );
  }
  if (isTransferred(buffer)) throw new TypeError(`${name}: expected bytes, got a transferred buffer`);
  return view
    ? new Uint8Array(buffer, view.byteOffset, view.byteLength).slice()
    : new Uint8Array(buffer).slice();
}

/** Reads the slot that only a buffer has, of whatever realm: nothing that looks like one passes. */
const byteLengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")
  ?.get as () => number;

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    byteLengthOf.call(value);
    return true;
  } catch {
    return false;
  }
}
