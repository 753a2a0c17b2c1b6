import { type AnyContext, type Chart, type ChartEmission, type Device, hex } from "../../device/index.js";
import { checkedInput, engineFor, Fold, isInput } from "../../device/internal.js";
import type { Input, JournalView } from "../../journal/index.js";
import { chartOfJournal, stateBefore } from "../journal-chart.js";
import type { Neighbour, StatelyEvent, StatelySnapshot } from "./messages.js";
import { presentContext, presentEvent } from "./presentation.js";

/** An event and the state after it. */
interface EventAndSnapshot {
  readonly event: StatelyEvent;
  readonly snapshot: StatelySnapshot;
  /** The sender, if it is known. */
  readonly sender?: Neighbour;
  /** What the device sent meanwhile. */
  readonly outputs?: readonly { readonly receiver: Neighbour; readonly event: StatelyEvent }[];
}

/** The latest events since the last poll, and the number of earlier ones that were skipped. */
interface RecentEvents {
  readonly skipped: number;
  readonly events: readonly EventAndSnapshot[];
}

/** A source of events for Stately's inspector. */
export interface StatelySource {
  readonly chart: Chart;
  /** Returns the current state. */
  snapshot(): StatelySnapshot;
  /** Returns the events since the last call, at most `mostEvents`. */
  takeRecent(mostEvents: number): RecentEvents;
  /** True if no more events will follow. */
  readonly isFinished: boolean;
  /** Ends the inspection. */
  stop(): void;
}

/** Returns a state in the inspector's form. */
export const snapshotOf = (chart: Chart, value: unknown, context: AnyContext): StatelySnapshot => ({
  ...{ status: "active", output: undefined, error: undefined },
  value,
  context: presentContext(chart, context),
});

/** Returns the sender of an input: registers are the guest's, the line and its host are at the other end; time is nobody's. */
function senderOf({ type }: Input): Neighbour | undefined {
  if (type === "read" || type === "write") return "guest";
  return type === "advance" || type === "reset" || type === "restore" ? undefined : "host";
}

/** Returns what a device sends: characters to the host, interrupts to the guest. */
const outputsOf = (emissions: readonly ChartEmission[]) =>
  emissions.flatMap((emission): { readonly receiver: Neighbour; readonly event: StatelyEvent }[] => {
    const { type, value, cause, level } = emission;
    if (type === "transmit")
      return [{ receiver: "host", event: { ...emission, text: `sends ${hex(value as number)}` } }];
    if (type === "interrupt")
      return [{ receiver: "guest", event: { ...emission, text: `interrupts for ${cause}` } }];
    return type === "interruptLine"
      ? [{ receiver: "guest", event: { ...emission, text: `INTR ${level}` } }]
      : [];
  });

/** Reads a journal by folding it: an event and a snapshot for each entry. */
class JournalReader {
  readonly chart: Chart;
  readonly #journal: JournalView;
  #chartFold: Fold;
  /** The entry that is read next. */
  nextIndex: number;

  constructor(chart: Chart, journal: JournalView, startIndex: number) {
    this.chart = chart;
    this.#journal = journal;
    this.nextIndex = startIndex;
    this.#chartFold = this.#foldAt(startIndex);
  }

  get snapshot(): StatelySnapshot {
    return snapshotOf(this.chart, this.#chartFold.value, this.#chartFold.context);
  }

  /** Skips to an entry. */
  skipTo(entryIndex: number): void {
    if (entryIndex === this.nextIndex) return;
    this.nextIndex = entryIndex;
    this.#chartFold = this.#foldAt(entryIndex);
  }

  readUntil(endIndex: number): EventAndSnapshot[] {
    const events: EventAndSnapshot[] = [];
    for (const { entry } of this.#journal.entries({ from: this.nextIndex, until: endIndex })) {
      if (!isInput(entry)) continue;
      const event = presentEvent(this.chart, entry, this.chart.divisorLatchOpen(this.#chartFold.context));
      const emissions: ChartEmission[] = [];
      this.#chartFold.apply(checkedInput(this.chart, entry), emissions);
      const sender = senderOf(entry);
      events.push({
        ...{ event, snapshot: this.snapshot, outputs: outputsOf(emissions) },
        ...(sender ? { sender } : {}),
      });
    }
    this.nextIndex = endIndex;
    return events;
  }

  #foldAt(entryIndex: number): Fold {
    return new Fold(
      this.chart,
      engineFor(this.chart),
      stateBefore(this.chart, this.#journal, entryIndex).state,
    );
  }
}

/** Creates a source that reads a device's journal: the device itself has no listener, so it is not slowed down. */
export function deviceSource(device: Device): StatelySource {
  const { chart, journal } = device;
  const currentSnapshot = (): StatelySnapshot => {
    const { value, context } = chart.snapshotOf(device.save().state);
    return snapshotOf(chart, value, context);
  };
  let seenUntil = journal.next;
  let journalReader: JournalReader | undefined;
  return {
    chart,
    snapshot: currentSnapshot,
    isFinished: false,
    stop: () => {},
    takeRecent(mostEvents) {
      const { next, first } = journal;
      if (next === seenUntil) return { skipped: 0, events: [] };
      const startIndex = Math.max(seenUntil, next - mostEvents, first);
      const skipped = startIndex - seenUntil;
      seenUntil = next;
      if (startIndex === next) return { skipped, events: [] };
      journalReader ??= new JournalReader(chart, journal, startIndex);
      journalReader.skipTo(startIndex);
      return { skipped, events: journalReader.readUntil(next) };
    },
  };
}

/** Creates a source that plays back a journal, entry by entry. */
export function journalSource(journal: JournalView, startIndex: number, endIndex: number): StatelySource {
  const journalReader = new JournalReader(chartOfJournal(journal.header), journal, startIndex);
  return {
    chart: journalReader.chart,
    snapshot: () => journalReader.snapshot,
    get isFinished() {
      return journalReader.nextIndex >= endIndex;
    },
    stop: () => {},
    takeRecent: (mostEvents) => ({
      skipped: 0,
      events: journalReader.readUntil(Math.min(endIndex, journalReader.nextIndex + mostEvents)),
    }),
  };
}
