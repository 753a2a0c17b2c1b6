import { WASI } from "node:wasi";
import { expect, test } from "vitest";
import { wasiFunctions } from "./wasi.js";

const memory = new DataView(new ArrayBuffer(65_536));
const functions = wasiFunctions({ memory: () => memory, print() {} });

test("there is each function that Node's WASI has, and those of files answer with an error", () => {
  const nodeNames = Object.keys(new WASI({ version: "preview1" }).wasiImport);
  expect(Object.keys(functions).sort()).toEqual(nodeNames.sort());
  for (const [name, call] of Object.entries(functions))
    if (/^(path|sock|poll)_/.test(name)) expect(call()).toBe(52);
});
