import { readFileSync } from "node:fs";
import { format } from "node:util";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import * as xstate from "xstate";
import * as machines from "../machines/index.js";
import * as device from "../src/device/index.js";
import * as journal from "../src/journal/index.js";

const MODULES: Readonly<Record<string, unknown>> = {
  "vm-superio": device,
  "vm-superio/machines": machines,
  "vm-superio/journal": journal,
  xstate,
};

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/^## ([^\n]+)|```ts\n(.*?)```/gms)].reduce<
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
    /^import (\{.*?\}) from "(.*?)";/gms,
    (_, names: string, from: string) => `const ${names.replaceAll(" as ", ": ")} = modules["${from}"];`,
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
