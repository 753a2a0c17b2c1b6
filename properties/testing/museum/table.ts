/** The museum as a table: each exhibit with the claim that finds it, and how long that takes. */
import { linuxDriver } from "../../../src/testing/index.js";
import type { BrokenDevice } from "../devices/exhibit.js";
import { BROKEN_DEVICES, ELSEWHERE } from "../devices/index.js";
import type { Exhibit } from "./exhibit.js";
import { byDriver, byInvariant, type Finder, SEEDS } from "./finding.js";
import { RECEIVING } from "./receiving.js";
import { SENDING } from "./sending.js";

export const BROKEN_DRIVERS: readonly Exhibit[] = [...SENDING, ...RECEIVING];

/** What finds a broken driver. */
export const finderOfDriver = ({ driver, on, claim }: Exhibit): Finder =>
  byDriver((bus) => new driver(bus), on, claim);

/** What finds a broken device: the Linux-like driver on it, or an invariant. */
export function finderOfDevice({ device, preset, pic, machine, claim }: BrokenDevice): Finder {
  const on = { device, ...(preset && { preset }), ...(pic && { pic }), machine: machine() };
  if (isInvariant(claim)) return byInvariant(claim, on.machine as never, preset);
  return byDriver(linuxDriver, on, claim);
}

const isInvariant = (claim: BrokenDevice["claim"]): claim is `I${number}` => /^I\d+$/.test(claim);

/** The device and the interrupts, in a few words. */
function where({ device, preset, pic }: Exhibit["on"]): string {
  if (device === "serial") return "`serial`";
  return `\`${typeof preset === "string" ? preset : "pc16550d"}\`, ${pic ?? "edge"}`;
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] as number;

const byNumber = (a: number, b: number): number => a - b;

/** Times differ from one machine to the next, and from run to run: one digit is enough. */
const seconds = (ms: number): string => `${(ms / 1000).toPrecision(1)} s`;

/** What stands in a line of what was not found. */
export const MISSED = "not found";

/** What stands in a line of what is not one fault more: its scenario is another's. */
export const REPEATED = "the scenario of another";

/** An exhibit: what its line says before it is measured, and what finds it. */
export interface Row {
  readonly head: string;
  readonly finder: Finder;
  /** Whether no other may shrink to its scenario. */
  readonly isAlone: boolean;
}

const rowOfDriver = (exhibit: Exhibit): Row => {
  const { name, report = "a classic", on, claim } = exhibit;
  const head = `| ${name} | ${report} | ${where(on)} | \`${claim}\` | `;
  return { head, finder: finderOfDriver(exhibit), isAlone: true };
};

const rowOfDevice = (exhibit: BrokenDevice): Row => {
  const { wrong, report, claim } = exhibit;
  const head = `| ${wrong} | ${report} | ${where(exhibit)} | \`${claim}\` | `;
  // Made when it is asked for: a chart takes time.
  const finder: Finder = {
    runs: (seed) => finderOfDevice(exhibit).runs(seed),
    shortest: (seed) => finderOfDevice(exhibit).shortest(seed),
  };
  return { head, finder, isAlone: false };
};

/**
 * Measures an exhibit with every seed; the rest of its line.
 * @param scenarios - those of the exhibits before it, to which its own is added.
 */
export function measured({ finder, isAlone }: Row, scenarios: Set<string>): string {
  const times: number[] = [];
  const runs: number[] = [];
  for (const seed of SEEDS) {
    const start = performance.now();
    const found = finder.runs(seed);
    times.push(performance.now() - start);
    if (found === undefined) return `${MISSED} with seed ${seed} | | | `;
    runs.push(found);
  }
  const shortest = finder.shortest(SEEDS[0] as number);
  if (shortest === undefined) return `${MISSED} | | | `;
  if (isAlone && scenarios.has(shortest.text)) return `${REPEATED} | | | `;
  scenarios.add(shortest.text);
  const quickest = SEEDS[runs.indexOf(Math.min(...runs))];
  const time = seconds(median(times.toSorted(byNumber)));
  return `${median(runs.toSorted(byNumber))} | ${time} | ${shortest.steps} | ${quickest}`;
}

/** What a page says of an exhibit: the rest of its line, if it has one. */
export function keptOf(page: string, { head }: Row): string | undefined {
  const line = page.split("\n").find((each) => each.startsWith(head));
  return line?.slice(head.length, -" |".length);
}

/** The seed with which a page says that an exhibit is found in fewest runs. */
export const quickestOf = (page: string, row: Row): number => Number(keptOf(page, row)?.split(" | ").at(-1));

/** The page, without what does not stay the same from one measurement to the next. */
export const withoutTimes = (page: string): string => page.replace(/\| [\d.e+-]+ s \|/g, "|");

export const DRIVER_ROWS: readonly Row[] = BROKEN_DRIVERS.map(rowOfDriver);
export const DEVICE_ROWS: readonly Row[] = BROKEN_DEVICES.map(rowOfDevice);

/** @param restOf - the rest of an exhibit's line. */
export function museumPage(restOf: (row: Row) => string): string {
  const lines = (rows: readonly Row[]): string => rows.map((row) => `${row.head}${restOf(row)} |`).join("\n");
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
${ELSEWHERE.map(([report, place]) => `| ${report} | ${place} |`).join("\n")}
`;
}
