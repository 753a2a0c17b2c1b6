import { gunzipSync } from "fflate";
import { unpackEntries } from "../../journal/index.js";
import { PART_IDS } from "../standalone-page.js";
import { type Frame, FrameReader, type SourceNames } from "../wire.js";
import { Session } from "./model/session.js";

/** The longest time for which entries are appended without a break, in milliseconds. */
const SLICE_MILLISECONDS = 24;
/** Interval of the page's updates while it loads, in milliseconds: drawing takes time from reading. */
const UPDATE_MILLISECONDS = 400;
/** Entries between two checks of the clock. */
const ENTRIES_PER_CLOCK_CHECK = 512;

/** Callbacks of a session being read. */
interface SessionListener {
  /** Called when a session begins: at first, and again where the journal has discarded entries not yet sent. */
  sessionBegan(session: Session): void;
  /** Called when entries have been appended. */
  entriesAdded(): void;
  /** Called when all entries that existed at first have been appended. */
  sessionLoaded(): void;
}

/** Returns the bytes of the session embedded in the page; undefined if there is none. */
export function embeddedSession(): Uint8Array | undefined {
  const encodedSession = document.getElementById(PART_IDS.session)?.textContent;
  if (!encodedSession) return undefined;
  return gunzipSync(Uint8Array.from(atob(encodedSession.trim()), (character) => character.charCodeAt(0)));
}

/** Reports that the server cannot be reached. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor() {
    super("the inspector does not answer: the process that served this page has ended, or was stopped");
  }
}

/** Sends a request to the server. @throws Error with the server's answer, UnreachableError if there is none. */
export async function requestApi(
  requestPath: string,
  token: string | undefined,
  requestInit: RequestInit = {},
): Promise<Response> {
  const headers = { Authorization: `Bearer ${token ?? ""}` };
  const response = await fetch(requestPath, { ...requestInit, headers }).catch(() => {
    throw new UnreachableError();
  });
  if (!response.ok)
    throw new Error((await response.text()).trim() || `the server answered ${response.status}`);
  return response;
}

/** Fetches the names of the sources so far. @throws Error as {@link requestApi} does. */
export async function fetchSourceNames(token: string | undefined): Promise<SourceNames> {
  return (await (await requestApi("api/sources", token)).json()) as SourceNames;
}

/**
 * Opens a stream of frames.
 *
 * @param fromIndex - the first entry that is wanted; by default all.
 */
type OpenStream = (fromIndex?: number) => Promise<AsyncIterable<Uint8Array>>;

/**
 * Reads frames as they arrive into a session. The stream of a live device pauses, and is opened again. Resolves once it has ended.
 *
 * @throws UnreachableError if the connection is lost, Error with the server's answer if it refuses.
 */
export async function readSession(openStream: OpenStream, listener: SessionListener): Promise<void> {
  let session: Session | undefined;
  let reportedAt = 0;
  let isLoaded = false;
  let hasEnded = false;
  const reportEntries = (): void => {
    const timestamp = performance.now();
    if (!isLoaded && timestamp - reportedAt < UPDATE_MILLISECONDS) return;
    reportedAt = timestamp;
    listener.entriesAdded();
  };
  const takeFrame = async (frame: Frame): Promise<void> => {
    if (frame.type === "opening") {
      session = new Session(frame.opening);
      listener.sessionBegan(session);
    } else if (frame.type === "entries" && session) await appendInSlices(session, frame.bytes, reportEntries);
    else if (frame.type === "findings") session?.takeFindings(frame.findings);
    else if (frame.type === "caught-up") {
      session?.markDifferences();
      isLoaded = true;
      listener.entriesAdded();
      listener.sessionLoaded();
    } else if (frame.type === "end") hasEnded = true;
  };
  do {
    const frameReader = new FrameReader();
    for await (const byteChunk of await openStream(session?.journal.next))
      for (const frame of frameReader.takeBytes(byteChunk)) await takeFrame(frame);
  } while (!hasEnded && session?.live);
  if (!hasEnded) throw new UnreachableError();
}

/** Appends entries in slices, so that the page stays responsive. */
async function appendInSlices(
  session: Session,
  packedEntries: Uint8Array,
  reportEntries: () => void,
): Promise<void> {
  let startedAt = performance.now();
  let entryCount = 0;
  for (const entry of unpackEntries(packedEntries)) {
    session.appendEntry(entry);
    if (++entryCount % ENTRIES_PER_CLOCK_CHECK !== 0 || performance.now() - startedAt < SLICE_MILLISECONDS)
      continue;
    reportEntries();
    await yieldToBrowser();
    startedAt = performance.now();
  }
  reportEntries();
}

/** Yields to the browser; a timer would wait longer. */
const yieldToBrowser = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

/** Yields a response's bytes, chunk by chunk. @throws UnreachableError if the connection breaks. */
export async function* responseChunks(response: Response): AsyncGenerator<Uint8Array, void> {
  const streamReader = (response.body as ReadableStream<Uint8Array>).getReader();
  const readNext = () =>
    streamReader.read().catch(() => {
      throw new UnreachableError();
    });
  for (let readResult = await readNext(); !readResult.done; readResult = await readNext())
    yield readResult.value;
}
