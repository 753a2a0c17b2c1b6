import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate } from "../engine/index.js";
import { COMPILE_OPTIONS, COMPILED } from "./compiled-charts.js";

test.each(Object.entries(COMPILED))(
  "%s is what its machine compiles to; npm run generate writes it",
  (file, machine) => {
    const kept = readFileSync(new URL(`./compiled/${file}`, import.meta.url), "utf8");
    expect(kept).toBe(generate(machine, COMPILE_OPTIONS));
  },
);
