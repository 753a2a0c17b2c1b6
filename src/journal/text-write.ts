import { Gzip } from "fflate";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { checkEntry, checkHeader, isObject, tickAfter } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import type { JournalSink } from "./journal-options.js";
import { FORMAT, FORMAT_VERSION, MAX_LINE } from "./text-format.js";

const textEncoder = new TextEncoder();

/** Characters of text that are collected before they are encoded and emitted. */
const BLOCK_LENGTH = 65_536;

/** The lines of reads, which are most of a journal. */
const READ_LINES = Array.from({ length: 256 }, (_, offset) => `{"type":"read","offset":${offset}}`);

function entryText(entry: Entry): string {
  switch (entry.type) {
    case "read":
      return READ_LINES[entry.offset] as string;
    case "write":
      return `{"type":"write","offset":${entry.offset},"value":${entry.value}}`;
    case "receive":
      // An array; a Uint8Array would become an object.
      return JSON.stringify({ type: "receive", characters: Array.from<unknown>(entry.characters) });
    default:
      return JSON.stringify(entry);
  }
}

/** Options for writing a journal's text. */
export interface WriteOptions {
  /** True to compress it with gzip. */
  readonly gzip?: boolean;
}

/** A writer of a journal's text: its header, its entries, its end, in this order. */
class TextWriter {
  readonly #emit: (byteChunk: Uint8Array) => void;
  readonly #isCompressed: boolean;
  #gzipMember: Gzip | undefined;
  #lines = "";
  #entryCount = 0;
  #nextIndex = 0;
  #tick = 0;

  constructor(emit: (byteChunk: Uint8Array) => void, options: WriteOptions) {
    if (!isObject(options)) throw new TypeError(`options: expected an object, got ${formatValue(options)}`);
    this.#emit = emit;
    this.#isCompressed = options.gzip ?? false;
  }

  header(header: JournalHeader): void {
    checkHeader(header);
    const { chart, options, definition, package: version, first, tick, state } = header;
    const headerFields = { chart, options, definition, package: version, first, tick, state };
    this.#writeLine(JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...headerFields }), "header");
    this.#nextIndex = first;
    this.#tick = tick;
  }

  append({ index, tick, entry }: Recorded): void {
    if (index !== this.#nextIndex || tick !== this.#tick) {
      throw new RangeError(
        `entry: expected index ${this.#nextIndex} at tick ${this.#tick}, got index ${index} at tick ${tick}`,
      );
    }
    checkEntry(entry);
    const tickAfterEntry = tickAfter(entry, tick);
    this.#writeLine(entryText(entry), `entry ${index}`);
    this.#tick = tickAfterEntry;
    this.#nextIndex++;
    this.#entryCount++;
  }

  /**
   * Emits all text so far, so that a reader gets it. A gzip file may have several members: one ends here. (fflate 0.8.3 can flush within one, but what it writes then is not always valid.)
   */
  flush(): void {
    this.#emitLines();
    this.#gzipMember?.push(new Uint8Array(0), true);
    this.#gzipMember = undefined;
  }

  end(): void {
    this.#writeLine(`{"type":"end","entries":${this.#entryCount}}`, "end");
    this.flush();
  }

  #writeLine(line: string, lineName: string): void {
    // A character takes three bytes at most; only lines near the limit need be measured.
    if (line.length > MAX_LINE / 3 && textEncoder.encode(line).length > MAX_LINE) {
      throw new RangeError(`${lineName}: expected at most ${MAX_LINE} bytes of text, got more`);
    }
    this.#lines += `${line}\n`;
    if (this.#lines.length >= BLOCK_LENGTH) this.#emitLines();
  }

  #emitLines(): void {
    if (this.#lines === "") return;
    const bytes = textEncoder.encode(this.#lines);
    this.#lines = "";
    if (this.#isCompressed) {
      this.#gzipMember ??= this.#newMember();
      this.#gzipMember.push(bytes);
    } else this.#emit(bytes);
  }

  #newMember(): Gzip {
    // Without a time the same journal gives the same bytes.
    return new Gzip({ mtime: 0 }, (byteChunk) => {
      if (byteChunk.length > 0) this.#emit(byteChunk);
    });
  }
}

/**
 * Writes a journal as text, in memory that does not grow with it:
 * `writeJournal(journal.header, journal.entries(), { gzip: true })`.
 *
 * JSON Lines in UTF-8: the header, the entries, and a last line that counts these, so that a cut is detected. The same
 * journal gives the same bytes.
 *
 * @throws TypeError or RangeError, while it is read, if something is no header or no entry, if entries do not follow
 * one another from the header's `first` and `tick` on, or if a line would take more than 16 MiB.
 */
export async function* writeJournal(
  header: JournalHeader,
  entries: Iterable<Recorded> | AsyncIterable<Recorded>,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, undefined> {
  const writtenChunks: Uint8Array[] = [];
  const writer = new TextWriter((byteChunk) => writtenChunks.push(byteChunk), options);
  writer.header(header);
  if (Symbol.asyncIterator in entries) {
    for await (const recorded of entries) {
      writer.append(recorded);
      if (writtenChunks.length > 0) yield* writtenChunks.splice(0);
    }
  } else {
    for (const recorded of entries) {
      writer.append(recorded);
      if (writtenChunks.length > 0) yield* writtenChunks.splice(0);
    }
  }
  writer.end();
  yield* writtenChunks;
}

/** A sink that writes a journal's text. */
export interface TextSink extends JournalSink {
  /** Writes all text so far. With gzip this begins a new member of the file, some 30 bytes. */
  flush(): void;
  /** Writes the rest and the last line. */
  close(): void;
}

/**
 * A journal sink that writes the text form as it goes: `new Serial({ journal: journalSink((chunk) => stream.write(chunk)) })`.
 *
 * Up to 64 KiB of text, and with gzip somewhat more, are collected before they are written: call `flush()` to have it all written
 * now, and `close()` (the device's does it) to end the text. A text that was never closed reads as cut off.
 *
 * @param write - receives the bytes in order. If it throws, the text has a gap and is of no more use.
 */
export function journalSink(write: (byteChunk: Uint8Array) => void, options: WriteOptions = {}): TextSink {
  const writer = new TextWriter(write, options);
  return {
    header: (header) => writer.header(header),
    append: (recorded) => writer.append(recorded),
    flush: () => writer.flush(),
    close: () => writer.end(),
  };
}
