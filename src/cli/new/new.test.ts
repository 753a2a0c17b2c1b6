import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createTestIo } from "../io.test-helper.js";
import { main } from "../main.js";

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-new-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

const COMMON_FILES = [".github/workflows/driver.yml", ".gitignore", ".gitlab-ci.yml", "package.json"];

test.each([
  ["c", ["Makefile", "driver.c", "vm-superio.h"]],
  ["rust", ["Makefile", "driver.rs", "vm_superio.rs"]],
  ["ts", ["driver.ts"]],
])("vm-superio new %s writes a driver and what tests it", async (language, names) => {
  const folder = join(tempFolder, "deep", language);
  const io = createTestIo();
  expect(await main(["new", language, folder], io)).toBe(0);
  const written = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile());
  expect(written.sort()).toEqual([...COMMON_FILES, ...names].sort());
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const own = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  expect(manifest.devDependencies).toMatchObject({
    "vm-superio": `^${own.version}`,
    xstate: own.peerDependencies.xstate,
    "fast-check": own.peerDependencies["fast-check"],
  });
  expect(io.stdoutText()).toContain(`cd ${folder}\n`);
});

test("refuses what it cannot write, in one line", async () => {
  writeFileSync(join(tempFolder, "file"), "");
  for (const [args, message] of [
    [["c", tempFolder], "expected a new or empty folder, got one with"],
    [["c", join(tempFolder, "file")], "expected a folder, or nothing, got something else"],
    [["fortran", join(tempFolder, "f")], "Allowed choices are c, rust, ts"],
    [["c"], "missing required argument 'folder'"],
  ] as const) {
    const io = createTestIo();
    expect(await main(["new", ...args], io)).toBe(2);
    expect(io.stderrText()).toContain(message);
    expect(io.stderrText()).toMatch(/^vm-superio: .*\n$/);
  }
});
