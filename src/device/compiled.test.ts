import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compiledCharts } from "./compiled-charts.js";

test("each file in compiled/ is what its machine compiles to; npm run generate writes them", () => {
  const all = compiledCharts();
  expect(all.map(([file]) => file)).toEqual(["serial-0.8.1.ts", "serial-0.8.2.ts", "uart16550.ts"]);
  for (const [file, text] of all) {
    const kept = readFileSync(new URL(`./compiled/${file}`, import.meta.url), "utf8");
    expect(kept === text, `${file} is stale: npm run generate`).toBe(true);
  }
});
