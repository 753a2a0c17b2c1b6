import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { whyUnreadable } from "./files.js";
import { CommandError, type Surroundings } from "./surroundings.js";

const LARGEST_CHUNK = 16_384;
const SMALLEST_CHUNK = 512;

/** A file, or the standard input, as it is being read. */
export interface InputFile {
  /** How to name it to the user. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The part that has been read, 0 to 1; undefined where the size is not known. */
  readonly done: number | undefined;
}

/**
 * Opens a file for reading; `-` is the standard input.
 *
 * @throws CommandError if it cannot be read.
 */
export async function openInput(file: string, io: Pick<Surroundings, "stdin">): Promise<InputFile> {
  if (file === "-") return { name: "standard input", chunks: io.stdin, done: undefined };
  const size = await sizeOf(file);
  // A compressed file of a few kilobytes holds minutes of work: small chunks let progress be seen.
  const highWaterMark = Math.min(
    LARGEST_CHUNK,
    Math.max(SMALLEST_CHUNK, Math.ceil((size ?? Infinity) / 100)),
  );
  let read = 0;
  const chunks = async function* () {
    try {
      for await (const chunk of createReadStream(file, { highWaterMark })) {
        read += (chunk as Uint8Array).length;
        yield chunk as Uint8Array;
      }
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  return {
    name: file,
    chunks: chunks(),
    get done() {
      return size === undefined ? undefined : Math.min(1, read / size);
    },
  };
}

/** The size in bytes; undefined for what is no plain file, such as a pipe. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new CommandError(`${file}: expected a recording, got a directory`);
    return found.isFile() && found.size > 0 ? found.size : undefined;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): unknown {
  const why = whyUnreadable(error);
  if (why === undefined) return error;
  return new CommandError(`cannot read ${file}: ${why}; name a recording, or - for standard input`);
}
