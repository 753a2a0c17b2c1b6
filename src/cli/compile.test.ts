import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine } from "xstate";
import { compile, type GeneratedSource } from "../engine/index.js";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const XSTATE = new URL("../../node_modules/xstate/dist/xstate.cjs.mjs", import.meta.url).href;

const config = (id: string) => ({
  id,
  initial: "a",
  states: { a: { on: { GO: "b" } }, b: { on: { GO: "a" } } },
});

let tempFolder: string;
beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), "vm-superio-"));
  const module = (body: string) => `import { createMachine } from ${JSON.stringify(XSTATE)};\n${body}\n`;
  const one = `export const light = createMachine(${JSON.stringify(config("light"))});`;
  await writeFile(join(tempFolder, "one.mjs"), module(`${one} export const other = 1;`));
  await writeFile(
    join(tempFolder, "two.mjs"),
    module(`${one} export const lamp = createMachine({ id: "lamp" });`),
  );
  await writeFile(join(tempFolder, "none.mjs"), "export const other = 1;\n");
  const later = { id: "later", initial: "a", states: { a: { after: { 10: "b" } }, b: {} } };
  await writeFile(
    join(tempFolder, "later.mjs"),
    module(`export default createMachine(${JSON.stringify(later)});`),
  );
});
afterAll(() => rm(tempFolder, { recursive: true }));

async function run(...cliArguments: string[]) {
  const io = createTestIo();
  const exitCode = await main(["compile", ...cliArguments], io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

it("writes code that runs the machine", async () => {
  const out = join(tempFolder, "light.compiled.mjs");
  expect(await run(join(tempFolder, "one.mjs"), "--out", out)).toEqual({
    exitCode: 0,
    stdoutText: "",
    stderrText: "",
  });
  const source = (await import(pathToFileURL(out).href)) as GeneratedSource;
  const light = compile(createMachine(config("light")), { source }).start();
  light.send({ type: "GO" }, []);
  expect(light.snapshot.value).toBe("b");
  expect((await run(join(tempFolder, "one.mjs"))).stdoutText).toBe(await readFile(out, "utf8"));
});

it.each([
  [["two.mjs"], "expected one XState machine among its exports, got lamp, light; name one with --export"],
  [["two.mjs", "--export", "lump"], "export: expected one of the machines in"],
  [["none.mjs"], "expected one XState machine among its exports, got none"],
  [["absent.mjs"], "cannot load"],
  [["later.mjs"], "after"],
  [["one.mjs", "--out", "absent/light.mjs"], "cannot write"],
])("case %#: says in one line what was wrong", async ([filePath = "", ...rest], words) => {
  const [option, value = ""] = rest;
  const more = option === "--out" ? [option, join(tempFolder, value)] : rest;
  const { exitCode, stdoutText, stderrText } = await run(join(tempFolder, filePath), ...more);
  expect({ exitCode, stdoutText }).toEqual({ exitCode: 2, stdoutText: "" });
  expect(stderrText).toContain(words);
  expect(stderrText.trim().split("\n")).toHaveLength(1);
});

it("takes the machine that is named", async () => {
  expect((await run(join(tempFolder, "two.mjs"), "--export", "light")).stdoutText).toContain('"light"');
});

it("describes program and plan in words", async () => {
  const { exitCode, stdoutText } = await run(join(tempFolder, "one.mjs"), "--explain");
  expect(exitCode).toBe(0);
  expect(stdoutText).toBe(
    `machine "light"
  3 states, 1 state variable, 2 transitions, 0 functions
  guards that declare nothing, and read everything: none
  constant guards: none
  no eventless transitions
event "GO"
  in "a"
    enter "b"
    nothing follows
  in "b"
    enter "a"
    nothing follows
`,
  );
});
