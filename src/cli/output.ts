import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { writing } from "./files.js";
import type { Surroundings } from "./surroundings.js";

/** How much is gathered before it is written. Bytes. */
const CHUNK = 65_536;

/** A file that is being written, or the standard output. */
export interface Output {
  /** How to name it to the user. */
  readonly name: string;
  /** How many bytes it has been given. */
  readonly bytes: number;
  /** @throws CommandError if it cannot be written. */
  write(chunk: Uint8Array): Promise<void>;
  /** Runs what writes all of it: a file that is not finished does not replace another, and is not left. */
  whole<T>(writing: () => Promise<T>): Promise<T>;
}

/**
 * Opens a file for writing; without one it is the standard output.
 *
 * @throws CommandError if it cannot be written.
 */
export async function openOutput(file: string | undefined, { stdout }: Surroundings): Promise<Output> {
  return file === undefined
    ? new Gathered("standard output", async (chunk) => stdout.write(chunk))
    : openFile(file);
}

async function openFile(file: string): Promise<Output> {
  const partial = `${file}.part`;
  const handle = await writing(file, () => open(partial, "w"));
  const write = async (chunk: Uint8Array) => writing(file, () => writeAll(handle, chunk));
  return new Gathered(file, write, async (done) => {
    await handle.close();
    if (done) await writing(file, () => rename(partial, file));
    else await rm(partial, { force: true });
  });
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  await handle.writeFile(chunk);
}

class Gathered implements Output {
  readonly name: string;
  bytes = 0;
  readonly #write: (chunk: Uint8Array) => Promise<void>;
  readonly #close: (done: boolean) => Promise<void>;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(
    name: string,
    write: (chunk: Uint8Array) => Promise<void>,
    close: (done: boolean) => Promise<void> = async () => {},
  ) {
    this.name = name;
    this.#write = write;
    this.#close = close;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length > 0) this.#pieces.push(chunk);
    this.#length += chunk.length;
    if (this.#length >= CHUNK) await this.#flush();
  }

  async whole<T>(writing: () => Promise<T>): Promise<T> {
    let done = false;
    try {
      const result = await writing();
      await this.#flush();
      done = true;
      return result;
    } finally {
      await this.#close(done);
    }
  }

  async #flush(): Promise<void> {
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    this.bytes += whole.length;
    if (whole.length > 0) await this.#write(whole);
  }
}
