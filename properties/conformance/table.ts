/** Tries `conform` on every device of docs/conformance.md, and writes the page's tables. */
import { readFileSync } from "node:fs";
import {
  type ConformReport,
  conform,
  type Departure,
  DeviceTarget,
  type SuiteInput,
} from "../../src/conform/index.js";
import { type MuseumProbe, PARTS, runSequence, toSuiteText } from "../../src/conform/internal.js";
import { BROKEN_DEVICES } from "../testing/devices/index.js";
import { drawMutants, inputsThatTell } from "./mutants.js";
import { firstDeparture, museumDevice, mutantDevice, PART_DEVICES, type TriedDevice } from "./targets.js";
import { createV86Target } from "./v86-target.js";

/** The mutants of the table, and the seed with which they were drawn after the suite was written. */
const MUTANTS = { count: 20, seed: 23 };

const PAGE = "docs/conformance.md";
const MUSEUM_DATA = "src/conform/compiled/museum.ts";
const MARKS = ["<!-- conformance -->\n", "<!-- /conformance -->"] as const;

/** The results of one run. */
export interface ConformanceFiles {
  /** The texts of the files that are written, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Whatever does not hold: a broken device that is not found, a departure of a part. */
  readonly failures: string[];
}

/** Tries everything. @param progress - called with the name of each device. */
export async function conformanceFiles(progress: (name: string) => void): Promise<ConformanceFiles> {
  const { tables, probes, failures } = await tryAll(progress);
  const page = readFileSync(new URL(`../../${PAGE}`, import.meta.url), "utf8");
  const [begin, end] = MARKS.map((mark) => page.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`${PAGE}: expected ${MARKS.join(" and ")}`);
  return {
    files: {
      [PAGE]: `${page.slice(0, begin)}${MARKS[0]}\n${tables}\n\n${page.slice(end)}`,
      [MUSEUM_DATA]: museumData(probes),
    },
    failures,
  };
}

/** Returns the text of the museum's file. */
export const museumData = (
  probes: readonly MuseumProbe[],
): string => `import type { MuseumProbe } from "../museum.js";

// Written by \`npm run conformance\`: the shortest accesses that show each broken device of the museum, and what it answers.
export const MUSEUM: readonly MuseumProbe[] = [
${probes.map((probe) => `  ${JSON.stringify(probe)},\n`).join("")}];
`;

/** Returns what shows a broken device, and a part without the fault. */
async function probeOf(
  { preset, create }: TriedDevice,
  { wrong, report }: { readonly wrong: string; readonly report: string },
  inputs: readonly SuiteInput[],
): Promise<MuseumProbe> {
  const start = { settles: false, lines: 0xb0 };
  const part = PARTS.find(({ name }) => name === preset);
  if (!part) throw new RangeError(`no part is called ${preset}`);
  const broken = (await runSequence(new DeviceTarget("broken", create), inputs, start)).at(-1) ?? {};
  const sound =
    (await runSequence(new DeviceTarget("sound", () => part.create()), inputs, start)).at(-1) ?? {};
  return { fault: wrong, report, inputs: toSuiteText(inputs), broken, sound };
}

const escapeCell = (text: string): string => text.replaceAll("|", "\\|");

/** Shortens what takes more than a line of a table. */
const shorten = (text: string): string => (text.length <= 110 ? text : `... ${text.slice(-106)}`);

const departureCell = ({ accesses, expected, actual }: Departure): string =>
  escapeCell(
    `\`${shorten(accesses.join("; "))}\`, ${shorten(expected) || "nothing"}, got ${shorten(actual) || "nothing"}`,
  );

const sufferingCell = ({ consequence, reports }: Departure): string =>
  [consequence, ...reports.map(({ fault, report }) => `${report}: ${fault}`)].join("; ");

const agreementCell = ({ agreeing, sequences, leftOut }: ConformReport): string =>
  `${agreeing} of ${sequences}${leftOut === 0 ? "" : `; ${leftOut} need what it has not`}`;

const optionsCell = ({ nearest, options }: ConformReport): string =>
  [
    `\`${nearest}\``,
    ...Object.entries(options).map(
      ([name, value], index) => `${index === 0 ? "but " : ""}\`${name}\` ${value}`,
    ),
  ].join(", ");

/** What was tried of one kind: a part of the page, and whatever does not hold. */
interface TriedKind {
  readonly text: string;
  readonly failures: readonly string[];
}

type ProgressListener = (name: string) => void;

async function tryAll(progress: ProgressListener) {
  const parts = await tryParts(progress);
  const museum = await tryMuseum(progress);
  const mutants = await tryMutants(progress);
  return {
    tables: [parts, museum, mutants].map(({ text }) => text).join("\n\n"),
    probes: museum.probes,
    failures: [parts, museum, mutants].flatMap(({ failures }) => failures),
  };
}

/** Tries the devices that are a part, and v86. */
export async function tryParts(progress: ProgressListener): Promise<TriedKind> {
  const failures: string[] = [];
  const parts: string[] = [];
  for (const device of PART_DEVICES) {
    progress(device.name);
    const report = await conform(new DeviceTarget(device.name, device.create), { preset: device.preset });
    if (report.departures.length > 0) failures.push(`${device.name}: a departure from itself`);
    parts.push(
      `| \`${device.name}\` of this package | ${optionsCell(report)} | ${agreementCell(report)} | ${report.departures.length} |`,
    );
  }
  progress("v86");
  const target = await createV86Target();
  const v86 = await conform(target);
  await target.close?.();
  parts.push(
    `| v86 0.5.462 | ${optionsCell(v86)} | ${agreementCell(v86)} | ${v86.departures.length}, below |`,
  );

  const { reached, toured } = v86.transitions;
  const text = `The tour takes ${reached} transitions; on v86, which has no time, ${toured}.

| target | nearest part | sequences that agree | departures |
|---|---|---|---|
| Debian's QEMU, by qtest (\`npm run test:tools\`) | \`qemu\` | all that need no received bytes and no time | 0 |
${parts.join("\n")}

v86's departures:

| subject | accesses, answer expected and got | drivers |
|---|---|---|
${v86.departures.map((departure) => `| ${departure.subject} | ${departureCell(departure)} | ${sufferingCell(departure)} |`).join("\n")}`;
  return { text, failures };
}

/** Tries the museum's devices. */
export async function tryMuseum(
  progress: ProgressListener,
): Promise<TriedKind & { readonly probes: readonly MuseumProbe[] }> {
  const failures: string[] = [];
  const probes: MuseumProbe[] = [];
  const museum: string[] = [];
  for (const exhibit of BROKEN_DEVICES) {
    progress(exhibit.wrong);
    const device = museumDevice(exhibit);
    const departure = await firstDeparture(device);
    if (!departure) failures.push(`${exhibit.wrong}: not found`);
    else probes.push(await probeOf(device, exhibit, departure.inputs));
    museum.push(
      `| ${exhibit.wrong} | ${exhibit.report} | ${departure ? departureCell(departure) : "not found"} |`,
    );
  }
  const text = `The broken devices of the museum (\`properties/testing/MUSEUM.md\` in the repository), each held against the part that it would be without its fault:

| fault | report | accesses, answer expected and got |
|---|---|---|
${museum.join("\n")}`;
  return { text, failures, probes };
}

/** Tries mutants of the chart. */
export async function tryMutants(progress: ProgressListener): Promise<TriedKind> {
  const failures: string[] = [];
  const mutants: string[] = [];
  const equivalent: string[] = [];
  for (const mutant of drawMutants(MUTANTS.seed)) {
    if (mutants.length === MUTANTS.count) break;
    progress(mutant.id);
    const departure = await firstDeparture(mutantDevice(mutant));
    if (departure) mutants.push(`| \`${mutant.id}\` | ${departureCell(departure)} |`);
    else {
      const inputs = inputsThatTell(mutant);
      if (inputs === undefined) equivalent.push(`\`${mutant.id}\``);
      else {
        failures.push(`${mutant.id}: not found, though ${inputs} inputs tell it`);
        mutants.push(`| \`${mutant.id}\` | not found |`);
      }
    }
  }
  const text = `${MUTANTS.count} mutants of the transitions that the tour takes, drawn with seed ${MUTANTS.seed}, each as a \`pc16550d\`:

| mutant | accesses, answer expected and got |
|---|---|
${mutants.join("\n")}

${
  equivalent.length === 0
    ? "None that was drawn is equivalent."
    : `Drawn too, but told from the chart neither by the suite nor by \`compare\` in the scopes of the registers, the transmitter, the receiver, interrupts and the modem, with inputs that targets have: ${equivalent.join(", ")}.`
}`;
  return { text, failures };
}
