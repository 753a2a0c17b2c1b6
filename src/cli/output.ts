import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { withWriteErrors } from "./files.js";
import type { Io } from "./io.js";

/** The number of bytes that are collected before they are written. */
const CHUNK_SIZE = 65_536;

/** A file that is being written, or the standard output. */
export interface OutputFile {
  /** Its name for the user. */
  readonly name: string;
  /** The number of bytes written. */
  readonly byteCount: number;
  /** @throws CommandError if it cannot be written. */
  write(chunk: Uint8Array): Promise<void>;
  /** Runs a function that writes all of it. An incomplete file is removed, and does not replace an older one. */
  writeWhole<T>(writing: () => Promise<T>): Promise<T>;
}

/**
 * Opens a file for writing; without one it is the standard output.
 *
 * @throws CommandError if it cannot be written.
 */
export async function openOutput(filePath: string | undefined, { stdout }: Io): Promise<OutputFile> {
  return filePath === undefined
    ? new BufferedOutput("standard output", async (chunk) => stdout.write(chunk))
    : openFile(filePath);
}

async function openFile(filePath: string): Promise<OutputFile> {
  const partial = `${filePath}.part`;
  const handle = await withWriteErrors(filePath, () => open(partial, "w"));
  const write = async (chunk: Uint8Array) => withWriteErrors(filePath, () => writeAll(handle, chunk));
  return new BufferedOutput(filePath, write, async (isComplete) => {
    await handle.close();
    if (isComplete) await withWriteErrors(filePath, () => rename(partial, filePath));
    else await rm(partial, { force: true });
  });
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  await handle.writeFile(chunk);
}

class BufferedOutput implements OutputFile {
  readonly name: string;
  byteCount = 0;
  readonly #write: (chunk: Uint8Array) => Promise<void>;
  readonly #close: (isComplete: boolean) => Promise<void>;
  #pendingChunks: Uint8Array[] = [];
  #pendingLength = 0;

  constructor(
    name: string,
    writeChunk: (chunk: Uint8Array) => Promise<void>,
    close: (isComplete: boolean) => Promise<void> = async () => {},
  ) {
    this.name = name;
    this.#write = writeChunk;
    this.#close = close;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length > 0) this.#pendingChunks.push(chunk);
    this.#pendingLength += chunk.length;
    if (this.#pendingLength >= CHUNK_SIZE) await this.#flush();
  }

  async writeWhole<T>(writing: () => Promise<T>): Promise<T> {
    let isComplete = false;
    try {
      const result = await writing();
      await this.#flush();
      isComplete = true;
      return result;
    } finally {
      await this.#close(isComplete);
    }
  }

  async #flush(): Promise<void> {
    const pendingBytes = Buffer.concat(this.#pendingChunks);
    this.#pendingChunks = [];
    this.#pendingLength = 0;
    this.byteCount += pendingBytes.length;
    if (pendingBytes.length > 0) await this.#write(pendingBytes);
  }
}
