/** Compiles our charts anew: `npm run generate`. A test says when their code is stale. */
import { writeFile } from "node:fs/promises";
import { compiledCharts } from "../src/device/compiled-charts.js";

const FOLDER = new URL("../src/device/compiled/", import.meta.url);

for (const [file, text] of compiledCharts()) await writeFile(new URL(file, FOLDER), text);
