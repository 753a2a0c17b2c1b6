import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { readFailureReason } from "./files.js";
import { CommandError, type Io } from "./io.js";

const LARGEST_CHUNK = 16_384;
const SMALLEST_CHUNK = 512;

/** A file, or the standard input, that is being read. */
export interface InputFile {
  /** Its name for the user. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The part that has been read, 0 to 1; undefined where the size is not known. */
  readonly readShare: number | undefined;
}

/**
 * Opens a file for reading; `-` is the standard input.
 *
 * @throws CommandError if it cannot be read.
 */
export async function openInput(filePath: string, io: Pick<Io, "stdin">): Promise<InputFile> {
  if (filePath === "-") return { name: "standard input", chunks: io.stdin, readShare: undefined };
  const fileSize = await plainFileSize(filePath);
  // A compressed file of a few kilobytes holds minutes of work: with small chunks, progress is visible.
  const highWaterMark = Math.min(
    LARGEST_CHUNK,
    Math.max(SMALLEST_CHUNK, Math.ceil((fileSize ?? Infinity) / 100)),
  );
  let bytesRead = 0;
  const chunks = async function* () {
    try {
      for await (const chunk of createReadStream(filePath, { highWaterMark })) {
        bytesRead += (chunk as Uint8Array).length;
        yield chunk as Uint8Array;
      }
    } catch (error) {
      throw readError(filePath, error);
    }
  };
  return {
    name: filePath,
    chunks: chunks(),
    get readShare() {
      return fileSize === undefined ? undefined : Math.min(1, bytesRead / fileSize);
    },
  };
}

/** Returns the size in bytes; undefined for other than plain files, such as a pipe. */
async function plainFileSize(filePath: string): Promise<number | undefined> {
  try {
    const fileStatus = await stat(filePath);
    if (fileStatus.isDirectory())
      throw new CommandError(`${filePath}: expected a recording, got a directory`);
    return fileStatus.isFile() && fileStatus.size > 0 ? fileStatus.size : undefined;
  } catch (error) {
    throw readError(filePath, error);
  }
}

function readError(filePath: string, error: unknown): unknown {
  const reason = readFailureReason(error);
  if (reason === undefined) return error;
  return new CommandError(`cannot read ${filePath}: ${reason}; name a recording, or - for standard input`);
}
