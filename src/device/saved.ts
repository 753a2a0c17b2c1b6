import { type JournalView, shown } from "../journal/index.js";
import type { Saved } from "./device.js";

/** @throws TypeError unless `id` is the chart's that is expected. */
export function checkChartId(id: unknown, expected: string): void {
  if (id !== expected) throw new TypeError(`chart: expected "${expected}", got ${shown(id)}`);
}

/** @throws TypeError or RangeError if it is not the saved state of that chart; it names the field. */
export function checkSaved(saved: Saved, chart: string): void {
  if (typeof saved !== "object" || saved === null) {
    throw new TypeError(`saved: expected what save() gives, got ${shown(saved)}`);
  }
  if (saved.version !== 1) throw new TypeError(`version: expected 1, got ${shown(saved.version)}`);
  checkChartId(saved.chart, chart);
  if (typeof saved.options !== "object" || saved.options === null) {
    throw new TypeError(`options: expected an object, got ${shown(saved.options)}`);
  }
  if (!Number.isSafeInteger(saved.now) || saved.now < 0) {
    throw new RangeError(`now: expected a whole number from 0, got ${shown(saved.now)}`);
  }
}

/** @throws TypeError if it is no journal. */
export function checkJournal(journal: JournalView): void {
  if (typeof journal === "object" && journal !== null && typeof journal.entries === "function") return;
  throw new TypeError(`journal: expected a device's journal or a loaded one, got ${shown(journal)}`);
}

/** @throws RangeError unless `until` is an index from the journal's first to its next. */
export function checkUntil(until: number, { first, next }: JournalView): void {
  if (!Number.isSafeInteger(until) || until < first || until > next) {
    throw new RangeError(`until: expected an index from ${first} to ${next}, got ${shown(until)}`);
  }
}
