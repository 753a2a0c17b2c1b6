import { type JournalFileSink, journalFile } from "../../guests/node/index.js";
import type { JournalSinkError } from "../../journal/index.js";
import { writeError } from "../files.js";

/** A file to which a journal is written continuously; its old content stays until the device is made. */
export class JournalFile {
  readonly sink: JournalFileSink;
  /** Rejects with a CommandError when the file can no longer be written; the device is not affected. */
  readonly failed: Promise<never>;
  readonly #filePath: string;
  #rejectFailed: (error: unknown) => void = () => {};
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param filePath - one whose name ends in .gz is compressed.
   * @throws CommandError if it cannot be written.
   */
  constructor(filePath: string) {
    this.#filePath = filePath;
    this.sink = openSink(filePath, (error) => this.#fail(error));
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
    this.sink.close();
  }

  #fail({ cause }: JournalSinkError): void {
    this.#failure = { error: writeError(this.#filePath, cause) };
    this.#rejectFailed(this.#failure.error);
  }
}

function openSink(filePath: string, onError: (error: JournalSinkError) => void): JournalFileSink {
  try {
    return journalFile(filePath, { onError });
  } catch (error) {
    throw writeError(filePath, error, "; --journal: name a file");
  }
}
