import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compiledCharts } from "./compiled-charts.js";

test.each(compiledCharts())(
  "%s is what its machine compiles to; npm run generate writes it",
  (file, text) => {
    const kept = readFileSync(new URL(`./compiled/${file}`, import.meta.url), "utf8");
    expect(kept).toBe(text);
  },
);
