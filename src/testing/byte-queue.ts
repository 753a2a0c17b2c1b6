import type { Checkpoint } from "./checkpoint.js";

/** A byte that is due at the end of a route. An optional one need not come. */
interface DueByte {
  readonly byte: number;
  isOptional: boolean;
  /** True if the driver has said that it will not come. */
  isSwallowed: boolean;
}

/**
 * The bytes due at the end of a route, in order. Where optional bytes have the value of others there may be several readings of what has come:
 * all of them are kept, as the numbers of bytes that each has passed.
 */
export class ByteQueue {
  #bytes: DueByte[] = [];

  /** The number of bytes that were ever due. */
  get length(): number {
    return this.#bytes.length;
  }

  push(byte: number, isOptional = false): void {
    this.#bytes.push({ byte, isOptional, isSwallowed: false });
  }

  /** Removes the last byte. Returns it. */
  pop(): DueByte | undefined {
    return this.#bytes.pop();
  }

  /** Makes all bytes from an index on optional. */
  makeOptional(from: number): void {
    for (let i = from; i < this.#bytes.length; i++) (this.#bytes[i] as DueByte).isOptional = true;
  }

  /** Makes the next byte of this value from an index on optional, as the driver says that it will not come: each is said once. */
  swallowNext(from: number, byte: number): void {
    const found = this.#bytes.find((due, i) => i >= from && due.byte === byte && !due.isSwallowed);
    if (found) Object.assign(found, { isOptional: true, isSwallowed: true });
  }

  /**
   * Returns the positions behind a byte that has come, for a reading that has passed `position` bytes.
   *
   * @param allowance - the number of bytes that may be passed over though they are not optional.
   */
  positionsAfter(position: number, byte: number, allowance = 0): { position: number; passedOver: number }[] {
    const found: { position: number; passedOver: number }[] = [];
    let passedOver = 0;
    for (let i = position; i < this.#bytes.length; i++) {
      const due = this.#bytes[i] as DueByte;
      if (due.byte === byte) found.push({ position: i + 1, passedOver });
      if (!due.isOptional && ++passedOver > allowance) break;
    }
    return found;
  }

  /** Returns the bytes from a position on that are not optional. */
  missingFrom(position: number): number[] {
    return this.#bytes
      .slice(position)
      .filter(({ isOptional }) => !isOptional)
      .map(({ byte }) => byte);
  }

  /** Returns the state of the bytes from a position on. Restored, the first of them is at position 0. */
  checkpoint(from: number): Checkpoint {
    const dueBytes = this.#bytes.slice(from).map((due) => ({ ...due }));
    return {
      key: dueBytes
        .map(({ byte, isOptional, isSwallowed }) => `${byte}${isSwallowed ? "!" : isOptional ? "?" : ""}`)
        .join(),
      restore: () => {
        this.#bytes = dueBytes.map((due) => ({ ...due }));
      },
    };
  }

  /** Returns the byte that is due at a position. */
  dueAt(position: number): number | undefined {
    return this.#bytes[position]?.byte;
  }
}
