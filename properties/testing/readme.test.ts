/** Checks that the example of docs/testing-drivers.md prints what the page shows. */
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as device from "../../src/device/index.js";
import * as testing from "../../src/testing/index.js";

const { CLAIMS, checkDriver } = testing;

const readme = readFileSync(new URL("../../docs/testing-drivers.md", import.meta.url), "utf8");

test("the example finds what the page prints", () => {
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const { code: body } = transformSync(code.replace(/^import.*$/m, ""), { loader: "ts" });
  const runExample = new Function("checkDriver", "console", `${body}; return failure;`) as (
    check: typeof checkDriver,
    console: unknown,
  ) => testing.DriverFailure;
  const loggedValues: unknown[] = [];
  const failure = runExample(checkDriver, { log: (word: unknown) => loggedValues.push(word) });
  expect(loggedValues).toEqual([/\/\/ => (.*)/.exec(code)?.[1]]);
  expect(readme).toContain(`\n${failure.text}\n`);
});

test("the README shows its example's failure as it is printed", () => {
  const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const code = /```ts\n(import \{ checkDriver, linuxDriver \}.*?)```/s.exec(text)?.[1] ?? "";
  const { code: body } = transformSync(code.replace(/^import.*$/m, ""), { loader: "ts" });
  const runExample = new Function("checkDriver", "linuxDriver", "console", `${body}; return failure;`);
  const failure: testing.DriverFailure = runExample(checkDriver, testing.linuxDriver, { log() {} });
  expect(text).toContain(`\`failure.text\`:\n\n\`\`\`\n${failure.text}\n\`\`\`\n`);
});

test("the page has every claim, in its words", () => {
  for (const [id, sentence] of Object.entries(CLAIMS))
    expect(readme).toContain(`| \`${id}\` | ${sentence} |`);
});

/** The modules that the page's examples import. */
const MODULES: Readonly<Record<string, object>> = {
  "fast-check": { default: fc },
  "vm-superio": device,
  "vm-superio/testing": testing,
};

/** Turns imports into lookups, so that an example runs as a function. */
const withoutImports = (code: string): string =>
  code
    .replace(/^import (\w+) from "(.*)";$/gm, 'const { default: $1 } = modules["$2"];')
    .replace(/^import \{(.*)\} from "(.*)";$/gm, (_, names: string, module: string) => {
      const values = names.split(",").filter((name) => !name.trim().startsWith("type "));
      return `const {${values.join(",").replace(/ as /g, ": ")}} = modules["${module}"];`;
    });

test("each example of vm-superio/testing runs as it stands, within the memory that a test has", () => {
  const examples = [...readme.matchAll(/```(?:js|ts)\n(.*?)```/gs)].map(([, code]) => code as string);
  // A module in WebAssembly and a fragment of an asynchronous driver need a file and a driver of their own.
  const alone = examples.filter(
    (code) => !/readFileSync|async function|from "vitest"|journalFile/.test(code),
  );
  expect(alone.length).toBeGreaterThan(4);
  for (const example of alone) {
    const { code } = transformSync(withoutImports(example), { loader: "ts" });
    const parameters = {
      modules: MODULES,
      fc,
      ...testing,
      driver: testing.linuxDriver,
      options: { device: "serial" },
    };
    const runExample = new Function("console", ...Object.keys(parameters), `{${code}}`);
    runExample({ log() {} }, ...Object.values(parameters));
  }
});
