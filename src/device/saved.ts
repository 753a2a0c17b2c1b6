import type { JournalView } from "../journal/index.js";
import {
  checkCallback,
  checkJournal,
  checkReadable,
  formatValue,
  isRecord,
  optionsOfVersion1,
  withKnownNames,
} from "../journal/internal.js";
import { VERSION } from "../version.js";
import type { Device, RestoreOptions, Saved } from "./device.js";
import { isEqualDefinition } from "./equal-definitions.js";

/** The version that is written. Version 1, which is read as well, has other names for options of `uart16550`. */
export const SAVED_VERSION = 2;

/** Checks the id of a chart. @throws TypeError unless it is the expected one. */
function checkChartId(id: unknown, expected: string): void {
  if (id !== expected) throw new TypeError(`chart: expected "${expected}", got ${formatValue(id)}`);
}

/** Checks a saved state. @throws TypeError or RangeError that names the field, if it is none of that chart. */
function checkSaved(saved: Saved, chart: string): void {
  checkReadable(saved, "saved", "what save() gives", () => checkSavedFields(saved, chart));
  // A proxy can be an object that nobody can read.
  checkReadable(saved.options, "options", "an object", () => ({ ...saved.options }));
}

function checkSavedFields(saved: Saved, chart: string): void {
  if (typeof saved !== "object" || saved === null) {
    throw new TypeError(`saved: expected what save() gives, got ${formatValue(saved)}`);
  }
  if (saved.version !== 1 && saved.version !== SAVED_VERSION) {
    throw new TypeError(`version: expected 1 or ${SAVED_VERSION}, got ${formatValue(saved.version)}`);
  }
  checkChartId(saved.chart, chart);
  if (!isRecord(saved.options)) {
    throw new TypeError(`options: expected an object, got ${formatValue(saved.options)}`);
  }
  if (!Number.isSafeInteger(saved.now) || saved.now < 0) {
    throw new RangeError(`now: expected a whole number from 0, got ${formatValue(saved.now)}`);
  }
  for (const name of ["definition", "package"] as const) {
    if (saved[name] !== undefined && typeof saved[name] !== "string")
      throw new TypeError(`${name}: expected a string, got ${formatValue(saved[name])}`);
  }
}

/** Returns a saved state with the names that options have now: one of version 1 has others. */
export const withPresentOptions = (saved: Saved): Saved =>
  saved.version === 1
    ? { ...saved, version: SAVED_VERSION, options: optionsOfVersion1(saved.chart, saved.options) }
    : saved;

const SAVED_FIELDS = ["version", "chart", "options", "now", "state", "definition", "package"];
const HEADER_FIELDS = ["chart", "options", "definition", "package", "first", "tick", "state"];

/**
 * Returns what may make a device differ from the one that was saved, a sentence each.
 *
 * @param saved - with the present names of its options.
 * @param device - the device in the saved state.
 */
export function savedWarnings(saved: Saved, device: Pick<Device, "save">): string[] {
  const present = device.save();
  const warnings: string[] = [];
  const isOther = saved.definition !== undefined && !isEqualDefinition(saved.definition, present.definition);
  if (isOther || (saved.package ?? VERSION) !== VERSION)
    warnings.push(
      `the state was saved by version ${formatValue(saved.package)} with ${isOther ? "another definition of this chart: the device may differ" : `this chart; this is ${VERSION}`}`,
    );
  return [
    ...warnings,
    ...unknownFields("the saved options object", saved.options, Object.keys(present.options)),
    ...unknownFields("the saved device", saved, SAVED_FIELDS),
    ...unknownFields("the saved state", saved.state, Object.keys(present.state as object)),
  ];
}

/** Returns what may make a device differ from the one whose journal it is folded from, a sentence each. */
export function journalWarnings({ header }: JournalView, device: Device): string[] {
  const warnings: string[] = [];
  if (!isEqualDefinition(header.definition, device.journal.header.definition))
    warnings.push("the journal was recorded with another definition of this chart: its replay may differ");
  return [
    ...warnings,
    ...unknownFields("the journal", header, HEADER_FIELDS),
    ...unknownFields("the journal's first state", header.state, Object.keys(device.save().state as object)),
  ];
}

function unknownFields(subject: string, value: unknown, known: readonly string[]): string[] {
  if (typeof value !== "object" || value === null) return [];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length === 0) return [];
  return [
    `${subject} has fields that version ${VERSION} does not know, and leaves out: ${unknown.slice(0, 5).map(formatValue).join(", ")}`,
  ];
}

/** Checks an end of entries. @throws RangeError unless it is an index from the journal's first to its next. */
function checkUntil(until: number, { first, next }: JournalView): void {
  if (!Number.isSafeInteger(until) || until < first || until > next) {
    throw new RangeError(`until: expected an index from ${first} to ${next}, got ${formatValue(until)}`);
  }
}

/** Options of a device that begins where another has been. */
interface StartOptions extends RestoreOptions {
  readonly until?: number;
}

/**
 * Checks a saved device, and the options of the one that is created from it.
 *
 * @param names - the names of options of such a device.
 * @throws TypeError or RangeError that names what is wrong.
 */
export function checkedRestore<T extends RestoreOptions>(
  saved: Saved,
  chart: string,
  options: T,
  names: readonly string[],
  owner: string,
) {
  const { warn = console.warn, ...deviceOptions } = withKnownNames(options, [...names, "warn"], owner);
  checkCallback(warn, "warn");
  checkSaved(saved, chart);
  return { warn, deviceOptions };
}

/**
 * Checks a journal, and the options of the device that is folded from it.
 *
 * @param names - the names of options of such a device.
 * @returns the position from which the device starts as `origin`, and the index up to which it is folded as `until`.
 * @throws TypeError or RangeError that names what is wrong.
 */
export function checkedReplay<T extends StartOptions>(
  journal: JournalView,
  chart: string,
  options: T,
  names: readonly string[],
  owner: string,
) {
  checkJournal(journal);
  const {
    until = journal.next,
    warn = console.warn,
    ...deviceOptions
  } = withKnownNames(options, [...names, "until", "warn"], owner);
  checkCallback(warn, "warn");
  checkChartId(journal.header.chart, chart);
  checkUntil(until, journal);
  const { index, tick, state } = journal.checkpoint(until);
  return { until, warn, deviceOptions, origin: { state, first: index, tick } };
}
