/**
 * Writes src/guests/COVERAGE.md from the journals of `npm run test:guests`: `npm run guest:coverage`. With --check it writes nothing and
 * fails if a guest has used a part of a chart that the page lists as unused.
 */
import { createReadStream, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { coveragePage, denied, usedBy } from "../../properties/live/coverage.js";
import { journalFolder } from "./files.js";

const PAGE = new URL("../../src/guests/COVERAGE.md", import.meta.url);

try {
  const journalNames = readdirSync(journalFolder()).filter((memberName) => memberName.endsWith(".jsonl.gz"));
  if (journalNames.length === 0) throw new Error("there are no journals: npm run test:guests");
  const guestUses = [];
  for (const memberName of journalNames.sort())
    guestUses.push(
      await usedBy(memberName.replace(".jsonl.gz", ""), createReadStream(join(journalFolder(), memberName))),
    );
  if (process.argv.includes("--check")) {
    const contradictions = denied(await readFile(PAGE, "utf8"), guestUses);
    if (contradictions.length > 0)
      throw new Error(
        `the page lists as unused what a guest has used: npm run guest:coverage\n${contradictions.join("\n")}`,
      );
  } else await writeFile(PAGE, coveragePage(guestUses));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
