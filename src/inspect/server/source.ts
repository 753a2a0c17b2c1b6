import { type Device, type Emission, SerialError } from "../../device/index.js";
import type { Entry, JournalHeader, JournalView } from "../../journal/index.js";
import type { DifferenceAt, Opening } from "../wire.js";

/** Something to look at: a journal with what is known beside it. */
export interface Source {
  /** What it is called. */
  readonly name: string;
  /** Whether more may come. */
  readonly live: boolean;
  readonly journal: JournalView;
  readonly differences: readonly DifferenceAt[];
  readonly warnings: readonly string[];
  /** Gives bytes to the device as if they had been typed; absent where there is no device. */
  type?(bytes: Uint8Array): Typed;
}

/** What became of bytes that were typed. */
export interface Typed {
  /** How many the device took. */
  readonly taken: number;
  /** What failed around it meanwhile. */
  readonly failure?: string;
}

/** What the page is told first. */
export const openingOf = (source: Source, header: JournalHeader): Opening => ({
  name: source.name,
  live: source.live,
  header,
  differences: source.differences,
  warnings: source.warnings,
});

/** A source that follows a device. It reads the journal, and costs the device nothing. */
export function liveSource(device: Device, name: string, type?: (bytes: Uint8Array) => number): Source {
  return {
    name,
    live: true,
    journal: device.journal,
    differences: [],
    warnings: [],
    type: (bytes) => {
      try {
        return { taken: type ? type(bytes) : received(device, bytes) };
      } catch (error) {
        return { taken: takenDespite(error, bytes), failure: (error as Error).message };
      }
    },
  };
}

function received(device: Device, bytes: Uint8Array): number {
  const emitted = device.apply({ type: "receive", characters: bytes });
  return emitted.reduce(
    (sum, { type, count }: Emission) => sum + (type === "accepted" ? (count ?? 0) : 0),
    0,
  );
}

/** A trigger that fails does so when the bytes are queued already. */
const takenDespite = (error: unknown, bytes: Uint8Array): number =>
  error instanceof SerialError && error.kind === "Trigger" ? bytes.length : 0;

/** Entries of a journal without their places. */
export function* entriesOf(journal: JournalView, from: number, until: number): Generator<Entry> {
  for (const { entry } of journal.entries({ from, until })) yield entry;
}
