/** Compiles our charts anew: `npm run generate`. A test says when their code is stale. */
import { writeFile } from "node:fs/promises";
import { COMPILE_OPTIONS, COMPILED } from "../src/device/compiled-charts.js";
import { generate } from "../src/engine/index.js";

const FOLDER = new URL("../src/device/compiled/", import.meta.url);

for (const [file, machine] of Object.entries(COMPILED))
  await writeFile(new URL(file, FOLDER), generate(machine, COMPILE_OPTIONS));
