import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { type JournalSink, journalSink } from "../../journal/index.js";
import { writeError } from "../files.js";

/** A file to which a journal is written continuously; its old content stays until there is something to write. */
export class JournalFile {
  readonly sink: JournalSink;
  /** Rejects with a CommandError when the file can no longer be written; the device is not affected. */
  readonly failed: Promise<never>;
  readonly #filePath: string;
  readonly #descriptor: number;
  #rejectFailed: (error: unknown) => void = () => {};
  #failure: { readonly error: unknown } | undefined;
  #hasBegun = false;

  /**
   * @param filePath - one whose name ends in .gz is compressed.
   * @throws CommandError if it cannot be written.
   */
  constructor(filePath: string) {
    this.#filePath = filePath;
    this.#descriptor = openForWriting(filePath);
    this.sink = journalSink((chunk) => this.#write(chunk), { gzip: filePath.endsWith(".gz") });
    this.failed = new Promise((_, reject) => {
      this.#rejectFailed = reject;
    });
    // It may reject when nobody awaits it any more.
    this.failed.catch(() => {});
  }

  /** @throws CommandError if not all of it could be written. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(chunk: Uint8Array): void {
    if (this.#failure) return;
    try {
      if (!this.#hasBegun && fstatSync(this.#descriptor).isFile()) ftruncateSync(this.#descriptor);
      this.#hasBegun = true;
      for (let writtenLength = 0; writtenLength < chunk.length; )
        writtenLength += writeSync(this.#descriptor, chunk, writtenLength);
    } catch (error) {
      this.#failure = { error: writeError(this.#filePath, error) };
      this.#rejectFailed(this.#failure.error);
    }
  }
}

function openForWriting(filePath: string): number {
  try {
    return openSync(filePath, constants.O_WRONLY | constants.O_CREAT);
  } catch (error) {
    throw writeError(filePath, error, "; --journal: name a file");
  }
}
