/**
 * Writes the `exports` of package.json from the list of subpaths: `npm run manifest`.
 * With --check it writes nothing, and fails where they differ.
 */
import { readFile, writeFile } from "node:fs/promises";
import { packageExports } from "./subpaths.js";

const FILE = new URL("../package.json", import.meta.url);

const fileText = await readFile(FILE, "utf8");
const manifestText = `${JSON.stringify({ ...JSON.parse(fileText), exports: packageExports() }, null, 2)}\n`;
if (!process.argv.includes("--check")) await writeFile(FILE, manifestText);
else if (manifestText !== fileText) {
  console.error("package.json: its exports are not those of .ci/subpaths.ts: npm run manifest");
  process.exitCode = 1;
}
