import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { guestFiles } from "../../.ci/guest/files.js";
import { main } from "../../src/cli/main.js";
import { testSurroundings } from "../../src/cli/surroundings.test-helper.js";

const folder = mkdtempSync(join(tmpdir(), "vm-superio-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const { kernel, initrd, bios, vgaBios } = guestFiles();
const BIOSES = ["--bios", bios, "--vga-bios", vgaBios];
const SNAPSHOT = join(folder, "machine");

async function run(script: string, journal: string, ...args: string[]): Promise<string> {
  const io = testSurroundings();
  const all = [
    ...args,
    ...BIOSES,
    "--snapshot",
    SNAPSHOT,
    "--journal",
    journal,
    "--script",
    file("script", script),
  ];
  const code = await main(["run", "--device", "uart16550", ...all], io);
  expect([
    code,
    io
      .err()
      .replace(/.*saved in .*/, "")
      .trim(),
  ]).toEqual([0, ""]);
  return io.out();
}

/** What a journal's replay prints, without the report. */
async function replayed(journal: string, length: number): Promise<string> {
  const io = testSurroundings();
  expect(await main(["replay", journal, "--raw"], io)).toBe(0);
  return io.out().slice(0, length);
}

test("vm-superio run: a script boots, saves and ends a guest; another goes on from what was saved; the journals replay to the byte", async () => {
  const first = join(folder, "first.jsonl.gz");
  const out = await run(
    'timeout 900\nexpect "guest# "\nsave\nsend "echo $((6*7))\\n"\nexpect "42\\r\\n"\nsend "poweroff\\n"\nhalt',
    first,
    ...["--kernel", kernel, "--initrd", initrd],
  );
  expect(out).toMatch(/reboot: (System halted|Power down)\r\n$/);
  expect(await replayed(first, out.length)).toBe(out);

  const second = join(folder, "second.jsonl");
  const on = await run('timeout 900\nsend "echo $((6*9))\\n"\nexpect "54\\r\\n"', second);
  expect(on).toMatch(/54\r\n/);
  expect(await replayed(second, on.length)).toBe(on);
});

test("a machine that was saved with one device does not go on with another", async () => {
  const io = testSurroundings();
  const code = await main(["run", ...BIOSES, "--snapshot", SNAPSHOT, "--script", file("none", "quit")], io);
  expect([code, io.err()]).toEqual([
    2,
    'vm-superio: --snapshot: expected serial at COM1, got a state with "uart16550"\n',
  ]);
});
