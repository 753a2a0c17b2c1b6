/**
 * Tries `conform` on every device of docs/conformance.md and writes the tables there, and what the museum's devices answer:
 * `npm run conformance`. With --check it writes nothing, and fails if something is stale. It takes minutes.
 */
import { readFile, writeFile } from "node:fs/promises";
import { conformanceFiles } from "../properties/conformance/table.js";

const isCheck = process.argv.includes("--check");
const { files, failures } = await conformanceFiles((name) => console.error(name));
for (const [path, text] of Object.entries(files)) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!isCheck) await writeFile(file, text);
  else if ((await readFile(file, "utf8")) !== text) failures.push(`${path} is stale: npm run conformance`);
}
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
