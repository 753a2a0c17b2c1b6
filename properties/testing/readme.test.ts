/** Checks that the example of docs/testing-drivers.md prints what the page shows. */
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { CLAIMS, checkDriver, type DriverFailure, type MakeDriver } from "../../src/testing/index.js";

const readme = readFileSync(new URL("../../docs/testing-drivers.md", import.meta.url), "utf8");

test("the example finds what the page prints", () => {
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const { code: body } = transformSync(code.replace(/^import.*$/m, ""), { loader: "ts" });
  const runExample = new Function("checkDriver", "console", `${body}; return failure;`) as (
    check: (driver: MakeDriver, options: Parameters<typeof checkDriver>[1]) => unknown,
    console: unknown,
  ) => DriverFailure;
  const loggedValues: unknown[] = [];
  const failure = runExample(checkDriver, { log: (word: unknown) => loggedValues.push(word) });
  expect(loggedValues).toEqual([/\/\/ => (.*)/.exec(code)?.[1]]);
  expect(readme).toContain(`\n${failure.text}\n`);
});

test("the page has every claim, in its words", () => {
  for (const [id, sentence] of Object.entries(CLAIMS))
    expect(readme).toContain(`| \`${id}\` | ${sentence} |`);
});
