import { packEntries } from "../../journal/index.js";
import { encodeFrame } from "../wire.js";
import { entriesOf, openingOf, type Source } from "./source.js";

/** How many entries a frame has at most: what is read of a journal at once, and all that waits for a slow page. */
const MOST = 50_000;
/** How often a live journal is looked at, in milliseconds. */
const EVERY = 25;

/**
 * The frames of a source, from its start and on. The journal itself is the queue: nothing piles up for a page that does not
 * read, and if the journal lets go of what it has not read, it begins anew from what is left.
 *
 * @param ended - aborted when nobody reads any more, or the server closes.
 */
export async function* feed(source: Source, ended: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const { journal } = source;
  let at = -1;
  let caughtUp = false;
  while (!ended.aborted) {
    if (at < journal.first) {
      const { header } = journal;
      at = header.first;
      yield encodeFrame({ type: "opening", opening: openingOf(source, header) });
    }
    // While the page was told of a beginning, that may have fallen off.
    if (at < journal.first) continue;
    if (at < journal.next) {
      const until = Math.min(journal.next, at + MOST);
      const bytes = packEntries(entriesOf(journal, at, until));
      at = until;
      yield encodeFrame({ type: "entries", bytes });
    } else if (!caughtUp) {
      caughtUp = true;
      yield encodeFrame({ type: "caught-up" });
    } else if (source.live) await pause(ended);
    else break;
  }
  yield encodeFrame({ type: "end" });
}

const pause = (ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      ended.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, EVERY);
    ended.addEventListener("abort", over);
  });
