import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { XMLParser } from "fast-xml-parser";
import { afterAll, describe, expect, it, test } from "vitest";
import { createTestIo } from "../io.test-helper.js";
import { main } from "../main.js";

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-test-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

const WASM = fileURLToPath(new URL("../../testing/wasm/fixtures/counting.wasm", import.meta.url));
const STORE = join(tempFolder, "kept", "failures.json");

/** Runs the command. Failures are kept in no file, unless the arguments name one. */
async function runTest(...args: readonly string[]) {
  const io = createTestIo();
  const store = args.includes("--failures") ? [] : ["--failures", "none"];
  const exitCode = await main(["test", ...args, ...store], io);
  return { exitCode, out: io.stdoutText(), err: io.stderrText() };
}

const scriptFile = (name: string, text: string): string => {
  const path = join(tempFolder, name);
  writeFileSync(path, text);
  return path;
};

/** A polled driver that is right, and one that does not wait for room. */
const polled = (waits: boolean) => `export default (bus) => ({
  init() {
    bus.write(3, 0x83);
    bus.write(0, 1);
    bus.write(1, 0);
    bus.write(3, 3);
  },
  send(byte) { while (${waits} && !(bus.read(5) & 0x20)); bus.write(0, byte); },
});`;
const RIGHT = scriptFile("right.mjs", polled(true));
const WRONG = scriptFile("wrong.mjs", polled(false));
/** A driver that fills the FIFO of a 16550 wherever it is. */
const FILLING = scriptFile(
  "filling.mjs",
  `export default (bus) => {
    const queue = [];
    return {
      init() { for (const [offset, value] of [[3, 0x83], [0, 1], [1, 0], [3, 3], [2, 7]]) bus.write(offset, value); },
      timer() { if (bus.read(5) & 0x20) for (const byte of queue.splice(0, 16)) bus.write(0, byte); },
      send(byte) { queue.push(byte); },
    };
  };`,
);
const FEW = ["--runs", "20", "--seed", "1"];

describe("vm-superio test", () => {
  it("passes a driver that is right on each machine, with exit code 0", async () => {
    const { exitCode, out } = await runTest(RIGHT, ...FEW, "--preset", "ns16450,qemu", "--pic", "all");
    expect(out).toMatch(
      /^.*right\.mjs: init, send; seed 1\npassed {2}uart16550 ns16450, edge interrupts: 20 runs in [\d.]+ s, \d+ of \d+ transitions\n/,
    );
    expect(out.match(/^passed/gm)).toHaveLength(6);
    expect(exitCode).toBe(0);
  });

  it("tries every part if none is named, and the others only if it passes on the first", async () => {
    const right = await runTest(RIGHT, ...FEW);
    expect(right.out.match(/^passed {2}(?:uart16550|serial) [\w.]+, \w+ interrupts: 20 runs/gm)).toHaveLength(
      17,
    );
    expect(right.exitCode).toBe(0);
    const wrong = await runTest(WRONG, ...FEW);
    expect(wrong.out.match(/^(passed|FAILED)/gm)).toEqual(["FAILED"]);
    expect(wrong.out).toContain("uart16550 pc16550d, edge interrupts: thr-room");
    expect(wrong.out).toMatch(/^16 other machines have their turn once it passes here\.$/m);
    const onChip = await runTest(FILLING, ...FEW);
    const lines = (verdict: string) => onChip.out.match(new RegExp(`^${verdict}  uart16550 \\w+`, "gm"));
    expect(new Set(lines("FAILED"))).toEqual(
      new Set(["FAILED  uart16550 ns16450", "FAILED  uart16550 ins8250"]),
    );
    expect(new Set(lines("passed")).size).toBe(5);
    expect(onChip.out).toContain(
      "If the driver is not meant for some of these machines: --preset and --pic choose others.",
    );
    expect([wrong.exitCode, onChip.exitCode]).toEqual([1, 1]);
  });

  it("prints the shortest scenario of a driver that is wrong, with exit code 1", async () => {
    const { exitCode, out } = await runTest(WRONG, ...FEW, "--preset", "ns16450");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^FAILED {2}uart16550 ns16450, edge interrupts: thr-room, in \d+ runs?$/m);
    expect(out).toContain("What happened: THR <- 0x43 finds no room.");
    expect((await runTest(WRONG, ...FEW, "--preset", "ns16450", "--claims", "no-hang")).exitCode).toBe(0);
  });

  it("tests a WebAssembly module", async () => {
    const { exitCode, out } = await runTest(WASM, ...FEW, "--device", "serial");
    expect(out).toContain("counting.wasm: init, send, receive; seed 1");
    expect(out).toContain("What happened: send throws Trap: unreachable, in count_call < driver_send.");
    expect(exitCode).toBe(1);
  });

  it("tests a driver whose registers lie apart", async () => {
    const path = scriptFile(
      "apart.mjs",
      `export default (bus) => ({
        send(byte) { while (!(bus.read(0x10000014, 4) & 0x20)); bus.write(0x10000000, byte, 4); },
      });`,
    );
    const window = ["--base", "0x10000000", "--shift", "2", "--width", "4"];
    expect((await runTest(path, ...FEW, "--device", "serial", ...window)).exitCode).toBe(0);
    const { out } = await runTest(path, ...FEW, "--device", "serial", "--base", "0x10000000");
    expect(out).toContain("send throws RangeError: offset 0x14");
  });

  it("tests a driver with promises", async () => {
    const path = scriptFile(
      "async.mjs",
      `export const driver = (bus) => ({
        async init() {
          for (const [offset, value] of [[3, 0x83], [0, 1], [1, 0], [3, 3]]) await bus.write(offset, value);
        },
        async send(byte) { while (!((await bus.read(5)) & 0x20)); await bus.write(0, byte); },
      });`,
    );
    expect((await runTest(path, ...FEW)).exitCode).toBe(0);
  });

  it("keeps a failure for the next time, tries it first, and forgets it when it is mended", async () => {
    const path = scriptFile("mended.mjs", polled(false));
    const args = [path, "--preset", "ns16450", "--failures", STORE];
    await runTest(...args, "--seed", "1");
    const { failures } = JSON.parse(readFileSync(STORE, "utf8"));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ claim: "thr-room", seed: 1, actions: [{ type: "send" }] });
    const again = await runTest(...args, "--seed", "99");
    expect(again.out).toContain("thr-room, in 1 run\n");
    expect(again.out).toContain("It failed in the same scenario in an earlier test.");
    expect(JSON.parse(readFileSync(STORE, "utf8")).failures).toEqual(failures);
    scriptFile("mended.mjs", `${polled(true)}\n`);
    expect((await runTest(...args, "--runs", "20")).exitCode).toBe(0);
    expect(existsSync(STORE)).toBe(false);
  });

  it("writes JUnit's format, JSON, and the journals of failures", async () => {
    const [junit, saved] = [join(tempFolder, "report.xml"), join(tempFolder, "saved")];
    const { out, err } = await runTest(
      ...[WRONG, ...FEW, "--preset", "ns16450,pc16550d", "--json", "--junit", junit, "--save", saved],
    );
    const { ok, results } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(results.map((result: { preset: string; ok: boolean }) => [result.preset, result.ok])).toEqual([
      ["ns16450", false],
      ["pc16550d", false],
    ]);
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(junit, "utf8"));
    expect(testsuites["@_failures"]).toBe("2");
    expect(testsuites.testsuite.testcase[0].failure["#text"]).toContain("THR <- 0x43");
    expect(readdirSync(saved).sort()).toEqual([
      "uart16550-ns16450-edge-thr-room.jsonl",
      "uart16550-ns16450-edge-thr-room.txt",
      "uart16550-pc16550d-edge-thr-room.jsonl",
      "uart16550-pc16550d-edge-thr-room.txt",
    ]);
    expect(err).toContain("inspect");
    const io = createTestIo();
    const journal = join(saved, "uart16550-ns16450-edge-thr-room.jsonl");
    expect(await main(["replay", journal], io)).toBe(0);
  });

  it("says once what several machines share", async () => {
    const { out } = await runTest(WRONG, ...FEW, "--preset", "ns16450", "--pic", "edge,level");
    expect(out).toContain("\nthr-room, in the same scenario as on uart16550 ns16450, edge interrupts.\n");
    expect(out.match(/What happened: THR <- 0x43 finds no room\./g)).toHaveLength(1);
  });

  it("serves the first failure to the inspector, and keeps its exit code", async () => {
    const { exitCode, out } = await runTest(WRONG, ...FEW, "--preset", "ins8250,ns16450", "--inspect");
    expect(out).toMatch(
      /^inspect uart16550 ins8250, edge interrupts at http:\/\/127\.0\.0\.1:\d+\/.*\nCtrl-C ends it\n$/m,
    );
    expect(exitCode).toBe(1);
    expect((await runTest(RIGHT, ...FEW, "--inspect")).out).not.toContain("Ctrl-C");
  });

  it("tries for a time", async () => {
    const io = createTestIo({ clockStep: 500 });
    expect(await main(["test", RIGHT, "--minutes", "0.05", "--failures", "none"], io)).toBe(0);
    expect(io.stdoutText()).toMatch(/: [1-9]00 runs/);
    expect(io.stderrText()).toMatch(/^uart16550 pc16550d, edge interrupts: \d+ runs, \d+ a second, /);
  });
});

const EMPTY = scriptFile("empty.mjs", "export default () => ({ intterupt() {} });");
const BROKEN = scriptFile("broken.mjs", "export default (bus => ({");
const TWO = scriptFile("two.mjs", "export const a = () => ({}); export const b = () => ({});");
const TEXT = scriptFile("text.wasm", "int main");

test.each([
  [["none.wasm"], "cannot read none.wasm: there is no such file"],
  [[tempFolder], "expected a driver, got a directory"],
  [[scriptFile("driver.c", "")], "expected a file that ends in .wasm, .js, .mjs, .ts or .mts"],
  [[scriptFile("uart.c", "")], "compile it: clang --target=wasm32"],
  [[scriptFile("uart.rs", "")], "compile it: rustc --edition 2021 --target wasm32-unknown-unknown"],
  [[scriptFile("uart.py", "")], "a program is named with --exec"],
  [
    [TEXT],
    "text.wasm: module: expected WebAssembly, which begins with the bytes 00 61 73 6D, got other bytes",
  ],
  [[EMPTY], "expected a driver with one or more of the functions probe, init, interrupt, send"],
  [[BROKEN], "cannot load"],
  [[TWO], "got a, b; name one with --export"],
  [[TWO, "--export", "c"], "expected a function c that creates a driver"],
  [[WASM, "--export", "a"], "--export: expected a JavaScript or TypeScript file with it"],
  [[RIGHT, "--preset", "16550"], "Expected pc16550d"],
  [[RIGHT, "--preset", "qemu", "--device", "serial"], "--preset: expected --device uart16550 with it"],
  [[RIGHT, "--revision", "0.8.1", "--device", "uart16550"], "--revision: expected --device serial with it"],
  [[RIGHT, "--claims", "all-good"], "--claims: expected ids among"],
  [[], "driver: expected a file or --exec with a command, got neither"],
  [[RIGHT, "--exec", "true"], "driver: expected a file or --exec with a command, got both"],
  [["--exec", "true", "--mmio", "4096"], "--mmio: expected a file with it, got --exec"],
  [
    ["--exec", "./no-such-program"],
    "--exec: ./no-such-program: the program cannot be started: there is no such file",
  ],
  [[RIGHT, "--timeout", "5"], "--timeout: expected --exec with it"],
  [[RIGHT, "--mmio", "0x10000000"], "--mmio: expected a WebAssembly module with it"],
  [[WASM, "--mmio", "1"], "mmio: expected a multiple of 4096"],
  [[RIGHT, "--shift", "4"], "--shift: expected one of 0, 1, 2, 3, got 4"],
  [[RIGHT, "--width", "3"], "--width: expected one of 1, 2, 4, got 3"],
  [[RIGHT, "--base", "x"], "Expected a whole number from 0, such as 0x10000000"],
  [[RIGHT, "--runs", "0"], "Expected a whole number from 1"],
  [[RIGHT, "--runs", "1", "--minutes", "1"], "--minutes: expected no --runs with it, got 1"],
  [[RIGHT, "--minutes", "0"], "Expected a number of minutes above 0"],
  [[RIGHT, "--jobs", "0"], "Expected a whole number from 1"],
  [[RIGHT, "--jobs", "257"], "Expected a number from 1 to 256, or all"],
  [[RIGHT, "--inspect", "--watch"], "--inspect: expected no --watch with it"],
  [[RIGHT, "--seed", "x"], "Expected a whole number of 32 bits"],
  [[RIGHT, "--failures", RIGHT], "expected the failures of earlier tests, got something else"],
])("vm-superio test %j: exit code 2, and one line", async (args, message) => {
  const { exitCode, out, err } = await runTest(...args);
  expect(err).toContain(message);
  expect(err).toMatch(/^vm-superio: .*\n$/);
  expect([exitCode, out]).toEqual([2, ""]);
});
