import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

let tempFolder: string;
beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), "vm-superio-"));
});
afterAll(() => rm(tempFolder, { recursive: true }));

async function run(...cliArguments: string[]) {
  const io = createTestIo();
  const exitCode = await main(["explore", ...cliArguments], io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

it("says how many states there are, how deep, and what is not reached, and that the limit came first", async () => {
  const { exitCode, stdoutText } = await run("--revision", "0.8.1", "--limit", "60");
  expect(exitCode).toBe(1);
  expect(stdoutText).toMatch(
    /^serial, revision 0\.8\.1: \d+ configurations, 60 states, .*; stopped at the limit$/m,
  );
  expect(stdoutText).toMatch(/^Scope {9}every register read and written/m);
  expect(stdoutText).toMatch(/^Depth {9}\d inputs to the farthest state; most states, \d+, take \d$/m);
  expect(stdoutText).toMatch(/^Chart {9}not reached: interruptIdentification\.both, /m);
});

it("as JSON", async () => {
  const { exitCode, stdoutText } = await run(
    "--device",
    "uart16550",
    "--preset",
    "qemu",
    "--limit",
    "20",
    "--json",
  );
  expect(exitCode).toBe(1);
  const { byDepth, ...shownText } = JSON.parse(stdoutText);
  expect(shownText).toMatchObject({ chart: "uart16550", states: 20, complete: false });
  expect(byDepth.reduce((sum: number, count: number) => sum + count)).toBe(20);
});

it.each([
  [["--export", "dot"], /^digraph "serial" \{/],
  [["--export", "mermaid", "--device", "uart16550"], /^stateDiagram-v2\n/],
  [["--export", "scxml", "--revision", "0.8.1"], /^<\?xml [\s\S]*<scxml /],
  [["--export", "stately"], /^import \{ createMachine \} from "xstate";\n[\s\S]*"id": "serial"/],
  [["--export", "json", "--device", "uart16550"], /^\{\n[\s\S]*"id": "uart16550"/],
  [["--export", "svg"], /^<svg [\s\S]*<\/svg>\n$/],
  [["--export", "promela", "--revision", "0.8.1"], /^\/\* serial: vm-superio 0\.8\.1[\s\S]*ltl L1 /],
])("%j writes the definition", async (cliArguments, text) => {
  const { exitCode, stdoutText, stderrText } = await run(...cliArguments);
  expect({ exitCode, stderrText }).toEqual({ exitCode: 0, stderrText: "" });
  expect(stdoutText).toMatch(text);
});

it("writes what was explored, and says the scope beside it", async () => {
  const filePath = join(tempFolder, "serial.aut");
  const { exitCode, stdoutText, stderrText } = await run(
    "--export",
    "aut",
    "--limit",
    "40",
    "--out",
    filePath,
  );
  expect({ exitCode, stdoutText }).toEqual({ exitCode: 1, stdoutText: "" });
  expect(stderrText).toMatch(
    /^serial, revision 0\.8\.2: 40 states, \d+ transitions; scope: every register read/m,
  );
  expect(stderrText).toMatch(/^stopped at the limit: there are more than 40 states/m);
  expect(await readFile(filePath, "utf8")).toMatch(
    /^des \(0, \d+, 40\)\n\(0, "1 character arrives; accepted 1", 1\)\n/,
  );
});

it.each([
  [
    ["--export", "promela", "--device", "uart16550"],
    /--export promela: uart16550: \d+ of \d+ guards have no body in Promela: .*; serial has them all$/m,
  ],
  [
    ["--export", "pdf"],
    /argument 'pdf' is invalid\. Allowed choices are dot, svg, mermaid, scxml, stately, json, promela, aut\./,
  ],
  [["--preset", "qemu"], /--preset: expected --device uart16550 with it, got serial/],
  [
    ["--device", "uart16550", "--revision", "0.8.1"],
    /--revision: expected --device serial with it, got uart16550/,
  ],
  [["--json", "--export", "dot"], /--json: expected no --export with it, got dot/],
  [["--export", "dot", "--out", "/dev/null/x"], /cannot write \/dev\/null\/x/],
])("%j is refused with one line", async (cliArguments, words) => {
  const { exitCode, stdoutText, stderrText } = await run(...cliArguments);
  expect({ exitCode, stdoutText }).toEqual({ exitCode: 2, stdoutText: "" });
  expect(stderrText).toMatch(words);
  expect(stderrText.trim().split("\n")).toHaveLength(1);
});
