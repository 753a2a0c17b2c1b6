import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { transformSync } from "esbuild";
import * as fastCheck from "fast-check";
import { afterAll, expect, test } from "vitest";
import * as xstate from "xstate";
import * as graph from "xstate/graph";
import { moduleName, SUBPATHS } from "../.ci/subpaths.js";
import { main } from "../src/cli/internal.js";
import { createTestIo } from "../src/cli/io.test-helper.js";
import * as node from "../src/guests/node/index.js";

const directory = mkdtempSync(join(tmpdir(), "vm-superio-readme-"));
afterAll(() => rmSync(directory, { recursive: true }));

const subpaths = Object.entries(SUBPATHS).map(async ([subpath, { folder }]) => [
  moduleName(subpath),
  await import(/* @vite-ignore */ fileURLToPath(new URL(`../${folder}/index.ts`, import.meta.url))),
]);

const MODULES: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(await Promise.all(subpaths)),
  "fast-check": fastCheck,
  xstate,
  "xstate/graph": graph,
  "vm-superio/node": {
    ...node,
    journalFile: (name: string, options?: node.JournalFileOptions) =>
      node.journalFile(join(directory, name), options),
  },
  "node:fs": {
    createReadStream: (name: string) => createReadStream(join(directory, name)),
    readFileSync: (name: string, encoding: BufferEncoding) => readFileSync(join(directory, name), encoding),
    writeFileSync: (name: string, text: string) => writeFileSync(join(directory, name), text),
  },
};

/** The README and the pages of docs/, by their path from the root. */
const pages: Readonly<Record<string, string>> = Object.fromEntries(
  ["README.md", ...readdirSync(new URL("../docs/", import.meta.url)).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, readFileSync(new URL(`../${path}`, import.meta.url), "utf8")]),
);

interface Example {
  readonly page: string;
  readonly title: string;
  readonly code: string;
}

/** Returns the examples of a page in TypeScript, each with the heading above it. */
function examplesOf([page, text]: [string, string]): Example[] {
  let title = "";
  const examples: Example[] = [];
  for (const [, heading, code] of text.matchAll(/^#{1,3} ([^\n]+)|```ts\n(.*?)```/gms))
    if (code === undefined) title = heading ?? "";
    else examples.push({ page, title, code });
  return examples;
}

const examples = Object.entries(pages).flatMap(examplesOf);

/** Runs an example, with its imports taken from this project; what it logs. */
async function run(exampleCode: string): Promise<string[]> {
  const logged: string[] = [];
  const body = transformSync(exampleCode, { loader: "ts", format: "esm" }).code.replace(
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

test.each(examples)('$page: the example under "$title" logs what it says', async ({ code }) => {
  const expectedLogs = [...code.matchAll(/\/\/ => (.*)/g)].map(([, words]) => words);
  expect(expectedLogs.length).toBeGreaterThan(0);
  expect(await run(code)).toEqual(expectedLogs);
});

test("the journal that an example writes can be replayed by the command beside it", async () => {
  expect(pages["docs/journals.md"]).toContain("npx vm-superio replay session.jsonl.gz");
  const example = examples.find(({ code }) => code.includes("session.jsonl.gz"));
  await run(example?.code ?? "");
  const io = createTestIo();
  expect(await main(["replay", join(directory, "session.jsonl.gz")], io)).toBe(0);
  expect(io.stdoutText()).toMatch(/^│ A\n/);
  expect(io.stderrText()).toBe("");
});
