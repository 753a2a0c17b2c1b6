/**
 * What goes from the server to the page: one stream of frames, each its length (32 bits, low byte first), a byte that
 * says what it is, and its content. The session that is saved as one file holds the same bytes.
 */
import type { JournalHeader } from "../journal/index.js";

/** Where a recorded device and ours did not do the same. */
export interface DifferenceAt {
  /** Index of the input. */
  readonly index: number;
  /** In which respect: "read", "triggers", "output", ... */
  readonly kind: string;
  /** What the recording says, in words. */
  readonly recorded: string;
  /** What our device did, in words. */
  readonly ours: string;
}

/** What the page is told before the entries. */
export interface Opening {
  /** What is inspected: a file's name, or the device's. */
  readonly name: string;
  /** Whether more entries may come, and what is typed reaches a device. */
  readonly live: boolean;
  /** Whose journal it is, and its first state. */
  readonly header: JournalHeader;
  /** Where a recording and our device differ, in order; empty where nothing was compared. */
  readonly differences: readonly DifferenceAt[];
  /** What the user should know: that the recording is cut off, that another chart recorded it. */
  readonly warnings: readonly string[];
}

/** A frame, decoded. */
export type Frame =
  /** A session begins: at first, and again where a live journal has let go of what was not sent yet. */
  | { readonly type: "opening"; readonly opening: Opening }
  /** Entries that follow one another: `packEntries` made the bytes. */
  | { readonly type: "entries"; readonly bytes: Uint8Array }
  /** All that there was at first has been sent: of a file, everything. */
  | { readonly type: "caught-up" }
  /** Nothing more will come. */
  | { readonly type: "end" };

const TYPES = ["opening", "entries", "caught-up", "end"] as const satisfies readonly Frame["type"][];
const HEAD = 5;
/** No frame is longer: whoever sends one is not our server. */
const MOST = 0x1000_0000;

const utf8 = new TextEncoder();
const text = new TextDecoder();
const NOTHING = new Uint8Array(0);

/** A frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const content = contentOf(frame);
  const bytes = new Uint8Array(HEAD + content.length);
  new DataView(bytes.buffer).setUint32(0, content.length, true);
  bytes[4] = TYPES.indexOf(frame.type);
  bytes.set(content, HEAD);
  return bytes;
}

function contentOf(frame: Frame): Uint8Array {
  if (frame.type === "opening") return utf8.encode(JSON.stringify(frame.opening));
  return frame.type === "entries" ? frame.bytes : NOTHING;
}

/** Puts frames together from bytes that come in pieces of any size. */
export class FrameReader {
  #rest: Uint8Array = NOTHING;

  /**
   * Takes the next bytes.
   *
   * @returns the frames that are complete with them.
   * @throws RangeError if they are no frames.
   */
  take(bytes: Uint8Array): Frame[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= HEAD) {
      const length = new DataView(all.buffer, at).getUint32(0, true);
      const type = TYPES[all[at + 4] as number];
      if (length > MOST || type === undefined) throw new RangeError("frame: expected one of the inspector's");
      if (all.length - at < HEAD + length) break;
      frames.push(decoded(type, all.slice(at + HEAD, at + HEAD + length)));
      at += HEAD + length;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}

function decoded(type: Frame["type"], content: Uint8Array): Frame {
  if (type === "opening") return { type, opening: JSON.parse(text.decode(content)) as Opening };
  return type === "entries" ? { type, bytes: content } : { type };
}
