import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { type JournalSink, journalSink } from "../../journal/index.js";
import { unwritable } from "../files.js";

/** A file that a journal is written to as it goes: what was in it stays until there is something to write. */
export class JournalFile {
  readonly sink: JournalSink;
  /** Rejects with a CommandError when it cannot be written any more: the device is not told, and goes on. */
  readonly failed: Promise<never>;
  readonly #file: string;
  readonly #descriptor: number;
  #fail: (error: unknown) => void = () => {};
  #failure: { readonly error: unknown } | undefined;
  #begun = false;

  /**
   * @param file - one whose name ends in .gz is compressed.
   * @throws CommandError if it cannot be written.
   */
  constructor(file: string) {
    this.#file = file;
    this.#descriptor = opened(file);
    this.sink = journalSink((chunk) => this.#write(chunk), { gzip: file.endsWith(".gz") });
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It may fail when nobody waits for it any more.
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
      if (!this.#begun && fstatSync(this.#descriptor).isFile()) ftruncateSync(this.#descriptor);
      this.#begun = true;
      for (let at = 0; at < chunk.length; ) at += writeSync(this.#descriptor, chunk, at);
    } catch (error) {
      this.#failure = { error: unwritable(this.#file, error) };
      this.#fail(this.#failure.error);
    }
  }
}

function opened(file: string): number {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_CREAT);
  } catch (error) {
    throw unwritable(file, error, "; --journal: name a file");
  }
}
