/**
 * Writes the page on what real guests never touch, from the journals that `npm run test:guests` has left: `npm run
 * guest:coverage`. With --check it writes nothing, and fails where a guest has touched what the page says none does.
 */
import { createReadStream, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { denied, page, usedBy } from "../../properties/live/coverage.js";
import { journalFolder } from "./files.js";

const PAGE = new URL("../../src/guests/COVERAGE.md", import.meta.url);

try {
  const names = readdirSync(journalFolder()).filter((name) => name.endsWith(".jsonl.gz"));
  if (names.length === 0) throw new Error("there are no journals: npm run test:guests");
  const all = [];
  for (const name of names.sort())
    all.push(await usedBy(name.replace(".jsonl.gz", ""), createReadStream(join(journalFolder(), name))));
  if (process.argv.includes("--check")) {
    const wrong = denied(await readFile(PAGE, "utf8"), all);
    if (wrong.length > 0)
      throw new Error(
        `the page says that no guest touches what one did: npm run guest:coverage\n${wrong.join("\n")}`,
      );
  } else await writeFile(PAGE, page(all));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
