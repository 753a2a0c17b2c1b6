/**
 * Writes the README's table of probes, from what the presets answer: `npm run probes`.
 * With --check it writes nothing, and fails where the table is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import { withProbes } from "../properties/probes/table.js";

const README = new URL("../README.md", import.meta.url);

try {
  const text = await readFile(README, "utf8");
  const fresh = withProbes(text);
  if (!process.argv.includes("--check")) await writeFile(README, fresh);
  else if (fresh !== text) throw new Error("README.md: the table of probes is stale: npm run probes");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
