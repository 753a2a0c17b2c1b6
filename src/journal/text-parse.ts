import { checkEntry, checkHeader, checkNoMore, isObject, shown, tickAfter } from "./check.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { JournalError } from "./journal-error.js";
import { FORMAT, VERSION } from "./text-format.js";

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
   * Takes lines, undefined for one that is no UTF-8.
   *
   * @returns the entries in them, perhaps none; undefined if there is no header yet.
   */
  take(lines: readonly (string | undefined)[]): Recorded[] | undefined {
    const batch: Recorded[] = [];
    try {
      for (const line of lines) this.#take(line, batch);
    } catch (error) {
      this.failure = this.#broken(error);
    }
    return this.header && batch;
  }

  /**
   * To be called at the end of the text.
   *
   * @param rest - what follows the last line end.
   * @param whole - false if the file was compressed and is not complete.
   * @returns as {@link take}.
   */
  end(rest: string | undefined, whole: boolean): Recorded[] | undefined {
    // A line of a journal is an object, so one that is JSON is complete, whether or not its line has ended.
    const complete = rest === undefined || this.#ended || isJson(rest);
    const batch = complete && rest !== undefined ? this.take([rest]) : this.header && [];
    if (this.failure) return batch;
    if (!this.header) {
      const problem = rest === undefined ? "the file is empty" : "the file ends in the middle of its header";
      this.failure = new JournalError(1, problem);
    } else if (!complete) this.cut = `the file ends in the middle of line ${this.#line + 1}`;
    else if (!this.#ended) this.cut = `the file ends after line ${this.#line}, without its last line`;
    else if (!whole) this.cut = `the file ends after line ${this.#line}, before the end of the gzip data`;
    return batch;
  }

  #take(line: string | undefined, batch: Recorded[]): void {
    this.#line++;
    if (line === undefined) throw new TypeError("expected UTF-8, got other bytes");
    if (this.#ended) {
      if (line.trim() !== "") throw new TypeError(`expected nothing after the end, got ${shown(line)}`);
    } else if (!this.header) this.#takeHeader(line);
    else {
      const access = accessIn(line);
      if (access) batch.push({ index: this.#next++, tick: this.#tick, entry: access });
      else this.#takeOther(parsed(line, "an entry"), batch);
    }
  }

  #takeHeader(line: string): void {
    const expected = `the header of a journal, {"format":"${FORMAT}","version":${VERSION},...}`;
    // A byte order mark is no part of the text.
    const value = parsed(line.replace(/^\uFEFF/, ""), expected) as {
      readonly format?: unknown;
      readonly version?: unknown;
    };
    if (!isObject(value) || value.format !== FORMAT)
      throw new TypeError(`expected ${expected}, got ${shown(value)}`);
    const {
      format: _format,
      version,
      ...header
    } = value as { readonly format: unknown; readonly version?: unknown };
    if (version !== VERSION) {
      throw new TypeError(`expected version ${VERSION}, the only one readable here, got ${shown(version)}`);
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
      throw new RangeError(
        `expected ${count} entries, as many as were read, in the last line, got ${shown(entries)}`,
      );
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

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function parsed(line: string, expected: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new TypeError(`expected ${expected}, got ${line.trim() === "" ? "an empty line" : shown(line)}`);
  }
}

/** Plain bytes are a Uint8Array, here as in memory. */
function withBytes(entry: Entry): Entry {
  if (entry.type !== "receive") return entry;
  const { characters } = entry;
  const plain = characters.every((character: unknown) => typeof character === "number");
  return plain ? { type: "receive", characters: Uint8Array.from(characters as readonly number[]) } : entry;
}
