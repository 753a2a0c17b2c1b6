/**
 * Compiles our charts: `npm run generate`. It writes the code of `serial` and the golden line of `uart16550`, which are kept in the
 * repository, and the code of `uart16550`, which is not. With --stale it writes only the last of them, and only if it is stale.
 */
import { rename, writeFile } from "node:fs/promises";
import { CODE, GOLDEN, isStale, STAMP, sourcesHash, stampOf } from "./generated.js";

const FOLDER = new URL("../src/device/compiled/", import.meta.url);

/** Writes the file whole or not at all: another process may be reading it. */
async function replace(fileName: string, fileText: string): Promise<void> {
  const temporary = `${fileName}.${process.pid}`;
  await writeFile(temporary, fileText);
  await rename(temporary, fileName);
}

const onlyStale = process.argv.includes("--stale");
if (!onlyStale || isStale()) {
  const sources = sourcesHash();
  const { compiledCharts, goldenLineOf } = await import("../src/device/compiled-charts.js");
  for (const [fileName, fileText] of compiledCharts())
    if (fileName === "uart16550.ts") {
      await replace(CODE, fileText);
      await replace(STAMP, stampOf(sources, fileText));
      if (!onlyStale) await writeFile(GOLDEN, goldenLineOf(fileText));
    } else if (!onlyStale) await writeFile(new URL(fileName, FOLDER), fileText);
}
