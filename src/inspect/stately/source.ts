import { engineFor } from "../../device/engines.js";
import { Fold, isInput } from "../../device/fold.js";
import type { Chart, Device } from "../../device/index.js";
import { inputFor } from "../../device/input.js";
import type { JournalView } from "../../journal/index.js";
import { chartOf, stateAt } from "../journal.js";
import type { StatelyEvent, StatelySnapshot } from "./messages.js";
import { shownContext, shownEvent } from "./shown.js";

/** An event and the state after it. */
export interface Shown {
  readonly event: StatelyEvent;
  readonly snapshot: StatelySnapshot;
}

/** What has happened since it was asked last: the latest of it, and how much came before that and is not shown. */
export interface News {
  readonly skipped: number;
  readonly shown: readonly Shown[];
}

/** Where what is inspected comes from. */
export interface Source {
  readonly chart: Chart;
  /** The present state. */
  snapshot(): StatelySnapshot;
  /** What has happened since: at most so many inputs of it. */
  news(most: number): News;
  /** Whether nothing more will come. */
  readonly over: boolean;
  /** Lets go of what is inspected. */
  stop(): void;
}

/** A state as the inspector shows it. */
export const snapshotOf = (chart: Chart, value: unknown, context: never): StatelySnapshot => ({
  status: "active",
  value,
  context: shownContext(chart, context),
});

/** Goes through a journal, folding it: what the chart did at each entry. */
class Reader {
  readonly chart: Chart;
  readonly #journal: JournalView;
  #fold: Fold;
  /** The entry that is read next. */
  index: number;

  constructor(chart: Chart, journal: JournalView, from: number) {
    this.chart = chart;
    this.#journal = journal;
    this.index = from;
    this.#fold = this.#foldAt(from);
  }

  get snapshot(): StatelySnapshot {
    return snapshotOf(this.chart, this.#fold.value, this.#fold.context);
  }

  /** Goes to an entry without looking at what lies between. */
  jump(to: number): void {
    if (to === this.index) return;
    this.index = to;
    this.#fold = this.#foldAt(to);
  }

  read(until: number): Shown[] {
    const shown: Shown[] = [];
    for (const { entry } of this.#journal.entries({ from: this.index, until })) {
      if (!isInput(entry)) continue;
      const event = shownEvent(this.chart, entry, this.chart.divisorLatchOpen(this.#fold.context));
      this.#fold.take(inputFor(this.chart, entry), []);
      shown.push({ event, snapshot: this.snapshot });
    }
    this.index = until;
    return shown;
  }

  #foldAt(index: number): Fold {
    return new Fold(this.chart, engineFor(this.chart), stateAt(this.chart, this.#journal, index).state);
  }
}

/** What a device is given, as its journal has it: the device itself is not listened to, so that it runs as fast as ever. */
export function deviceSource(device: Device): Source {
  const { chart, journal } = device;
  const present = (): StatelySnapshot => {
    const { value, context } = chart.snapshotOf(device.save().state);
    return snapshotOf(chart, value, context as never);
  };
  let seen = journal.next;
  let reader: Reader | undefined;
  return {
    chart,
    snapshot: present,
    over: false,
    stop: () => {},
    news(most) {
      const { next, first } = journal;
      if (next === seen) return { skipped: 0, shown: [] };
      const from = Math.max(seen, next - most, first);
      const skipped = from - seen;
      seen = next;
      if (from === next) return { skipped, shown: [] };
      reader ??= new Reader(chart, journal, from);
      reader.jump(from);
      return { skipped, shown: reader.read(next) };
    },
  };
}

/** A journal that is played back, entry by entry. */
export function journalSource(journal: JournalView, from: number, until: number): Source {
  const reader = new Reader(chartOf(journal.header), journal, from);
  return {
    chart: reader.chart,
    snapshot: () => reader.snapshot,
    get over() {
      return reader.index >= until;
    },
    stop: () => {},
    news: (most) => ({ skipped: 0, shown: reader.read(Math.min(until, reader.index + most)) }),
  };
}
