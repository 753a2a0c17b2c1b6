/** Builds the driver in Rust with Debian's rustc, and tests it: npm run test:drivers. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { checkDriver, playDriver, wasmDriver } from "../../src/testing/index.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = readFileSync(join(ROOT, "examples/rust/interrupt-driven.rs"), "utf8");
const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-rust-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

/** Compiles a driver. Returns its module. */
function compile(code: string, ...options: string[]): Buffer {
  const [source, output] = [join(tempFolder, "driver.rs"), join(tempFolder, "driver.wasm")];
  writeFileSync(source, code.replace("../../include", join(ROOT, "include")));
  const flags = ["--edition", "2021", "--target", "wasm32-unknown-unknown", "--crate-type", "cdylib"];
  execFileSync("/usr/bin/rustc", [
    ...flags,
    "-D",
    "warnings",
    ...(options.length > 0 ? options : ["-O"]),
    "-C",
    "debug-assertions",
    "-o",
    output,
    source,
  ]);
  return readFileSync(output);
}

test.each([["-O"], ["-C", "opt-level=0"]])(
  "each access of a driver in Rust is said to be on a line that accesses a register: %s",
  (...flags) => {
    const { happenings } = playDriver(
      wasmDriver(compile(EXAMPLE, "-g", ...flags)),
      { device: "uart16550" },
      [{ type: "send", count: 3, after: 0 }],
      { recordHappenings: true },
    );
    const accesses = happenings.filter(({ by, text }) => by === "driver" && /^\w+ (<-|->)/.test(text));
    expect(accesses.length).toBeGreaterThan(20);
    for (const { text, source } of accesses) {
      const [, line] = /^driver\.rs:(\d+)/.exec(source ?? "") ?? [];
      expect(EXAMPLE.split("\n")[Number(line) - 1]).toContain(text.includes("->") ? "read8(" : "write8(");
    }
  },
);

test("the driver in Rust passes on every part, with edges and with levels", () => {
  const makeDriver = wasmDriver(compile(EXAMPLE));
  for (const preset of Object.keys(UART16550_PRESETS) as Uart16550Preset[])
    for (const pic of ["edge", "level"] as const)
      for (let seed = 1; seed <= 20; seed++) {
        const options = { device: "uart16550", preset, pic, seed, numRuns: 10, coverageRuns: 0 } as const;
        expect(checkDriver(makeDriver, options).failure?.text).toBeUndefined();
      }
});

test.each([
  [
    "a handler that looks once",
    "while read8(IIR) & IIR_NONE == 0",
    "if read8(IIR) & IIR_NONE == 0",
    // An edge is lost: which direction gets stuck is the scenario's.
    ["received-not-stuck", "sent-not-stuck"],
  ],
  ["a load of 17 bytes", ".take(FIFO_SIZE.get())", ".take(17)", ["thr-room"]],
  ["an index out of bounds", "self.bytes[head as usize % SIZE]", "self.bytes[head as usize]", ["no-throw"]],
])("%s is found out", (_, from, to, claims) => {
  expect(EXAMPLE).toContain(from);
  const makeDriver = wasmDriver(compile(EXAMPLE.replace(from, to)));
  const { failure } = checkDriver(makeDriver, {
    device: "uart16550",
    preset: "ns16450",
    seed: 1,
    numRuns: 2000,
    coverageRuns: 0,
  });
  expect(claims).toContain(failure?.claim);
  // The message of a panic is in the scenario.
  if (claims.includes("no-throw")) expect(failure?.scenario).toContain("index out of bounds: the len is");
});
