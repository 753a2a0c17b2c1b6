import { checkEntry, checkHeader, checkNoMore, isObject, tickAfter, wrongType } from "./check.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { JournalError } from "./journal-error.js";
import { shown } from "./shown.js";
import { FORMAT, FORMAT_VERSION } from "./text-format.js";
import type { TextLines } from "./text-lines.js";

/** Turns the lines of a journal's text into its header and entries, and knows where it ended. */
export class TextParser {
  /** The header, once it has been read. */
  header: JournalHeader | undefined;
  /** What is wrong, once something is. The entries before it have been returned. */
  failure: JournalError | undefined;
  /** Where the file was cut off, once that is known. */
  cut: string | undefined;
  #line = 0;
  #next = 0;
  #tick = 0;
  #ended = false;

  /**
   * Takes lines.
   *
   * @returns the entries in them, perhaps none; undefined if there is no header yet.
   */
  take(lines: readonly string[]): Recorded[] | undefined {
    const batch: Recorded[] = [];
    try {
      for (const line of lines) this.#take(line, batch);
    } catch (error) {
      this.failure = this.#broken(error);
    }
    return this.header && batch;
  }

  /** To be called at the end of the text, which sets `cut` or `failure` if it is not complete. */
  end({ rest, cut }: Pick<TextLines, "rest" | "cut">): void {
    if (!this.header) {
      const problem = rest === undefined ? "the file is empty" : "the file ends in the middle of its header";
      this.failure = new JournalError(1, problem);
    } else if (this.#ended && rest !== undefined) this.take([rest]);
    else if (cut !== undefined) this.cut = cut;
    else if (!this.#ended) this.cut = `the file ends after line ${this.#line}, without its last line`;
  }

  #take(line: string, batch: Recorded[]): void {
    this.#line++;
    if (this.#ended) {
      if (line.trim() !== "")
        throw new TypeError(`entry: expected nothing after the end, got ${shown(line)}`);
    } else if (!this.header) this.#takeHeader(line);
    else {
      const access = accessIn(line);
      if (access) batch.push({ index: this.#next++, tick: this.#tick, entry: access });
      else this.#takeOther(parsed(line, "entry", "an object"), batch);
    }
  }

  #takeHeader(line: string): void {
    const expected = `{"format":"${FORMAT}","version":${FORMAT_VERSION},...}`;
    const value = parsed(line, "header", expected) as { readonly format?: unknown };
    if (!isObject(value) || value.format !== FORMAT) throw wrongType("header", expected, value);
    const {
      format: _format,
      version,
      ...header
    } = value as { readonly format: unknown; readonly version?: unknown };
    if (version !== FORMAT_VERSION) {
      throw wrongType("version", `${FORMAT_VERSION}, the only one readable here`, version);
    }
    checkHeader(header);
    this.header = header;
    this.#next = header.first;
    this.#tick = header.tick;
  }

  #takeOther(value: unknown, batch: Recorded[]): void {
    if (isEnd(value)) {
      this.#takeEnd(value.entries);
      return;
    }
    checkEntry(value);
    checkNoMore(value);
    const index = this.#next;
    const tick = this.#tick;
    this.#tick = tickAfter(value, tick);
    this.#next++;
    batch.push({ index, tick, entry: withBytes(value) });
  }

  #takeEnd(entries: unknown): void {
    const count = this.#next - (this.header as JournalHeader).first;
    if (entries !== count) {
      throw new RangeError(`entries: expected ${count}, as many as were read, got ${shown(entries)}`);
    }
    this.#ended = true;
  }

  #broken(error: unknown): JournalError {
    const problem = error instanceof Error ? error.message : String(error);
    return new JournalError(this.#line, problem, { cause: error });
  }
}

const READ = '{"type":"read","offset":';
const WRITE = '{"type":"write","offset":';
const VALUE = ',"value":';

/** A byte in decimal, as JSON has it, that stands in a line from `start` up to `end`; undefined if there is none. */
function byteIn(line: string, start: number, end: number): number | undefined {
  const digits = end - start;
  if (digits < 1 || digits > 3 || (digits > 1 && line.charCodeAt(start) === 0x30)) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = line.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value > 255 ? undefined : value;
}

/** The read or write in a line, if it is one just as it is written here: several times as fast as what takes any line. */
function accessIn(line: string): Entry | undefined {
  const end = line.length - 1;
  if (line.charCodeAt(end) !== 0x7d) return undefined;
  if (line.startsWith(READ)) {
    const offset = byteIn(line, READ.length, end);
    return offset === undefined ? undefined : { type: "read", offset };
  }
  if (!line.startsWith(WRITE)) return undefined;
  const comma = line.indexOf(VALUE, WRITE.length);
  const offset = byteIn(line, WRITE.length, comma);
  const value = byteIn(line, comma + VALUE.length, end);
  return offset === undefined || value === undefined ? undefined : { type: "write", offset, value };
}

const isEnd = (value: unknown): value is { readonly entries?: unknown } =>
  isObject(value) && (value.type as unknown) === "end";

function parsed(line: string, name: string, expected: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    if (line.trim() === "") throw new TypeError(`${name}: expected ${expected}, got an empty line`);
    throw wrongType(name, expected, line);
  }
}

/** Plain bytes are a Uint8Array, here as in memory. */
function withBytes(entry: Entry): Entry {
  if (entry.type !== "receive") return entry;
  const { characters } = entry;
  const plain = characters.every((character: unknown) => typeof character === "number");
  return plain ? { type: "receive", characters: Uint8Array.from(characters as readonly number[]) } : entry;
}
