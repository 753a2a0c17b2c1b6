/** What the tests of the text form share. */
import { start } from "./arbitrary.test-helper.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import type { TextSource } from "./text-lines.js";
import { readJournal } from "./text-read.js";
import { writeJournal } from "./text-write.js";

export const header: JournalHeader = { ...start, first: 40, tick: 9 };

export const journalOf = (entries: readonly Entry[]): Journal => {
  const journal = new Journal(header, { keep: "all" });
  for (const one of entries) journal.append(one);
  return journal;
};

export const concat = (chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

export async function textOf(journal: Journal, gzip: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeJournal(journal.header, journal.entries(), { gzip })) chunks.push(chunk);
  return concat(chunks);
}

/** Everything that a reading gives, until its end or an error. */
export async function read(source: TextSource) {
  const recorded: Recorded[] = [];
  const reading = await readJournal(source);
  let error: unknown;
  try {
    for await (const one of reading.entries) recorded.push(one);
  } catch (thrown) {
    error = thrown;
  }
  return { header: reading.header, recorded, cut: reading.cut, error };
}

/** Cuts a text into pieces of the sizes given, over and over. */
export function* pieces<T extends Uint8Array | string>(text: T, sizes: readonly number[]): Generator<T> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const end = at + (sizes[i % sizes.length] as number);
    yield text.slice(at, end) as T;
    at = end;
  }
}

export const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
