import { EntryCursor } from "./codec.js";
import type { Recorded } from "./entry.js";

/** A chunk of a journal: encoded entries, their position, and the state before them. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly tick: number;
  readonly state: unknown;
}

/** Yields the entries from one index up to another, of chunks of which the first holds the former. */
export function* entriesOfChunks(
  chunks: readonly Chunk[],
  fromIndex: number,
  untilIndex: number,
): Generator<Recorded, undefined> {
  let entryIndex = chunks[0]?.first ?? untilIndex;
  let tick = chunks[0]?.tick ?? 0;
  for (let i = 0; entryIndex < untilIndex; i++) {
    const chunk = chunks[i] as Chunk;
    const endIndex = Math.min(chunks[i + 1]?.first ?? untilIndex, untilIndex);
    for (const cursor = new EntryCursor(chunk.bytes); entryIndex < endIndex; entryIndex++) {
      const entry = cursor.next();
      if (entryIndex >= fromIndex) yield { index: entryIndex, tick, entry };
      if (entry.type === "advance") tick += entry.ticks;
    }
  }
}
