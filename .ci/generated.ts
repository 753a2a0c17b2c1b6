/** The compiled code of `uart16550`, which is generated and not kept in the repository: where it is, and when it is stale. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = join(ROOT, "src/device/compiled");

/** The generated file. */
export const CODE = join(FOLDER, "uart16550.ts");
/** The golden line: the hash and the size that the generated file should have. It is kept in the repository. */
export const GOLDEN = join(FOLDER, "uart16550.golden");
/** The hash of what the file was generated from, and of the file. */
export const STAMP = join(FOLDER, "uart16550.stamp");

const hashOf = (...contents: readonly (string | Uint8Array)[]): string => {
  const fileHash = createHash("sha256");
  for (const fileText of contents) fileHash.update(fileText).update("\0");
  return fileHash.digest("hex");
};

/** Returns the files on which the code depends: those that lead from the lists of events to the machine and to the generator. */
function sourceFiles(): string[] {
  const fileNames = new Set([join(ROOT, "src/device/compiled-charts.ts")]);
  for (const fileName of fileNames)
    for (const [, filePath = ""] of readFileSync(fileName, "utf8").matchAll(
      /^(?:import|export|\}) .*from "(\.[^"]+)\.js";$/gm,
    ))
      fileNames.add(`${join(dirname(fileName), filePath)}.ts`);
  return [...fileNames].sort();
}

/** Returns the hash of the sources of the code. */
export const sourcesHash = (): string =>
  hashOf(
    ...[...sourceFiles(), join(ROOT, "node_modules/xstate/package.json")].map((fileName) =>
      readFileSync(fileName),
    ),
  );

/** Returns the stamp of a generated text. */
export const stampOf = (sources: string, fileText: string | Uint8Array): string =>
  `${sources} ${hashOf(fileText)}\n`;

/** Returns true if the code is missing, has been changed by hand, or was generated from other sources. */
export function isStale(): boolean {
  try {
    return readFileSync(STAMP, "utf8") !== stampOf(sourcesHash(), readFileSync(CODE));
  } catch {
    return true;
  }
}
