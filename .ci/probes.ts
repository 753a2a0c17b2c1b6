/**
 * Writes the table of docs/conformance.md from the answers of the presets: `npm run probes`.
 * With --check it writes nothing, and fails if the table is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import { withProbes } from "../properties/probes/table.js";

const PAGE = new URL("../docs/conformance.md", import.meta.url);

try {
  const fileText = await readFile(PAGE, "utf8");
  const manifestText = withProbes(fileText);
  if (!process.argv.includes("--check")) await writeFile(PAGE, manifestText);
  else if (manifestText !== fileText)
    throw new Error("docs/conformance.md: the table of probes is stale: npm run probes");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
