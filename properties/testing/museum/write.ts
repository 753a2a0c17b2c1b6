/** Writes MUSEUM.md; with `--check`, measures it again and fails unless all but the times is as it stands. */
import { readFileSync, writeFileSync } from "node:fs";
import { MISSED, museumPage, withoutTimes } from "./table.js";

const file = new URL("../MUSEUM.md", import.meta.url);
const page = museumPage((done, of) => {
  const line = `${done} of ${of} exhibits`;
  process.stderr.write(process.stderr.isTTY ? `\r${line}${done === of ? "\n" : ""}` : `${line}\n`);
});
if (page.includes(MISSED)) {
  console.error(`an exhibit was ${MISSED}`);
  process.exitCode = 1;
}
if (!process.argv.includes("--check")) writeFileSync(file, page);
else if (withoutTimes(page) !== withoutTimes(readFileSync(file, "utf8"))) {
  const kept = new Set(withoutTimes(readFileSync(file, "utf8")).split("\n"));
  const other = withoutTimes(page)
    .split("\n")
    .filter((line) => !kept.has(line));
  console.error(`MUSEUM.md is not what is measured; npm run museum writes it:\n${other.join("\n")}`);
  process.exitCode = 1;
}
