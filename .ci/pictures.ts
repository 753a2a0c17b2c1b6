/** Draws the pictures of the charts anew: `npm run pictures`. A test says when they are stale. */
import { writeFile } from "node:fs/promises";
import { KEPT_PICTURES } from "../src/explore/kept-pictures.js";

const FOLDER = new URL("../machines/", import.meta.url);

for (const [name, draw] of Object.entries(KEPT_PICTURES))
  await writeFile(new URL(name, FOLDER), await draw());
