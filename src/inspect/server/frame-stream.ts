import { packEntries } from "../../journal/index.js";
import { encodeFrame } from "../wire.js";
import { entriesWithin, type InspectionSource, openingOf } from "./inspection-source.js";

/** The most entries of a frame: the amount read from a journal at once, and all that waits for a slow page. */
const MOST_ENTRIES_PER_FRAME = 50_000;
/** Interval at which a live journal is polled, in milliseconds. */
const POLL_MILLISECONDS = 25;

/**
 * How long a stream of a live device stays open after all has been sent, in milliseconds: browsers open six connections to a server, and more
 * pages than that take turns.
 */
const LIVE_MILLISECONDS = 1000;

/**
 * Yields the frames of a source, from its start on. The journal itself is the queue: nothing accumulates for a page that does not
 * read, and if the journal discards entries that it has not read, the stream starts again with the rest. The stream of a live source ends
 * after a second without "end": the page asks again for what follows.
 *
 * @param stopSignal - aborted when nobody reads any more, or the server closes.
 * @param fromIndex - the index of the first entry to send, for a page that has those before it; by default from the start.
 */
export async function* streamFrames(
  source: InspectionSource,
  stopSignal: AbortSignal,
  fromIndex?: number,
): AsyncGenerator<Uint8Array, void> {
  const { journal } = source;
  const isResumed = fromIndex !== undefined && fromIndex >= journal.first && fromIndex <= journal.next;
  let entryIndex = isResumed ? fromIndex : -1;
  let caughtUp = isResumed;
  const pauseTime = Date.now() + LIVE_MILLISECONDS;
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
    } else if (source.isReading?.()) await waitForPoll(stopSignal);
    else if (!caughtUp) {
      caughtUp = true;
      const { differences, warnings } = source;
      yield encodeFrame({ type: "findings", findings: { differences, warnings } });
      yield encodeFrame({ type: "caught-up" });
    } else if (!source.live || source.isClosed?.()) break;
    else if (Date.now() > pauseTime) return;
    else await waitForPoll(stopSignal);
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
