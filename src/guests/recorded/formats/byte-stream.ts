import { GzipReader } from "../../../journal/internal.js";
import { RecordingError } from "../step.js";

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Returns bytes as they are, decompressed if they are gzip. @throws RecordingError if compressed data are damaged. */
export async function* plainBytes(byteChunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let gzip: GzipReader | undefined;
  let hasStarted = false;
  for await (const chunk of byteChunks) {
    if (chunk.length === 0) continue;
    if (!hasStarted && chunk[0] === GZIP_MAGIC[0] && (chunk.length < 2 || chunk[1] === GZIP_MAGIC[1]))
      gzip = new GzipReader();
    hasStarted = true;
    if (!gzip) {
      yield chunk;
      continue;
    }
    try {
      yield* gzip.push(chunk);
    } catch (cause) {
      throw new RecordingError(`the gzip data are damaged: ${(cause as Error).message}`, undefined, {
        cause,
      });
    }
  }
}

const QUESTION_MARK = 0x3f;

/** Returns bytes with `?` in place of all that are not ASCII: a log may hold what a guest printed, in any encoding. */
export async function* asciiBytes(byteChunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of byteChunks) yield chunk.map((byte) => (byte < 0x80 ? byte : QUESTION_MARK));
}

/** A stream of bytes that is taken in pieces of a requested length. */
export class ByteStream {
  readonly #source: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = new Uint8Array(0);
  /** The number of bytes taken. */
  position = 0;

  constructor(byteChunks: AsyncIterable<Uint8Array>) {
    this.#source = byteChunks[Symbol.asyncIterator]();
  }

  /** Takes so many bytes; undefined at the end of the stream, where there are fewer. */
  async take(length: number): Promise<Uint8Array | undefined> {
    while (this.#pending.length < length) {
      const next = await this.#source.next();
      if (next.done) return undefined;
      this.#pending = concatenate(this.#pending, next.value);
    }
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    this.position += length;
    return bytes;
  }

  /** Takes the bytes that are there, so many at most; undefined at the end of the stream. */
  async takeSome(length: number): Promise<Uint8Array | undefined> {
    if (this.#pending.length === 0) {
      const next = await this.#source.next();
      if (next.done) return undefined;
      this.#pending = next.value;
    }
    return this.take(Math.min(length, this.#pending.length));
  }

  /** Returns true if bytes are left over that are too few for what was requested. */
  get hasRest(): boolean {
    return this.#pending.length > 0;
  }

  /** Ends the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Returns a view on bytes, for numbers. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
