import type { Entry } from "./entry.js";

/*
 * The encoding of entries in a chunk: a code of one byte, then its operands. Nearly all entries are a driver's accesses, so these are
 * the shortest: a read at offset 0 to 7 is the offset alone, a write there has one byte more.
 */
const READ = 0x00;
export const WRITE = 0x08;
const READ_FAR = 0x10;
const WRITE_FAR = 0x11;
const RECEIVE_ONE = 0x12;
const RECEIVE = 0x13;
const ADVANCE = 0x14;
const JSON_ENTRY = 0x15;
const LINE = 0x16;
const BREAK = 0x18;
const HOLD = 0x1a;
const RELEASE = 0x1b;
const RESET = 0x1c;
const FAILED_OUT = 0x1d;
const FAILED_TRIGGER = 0x1e;
const MODEM = 0x20;
/** A short advance carries its ticks, 0 to 127, in the lower bits. */
export const ADVANCE_SHORT = 0x80;

/** The length up to which bytes are copied one by one, which is faster. */
const SHORT_BLOCK_LENGTH = 64;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

const hasOnlyBytes = (
  characters: readonly unknown[] | Uint8Array,
): characters is readonly number[] | Uint8Array =>
  characters instanceof Uint8Array || characters.every((character) => typeof character === "number");

/** Returns the number of bytes that a count takes: seven bits in each. */
function countSize(count: number): number {
  let size = 1;
  for (let remaining = count; remaining > 0x7f; remaining = Math.floor(remaining / 0x80)) size++;
  return size;
}

/** Writes a count, lowest bits first; shifts would lose what is above 32 bits. */
function putCount(count: number, buffer: Uint8Array, byteOffset: number): number {
  let remaining = count;
  let endOffset = byteOffset;
  for (; remaining > 0x7f; remaining = Math.floor(remaining / 0x80))
    buffer[endOffset++] = (remaining % 0x80) | 0x80;
  buffer[endOffset++] = remaining;
  return endOffset;
}

function putCode(entryCode: number, buffer: Uint8Array, byteOffset: number): number {
  if (byteOffset >= buffer.length) return -1;
  buffer[byteOffset] = entryCode;
  return byteOffset + 1;
}

function putCodeAndByte(entryCode: number, operand: number, buffer: Uint8Array, byteOffset: number): number {
  if (byteOffset + 2 > buffer.length) return -2;
  buffer[byteOffset] = entryCode;
  buffer[byteOffset + 1] = operand;
  return byteOffset + 2;
}

function putCodeAndCount(entryCode: number, count: number, buffer: Uint8Array, byteOffset: number): number {
  const size = 1 + countSize(count);
  if (byteOffset + size > buffer.length) return -size;
  buffer[byteOffset] = entryCode;
  return putCount(count, buffer, byteOffset + 1);
}

/**
 * Writes that bytes were received, as {@link encode} does.
 *
 * @returns the offset of the next entry, or minus the number of bytes that this one needs.
 */
export function encodeBytes(
  received: Uint8Array | readonly number[],
  buffer: Uint8Array,
  byteOffset: number,
): number {
  if (received.length === 1) return putCodeAndByte(RECEIVE_ONE, received[0] as number, buffer, byteOffset);
  return putBlock(RECEIVE, received, buffer, byteOffset);
}

function putBlock(
  entryCode: number,
  block: ArrayLike<number>,
  buffer: Uint8Array,
  byteOffset: number,
): number {
  const size = 1 + countSize(block.length) + block.length;
  if (byteOffset + size > buffer.length) return -size;
  buffer[byteOffset] = entryCode;
  const blockStart = putCount(block.length, buffer, byteOffset + 1);
  if (block.length > SHORT_BLOCK_LENGTH) buffer.set(block, blockStart);
  else for (let i = 0; i < block.length; i++) buffer[blockStart + i] = block[i] as number;
  return blockStart + block.length;
}

/**
 * Encodes an entry, which has been checked, into `buffer` at `byteOffset`.
 *
 * @returns the offset of the next entry; or, if this one does not fit, minus the number of bytes that it needs, with nothing written.
 * @throws TypeError if a state that it holds cannot be JSON.
 */
export function encode(entry: Entry, buffer: Uint8Array, byteOffset: number): number {
  switch (entry.type) {
    case "read":
      if (entry.offset < 8) return putCode(READ | entry.offset, buffer, byteOffset);
      return putCodeAndByte(READ_FAR, entry.offset, buffer, byteOffset);
    case "write":
      if (entry.offset < 8) return putCodeAndByte(WRITE | entry.offset, entry.value, buffer, byteOffset);
      if (byteOffset + 3 > buffer.length) return -3;
      return putCode(entry.value, buffer, putCodeAndByte(WRITE_FAR, entry.offset, buffer, byteOffset));
    case "receive": {
      const { characters } = entry;
      if (!hasOnlyBytes(characters)) break;
      return encodeBytes(characters, buffer, byteOffset);
    }
    case "line":
      return putCode(LINE | entry.level, buffer, byteOffset);
    case "break":
      return putCode(BREAK | Number(entry.on), buffer, byteOffset);
    case "modem": {
      const lineBits =
        Number(entry.cts) | (Number(entry.dsr) << 1) | (Number(entry.ri) << 2) | (Number(entry.dcd) << 3);
      return putCode(MODEM | lineBits, buffer, byteOffset);
    }
    case "advance":
      if (entry.ticks < 0x80) return putCode(ADVANCE_SHORT | entry.ticks, buffer, byteOffset);
      return putCodeAndCount(ADVANCE, entry.ticks, buffer, byteOffset);
    case "hold":
      return putCode(HOLD, buffer, byteOffset);
    case "release":
      return putCode(RELEASE, buffer, byteOffset);
    case "reset":
      return putCode(RESET, buffer, byteOffset);
    case "failed":
      return putCodeAndCount(
        entry.what === "out" ? FAILED_OUT : FAILED_TRIGGER,
        entry.index,
        buffer,
        byteOffset,
      );
  }
  return putBlock(JSON_ENTRY, textEncoder.encode(JSON.stringify(entry)), buffer, byteOffset);
}

/** A cursor over the entries of a chunk. The caller knows their number. */
export class EntryCursor {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(buffer: Uint8Array) {
    this.#bytes = buffer;
  }

  /** True if all bytes have been read. */
  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** Decodes the next entry. Characters that are all plain bytes become a Uint8Array of their own. */
  next(): Entry {
    const entryCode = this.#nextByte();
    if (entryCode >= ADVANCE_SHORT) return { type: "advance", ticks: entryCode & 0x7f };
    if (entryCode < WRITE) return { type: "read", offset: entryCode };
    if (entryCode < READ_FAR) return { type: "write", offset: entryCode & 7, value: this.#nextByte() };
    if (entryCode >= MODEM) {
      const isSet = (bit: number): boolean => (entryCode & (1 << bit)) !== 0;
      return { type: "modem", cts: isSet(0), dsr: isSet(1), ri: isSet(2), dcd: isSet(3) };
    }
    switch (entryCode) {
      case READ_FAR:
        return { type: "read", offset: this.#nextByte() };
      case WRITE_FAR:
        return { type: "write", offset: this.#nextByte(), value: this.#nextByte() };
      case RECEIVE_ONE:
        return { type: "receive", characters: Uint8Array.of(this.#nextByte()) };
      case RECEIVE:
        return { type: "receive", characters: this.#nextBlock().slice() };
      case ADVANCE:
        return { type: "advance", ticks: this.#nextCount() };
      case LINE:
      case LINE | 1:
        return { type: "line", level: entryCode === LINE ? 0 : 1 };
      case BREAK:
      case BREAK | 1:
        return { type: "break", on: entryCode !== BREAK };
      case HOLD:
        return { type: "hold" };
      case RELEASE:
        return { type: "release" };
      case RESET:
        return { type: "reset" };
      case FAILED_OUT:
      case FAILED_TRIGGER:
        return {
          type: "failed",
          what: entryCode === FAILED_OUT ? "out" : "trigger",
          index: this.#nextCount(),
        };
      default:
        return JSON.parse(textDecoder.decode(this.#nextBlock())) as Entry;
    }
  }

  #nextByte(): number {
    return this.#bytes[this.#position++] as number;
  }

  #nextCount(): number {
    let count = 0;
    for (let digitWeight = 1; ; digitWeight *= 0x80) {
      const byte = this.#nextByte();
      count += (byte & 0x7f) * digitWeight;
      if (byte < 0x80) return count;
    }
  }

  #nextBlock(): Uint8Array {
    const length = this.#nextCount();
    this.#position += length;
    return this.#bytes.subarray(this.#position - length, this.#position);
  }
}
