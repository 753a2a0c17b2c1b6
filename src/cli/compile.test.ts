import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine } from "xstate";
import { compile, type GeneratedSource } from "../engine/index.js";
import { main } from "./main.js";
import { testSurroundings } from "./surroundings.test-helper.js";

const XSTATE = new URL("../../node_modules/xstate/dist/xstate.cjs.mjs", import.meta.url).href;

const config = (id: string) => ({
  id,
  initial: "a",
  states: { a: { on: { GO: "b" } }, b: { on: { GO: "a" } } },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  const module = (body: string) => `import { createMachine } from ${JSON.stringify(XSTATE)};\n${body}\n`;
  const one = `export const light = createMachine(${JSON.stringify(config("light"))});`;
  await writeFile(join(folder, "one.mjs"), module(`${one} export const other = 1;`));
  await writeFile(
    join(folder, "two.mjs"),
    module(`${one} export const lamp = createMachine({ id: "lamp" });`),
  );
  await writeFile(join(folder, "none.mjs"), "export const other = 1;\n");
  const later = { id: "later", initial: "a", states: { a: { after: { 10: "b" } }, b: {} } };
  await writeFile(
    join(folder, "later.mjs"),
    module(`export default createMachine(${JSON.stringify(later)});`),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = testSurroundings();
  const code = await main(["compile", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

it("writes code that runs the machine", async () => {
  const out = join(folder, "light.compiled.mjs");
  expect(await run(join(folder, "one.mjs"), "--out", out)).toEqual({ code: 0, out: "", err: "" });
  const source = (await import(pathToFileURL(out).href)) as GeneratedSource;
  const light = compile(createMachine(config("light")), { source }).start();
  light.send({ type: "GO" }, []);
  expect(light.snapshot.value).toBe("b");
  expect((await run(join(folder, "one.mjs"))).out).toBe(await readFile(out, "utf8"));
});

it.each([
  [["two.mjs"], "expected one XState machine among its exports, got lamp, light; name one with --export"],
  [["two.mjs", "--export", "lump"], "export: expected one of the machines in"],
  [["none.mjs"], "expected one XState machine among its exports, got none"],
  [["absent.mjs"], "cannot load"],
  [["later.mjs"], "after"],
  [["one.mjs", "--out", "absent/light.mjs"], "cannot write"],
])("case %#: says in one line what was wrong", async ([file = "", ...rest], words) => {
  const [option, value = ""] = rest;
  const more = option === "--out" ? [option, join(folder, value)] : rest;
  const { code, out, err } = await run(join(folder, file), ...more);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(words);
  expect(err.trim().split("\n")).toHaveLength(1);
});

it("takes the machine that is named", async () => {
  expect((await run(join(folder, "two.mjs"), "--export", "light")).out).toContain('"light"');
});
