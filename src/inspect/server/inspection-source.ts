import { type Device, type Emission, SerialError } from "../../device/index.js";
import type { Entry, JournalHeader, JournalView } from "../../journal/index.js";
import type { RecordedDifference, SessionOpening } from "../wire.js";

/** An inspected journal with its differences and warnings. */
export interface InspectionSource {
  /** The source's name. */
  readonly name: string;
  /** True if more entries may follow. */
  readonly live: boolean;
  readonly journal: JournalView;
  readonly differences: readonly RecordedDifference[];
  readonly warnings: readonly string[];
  /** The story of the failure that the journal is of. */
  readonly story?: SessionOpening["story"];
  /** What is compared: another device on the same entries, or another source by its index. */
  readonly against?: SessionOpening["against"];
  /** Returns true while the recording is still being read. */
  isReading?(): boolean;
  /** Returns true once a live device has been closed. */
  isClosed?(): boolean;
  /** Sends typed bytes to the device; absent if there is no device. */
  type?(bytes: Uint8Array): TypedResult;
}

/** The result of sending typed bytes. */
interface TypedResult {
  /** The number that the device accepted. */
  readonly taken: number;
  /** The message of the device's environment if it failed. */
  readonly failure?: string;
}

/** Returns the opening of a source. */
export const openingOf = (source: InspectionSource, header: JournalHeader): SessionOpening => ({
  name: source.name,
  live: source.live,
  header,
  differences: source.differences,
  warnings: source.warnings,
  ...(source.story ? { story: source.story } : {}),
  ...(source.against ? { against: source.against } : {}),
});

/** Creates a source that follows a device. It reads the journal, and costs the device nothing. */
export function liveSource(
  device: Device,
  name: string,
  type?: (bytes: Uint8Array) => number,
): InspectionSource {
  let isClosed = false;
  device.interrupt$.subscribe({
    complete: () => {
      isClosed = true;
    },
  });
  return {
    isClosed: () => isClosed,
    name,
    live: true,
    journal: device.journal,
    differences: [],
    warnings: [],
    type: (bytes) => {
      if (isClosed) return { taken: 0, failure: "it has been closed" };
      try {
        return { taken: type ? type(bytes) : receiveBytes(device, bytes) };
      } catch (error) {
        return { taken: acceptedDespite(error, bytes), failure: (error as Error).message };
      }
    },
  };
}

function receiveBytes(device: Device, bytes: Uint8Array): number {
  const emitted = device.apply({ type: "receive", characters: bytes });
  return emitted.reduce(
    (sum, { type, count }: Emission) => sum + (type === "accepted" ? (count ?? 0) : 0),
    0,
  );
}

/** Returns the number of bytes accepted despite an error: a trigger fails after the bytes are queued. */
const acceptedDespite = (error: unknown, bytes: Uint8Array): number =>
  error instanceof SerialError && error.kind === "Trigger" ? bytes.length : 0;

/** Yields entries of a journal without their indexes. */
export function* entriesWithin(journal: JournalView, startIndex: number, endIndex: number): Generator<Entry> {
  for (const { entry } of journal.entries({ from: startIndex, until: endIndex })) yield entry;
}
