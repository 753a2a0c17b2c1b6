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

function measured(finder: Finder): string {
  const times: number[] = [];
  const runs: number[] = [];
  for (const seed of SEEDS) {
    const start = performance.now();
    const found = finder.runs(seed);
    times.push(performance.now() - start);
    if (found === undefined) return `${MISSED} with seed ${seed} | | `;
    runs.push(found);
  }
  const shortest = finder.shortest(SEEDS[0] as number);
  if (shortest === undefined) return `${MISSED} | | `;
  return `${median(runs.toSorted(byNumber))} | ${seconds(median(times.toSorted(byNumber)))} | ${shortest.steps}`;
}

/** What a line says of an exhibit before it is measured. */
export const headOfDriver = ({ name, report = "a classic", on, claim }: Exhibit): string =>
  `| ${name} | ${report} | ${where(on)} | \`${claim}\` | `;

export const headOfDevice = (exhibit: BrokenDevice): string =>
  `| ${exhibit.wrong} | ${exhibit.report} | ${where(exhibit)} | \`${exhibit.claim}\` | `;

const lineOfDriver = (exhibit: Exhibit): string =>
  `${headOfDriver(exhibit)}${measured(finderOfDriver(exhibit))} |`;

const lineOfDevice = (exhibit: BrokenDevice): string =>
  `${headOfDevice(exhibit)}${measured(finderOfDevice(exhibit))} |`;

/** The page, without what does not stay the same from one measurement to the next. */
export const withoutTimes = (page: string): string => page.replace(/\| [\d.e+-]+ s \|/g, "|");

/** @param progress - hears each exhibit that is done. */
export function museumPage(progress: (done: number, of: number) => void): string {
  const total = BROKEN_DRIVERS.length + BROKEN_DEVICES.length;
  let done = 0;
  const told = <T>(line: (exhibit: T) => string) => {
    return (exhibit: T): string => {
      const text = line(exhibit);
      progress(++done, total);
      return text;
    };
  };
  return `# The museum

Drivers and devices, each with one fault, and what finds it. This page is written by \`npm run museum\`; \`npm run museum -- --check\`
measures all of it again and fails if anything but a time has changed. \`npm test\` looks for each exhibit with one seed.

*Runs* and *time* are the medians of what it takes to find the exhibit with the seeds 1 to ${SEEDS.length}, each of \`checkDriver\`'s default
500 runs at most. *Steps* is the length of the scenario found with seed 1 and made as short as it can be: accesses of the driver
after its start and deeds of its environment, or the inputs of a property's counterexample.

## Broken drivers

Each differs in one thing from a driver without faults ([plain.ts](museum/plain.ts)). No two shrink to the same scenario.

| It | Report | On | Claim | Runs | Time | Steps |
|---|---|---|---|---|---|---|
${BROKEN_DRIVERS.map(told(lineOfDriver)).join("\n")}

## Broken devices

Each is a chart of ours with one guard or action that is another, or one changed transition ([devices/](devices)). A claim with a
name is \`checkDriver\`'s, with the Linux-like driver; one with a number is an [invariant](../README.md).

| Its fault | Report | On | Claim | Runs | Time | Steps |
|---|---|---|---|---|---|---|
${BROKEN_DEVICES.map(told(lineOfDevice)).join("\n")}

Reports of the same kind whose fault is in no device by itself:

| Report | Where it is |
|---|---|
${ELSEWHERE.map(([report, place]) => `| ${report} | ${place} |`).join("\n")}
`;
}
