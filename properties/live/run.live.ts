import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { guestFiles } from "../../.ci/guest/files.js";
import { main } from "../../src/cli/internal.js";
import { createTestIo } from "../../src/cli/io.test-helper.js";

const directory = mkdtempSync(join(tmpdir(), "vm-superio-live-"));
afterAll(() => rmSync(directory, { recursive: true }));

const fileName = (journalName: string, scriptText: string): string => {
  writeFileSync(join(directory, journalName), scriptText);
  return join(directory, journalName);
};

const { kernel, initrd, bios, vgaBios } = guestFiles();
const BIOSES = ["--bios", bios, "--vga-bios", vgaBios];
const SNAPSHOT = join(directory, "machine");

async function run(script: string, journal: string, ...cliArguments: string[]): Promise<string> {
  const io = createTestIo();
  const all = [
    ...cliArguments,
    ...BIOSES,
    "--snapshot",
    SNAPSHOT,
    "--journal",
    journal,
    "--script",
    fileName("script", script),
  ];
  const code = await main(["run", "--device", "uart16550", ...all], io);
  expect([
    code,
    io
      .stderrText()
      .replace(/.*saved in .*/, "")
      .trim(),
  ]).toEqual([0, ""]);
  return io.stdoutText();
}

/** Returns the output of a journal's replay, without the report. */
async function replayed(journal: string, length: number): Promise<string> {
  const io = createTestIo();
  expect(await main(["replay", journal, "--raw"], io)).toBe(0);
  return io.stdoutText().slice(0, length);
}

test("vm-superio run: a script boots, saves and ends a guest; another goes on from what was saved; the journals replay to the byte", async () => {
  const firstJournal = join(directory, "first.jsonl.gz");
  const out = await run(
    'timeout 900\nexpect "guest# "\nsave\nsend "echo $((6*7))\\n"\nexpect "42\\r\\n"\nsend "poweroff\\n"\nhalt',
    firstJournal,
    ...["--kernel", kernel, "--initrd", initrd],
  );
  expect(out).toMatch(/reboot: (System halted|Power down)\r\n$/);
  expect(await replayed(firstJournal, out.length)).toBe(out);

  const secondJournal = join(directory, "second.jsonl");
  const on = await run('timeout 900\nsend "echo $((6*9))\\n"\nexpect "54\\r\\n"', secondJournal);
  expect(on).toMatch(/54\r\n/);
  expect(await replayed(secondJournal, on.length)).toBe(on);
});

test("a machine that was saved with one device does not go on with another", async () => {
  const io = createTestIo();
  const code = await main(
    ["run", ...BIOSES, "--snapshot", SNAPSHOT, "--script", fileName("none", "quit")],
    io,
  );
  expect([code, io.stderrText()]).toEqual([
    2,
    'vm-superio: --snapshot: expected serial at COM1, got a state with "uart16550"\n',
  ]);
});
