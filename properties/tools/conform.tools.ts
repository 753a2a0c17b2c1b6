import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { main } from "../../src/cli/internal.js";
import { createTestIo } from "../../src/cli/io.test-helper.js";

const directory = mkdtempSync(join(tmpdir(), "vm-superio-conform-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("QEMU, by its qtest socket, is the preset qemu without a departure", async () => {
  const io = createTestIo();
  const suite = join(directory, "suite.json");
  const exitCode = await main(
    [
      ...["conform", "--json", "--suite", suite, "--qtest", "--"],
      ...["qemu-system-x86_64", "-machine", "pc", "-m", "16", "-nodefaults", "-serial", "null"],
    ],
    io,
  );
  expect(JSON.parse(io.stdoutText())).toMatchObject({ nearest: "qemu", options: {}, departures: [] });
  expect(exitCode).toBe(0);
  const { sequences } = JSON.parse(readFileSync(suite, "utf8")) as { sequences: readonly unknown[] };
  expect(sequences.length).toBeGreaterThan(200);
});

it("the example in Python is a part with departures", async () => {
  const io = createTestIo();
  const exitCode = await main(
    [
      "conform",
      "--json",
      "--preset",
      "ns16450",
      "--runs",
      "20",
      "--",
      "python3",
      "examples/conform/conform-target.py",
    ],
    io,
  );
  const report = JSON.parse(io.stdoutText()) as { departures: readonly { subject: string }[] };
  expect(report.departures.map(({ subject }) => subject)).toContain("interrupt line");
  expect(exitCode).toBe(1);
});
