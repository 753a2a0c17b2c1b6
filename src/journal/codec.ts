import type { Entry } from "./entry.js";

/*
 * How entries lie in a chunk: a byte that says which, then what it needs. A driver's accesses are nearly all there is,
 * so these are the shortest: a read at offset 0 to 7 is the offset alone, a write there one byte more.
 */
export const READ = 0x00;
export const WRITE = 0x08;
const READ_FAR = 0x10;
const WRITE_FAR = 0x11;
const RECEIVE_ONE = 0x12;
const RECEIVE = 0x13;
const ADVANCE = 0x14;
const AS_JSON = 0x15;
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

/** Up to so many bytes are copied one by one, which is faster. */
const SHORT = 64;

const utf8 = new TextEncoder();
const text = new TextDecoder();

const isPlain = (characters: readonly unknown[] | Uint8Array): characters is readonly number[] | Uint8Array =>
  characters instanceof Uint8Array || characters.every((character) => typeof character === "number");

/** How many bytes a count takes: seven bits in each. */
function countSize(count: number): number {
  let size = 1;
  for (let rest = count; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a count, lowest bits first; shifts would lose what is above 32 bits. */
function putCount(count: number, bytes: Uint8Array, at: number): number {
  let rest = count;
  let end = at;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[end++] = (rest % 0x80) | 0x80;
  bytes[end++] = rest;
  return end;
}

function putOne(code: number, bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return -1;
  bytes[at] = code;
  return at + 1;
}

function putTwo(code: number, operand: number, bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) return -2;
  bytes[at] = code;
  bytes[at + 1] = operand;
  return at + 2;
}

function putCounted(code: number, count: number, bytes: Uint8Array, at: number): number {
  const size = 1 + countSize(count);
  if (at + size > bytes.length) return -size;
  bytes[at] = code;
  return putCount(count, bytes, at + 1);
}

/**
 * Writes that bytes were received, as {@link encode} does.
 *
 * @returns where the next entry goes, or minus the number of bytes that this one needs.
 */
export function encodeBytes(received: Uint8Array | readonly number[], bytes: Uint8Array, at: number): number {
  if (received.length === 1) return putTwo(RECEIVE_ONE, received[0] as number, bytes, at);
  return putBlock(RECEIVE, received, bytes, at);
}

function putBlock(code: number, block: ArrayLike<number>, bytes: Uint8Array, at: number): number {
  const size = 1 + countSize(block.length) + block.length;
  if (at + size > bytes.length) return -size;
  bytes[at] = code;
  const start = putCount(block.length, bytes, at + 1);
  if (block.length > SHORT) bytes.set(block, start);
  else for (let i = 0; i < block.length; i++) bytes[start + i] = block[i] as number;
  return start + block.length;
}

/**
 * Writes an entry, which has been checked, into `bytes` at `at`.
 *
 * @returns where the next one goes; or, if it does not fit, minus the number of bytes that it needs, with nothing written.
 * @throws TypeError if a state that it holds cannot be JSON.
 */
export function encode(entry: Entry, bytes: Uint8Array, at: number): number {
  switch (entry.type) {
    case "read":
      if (entry.offset < 8) return putOne(READ | entry.offset, bytes, at);
      return putTwo(READ_FAR, entry.offset, bytes, at);
    case "write":
      if (entry.offset < 8) return putTwo(WRITE | entry.offset, entry.value, bytes, at);
      if (at + 3 > bytes.length) return -3;
      return putOne(entry.value, bytes, putTwo(WRITE_FAR, entry.offset, bytes, at));
    case "receive": {
      const { characters } = entry;
      if (!isPlain(characters)) break;
      return encodeBytes(characters, bytes, at);
    }
    case "line":
      return putOne(LINE | entry.level, bytes, at);
    case "break":
      return putOne(BREAK | Number(entry.on), bytes, at);
    case "modem": {
      const lines =
        Number(entry.cts) | (Number(entry.dsr) << 1) | (Number(entry.ri) << 2) | (Number(entry.dcd) << 3);
      return putOne(MODEM | lines, bytes, at);
    }
    case "advance":
      if (entry.ticks < 0x80) return putOne(ADVANCE_SHORT | entry.ticks, bytes, at);
      return putCounted(ADVANCE, entry.ticks, bytes, at);
    case "hold":
      return putOne(HOLD, bytes, at);
    case "release":
      return putOne(RELEASE, bytes, at);
    case "reset":
      return putOne(RESET, bytes, at);
    case "failed":
      return putCounted(entry.what === "out" ? FAILED_OUT : FAILED_TRIGGER, entry.index, bytes, at);
  }
  return putBlock(AS_JSON, utf8.encode(JSON.stringify(entry)), bytes, at);
}

/** Reads the entries of a chunk one after the other. The caller knows how many there are. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether all bytes have been read. */
  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next entry. Characters that are all plain bytes come as a Uint8Array of their own. */
  next(): Entry {
    const code = this.#byte();
    if (code >= ADVANCE_SHORT) return { type: "advance", ticks: code & 0x7f };
    if (code < WRITE) return { type: "read", offset: code };
    if (code < READ_FAR) return { type: "write", offset: code & 7, value: this.#byte() };
    if (code >= MODEM) {
      const on = (bit: number): boolean => (code & (1 << bit)) !== 0;
      return { type: "modem", cts: on(0), dsr: on(1), ri: on(2), dcd: on(3) };
    }
    switch (code) {
      case READ_FAR:
        return { type: "read", offset: this.#byte() };
      case WRITE_FAR:
        return { type: "write", offset: this.#byte(), value: this.#byte() };
      case RECEIVE_ONE:
        return { type: "receive", characters: Uint8Array.of(this.#byte()) };
      case RECEIVE:
        return { type: "receive", characters: this.#block().slice() };
      case ADVANCE:
        return { type: "advance", ticks: this.#count() };
      case LINE:
      case LINE | 1:
        return { type: "line", level: code === LINE ? 0 : 1 };
      case BREAK:
      case BREAK | 1:
        return { type: "break", on: code !== BREAK };
      case HOLD:
        return { type: "hold" };
      case RELEASE:
        return { type: "release" };
      case RESET:
        return { type: "reset" };
      case FAILED_OUT:
      case FAILED_TRIGGER:
        return { type: "failed", what: code === FAILED_OUT ? "out" : "trigger", index: this.#count() };
      default:
        return JSON.parse(text.decode(this.#block())) as Entry;
    }
  }

  #byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  #count(): number {
    let count = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.#byte();
      count += (byte & 0x7f) * unit;
      if (byte < 0x80) return count;
    }
  }

  #block(): Uint8Array {
    const length = this.#count();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
