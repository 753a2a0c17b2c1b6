/** What the tests of the text form share. */
import { journalStart } from "./arbitrary.test-helper.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import type { TextSource } from "./text-lines.js";
import { readJournal } from "./text-read.js";
import { writeJournal } from "./text-write.js";

export const header: JournalHeader = { ...journalStart, first: 40, tick: 9 };

export const journalOf = (entries: readonly Entry[]): Journal => {
  const journal = new Journal(header, { keep: "all" });
  for (const nextEntry of entries) journal.append(nextEntry);
  return journal;
};

export const concatenate = (chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

export async function journalText(journal: Journal, gzip: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeJournal(journal.header, journal.entries(), { gzip })) chunks.push(chunk);
  return concatenate(chunks);
}

/** Everything that a reading gives, until its end or an error. */
export async function readEverything(source: TextSource) {
  const recorded: Recorded[] = [];
  const reading = await readJournal(source);
  let error: unknown;
  try {
    for await (const nextEntry of reading.entries) recorded.push(nextEntry);
  } catch (thrownError) {
    error = thrownError;
  }
  return { header: reading.header, recorded, cut: reading.cut, error };
}

/** Cuts a text into pieces of the sizes given, over and over. */
export function* piecesOf<T extends Uint8Array | string>(
  wholeText: T,
  pieceSizes: readonly number[],
): Generator<T> {
  for (let pieceStart = 0, i = 0; pieceStart < wholeText.length; i++) {
    const pieceEnd = pieceStart + (pieceSizes[i % pieceSizes.length] as number);
    yield wholeText.slice(pieceStart, pieceEnd) as T;
    pieceStart = pieceEnd;
  }
}

export const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
