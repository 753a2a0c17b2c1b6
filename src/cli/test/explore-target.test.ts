import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTestIo } from "../io.test-helper.js";
import { main } from "../main.js";

const MODULE = fileURLToPath(new URL("../../testing/wasm/fixtures/counting.wasm", import.meta.url));

async function run(...flags: string[]): Promise<[exitCode: number, stdout: string, stderr: string]> {
  const io = createTestIo();
  const exitCode = await main(["test", MODULE, ...flags], io);
  return [exitCode, io.stdoutText(), io.stderrText()];
}

test("a module is explored to its trap, in the fewest deeds", async () => {
  const [exitCode, stdout] = await run("--explore", "--device", "serial", "--claims", "no-throw");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^refuted {2}serial 0\.8\.2, edge interrupts: \d+ runs, [\d,]+ a second, \d+ MB\n/);
  expect(stdout).toContain("no-throw: send throws Trap: unreachable, in count_call < driver_send");
  const [, json] = await run("--explore", "--device", "serial", "--claims", "no-throw", "--json");
  expect(JSON.parse(json).results[0].actions.map(({ type }: { type: string }) => type)).toEqual(
    Array(4).fill("send"),
  );
});

test.each(["--depth", "--deeds"])("the bound of %s is said, and JSON has it", async (depthOption) => {
  const [exitCode, stdout] = await run(
    ...["--explore", "--device", "serial", depthOption, "3", "--claims", "no-throw", "--json"],
    ...["--preemptions", "0", "--outstanding", "2"],
  );
  const { results } = JSON.parse(stdout);
  expect([exitCode, results[0].verdict, results[0].depth, results[0].bound]).toMatchObject([
    0,
    "bounded",
    3,
    { depth: 3, preemptions: 0, outstanding: 2 },
  ]);
});

test.each([
  [["--explore", "--seed", "1"], "--seed: expected no --explore with it"],
  [["--depth", "3"], "--depth: expected --explore with it"],
  [
    ["--explore", "--depth", "3", "--deeds", "3"],
    "option '--deeds <count>' cannot be used with option '--depth <count>'",
  ],
  [["--deeds", "3"], "--deeds: expected --explore with it"],
  [["--access-ticks", "3"], "--access-ticks: expected --explore with it"],
])("%j is refused", async (flags, message) => {
  const [exitCode, , stderr] = await run(...flags);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
