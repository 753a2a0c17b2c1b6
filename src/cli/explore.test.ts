import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { main } from "./main.js";
import { testSurroundings } from "./surroundings.test-helper.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vm-superio-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = testSurroundings();
  const code = await main(["explore", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

it("says how many states there are, how deep, and what is not reached, and that the limit came first", async () => {
  const { code, out } = await run("--revision", "0.8.1", "--limit", "60");
  expect(code).toBe(1);
  expect(out).toMatch(/^serial, revision 0\.8\.1: \d+ configurations, 60 states, .*; stopped at the limit$/m);
  expect(out).toMatch(/^Scope {9}every register read and written/m);
  expect(out).toMatch(/^Depth {9}\d inputs to the farthest state; most states, \d+, take \d$/m);
  expect(out).toMatch(/^Chart {9}not reached: interruptIdentification\.both, /m);
});

it("as JSON", async () => {
  const { code, out } = await run("--device", "uart16550", "--preset", "qemu", "--limit", "20", "--json");
  expect(code).toBe(1);
  const { byDepth, ...told } = JSON.parse(out);
  expect(told).toMatchObject({ chart: "uart16550", states: 20, complete: false });
  expect(byDepth.reduce((sum: number, count: number) => sum + count)).toBe(20);
});

it.each([
  [["--export", "dot"], /^digraph "serial" \{/],
  [["--export", "mermaid", "--device", "uart16550"], /^stateDiagram-v2\n/],
  [["--export", "scxml", "--revision", "0.8.1"], /^<\?xml [\s\S]*<scxml /],
  [["--export", "svg"], /^<svg [\s\S]*<\/svg>\n$/],
  [["--export", "promela", "--revision", "0.8.1"], /^\/\* serial: vm-superio 0\.8\.1[\s\S]*ltl L1 /],
])("%j writes the definition", async (args, text) => {
  const { code, out, err } = await run(...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(text);
});

it("writes what was explored, and says the scope beside it", async () => {
  const file = join(folder, "serial.aut");
  const { code, out, err } = await run("--export", "aut", "--limit", "40", "--out", file);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^serial, revision 0\.8\.2: 40 states, \d+ transitions; scope: every register read/m);
  expect(err).toMatch(/^stopped at the limit: there are more than 40 states/m);
  expect(await readFile(file, "utf8")).toMatch(
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
    /argument 'pdf' is invalid\. Allowed choices are dot, svg, mermaid, scxml, promela, aut\./,
  ],
  [["--preset", "qemu"], /--preset: expected --device uart16550 with it, got serial/],
  [
    ["--device", "uart16550", "--revision", "0.8.1"],
    /--revision: expected --device serial with it, got uart16550/,
  ],
  [["--json", "--export", "dot"], /--json: expected no --export with it, got dot/],
  [["--export", "dot", "--out", "/dev/null/x"], /cannot write \/dev\/null\/x/],
])("%j is told in one line what was wrong", async (args, words) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(words);
  expect(err.trim().split("\n")).toHaveLength(1);
});
