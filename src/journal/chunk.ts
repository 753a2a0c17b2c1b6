import { Cursor } from "./codec.js";
import type { Recorded } from "./entry.js";

/** A stretch of a journal: encoded entries, and where they stand. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly tick: number;
  readonly state: unknown;
}

/** The entries from index `from` up to `until`, of chunks of which the first holds `from`. */
export function* recorded(
  chunks: readonly Chunk[],
  from: number,
  until: number,
): Generator<Recorded, undefined> {
  let index = chunks[0]?.first ?? until;
  let tick = chunks[0]?.tick ?? 0;
  for (let i = 0; index < until; i++) {
    const chunk = chunks[i] as Chunk;
    const end = Math.min(chunks[i + 1]?.first ?? until, until);
    for (const cursor = new Cursor(chunk.bytes); index < end; index++) {
      const entry = cursor.next();
      if (index >= from) yield { index, tick, entry };
      if (entry.type === "advance") tick += entry.ticks;
    }
  }
}
