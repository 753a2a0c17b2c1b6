/** The museum as a table: each exhibit with the claim that finds it, and how long that takes. */

import type { Uart16550Machine } from "../../../machines/index.js";
import { linuxDriver } from "../../../src/testing/index.js";
import type { BrokenDevice } from "../devices/exhibit.js";
import { BROKEN_DEVICES, EXCLUDED_REPORTS } from "../devices/index.js";
import type { Exhibit } from "./exhibit.js";
import { driverFinder, type FaultFinder, invariantFinder, SEEDS } from "./finding.js";
import { RECEIVING } from "./receiving.js";
import { SENDING } from "./sending.js";

export const BROKEN_DRIVERS: readonly Exhibit[] = [...SENDING, ...RECEIVING];

/** Creates the finder of a broken driver. */
const finderOfDriver = ({ driver, on, claim }: Exhibit): FaultFinder =>
  driverFinder((bus) => new driver(bus), on, claim);

/** Creates the finder of a broken device: the Linux-like driver on it, or an invariant. */
function finderOfDevice({ device, preset, pic, machine, claim }: BrokenDevice): FaultFinder {
  const on = { device, ...(preset && { preset }), ...(pic && { pic }), machine: machine() };
  if (isInvariant(claim)) return invariantFinder(claim, on.machine as Uart16550Machine, preset);
  return driverFinder(linuxDriver, on, claim);
}

const isInvariant = (claim: BrokenDevice["claim"]): claim is `I${number}` => /^I\d+$/.test(claim);

/** Describes the device and its interrupts. */
function subjectInWords({ device, preset, pic }: Exhibit["on"]): string {
  if (device === "serial") return "`serial`";
  return `\`${typeof preset === "string" ? preset : "pc16550d"}\`, ${pic ?? "edge"}`;
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] as number;

const byNumber = (a: number, b: number): number => a - b;

/** Times differ from one machine to the next, and from run to run: one digit is enough. */
const secondsInWords = (ms: number): string => `${(ms / 1000).toPrecision(1)} s`;

/** The measurement of an exhibit that was not found. */
export const NOT_FOUND = "not found";

/** The measurement of an exhibit with the same scenario as another. */
export const DUPLICATE = "the scenario of another";

/** An exhibit's row: the start of its line, without measurements, and its finder. */
export interface MuseumRow {
  readonly lineHead: string;
  readonly finder: FaultFinder;
  /** True if no other exhibit may shrink to its scenario. */
  readonly isUnique: boolean;
}

const driverRow = (exhibit: Exhibit): MuseumRow => {
  const { name, report = "a classic", on, claim } = exhibit;
  const head = `| ${name} | ${report} | ${subjectInWords(on)} | \`${claim}\` | `;
  return { lineHead: head, finder: finderOfDriver(exhibit), isUnique: true };
};

const deviceRow = (exhibit: BrokenDevice): MuseumRow => {
  const { wrong, report, claim } = exhibit;
  const head = `| ${wrong} | ${report} | ${subjectInWords(exhibit)} | \`${claim}\` | `;
  // Created on use, as a chart takes time.
  const finder: FaultFinder = {
    runs: (seed) => finderOfDevice(exhibit).runs(seed),
    shortest: (seed) => finderOfDevice(exhibit).shortest(seed),
  };
  return { lineHead: head, finder, isUnique: false };
};

/**
 * Measures an exhibit with every seed. Returns the rest of its line.
 * @param scenarios - the scenarios of earlier exhibits; its own is added.
 */
export function measureExhibit({ finder, isUnique: isAlone }: MuseumRow, scenarios: Set<string>): string {
  const times: number[] = [];
  const runs: number[] = [];
  for (const seed of SEEDS) {
    const start = performance.now();
    const found = finder.runs(seed);
    times.push(performance.now() - start);
    if (found === undefined) return `${NOT_FOUND} with seed ${seed} | | | `;
    runs.push(found);
  }
  const shortest = finder.shortest(SEEDS[0] as number);
  if (shortest === undefined) return `${NOT_FOUND} | | | `;
  if (isAlone && scenarios.has(shortest.text)) return `${DUPLICATE} | | | `;
  scenarios.add(shortest.text);
  const quickest = SEEDS[runs.indexOf(Math.min(...runs))];
  const time = secondsInWords(median(times.toSorted(byNumber)));
  return `${median(runs.toSorted(byNumber))} | ${time} | ${shortest.steps} | ${quickest}`;
}

/** Returns an exhibit's measurement on a page: the rest of its line, if there is one. */
export function recordedMeasurement(page: string, { lineHead: head }: MuseumRow): string | undefined {
  const line = page.split("\n").find((each) => each.startsWith(head));
  return line?.slice(head.length, -" |".length);
}

/** Returns the seed with which, by a page, an exhibit is found in fewest runs. */
export const quickestSeed = (page: string, row: MuseumRow): number =>
  Number(recordedMeasurement(page, row)?.split(" | ").at(-1));

/** Removes the times from a page, which differ between measurements. */
export const withoutTimes = (page: string): string => page.replace(/\| [\d.e+-]+ s \|/g, "|");

export const DRIVER_ROWS: readonly MuseumRow[] = BROKEN_DRIVERS.map(driverRow);
export const DEVICE_ROWS: readonly MuseumRow[] = BROKEN_DEVICES.map(deviceRow);

/** @param restOf - the rest of an exhibit's line. */
export function museumPage(restOf: (row: MuseumRow) => string): string {
  const lines = (rows: readonly MuseumRow[]): string =>
    rows.map((row) => `${row.lineHead}${restOf(row)} |`).join("\n");
  return `# The museum

Drivers and devices, each with one fault, and what finds it. This page is written by \`npm run museum\`; \`npm run museum -- --check\`
measures all of it again and fails if anything but a time has changed: some minutes. \`npm run museum -- --only TEXT\` measures only
the exhibits in whose line TEXT stands. \`npm test\` looks for each exhibit with one seed.

*Runs* and *time* are the medians of what it takes to find the exhibit with the seeds 1 to ${SEEDS.length}, each of \`checkDriver\`'s default
500 runs at most. *Steps* is the length of the scenario found with seed 1 and made as short as it can be: accesses of the driver
after its start and deeds of its environment, or the inputs of a property's counterexample; a poll that never ends counts with each of its
accesses. *Seed* is the one of the seeds with which it takes fewest runs.

## Broken drivers

Each differs in one thing from a driver without faults ([plain.ts](museum/plain.ts)). No two shrink to the same scenario.

| It | Report | On | Claim | Runs | Time | Steps | Seed |
|---|---|---|---|---|---|---|---|
${lines(DRIVER_ROWS)}

## Broken devices

Each is a chart of ours with one guard or action that is another, or one changed transition ([devices/](devices)). A claim with a
name is \`checkDriver\`'s, with the Linux-like driver; one with a number is an [invariant](../README.md).

| Its fault | Report | On | Claim | Runs | Time | Steps | Seed |
|---|---|---|---|---|---|---|---|
${lines(DEVICE_ROWS)}

Reports of the same kind whose fault is in no device by itself, or in a device of another kind:

| Report | Where it is |
|---|---|
${EXCLUDED_REPORTS.map(([report, location]) => `| ${report} | ${location} |`).join("\n")}
`;
}
