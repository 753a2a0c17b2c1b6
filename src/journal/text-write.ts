import { Gzip } from "fflate";
import { checkEntry, checkHeader, isObject, tickAfter } from "./check.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import type { JournalSink } from "./journal-options.js";
import { shown } from "./shown.js";
import { FORMAT, FORMAT_VERSION, MAX_LINE } from "./text-format.js";

const utf8 = new TextEncoder();

/** Characters of text that are gathered before they are encoded and handed on. */
const BLOCK = 65_536;

/** The lines of reads, which are most of a journal. */
const READS = Array.from({ length: 256 }, (_, offset) => `{"type":"read","offset":${offset}}`);

function textOf(entry: Entry): string {
  switch (entry.type) {
    case "read":
      return READS[entry.offset] as string;
    case "write":
      return `{"type":"write","offset":${entry.offset},"value":${entry.value}}`;
    case "receive":
      // An array; a Uint8Array would become an object.
      return JSON.stringify({ type: "receive", characters: Array.from<unknown>(entry.characters) });
    default:
      return JSON.stringify(entry);
  }
}

/** How a journal's text is written. */
export interface WriteOptions {
  /** Whether to compress it with gzip. */
  readonly gzip?: boolean;
}

/** Turns a journal's parts into text, in order: its header, its entries, its end. */
class TextWriter {
  readonly #emit: (chunk: Uint8Array) => void;
  readonly #compressed: boolean;
  #member: Gzip | undefined;
  #lines = "";
  #entries = 0;
  #next = 0;
  #tick = 0;

  constructor(emit: (chunk: Uint8Array) => void, options: WriteOptions) {
    if (!isObject(options)) throw new TypeError(`options: expected an object, got ${shown(options)}`);
    this.#emit = emit;
    this.#compressed = options.gzip ?? false;
  }

  header(header: JournalHeader): void {
    checkHeader(header);
    const { chart, options, definition, package: version, first, tick, state } = header;
    const known = { chart, options, definition, package: version, first, tick, state };
    this.#put(JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...known }), "header");
    this.#next = first;
    this.#tick = tick;
  }

  append({ index, tick, entry }: Recorded): void {
    if (index !== this.#next || tick !== this.#tick) {
      throw new RangeError(
        `entry: expected index ${this.#next} at tick ${this.#tick}, got index ${index} at tick ${tick}`,
      );
    }
    checkEntry(entry);
    const after = tickAfter(entry, tick);
    this.#put(textOf(entry), `entry ${index}`);
    this.#tick = after;
    this.#next++;
    this.#entries++;
  }

  /**
   * Hands on what has been gathered. A reader then gets everything so far: a gzip file may have several members, so
   * one ends here. (fflate 0.8.3 can flush within one, but what it writes then is not always valid.)
   */
  flush(): void {
    this.#drain();
    this.#member?.push(new Uint8Array(0), true);
    this.#member = undefined;
  }

  end(): void {
    this.#put(`{"type":"end","entries":${this.#entries}}`, "end");
    this.flush();
  }

  #put(line: string, what: string): void {
    // A character takes three bytes at most; only lines near the limit need be measured.
    if (line.length > MAX_LINE / 3 && utf8.encode(line).length > MAX_LINE) {
      throw new RangeError(`${what}: expected at most ${MAX_LINE} bytes of text, got more`);
    }
    this.#lines += `${line}\n`;
    if (this.#lines.length >= BLOCK) this.#drain();
  }

  #drain(): void {
    if (this.#lines === "") return;
    const bytes = utf8.encode(this.#lines);
    this.#lines = "";
    if (this.#compressed) {
      this.#member ??= this.#newMember();
      this.#member.push(bytes);
    } else this.#emit(bytes);
  }

  #newMember(): Gzip {
    // Without a time the same journal gives the same bytes.
    return new Gzip({ mtime: 0 }, (chunk) => {
      if (chunk.length > 0) this.#emit(chunk);
    });
  }
}

/**
 * Writes a journal as text, in memory that does not grow with it:
 * `writeJournal(journal.header, journal.entries(), { gzip: true })`.
 *
 * JSON Lines in UTF-8: the header, the entries, and a last line that counts these, so that a cut is noticed. The same
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
  const written: Uint8Array[] = [];
  const writer = new TextWriter((chunk) => written.push(chunk), options);
  writer.header(header);
  if (Symbol.asyncIterator in entries) {
    for await (const recorded of entries) {
      writer.append(recorded);
      if (written.length > 0) yield* written.splice(0);
    }
  } else {
    for (const recorded of entries) {
      writer.append(recorded);
      if (written.length > 0) yield* written.splice(0);
    }
  }
  writer.end();
  yield* written;
}

/** A sink that writes a journal's text. */
export interface TextSink extends JournalSink {
  /** Writes what has been gathered. With gzip this begins a new member of the file, some 30 bytes. */
  flush(): void;
  /** Writes the rest and the last line. */
  close(): void;
}

/**
 * A journal sink that writes the text form as it goes: `new Serial({ journal: journalSink((chunk) => stream.write(chunk)) })`.
 *
 * Up to 64 KiB of text, and with gzip somewhat more, are gathered before they are written: call `flush()` to have it all written
 * now, and `close()` (the device's does it) to end the text. What was never closed reads as cut off.
 *
 * @param write - is given the bytes in order. If it throws, the text has a gap and is of no more use.
 */
export function journalSink(write: (chunk: Uint8Array) => void, options: WriteOptions = {}): TextSink {
  const writer = new TextWriter(write, options);
  return {
    header: (header) => writer.header(header),
    append: (recorded) => writer.append(recorded),
    flush: () => writer.flush(),
    close: () => writer.end(),
  };
}
