/**
 * The protocol from the server to the page: one stream of frames, each with its length (32 bits, low byte first), a byte that
 * is its type, and its content. A session saved as one file contains the same bytes.
 */
import type { JournalHeader, Story } from "../journal/index.js";

/** A difference between a recorded device and ours. */
export interface RecordedDifference {
  /** Index of the input. */
  readonly index: number;
  /** The kind of difference: "read", "triggers", "output", ... */
  readonly kind: string;
  /** The recorded behaviour, in words. */
  readonly recorded: string;
  /** Our device's behaviour, in words. */
  readonly ours: string;
}

/** The description of a session, sent before its entries. */
export interface SessionOpening {
  /** The name of the file, or of the device. */
  readonly name: string;
  /** True if more entries may follow, and typed bytes reach a device. */
  readonly live: boolean;
  /** The journal's header, with its first state. */
  readonly header: JournalHeader;
  /** The differences between the recording and our device, in order; empty if nothing was compared. */
  readonly differences: readonly RecordedDifference[];
  /** Warnings: the recording is cut off, another chart recorded it. */
  readonly warnings: readonly string[];
  /** The story of the failure that the journal is of. */
  readonly story?: Omit<Story, "journal">;
  /** What is compared: another device on the same entries, or another source by its index. */
  readonly against?: Pick<JournalHeader, "chart" | "options"> | { readonly source: number };
}

/** The names of the sources so far, each with the number of its differences. */
export interface SourceNames {
  readonly names: readonly string[];
  /** True while sources, or differences of them, may be added. */
  readonly isGrowing: boolean;
}

/** What is known of a recording once all of it has been read. */
export type Findings = Pick<SessionOpening, "differences" | "warnings">;

/** A frame, decoded. */
export type Frame =
  /** A session begins: at first, and again where a live journal has discarded entries not yet sent. */
  | { readonly type: "opening"; readonly opening: SessionOpening }
  /** Consecutive entries, packed by `packEntries`. */
  | { readonly type: "entries"; readonly bytes: Uint8Array }
  /** The differences and warnings that were found while the entries were read. */
  | { readonly type: "findings"; readonly findings: Findings }
  /** All entries that existed at first have been sent: of a file, all. */
  | { readonly type: "caught-up" }
  /** The end of the stream. */
  | { readonly type: "end" };

const FRAME_TYPES = [
  "opening",
  "entries",
  "caught-up",
  "end",
  "findings",
] as const satisfies readonly Frame["type"][];
const HEADER_BYTES = 5;
/** The greatest length of a frame's content: our server sends none longer. */
const MOST_CONTENT_BYTES = 0x1000_0000;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();
const NO_BYTES = new Uint8Array(0);

/** Encodes a frame. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const content = contentOf(frame);
  const bytes = new Uint8Array(HEADER_BYTES + content.length);
  new DataView(bytes.buffer).setUint32(0, content.length, true);
  bytes[4] = FRAME_TYPES.indexOf(frame.type);
  bytes.set(content, HEADER_BYTES);
  return bytes;
}

function contentOf(frame: Frame): Uint8Array {
  if (frame.type === "opening") return utf8Encoder.encode(JSON.stringify(frame.opening));
  if (frame.type === "findings") return utf8Encoder.encode(JSON.stringify(frame.findings));
  return frame.type === "entries" ? frame.bytes : NO_BYTES;
}

/** Decodes frames from chunks of any size. */
export class FrameReader {
  #incomplete: Uint8Array = NO_BYTES;

  /**
   * Takes the next chunk.
   *
   * @returns the frames that it completes.
   * @throws RangeError if the bytes are no frames.
   */
  takeBytes(bytes: Uint8Array): Frame[] {
    const allBytes = new Uint8Array(this.#incomplete.length + bytes.length);
    allBytes.set(this.#incomplete);
    allBytes.set(bytes, this.#incomplete.length);
    const complete: Frame[] = [];
    let byteOffset = 0;
    while (allBytes.length - byteOffset >= HEADER_BYTES) {
      const contentLength = new DataView(allBytes.buffer, byteOffset).getUint32(0, true);
      const frameType = FRAME_TYPES[allBytes[byteOffset + 4] as number];
      if (contentLength > MOST_CONTENT_BYTES || frameType === undefined)
        throw new RangeError("frame: expected one of the inspector's");
      if (allBytes.length - byteOffset < HEADER_BYTES + contentLength) break;
      complete.push(
        decodeFrame(
          frameType,
          allBytes.slice(byteOffset + HEADER_BYTES, byteOffset + HEADER_BYTES + contentLength),
        ),
      );
      byteOffset += HEADER_BYTES + contentLength;
    }
    this.#incomplete = allBytes.slice(byteOffset);
    return complete;
  }
}

function decodeFrame(frameType: Frame["type"], content: Uint8Array): Frame {
  if (frameType === "opening")
    return { type: frameType, opening: JSON.parse(utf8Decoder.decode(content)) as SessionOpening };
  if (frameType === "findings")
    return { type: frameType, findings: JSON.parse(utf8Decoder.decode(content)) as Findings };
  return frameType === "entries" ? { type: frameType, bytes: content } : { type: frameType };
}
