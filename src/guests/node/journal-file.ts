import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { JournalHeader, Recorded, SinkOptions, TextSink } from "../../journal/index.js";
import { checkRecord, formatValue, WritingSink, withKnownNames } from "../../journal/internal.js";

/** When a journal goes on in a new file. */
export interface Rotation {
  /** Bytes of a file after which the next begins, from 1. */
  readonly bytes?: number;
  /** The entries of a file after which the next begins, from 1. */
  readonly entries?: number;
  /** The number of finished files to keep, from 0: all unless given. Only files of this journal are removed. */
  readonly keep?: number;
}

/** Options of {@link journalFile}. */
export interface JournalFileOptions extends SinkOptions {
  /** True to wait, at each flush, until the disk has what was written: slow, but a crash of the system then loses nothing that was flushed. */
  readonly fsync?: boolean;
  /** When to go on in a new file; a number is bytes. */
  readonly rotate?: number | Rotation;
}

/** A sink that writes a journal into a file. */
export interface JournalFileSink extends TextSink {
  /** The file's path. Finished files of the same journal have a number before the ending: `session.1.jsonl` is the oldest. */
  readonly path: string;
}

/**
 * Creates a journal sink that writes a file: `new Serial({ journal: journalFile("session.jsonl.gz") })`.
 *
 * The header is written at once, and entries once a second or when there are 64 KiB of them (see `flushEvery`); the rest when the device
 * is closed, or when the process exits. So a process that is killed loses a second at most, and what is in the file can be read. An older
 * file is overwritten, when the header is written.
 *
 * A write that fails, or is short and cannot be completed, stops the sink for good; see `journalSink`.
 *
 * @param path - the file; if it ends in .gz it is compressed, unless `gzip` is false.
 * @throws TypeError or RangeError if an option is none, or the error of the file system if the file cannot be opened.
 */
export function journalFile(path: string, options: JournalFileOptions = {}): JournalFileSink {
  return new FileSink(path, options);
}

const OPTIONS: readonly (keyof JournalFileOptions)[] = ["gzip", "flushEvery", "onError", "fsync", "rotate"];
/** The greatest length of a path, longer than any file system takes. */
const LONGEST_PATH = 32_768;
const ROTATION_OPTIONS: readonly (keyof Rotation)[] = ["bytes", "entries", "keep"];

/** The sinks whose files are open: what they hold is written when the process exits. */
const openSinks = new Set<FileSink>();

function flushOpenSinks(): void {
  for (const sink of openSinks) {
    try {
      sink.flush();
    } catch {
      // Nobody is left who could be told.
    }
  }
}

class FileSink implements JournalFileSink {
  readonly path: string;
  readonly #sinkOptions: SinkOptions;
  readonly #synchronizes: boolean;
  #rotation: Rotation;
  #descriptor: number;
  #text: WritingSink;
  #present: (() => JournalHeader) | undefined;
  #writtenBytes = 0;
  #fileEntries = 0;
  /** The numbers of the finished files of this journal. */
  readonly #finished: number[] = [];

  constructor(path: string, options: JournalFileOptions) {
    if (typeof path !== "string" || path === "" || path.length > LONGEST_PATH)
      throw new TypeError(`path: expected the name of a file, got ${formatValue(path)}`);
    if (typeof options !== "object" || options === null)
      throw new TypeError(`options: expected an object, got ${formatValue(options)}`);
    const { fsync = false, rotate, ...sinkOptions } = withKnownNames(options, OPTIONS, "journalFile");
    if (typeof fsync !== "boolean")
      throw new TypeError(`fsync: expected true or false, got ${formatValue(fsync)}`);
    this.path = path;
    this.#synchronizes = fsync;
    this.#rotation = resolveRotation(rotate);
    this.#sinkOptions = { gzip: path.endsWith(".gz"), ...sinkOptions };
    this.#text = this.#newText();
    this.#descriptor = openForWriting(path);
  }

  get lost(): number {
    return this.#text.lost;
  }

  header(header: JournalHeader, present?: () => JournalHeader): void {
    this.#present = present;
    if (openSinks.size === 0) process.on("exit", flushOpenSinks);
    openSinks.add(this);
    this.#text.header(header);
  }

  append(recorded: Recorded): void {
    if (this.#isFull && this.#present !== undefined) this.#rotate(this.#present());
    this.#text.append(recorded);
    this.#fileEntries++;
  }

  takeBack(): void {
    this.#text.takeBack();
    this.#fileEntries--;
  }

  flush(): void {
    this.#text.flush();
  }

  close(): void {
    try {
      if (openSinks.has(this)) this.#text.close();
    } finally {
      this.#closeFile();
    }
  }

  get #isFull(): boolean {
    const { bytes = Number.POSITIVE_INFINITY, entries = Number.POSITIVE_INFINITY } = this.#rotation;
    return (
      this.#text.lost === 0 &&
      this.#fileEntries > 0 &&
      (this.#writtenBytes >= bytes || this.#fileEntries >= entries)
    );
  }

  #newText(earlierEntries = 0): WritingSink {
    return new WritingSink((byteChunk) => this.#write(byteChunk), this.#sinkOptions, earlierEntries);
  }

  /** Ends the present file and begins the next, whose header has the present state. */
  #rotate(header: JournalHeader): void {
    this.#text.close();
    if (this.#text.lost > 0) return;
    try {
      closeSync(this.#descriptor);
      this.#descriptor = -1;
      renameSync(this.path, this.#nextFinishedPath());
      this.#removeOldFiles();
      this.#descriptor = openForWriting(this.path);
    } catch (error) {
      this.#rotation = {};
      this.#text.stop(error);
      return;
    }
    this.#text = this.#newText(this.#text.entryCount);
    this.#fileEntries = 0;
    this.#writtenBytes = 0;
    this.#text.header(header);
  }

  /** Returns the name that the present file gets: the next number. */
  #nextFinishedPath(): string {
    const { stem, ending } = partsOf(this.path);
    let number = this.#finished.at(-1);
    if (number === undefined) {
      const names = readdirSync(dirname(this.path));
      number = Math.max(0, ...names.map((name) => numberOf(name, basename(stem), ending)));
    }
    do number++;
    while (existsSync(`${stem}.${number}${ending}`));
    this.#finished.push(number);
    return `${stem}.${number}${ending}`;
  }

  #removeOldFiles(): void {
    const { keep = Number.POSITIVE_INFINITY } = this.#rotation;
    const { stem, ending } = partsOf(this.path);
    while (this.#finished.length > keep)
      rmSync(`${stem}.${this.#finished.shift()}${ending}`, { force: true });
  }

  #write(byteChunk: Uint8Array): void {
    const isFile = fstatSync(this.#descriptor).isFile();
    if (this.#writtenBytes === 0 && isFile) ftruncateSync(this.#descriptor);
    for (let offset = 0; offset < byteChunk.length; ) {
      const count = writeSync(this.#descriptor, byteChunk, offset);
      if (count === 0) throw new Error(`only ${offset} of ${byteChunk.length} bytes were written`);
      offset += count;
      this.#writtenBytes += count;
    }
    if (this.#synchronizes && isFile) fsyncSync(this.#descriptor);
  }

  #closeFile(): void {
    openSinks.delete(this);
    if (openSinks.size === 0) process.off("exit", flushOpenSinks);
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** Opens a file without changing it: its old content stays until there is something to write. */
const openForWriting = (path: string): number =>
  openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o666);

/** Splits a path before its ending: `session` and `.jsonl.gz`. */
function partsOf(path: string): { readonly stem: string; readonly ending: string } {
  const [ending = ""] = /(?:\.[^./\\]+)?(?:\.gz)?$/.exec(basename(path)) ?? [];
  return {
    stem: join(dirname(path), basename(path).slice(0, basename(path).length - ending.length)),
    ending,
  };
}

/** Returns the number in the name of a finished file, 0 for other names. */
function numberOf(name: string, stem: string, ending: string): number {
  if (!name.startsWith(`${stem}.`) || !name.endsWith(ending)) return 0;
  const digits = name.slice(stem.length + 1, name.length - ending.length);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
}

/** Returns when to rotate. @throws TypeError or RangeError, naming the option. */
function resolveRotation(rotate: JournalFileOptions["rotate"]): Rotation {
  if (rotate === undefined) return {};
  if (typeof rotate === "number") return resolveRotation({ bytes: rotate });
  checkRecord(rotate, "rotate", "bytes or { bytes, entries, keep }");
  withKnownNames(rotate, ROTATION_OPTIONS, "rotate");
  for (const name of ROTATION_OPTIONS) {
    const value = rotate[name];
    const minimum = name === "keep" ? 0 : 1;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= minimum))
      throw new RangeError(
        `rotate.${name}: expected a whole number from ${minimum}, got ${formatValue(value)}`,
      );
  }
  if (rotate.bytes === undefined && rotate.entries === undefined)
    throw new TypeError("rotate: expected bytes or entries, got neither");
  return rotate;
}
