import { Inflate } from "fflate";
import { RecordingError } from "../step.js";
import { ByteStream, viewOf } from "./byte-stream.js";

/** A file of a zip archive; its contents have to be read before the next file. */
export interface ZipEntry {
  readonly name: string;
  readonly contents: AsyncIterable<Uint8Array>;
}

/** PKWARE's APPNOTE.TXT, 4.3.7: the header before each file. */
const LOCAL_HEADER = 0x04034b50;
const HEADER_REST = 26;
const SIZE_FOLLOWS = 0x0008;
const STORED = 0;
const DEFLATED = 8;
const LONGEST_NAME = 4096;
/** DEFLATE grows a thousandfold at most, so this bounds what one step decompresses. */
const SLICE = 4096;

/**
 * Reads the files of a zip archive in order, as a stream.
 *
 * @throws RecordingError if it is damaged, or has features that sigrok's files do not.
 */
export async function* zipEntries(byteChunks: AsyncIterable<Uint8Array>): AsyncGenerator<ZipEntry, void> {
  const queue = new ByteStream(byteChunks);
  try {
    for (;;) {
      const signature = await queue.take(4);
      if (!signature || viewOf(signature).getUint32(0, true) !== LOCAL_HEADER) return;
      const header = viewOf(await takeWhole(queue, HEADER_REST));
      const method = header.getUint16(4, true);
      const size = header.getUint32(14, true);
      const nameLength = header.getUint16(22, true);
      const extraLength = header.getUint16(24, true);
      if (nameLength > LONGEST_NAME)
        throw new RecordingError(`zip: expected a shorter name, got ${nameLength} bytes`);
      const name = new TextDecoder().decode(await takeWhole(queue, nameLength));
      await takeWhole(queue, extraLength);
      if (header.getUint16(2, true) & SIZE_FOLLOWS && size === 0)
        throw new RecordingError(`zip: expected the size before ${name}, got it after`);
      if (method !== STORED && method !== DEFLATED)
        throw new RecordingError(`zip: expected ${name} stored or deflated, got method ${method}`);
      const stored = storedBytes(queue, size, name);
      yield { name, contents: method === STORED ? stored : inflatedBytes(stored, name) };
    }
  } finally {
    await queue.close();
  }
}

async function takeWhole(queue: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = await queue.take(length);
  if (bytes) return bytes;
  throw new RecordingError("zip: expected a whole archive, got one that is cut off");
}

async function* storedBytes(queue: ByteStream, size: number, name: string): AsyncGenerator<Uint8Array, void> {
  for (let rest = size; rest > 0; ) {
    const bytes = await queue.takeSome(Math.min(rest, SLICE));
    if (!bytes) throw new RecordingError(`zip: expected all of ${name}, got a file that is cut off`);
    rest -= bytes.length;
    yield bytes;
  }
}

async function* inflatedBytes(
  stored: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const inflated: Uint8Array[] = [];
  const inflate = new Inflate((bytes) => void inflated.push(bytes));
  for await (const bytes of stored) {
    try {
      inflate.push(bytes.slice());
    } catch (cause) {
      throw new RecordingError(`zip: ${name} is damaged: ${(cause as Error).message}`, undefined, { cause });
    }
    yield* inflated.splice(0);
  }
}
