/**
 * Writes the README's section on what real guests never touch, from the journals that `npm run test:guests` has left: `npm run
 * guest:coverage`. With --check it writes nothing, and fails where a guest has touched what the section says none does.
 */
import { createReadStream, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { denied, section, usedBy, withSection } from "../../properties/live/coverage.js";
import { journalFolder } from "./files.js";

const README = new URL("../../README.md", import.meta.url);

try {
  const names = readdirSync(journalFolder()).filter((name) => name.endsWith(".jsonl.gz"));
  if (names.length === 0) throw new Error("there are no journals: npm run test:guests");
  const all = [];
  for (const name of names.sort())
    all.push(await usedBy(name.replace(".jsonl.gz", ""), createReadStream(join(journalFolder(), name))));
  const text = await readFile(README, "utf8");
  if (process.argv.includes("--check")) {
    const wrong = denied(text, all);
    if (wrong.length > 0)
      throw new Error(
        `README.md says that no guest touches what one did: npm run guest:coverage\n${wrong.join("\n")}`,
      );
  } else await writeFile(README, withSection(text, section(all)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
