/**
 * Derives the tour of `vm-superio conform` from the charts: `npm run tour`. It explores every scope of every part, which takes minutes.
 * With --check it writes nothing, and fails if the tour is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import { deriveTour, PARTS, toSuiteText } from "../src/conform/internal.js";

const FILE = new URL("../src/conform/compiled/tour.ts", import.meta.url);
/** The slices for receiving and sending are complete with so many. */
const STATES = 1500;

/** All parts; of those that take time, the one with the fewest options and the one with the most. */
const parts = PARTS.filter(({ name, isTimed }) => !isTimed || name === "pc16550d" || name === "tl16c750");

const tour = await deriveTour({
  limit: STATES,
  parts,
  progress: (part) =>
    console.error(`${part}, ${parts.findIndex(({ name }) => name === part) + 1} of ${parts.length}`),
});
const lines = tour.map(
  ({ transitions, inputs }) =>
    `  [${JSON.stringify(transitions)}, ${JSON.stringify(toSuiteText(inputs))}],\n`,
);
const text = `// Written by \`npm run tour\`: a path to each transition that exploring reaches with the inputs of a target.
export const TOUR: readonly (readonly [transitions: readonly string[], inputs: string])[] = [
${lines.join("")}];
`;
if (!process.argv.includes("--check")) await writeFile(FILE, text);
else if ((await readFile(FILE, "utf8")) !== text) {
  console.error("src/conform/compiled/tour.ts is stale: npm run tour");
  process.exitCode = 1;
}
