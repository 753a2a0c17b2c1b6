import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compiledCharts, goldenLineOf } from "./compiled-charts.js";

const texts = new Map(compiledCharts());

const textOf = (file: string): string => readFileSync(new URL(`./compiled/${file}`, import.meta.url), "utf8");

describe("each file in compiled/ is what its machine compiles to; npm run generate writes them", () => {
  test.for(["serial-0.8.1.ts", "serial-0.8.2.ts", "uart16550.ts"])("%s", (file) => {
    expect(textOf(file) === texts.get(file), `${file} is stale: npm run generate`).toBe(true);
  });

  test("there is no other", () => expect(texts.size).toBe(3));
});

test("the golden line of uart16550 is its text's hash and size", () => {
  const golden = textOf("uart16550.golden");
  expect(golden, "uart16550.golden is stale: npm run generate").toBe(
    goldenLineOf(texts.get("uart16550.ts") ?? ""),
  );
});

test("the repository has a stand-in for uart16550.ts, with an empty hash", () => {
  expect(textOf("uart16550.tsx")).toContain('export const hash = "";');
});
