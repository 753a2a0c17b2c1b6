import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "node:util";
import { transformSync } from "esbuild";
import * as fastCheck from "fast-check";
import { afterAll, expect, test } from "vitest";
import * as xstate from "xstate";
import * as graph from "xstate/graph";
import * as machines from "../machines/index.js";
import { main } from "../src/cli/main.js";
import { testSurroundings } from "../src/cli/surroundings.test-helper.js";
import * as device from "../src/device/index.js";
import * as engine from "../src/engine/index.js";
import * as explore from "../src/explore/index.js";
import * as host from "../src/guests/host/index.js";
import * as inspectExport from "../src/inspect/export/index.js";
import * as inspect from "../src/inspect/index.js";
import * as stately from "../src/inspect/stately/index.js";
import * as journal from "../src/journal/index.js";
import * as testing from "../src/testing/index.js";

const folder = mkdtempSync(join(tmpdir(), "vm-superio-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULES: Readonly<Record<string, unknown>> = {
  "vm-superio": device,
  "vm-superio/machines": machines,
  "vm-superio/journal": journal,
  "vm-superio/engine": engine,
  "vm-superio/explore": explore,
  "vm-superio/inspect/export": inspectExport,
  "vm-superio/inspect/stately": stately,
  "vm-superio/host": host,
  "vm-superio/testing": testing,
  "vm-superio/inspect": inspect,
  "fast-check": fastCheck,
  xstate,
  "xstate/graph": graph,
  "node:fs": {
    openSync: (name: string, flags: string) => openSync(join(folder, name), flags),
    writeSync,
    closeSync,
  },
};

const [readme, ...guides] = ["", "src/engine/", "src/explore/", "src/testing/"].map((folder) =>
  readFileSync(new URL(`../${folder}README.md`, import.meta.url), "utf8"),
) as [string, ...string[]];
const examples = [...[readme, ...guides].join("\n").matchAll(/^##? ([^\n]+)|```ts\n(.*?)```/gms)].reduce<
  { title: string; code: string }[]
>((found, [, title, code]) => {
  if (title) found.push({ title, code: "" });
  else found.push({ title: found.at(-1)?.title ?? "", code: code ?? "" });
  return found;
}, []);

/** Runs an example, with its imports taken from this project; what it logs. */
async function run(code: string): Promise<string[]> {
  const logged: string[] = [];
  const body = transformSync(code, { loader: "ts", format: "esm" }).code.replace(
    /^import (\{.*?\}|\w+) from "(.*?)";/gms,
    (_, names: string, from: string) =>
      names.startsWith("{")
        ? `const ${names.replaceAll(" as ", ": ")} = modules["${from}"];`
        : `const ${names} = modules["${from}"].default;`,
  );
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction("modules", "console", body)(MODULES, {
    log: (...words: unknown[]) => logged.push(format(...words)),
  });
  return logged;
}

test.each(examples.filter(({ code }) => code !== ""))(
  'the example under "$title" logs what it says',
  async ({ code }) => {
    const said = [...code.matchAll(/\/\/ => (.*)/g)].map(([, words]) => words);
    expect(said.length).toBeGreaterThan(0);
    expect(await run(code)).toEqual(said);
  },
);

test("the journal that an example writes can be replayed by the command beside it", async () => {
  expect(readme).toContain("npx vm-superio replay session.jsonl.gz");
  const example = examples.find(({ code }) => code.includes("session.jsonl.gz"));
  await run(example?.code ?? "");
  const io = testSurroundings();
  expect(await main(["replay", join(folder, "session.jsonl.gz")], io)).toBe(0);
  expect(io.out()).toMatch(/^│ A\n/);
  expect(io.err()).toBe("");
});
