import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const directory = mkdtempSync(join(tmpdir(), "vm-superio-convert-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function run(args: readonly string[], stdin: string | Uint8Array = "") {
  const io = createTestIo({ stdin });
  const exitCode = await main(args, io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

const KVM = [
  "# tracer: nop",
  " qemu-1001  [000] ..... 1000.000001: kvm_pio: pio_write at 0x3f9 size 1 count 1 val 0x1",
  " qemu-1001  [000] ..... 1000.000002: kvm_exit: reason IO_INSTRUCTION",
  " qemu-1001  [000] ..... 1000.000003: kvm_pio: pio_write at 0x3f8 size 1 count 3 val 0x48 (...)",
  "CPU:0 [LOST 12 EVENTS]",
  " qemu-1001  [000] ..... 1000.000002: kvm_pio: pio_read at 0x3fd size 1 count 1 val 0x60",
  " qemu-1001  [000] ..... 1000.000005: kvm_set_irq: gsi 4 level 1 source 0",
  " qemu-1001  [000] ..... 1000.000006: kvm_pio: pio_read at 0x3fa size 1 count 1 val 0x4",
  " qemu-1001  [000] ..... 1000.000007: kvm_pio: pio_read at 0x3f8 size 1 count 1 val 0x6c",
  " qemu-1001  [000] ..... 1000.000008: kvm_pio: pio_read at 0x71 size 1 count 1 val 0x6c",
  "dmesg noise",
  "",
].join("\n");

describe("a log of an unknown part", () => {
  it("is compared with every part, and what is missing is told", async () => {
    const { exitCode, stdoutText } = await run(["replay", "-"], KVM);
    expect(exitCode).toBe(0);
    expect(stdoutText.replace(/\n {14}/g, " ")).toContain(
      "Nearest part  uart16550, preset qemu\nOther parts   pc16550d that transmits at once up to line 9, RBR -> 0x0C by I9, D5",
    );
    for (const note of [
      "line 5: the kernel lost 12 events; what follows may differ",
      "1 string instructions, of which the recording has the first value alone, the first on line 4",
      "1 entries are earlier than the one before: the order may be wrong, the first on line 6",
      "1 received bytes were inferred from reads of RBR, the first on line 7",
      "left out: 1 accesses to other devices (0x71)",
      "left out: 1 other entries (kvm_exit)",
      "left out: 1 lines of other programs, the first on line 11",
    ])
      expect(stdoutText.replace(/\n {14}/g, " ")).toContain(`Note          ${note}`);
  });

  it("is replayed on the part that was chosen", async () => {
    const { stdoutText } = await run(["replay", "-", "--preset", "qemu", "--quiet"], KVM);
    expect(stdoutText).toContain("on uart16550, preset qemu: no difference in 5 accesses");
    expect(stdoutText).not.toContain("either");
  });

  it.each([
    [["--base", "0x9000"], "to the UART at --base, got those to 0x3F8, 0x3F9, 0x3FD, 0x3FA, ..."],
    [["--uart", "com3"], "accesses to com3, got those to 0x3F8"],
    [["--format", "vcd"], "a capture of a line: expected --baud"],
    [["--irq", "x"], "Expected a whole number from 0 to 1000000, got x"],
    [["--format", "foo"], "Allowed choices are v86, journal"],
  ])("with %s is refused in a line", async (options, message) => {
    const { exitCode, stderrText } = await run(["replay", "-", ...options], KVM);
    expect(exitCode).toBe(2);
    expect(stderrText).toContain(message);
    expect(stderrText.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("convert", () => {
  it("writes a journal that replays as the recording does", async () => {
    const out = join(directory, "kvm.jsonl.gz");
    const { exitCode, stderrText } = await run(["convert", "-", "--out", out], KVM);
    expect(exitCode).toBe(0);
    expect(stderrText).toContain("as a journal of uart16550, preset qemu");
    expect(stderrText).toContain("line 5: the kernel lost 12 events");
    const { stdoutText } = await run(["replay", out, "--json"]);
    const report = JSON.parse(stdoutText) as { accesses: object; bytes: object; console: string };
    expect(report.accesses).toMatchObject({ reads: 3, writes: 2 });
    expect(report.bytes).toEqual({ offered: 1, in: 1, out: 1 });
    expect(report.console).toBe("H");
  });

  it("keeps an older file if the recording cannot be read", async () => {
    const out = join(directory, "kept.jsonl");
    await run(["convert", "-", "--out", out], KVM);
    const before = readFileSync(out);
    const { exitCode } = await run(["convert", "-", "--out", out], "nothing at all\n");
    expect(exitCode).toBe(2);
    expect(readFileSync(out).equals(before)).toBe(true);
  });

  it("has a help page", async () => {
    const { exitCode, stdoutText } = await run(["convert", "--help"]);
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("vm-superio convert kvm.trace --out boot.jsonl.gz");
  });
});
