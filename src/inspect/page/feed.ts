import { gunzipSync } from "fflate";
import { unpackEntries } from "../../journal/index.js";
import { PART_IDS } from "../standalone.js";
import { FrameReader } from "../wire.js";
import { Session } from "./model/session.js";

/** How long entries are taken before the page gets to do something else, in milliseconds. */
const SLICE = 24;
/** How often the page shows more while it reads what there was, in milliseconds: drawing takes time from reading. */
const SHOW = 400;
/** Entries between two looks at the clock. */
const BATCH = 512;

/** Hears how a session comes about. */
export interface Listener {
  /** A session begins: at first, and again where a live journal had to begin anew. */
  began(session: Session): void;
  /** More has been taken. */
  grown(): void;
  /** All that there was has been taken. */
  loaded(): void;
}

/** The bytes of a session that the page itself holds; undefined where there are none. */
export function bytesInPage(): Uint8Array | undefined {
  const text = document.getElementById(PART_IDS.session)?.textContent;
  if (!text) return undefined;
  return gunzipSync(Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0)));
}

/** Asks the server. @throws Error with what it answered. */
export async function ask(
  path: string,
  token: string | undefined,
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { Authorization: `Bearer ${token ?? ""}` } });
  if (!response.ok)
    throw new Error((await response.text()).trim() || `the server answered ${response.status}`);
  return response;
}

/** Reads frames as they come, and makes a session of them. Resolves when nothing more will come. */
export async function follow(pieces: AsyncIterable<Uint8Array>, listener: Listener): Promise<void> {
  const frames = new FrameReader();
  let session: Session | undefined;
  let shown = 0;
  let loaded = false;
  const grown = (): void => {
    const now = performance.now();
    if (!loaded && now - shown < SHOW) return;
    shown = now;
    listener.grown();
  };
  for await (const piece of pieces)
    for (const frame of frames.take(piece)) {
      if (frame.type === "opening") {
        session = new Session(frame.opening);
        listener.began(session);
      } else if (frame.type === "entries" && session) await take(session, frame.bytes, grown);
      else if (frame.type === "caught-up") {
        session?.markDifferences();
        loaded = true;
        listener.grown();
        listener.loaded();
      }
    }
}

/** Takes entries in slices, so that the page can be used meanwhile. */
async function take(session: Session, bytes: Uint8Array, grown: () => void): Promise<void> {
  let began = performance.now();
  let count = 0;
  for (const entry of unpackEntries(bytes)) {
    session.add(entry);
    if (++count % BATCH !== 0 || performance.now() - began < SLICE) continue;
    grown();
    await breath();
    began = performance.now();
  }
  grown();
}

/** Lets the browser do what it has to; a timer would make it wait. */
const breath = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

/** A response's bytes, piece by piece. */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array, void> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
