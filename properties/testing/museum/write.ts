/** `npm run museum`: writes MUSEUM.md; with `--check`, measures and fails unless all but the times is as it stands. */
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import {
  DEVICE_ROWS,
  DRIVER_ROWS,
  keptOf,
  MISSED,
  measured,
  museumPage,
  REPEATED,
  type Row,
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

const kept = readFileSync(file, "utf8");
const isAsked = ({ head }: Row): boolean => head.includes(flags.only ?? "");
const all = [...DRIVER_ROWS, ...DEVICE_ROWS].filter(isAsked);
if (all.length === 0) {
  console.error(`no exhibit has ${JSON.stringify(flags.only)} in its line; MUSEUM.md lists them`);
  process.exit(1);
}
const scenarios = new Set<string>();
let done = 0;
let isWrong = false;

/** A line that is written over by the next, on a terminal. */
function progress(): void {
  const line = `${++done} of ${all.length} exhibits`;
  process.stderr.write(process.stderr.isTTY ? `\r${line}${done === all.length ? "\n" : ""}` : `${line}\n`);
}

function restOf(row: Row): string {
  if (!isAsked(row)) return keptOf(kept, row) ?? "not measured | | | ";
  const rest = measured(row, scenarios);
  if (rest.startsWith(MISSED) || rest.startsWith(REPEATED)) {
    console.error(`${row.head}${rest}`);
    isWrong = true;
  }
  progress();
  return rest;
}

const page = museumPage(restOf);
if (!flags.check) writeFileSync(file, page);
else if (withoutTimes(page) !== withoutTimes(kept)) {
  const lines = new Set(withoutTimes(kept).split("\n"));
  const other = withoutTimes(page)
    .split("\n")
    .filter((line) => !lines.has(line));
  console.error(`MUSEUM.md is not what is measured; npm run museum writes it:\n${other.join("\n")}`);
  isWrong = true;
}
if (isWrong) process.exitCode = 1;
