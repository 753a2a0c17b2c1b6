import { packEntries } from "../../journal/index.js";
import { encodeFrame } from "../wire.js";
import { entriesWithin, type InspectionSource, openingOf } from "./inspection-source.js";

/** The most entries of a frame: the amount read from a journal at once, and all that waits for a slow page. */
const MOST_ENTRIES_PER_FRAME = 50_000;
/** Interval at which a live journal is polled, in milliseconds. */
const POLL_MILLISECONDS = 25;

/**
 * Yields the frames of a source, from its start on. The journal itself is the queue: nothing accumulates for a page that does not
 * read, and if the journal discards entries that it has not read, the stream starts again with the rest.
 *
 * @param ended - aborted when nobody reads any more, or the server closes.
 */
export async function* streamFrames(
  source: InspectionSource,
  stopSignal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { journal } = source;
  let entryIndex = -1;
  let caughtUp = false;
  while (!stopSignal.aborted) {
    if (entryIndex < journal.first) {
      const { header } = journal;
      entryIndex = header.first;
      yield encodeFrame({ type: "opening", opening: openingOf(source, header) });
    }
    // The first entry may have been discarded while the opening was sent.
    if (entryIndex < journal.first) continue;
    if (entryIndex < journal.next) {
      const endIndex = Math.min(journal.next, entryIndex + MOST_ENTRIES_PER_FRAME);
      const packedEntries = packEntries(entriesWithin(journal, entryIndex, endIndex));
      entryIndex = endIndex;
      yield encodeFrame({ type: "entries", bytes: packedEntries });
    } else if (!caughtUp) {
      caughtUp = true;
      yield encodeFrame({ type: "caught-up" });
    } else if (source.live) await waitForPoll(stopSignal);
    else break;
  }
  yield encodeFrame({ type: "end" });
}

const waitForPoll = (stopSignal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const finishWait = () => {
      clearTimeout(timer);
      stopSignal.removeEventListener("abort", finishWait);
      resolve();
    };
    const timer = setTimeout(finishWait, POLL_MILLISECONDS);
    stopSignal.addEventListener("abort", finishWait);
  });
