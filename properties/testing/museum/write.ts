/** `npm run museum` writes MUSEUM.md; with `--check` it measures, and fails if anything but a time has changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import {
  DEVICE_ROWS,
  DRIVER_ROWS,
  DUPLICATE,
  type MuseumRow,
  measureExhibit,
  museumPage,
  NOT_FOUND,
  recordedMeasurement,
  withoutTimes,
} from "./table.js";

const file = new URL("../MUSEUM.md", import.meta.url);

const flags = new Command("museum")
  .description(
    "Measures what finds each exhibit of the museum, with twenty seeds, and writes MUSEUM.md. It takes minutes.",
  )
  .option("--only <text>", "only exhibits in whose line this stands; the others stay as they are")
  .option("--check", "write nothing, and fail if anything but a time is not as it is written")
  .parse()
  .opts<{ readonly only?: string; readonly check?: boolean }>();

const recordedPage = readFileSync(file, "utf8");
const isSelected = ({ lineHead: head }: MuseumRow): boolean => head.includes(flags.only ?? "");
const selectedRows = [...DRIVER_ROWS, ...DEVICE_ROWS].filter(isSelected);
if (selectedRows.length === 0) {
  console.error(`no exhibit has ${JSON.stringify(flags.only)} in its line; MUSEUM.md lists them`);
  process.exit(1);
}
const scenarios = new Set<string>();
let doneCount = 0;
let hasFailed = false;

/** Shows the progress; on a terminal the next line overwrites it. */
function showProgress(): void {
  const line = `${++doneCount} of ${selectedRows.length} exhibits`;
  process.stderr.write(
    process.stderr.isTTY ? `\r${line}${doneCount === selectedRows.length ? "\n" : ""}` : `${line}\n`,
  );
}

function measureRow(row: MuseumRow): string {
  if (!isSelected(row)) return recordedMeasurement(recordedPage, row) ?? "not measured | | | ";
  const measurement = measureExhibit(row, scenarios);
  if (measurement.startsWith(NOT_FOUND) || measurement.startsWith(DUPLICATE)) {
    console.error(`${row.lineHead}${measurement}`);
    hasFailed = true;
  }
  showProgress();
  return measurement;
}

const page = museumPage(measureRow);
if (!flags.check) writeFileSync(file, page);
else if (withoutTimes(page) !== withoutTimes(recordedPage)) {
  const recordedLines = new Set(withoutTimes(recordedPage).split("\n"));
  const changedLines = withoutTimes(page)
    .split("\n")
    .filter((line) => !recordedLines.has(line));
  console.error(`MUSEUM.md is not what is measured; npm run museum writes it:\n${changedLines.join("\n")}`);
  hasFailed = true;
}
if (hasFailed) process.exitCode = 1;
