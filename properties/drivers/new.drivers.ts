/** Writes drivers by `vm-superio new`, and runs what their authors would run: npm run test:drivers. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUG = /^FAILED {2}uart16550 pc16550d, edge interrupts: received-not-stuck, in \d+ runs?$/m;

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-new-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

/** The package as it is installed, for which only the command line is built. */
const PACKAGE = join(tempFolder, "package");
const CLI = `${process.execPath} ${join(PACKAGE, "dist/cli/bin.js")}`;

beforeAll(async () => {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { "cli/bin": "src/cli/bin.ts", "cli/test-worker": "src/cli/test/test-worker.ts" },
    outdir: join(PACKAGE, "dist"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
  });
  for (const name of ["package.json", "include", "examples", "node_modules"])
    symlinkSync(join(ROOT, name), join(PACKAGE, name));
});

/** Runs a shell's command. */
const run = (command: string, folder: string): SpawnSyncReturns<string> =>
  spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "" } });

/** Writes a driver. Returns its folder, in which the packages are installed. */
function createDriver(language: string, name = language): string {
  const folder = join(tempFolder, name);
  expect(run(`${CLI} new ${language} ${folder}`, tempFolder)).toMatchObject({ status: 0, stderr: "" });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Replaces a line of a driver. */
function mend(filePath: string, from: string, to: string): void {
  const text = readFileSync(filePath, "utf8");
  expect(text).toContain(from);
  writeFileSync(filePath, text.replace(from, to));
}

const MAKE: Readonly<Record<string, string>> = {
  c: `make TESTFLAGS="--seed 1 --runs 500" VM_SUPERIO="${CLI}" CLANG=clang-14`,
  rust: `make TESTFLAGS="--seed 1 --runs 500" VM_SUPERIO="${CLI}" RUSTC=/usr/bin/rustc`,
};

test.each([
  [
    "c",
    "driver.c",
    "  uart_read8(IIR);",
    "  while (!(uart_read8(IIR) & 1)) {",
    "0x03 : 0x01);\n}",
    "0x03 : 0x01);\n  }\n}",
  ],
  [
    "rust",
    "driver.rs",
    "    read8(IIR);",
    "    while read8(IIR) & 1 == 0 {",
    "0x03 });\n}",
    "0x03 });\n    }\n}",
  ],
])(
  "make finds the bug of the driver in %s in less than a minute, and none once it is mended",
  (language, name, ...mending) => {
    const folder = createDriver(language);
    const startTime = performance.now();
    const found = run(MAKE[language] ?? "", folder);
    expect(found.stdout).toMatch(BUG);
    expect(found.status).toBe(2); // make's own code for a command that failed
    expect(performance.now() - startTime).toBeLessThan(60_000);
    const [head = "", headMended = "", tail = "", tailMended = ""] = mending;
    mend(join(folder, name), head, headMended);
    mend(join(folder, name), tail, tailMended);
    const passed = run(MAKE[language] ?? "", folder);
    expect(passed.stdout).toContain("passed  uart16550 pc16550d, edge interrupts: 500 runs");
    expect(passed.status).toBe(0);
  },
);

test("make native finds the bug of the driver in C under sanitizers", () => {
  const { stdout, status } = run(`${MAKE["c"]} native`, createDriver("c", "native"));
  expect(stdout).toMatch(BUG);
  expect(status).toBe(2);
});

test("the driver in TypeScript is found out by its script, and CI gets its report", () => {
  const folder = createDriver("ts");
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  // Without --import: the command finds tsx where the driver is.
  expect(run(scripts["test"]?.replace("vm-superio", CLI) ?? "", folder).stdout).toMatch(BUG);
  const ci = run(
    scripts["ci"]?.replace("vm-superio", CLI).replace("--preset all --pic all", "") ?? "",
    folder,
  );
  expect(ci.status).toBe(1);
  expect(readFileSync(join(folder, "report.xml"), "utf8")).toContain('<failure type="received-not-stuck"');
  expect(existsSync(join(folder, "failures/uart16550-pc16550d-edge-received-not-stuck.jsonl"))).toBe(true);
});

test("two jobs are two threads, with the answer of one", () => {
  const folder = createDriver("c", "jobs");
  expect(run(`${MAKE["c"]} driver.wasm`, folder).status).toBe(0);
  const testWith = (jobs: number) => {
    const flags = `--seed 3 --runs 250 --preset ns16550 --pic all --json --failures none --jobs ${jobs}`;
    const { stdout, stderr, status } = run(`${CLI} test driver.wasm ${flags}`, folder);
    expect(stderr.replace(/^uart16550.*\n/gm, "")).toBe("");
    expect(status).toBe(1);
    const { results } = JSON.parse(stdout) as { results: { milliseconds: number; ok: boolean }[] };
    return results.map(({ milliseconds, ...result }) => result);
  };
  const results = testWith(2);
  expect(results).toEqual(testWith(1));
  expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
});
