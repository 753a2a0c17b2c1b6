import type { JournalHeader, Recorded } from "./entry.js";
import { formatValue } from "./format-value.js";
import type { JournalSink } from "./journal-options.js";
import { checkCallback, checkRecord, withKnownNames } from "./nearest.js";
import { TextWriter, type WriteOptions } from "./text-write.js";
import { throwLater } from "./throw-later.js";

/** The time after which text is flushed. */
const DEFAULT_MILLISECONDS = 1000;
/** The longest time of a timer. */
const GREATEST_MILLISECONDS = 2 ** 31 - 1;

/** When a sink writes the text that it has collected: whichever comes first. */
export interface FlushInterval {
  /** Bytes of text to collect, from 1: 65,536 unless given, and 1,048,576 with gzip. */
  readonly bytes?: number;
  /** Milliseconds after the first entry that waits, from 0; 1000 unless given, Infinity for no limit. */
  readonly milliseconds?: number;
}

/** Options of {@link journalSink}. */
export interface SinkOptions extends WriteOptions {
  /** When to write; a number is milliseconds. */
  readonly flushEvery?: number | FlushInterval;
  /**
   * Called once, when a write has failed and the sink has stopped; accesses go on then. Without it the access that finds the failure
   * throws the error, once, and nothing has changed. What it throws itself is thrown by a microtask: neither a guest's access nor the
   * sink's timer fails by it, and the host's handler of uncaught errors receives it.
   */
  readonly onError?: (error: JournalSinkError) => void;
}

/** The error with which a sink stops; `cause` is that of the write. */
export class JournalSinkError extends Error {
  override readonly name = "JournalSinkError";
  /** The number of entries that were written before into the text, or into all files of a journal that rotates: readers get at least these. */
  readonly written: number;

  constructor(written: number, cause: unknown) {
    const reason =
      cause instanceof Error ? cause.message : typeof cause === "string" ? cause : formatValue(cause);
    super(`the journal ends after ${written} entries, as it could not be written: ${reason}`, { cause });
    this.written = written;
  }
}

/** A sink that writes a journal's text. */
export interface TextSink extends JournalSink {
  /** The number of entries that are lost because a write failed: those after the last that was written. 0 while none has. */
  readonly lost: number;
  /** Writes all text so far. With gzip this begins a new member of the file, some 30 bytes. */
  flush(): void;
  /** Takes the last entry back, unless it has been written. */
  takeBack(): void;
  /** Writes the rest and the last line. */
  close(): void;
}

/**
 * A journal sink that writes the text form as it goes: `new Serial({ journal: journalSink((chunk) => socket.send(chunk)) })`. To write a
 * file in Node use `journalFile` of `vm-superio/node`.
 *
 * The header is written at once, and entries as `flushEvery` says; call `flush()` to have all written now, and `close()` (the device's
 * does it) to end the text. A text that was never closed reads as cut off.
 *
 * A write that fails stops the sink for good: nothing is written after it, `lost` counts the entries that are missing, and `onError` says
 * why. What was written before can be read.
 *
 * @param write - receives the bytes in order. It fails by throwing, or by a promise that is rejected (what it was given in the meantime then
 *   follows a hole, which readers find). If it returns the number of bytes that it has written, or a promise of it (as `writeSync` does: the
 *   first time all of them), fewer are a failure as well; NaN and numbers below 0 always are.
 * @throws TypeError or RangeError if an option is none.
 */
export function journalSink(write: (byteChunk: Uint8Array) => unknown, options: SinkOptions = {}): TextSink {
  return new WritingSink(write, options);
}

const OPTIONS: readonly (keyof SinkOptions)[] = ["gzip", "flushEvery", "onError"];

/**
 * What {@link journalSink} returns.
 *
 * @internal
 */
export class WritingSink implements TextSink {
  readonly #write: (byteChunk: Uint8Array) => unknown;
  readonly #writer: TextWriter;
  readonly #milliseconds: number;
  readonly #earlierEntries: number;
  readonly #onError: SinkOptions["onError"];
  /** True if the first write has returned the length of its bytes. */
  #countsBytes: boolean | undefined;
  #failure: JournalSinkError | undefined;
  /** True if the failure has been reported. */
  #isReported = false;
  #hasClosed = false;
  /** The number of entries since the sink has stopped. */
  #ignoredEntries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param earlierEntries - the number of entries that were written before, in files that are finished. */
  constructor(write: (byteChunk: Uint8Array) => unknown, options: SinkOptions, earlierEntries = 0) {
    checkCallback(write, "write", true);
    const known = withKnownNames(options, OPTIONS, "journalSink");
    const { flushEvery, onError } = known;
    checkCallback(onError, "onError");
    const { bytes, milliseconds } = resolveFlushInterval(flushEvery);
    this.#write = write;
    this.#earlierEntries = earlierEntries;
    this.#writer = new TextWriter((byteChunk) => this.#writeChunk(byteChunk), known, bytes);
    this.#milliseconds = milliseconds;
    this.#onError = onError;
  }

  get lost(): number {
    return this.#failure === undefined ? 0 : this.#ignoredEntries + this.entryCount - this.#failure.written;
  }

  /** The number of entries so far, those of finished files included. */
  get entryCount(): number {
    return this.#earlierEntries + this.#writer.entryCount;
  }

  header(header: JournalHeader): void {
    this.#guard(() => {
      this.#writer.header(header);
      this.#writer.flush();
    });
  }

  append(recorded: Recorded): void {
    if (this.#failure !== undefined) this.#throwUnreported();
    else this.#guard(() => this.#writer.append(recorded));
    if (this.#failure !== undefined) this.#ignoredEntries++;
    else this.#timer ??= this.#startTimer();
  }

  takeBack(): void {
    if (this.#failure === undefined) this.#writer.takeBack();
    else this.#ignoredEntries--;
  }

  flush(): void {
    if (this.#failure !== undefined) this.#throwUnreported();
    else if (!this.#hasClosed && this.#writer.hasPendingText) this.#guard(() => this.#writer.flush());
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#failure !== undefined) this.#throwUnreported();
    else if (!this.#hasClosed) {
      this.#hasClosed = true;
      this.#guard(() => this.#writer.end());
    }
  }

  #startTimer(): ReturnType<typeof setTimeout> | undefined {
    if (this.#milliseconds === Number.POSITIVE_INFINITY) return undefined;
    const timer = setTimeout(
      () => {
        this.#timer = undefined;
        try {
          if (this.#failure === undefined && this.#writer.hasPendingText) this.#writer.flush();
        } catch {
          // Whoever uses the sink next hears of it, unless `onError` has.
        }
      },
      Math.min(this.#milliseconds, GREATEST_MILLISECONDS),
    );
    // In Node a timer must not keep the process alive.
    (timer as { unref?(): unknown }).unref?.();
    return timer;
  }

  /** Runs a task that may write. @throws what it throws; where a write has failed, the failure, unless it has been reported. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      if (this.#failure === undefined) throw error;
      this.#throwUnreported();
    }
  }

  #throwUnreported(): void {
    if (this.#isReported) return;
    this.#isReported = true;
    throw this.#failure;
  }

  #writeChunk(byteChunk: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { emittedEntries } = this.#writer;
    try {
      const result = this.#write(byteChunk);
      if (!isPromise(result)) this.#checkCount(result, byteChunk.length);
      else
        result
          .then((count: unknown) => this.#checkCount(count, byteChunk.length))
          .then(undefined, (error: unknown) => this.#stop(error, emittedEntries));
    } catch (error) {
      this.#stop(error, emittedEntries);
      throw error;
    }
  }

  /** Checks what a write has returned, if that is the number of bytes that it has written. @throws Error if it is no such number, or too small. */
  #checkCount(result: unknown, length: number): void {
    this.#countsBytes ??= result === length;
    if (typeof result !== "number" || result >= (this.#countsBytes ? length : 0)) return;
    throw new Error(`only ${result} of ${length} bytes were written`);
  }

  /** Stops for good, as after a write that failed with `cause`. */
  stop(cause: unknown): void {
    this.#stop(cause, this.#writer.emittedEntries);
  }

  #stop(cause: unknown, writtenEntries: number): void {
    if (this.#failure !== undefined) return;
    this.#failure = new JournalSinkError(this.#earlierEntries + writtenEntries, cause);
    clearTimeout(this.#timer);
    if (this.#onError === undefined) return;
    this.#isReported = true;
    try {
      this.#onError(this.#failure);
    } catch (error) {
      throwLater(error);
    }
  }
}

const isPromise = (result: unknown): result is PromiseLike<unknown> =>
  typeof (result as { then?: unknown } | null | undefined)?.then === "function";

/** Returns when to flush. @throws TypeError or RangeError, naming the option. */
function resolveFlushInterval(flushEvery: SinkOptions["flushEvery"]): {
  readonly bytes: number | undefined;
  readonly milliseconds: number;
} {
  const interval =
    typeof flushEvery === "number"
      ? { milliseconds: flushEvery }
      : flushEvery === undefined
        ? {}
        : flushEvery;
  checkRecord(interval, "flushEvery", "milliseconds or { bytes, milliseconds }");
  withKnownNames(interval, ["bytes", "milliseconds"], "flushEvery");
  const { bytes, milliseconds = DEFAULT_MILLISECONDS } = interval as FlushInterval;
  if (typeof milliseconds !== "number" || !(milliseconds >= 0))
    throw new RangeError(
      `flushEvery.milliseconds: expected a number from 0, got ${formatValue(milliseconds)}`,
    );
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes >= 1))
    throw new RangeError(`flushEvery.bytes: expected a whole number from 1, got ${formatValue(bytes)}`);
  return { bytes, milliseconds };
}
