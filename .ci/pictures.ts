/** Draws the pictures of the charts: `npm run pictures`. A test fails when they are stale. */
import { writeFile } from "node:fs/promises";
import { CHART_PICTURES } from "../src/draw/internal.js";

const FOLDER = new URL("../machines/", import.meta.url);

for (const [fileName, drawPicture] of Object.entries(CHART_PICTURES))
  await writeFile(new URL(fileName, FOLDER), await drawPicture());
