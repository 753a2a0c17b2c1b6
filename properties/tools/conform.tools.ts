import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { XMLParser } from "fast-xml-parser";
import { afterAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "vm-superio-conform-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface ConformJson {
  readonly nearest: string;
  readonly options: object;
  readonly departures: readonly { readonly subject: string; readonly actual: string }[];
  readonly transitions: { readonly toured: number; readonly reached: number };
}

/** Runs the command as a process. */
function runConform(...args: readonly string[]) {
  const run = spawnSync(process.execPath, ["--import", "tsx", "src/cli/bin.ts", "conform", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    maxBuffer: 1 << 26,
  });
  return {
    ...{ exitCode: run.status, stdout: run.stdout, stderr: run.stderr },
    get report() {
      return JSON.parse(run.stdout) as ConformJson;
    },
  };
}

const written = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

it("QEMU, by its qtest socket, is the preset qemu without a departure", () => {
  const suite = join(directory, "suite.json");
  const qemu = ["qemu-system-x86_64", "-machine", "pc", "-m", "16", "-nodefaults", "-serial", "null"];
  const { report, exitCode } = runConform("--json", "--suite", suite, "--qtest", "--", ...qemu);
  expect(report).toMatchObject({ nearest: "qemu", options: {}, departures: [] });
  expect(report.transitions.toured).toBeGreaterThan(100);
  expect(exitCode).toBe(0);
  const { sequences } = JSON.parse(readFileSync(suite, "utf8")) as { sequences: readonly unknown[] };
  expect(sequences.length).toBeGreaterThan(200);
});

const C_TARGET = "examples/conform/conform-target.c";
const PYTHON_TARGET = "examples/conform/conform-target.py";

it("the examples in C and in Python depart alike", () => {
  const program = join(directory, "conform-target");
  expect(
    spawnSync("gcc", ["-Wall", "-Wextra", "-Werror", "-o", program, C_TARGET], { cwd: ROOT }).status,
  ).toBe(0);
  const junit = join(directory, "junit.xml");
  const options = ["--preset", "ns16450", "--runs", "20", "--json"];
  const inC = runConform(...options, "--junit", junit, "--", program);
  const inPython = runConform(...options, "--", "python3", PYTHON_TARGET);
  expect([inC.exitCode, inPython.exitCode]).toEqual([1, 1]);
  const { departures } = inC.report;
  expect(departures.map(({ subject }) => subject)).toContain("interrupt line");
  expect(inPython.report.departures).toEqual(departures);
  const { testsuite } = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(junit, "utf8")) as {
    testsuite: {
      readonly "@_failures": string;
      readonly testcase: readonly { readonly failure?: unknown }[];
    };
  };
  expect(testsuite["@_failures"]).toBe(String(departures.length));
  expect(testsuite.testcase.filter(({ failure }) => failure !== undefined)).toHaveLength(departures.length);
  for (const example of [C_TARGET, PYTHON_TARGET])
    expect(readFileSync(join(ROOT, example), "utf8").trimEnd().split("\n").length).toBeLessThan(60);
});

it("a module outside the package is a target, and its suite is what another program replays", async () => {
  const module = written(
    "own.mjs",
    `export default () => {
  let scratch = 0;
  return {
    reset() { scratch = 0; },
    read: (offset) => (offset === 7 ? scratch : offset === 5 ? 0x60 : 0),
    write(offset, value) { if (offset === 7) scratch = value; if (offset === 4 && value & 0x10) throw new Error("no loopback"); },
  };
};
`,
  );
  const suite = join(directory, "own.json");
  const { stdout, exitCode } = runConform(module, "--preset", "ns16450", "--runs", "5", "--suite", suite);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^Toured +\d+ of the charts' \d+ transitions/m);
  expect(stdout).toMatch(/failure: expected an answer, got no loopback/);
  const { sequences } = JSON.parse(readFileSync(suite, "utf8")) as {
    sequences: readonly {
      readonly inputs: readonly { readonly type: string; readonly offset: number; readonly value: number }[];
      readonly expected: readonly { readonly value?: number }[];
    }[];
  };
  const { default: create } = (await import(module)) as {
    default: () => {
      reset(): void;
      read(offset: number): number;
      write(offset: number, value: number): void;
    };
  };
  let differing = 0;
  for (const { inputs, expected } of sequences) {
    const device = create();
    try {
      for (const [index, { type, offset, value }] of inputs.entries())
        if (type === "write") device.write(offset, value);
        else if (device.read(offset) !== expected[index]?.value) throw new Error("another value");
    } catch {
      differing++;
    }
  }
  expect(differing).toBeGreaterThan(sequences.length / 2);
});

it("a module that is the chart has no departure", () => {
  const device = fileURLToPath(new URL("../../src/conform/index.ts", import.meta.url));
  const uart = fileURLToPath(new URL("../../src/device/index.ts", import.meta.url));
  const module = written(
    "chart.mjs",
    `import { DeviceTarget } from ${JSON.stringify(device)};
import { Uart16550 } from ${JSON.stringify(uart)};
export default () => new DeviceTarget("chart", () => new Uart16550({ preset: "ns16550", unmapped: "zero", journal: false }));
`,
  );
  const { report, exitCode } = runConform(module, "--runs", "20", "--json");
  expect(report).toMatchObject({ nearest: "ns16550", options: {}, departures: [] });
  expect(report.transitions.toured).toBe(report.transitions.reached);
  expect(exitCode).toBe(0);
});

it("a program may count the rises of its line", () => {
  const device = fileURLToPath(new URL("../../src/conform/index.ts", import.meta.url));
  const uart = fileURLToPath(new URL("../../src/device/index.ts", import.meta.url));
  const program = written(
    "rises.mjs",
    `import { createInterface } from "node:readline";
import { DeviceTarget } from ${JSON.stringify(device)};
import { Uart16550 } from ${JSON.stringify(uart)};
const glitches = process.argv[2] === "glitches";
const target = new DeviceTarget("chart", () => new Uart16550({ preset: "ns16550", unmapped: "zero", journal: false }));
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, ...words] = line.split(" ");
  const numbers = words.map(Number);
  const [cts, dsr, ri, dcd] = numbers.map(Boolean);
  const value = verb === "receive" ? target.receive(numbers) : verb === "modem" ? target.modem({ cts, dsr, ri, dcd }) : target[verb](...numbers);
  const { level, rises, output } = target.sense();
  const extra = glitches && verb === "write" && numbers[0] === 7 && level === 1 ? 1 : 0;
  console.log("ok", ...(verb === "read" ? [value] : []), "irq", level, "rises", rises + extra, "out", ...output);
}
`,
  );
  const command = ["--", process.execPath, "--import", "tsx", program];
  const options = ["--preset", "ns16550", "--runs", "40", "--json"];
  const right = runConform(...options, ...command);
  expect([right.exitCode, right.report.departures]).toEqual([0, []]);
  const wrong = runConform(...options, ...command, "glitches");
  expect(wrong.exitCode).toBe(1);
  expect(wrong.report.departures).toMatchObject([
    { subject: "interrupt line", expected: "no edge", actual: "falls, rises" },
  ]);
});

it("a program that ends is a departure, and is started again", () => {
  const program = written(
    "ends.sh",
    `#!/bin/sh
while read verb first second; do
  case "$verb $first $second" in
    reset*) echo ok ;;
    "write 7 "*) exit 3 ;;
    read*) echo ok 0 ;;
    write*) echo ok ;;
    *) echo unsupported ;;
  esac
done
`,
  );
  chmodSync(program, 0o755);
  const { report, exitCode } = runConform("--preset", "ns16450", "--runs", "0", "--json", "--", program);
  expect(exitCode).toBe(1);
  const failures = report.departures.filter(({ subject }) => subject === "failure");
  expect(failures.map(({ actual }) => actual)).toEqual([expect.stringMatching(/ends\.sh: ended with 3$/)]);
});

it("a target that cannot be run ends with 2, and one line says why", () => {
  const silent = written("silent.mjs", "export default { read: 1 };\n");
  for (const [args, message] of [
    [["--", join(directory, "absent")], /absent: cannot be started/],
    [["--", "true"], /true: ended with 0/],
    [["--", "echo", "no"], /echo: expected ok or unsupported for "reset", got "no"/],
    [["--", "echo", "ok irq 1 rises"], /echo: expected irq 0 or irq 1, .* for "reset", got "irq 1 rises"/],
    [[silent], /expected a default export that makes a device with read and write/],
  ] as const) {
    const { exitCode, stderr } = runConform(...args);
    expect(exitCode).toBe(2);
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(message)]);
  }
});
