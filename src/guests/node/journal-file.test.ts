import { spawnSync } from "node:child_process";
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import { loadJournal } from "../../journal/index.js";
import { type JournalFileOptions, journalFile } from "./index.js";

/** Runs a task while files that are opened take nothing. */
const onFullDisk = (task: () => void): void => {
  const { openSync } = fs;
  fs.openSync = (_, flags, mode) => openSync("/dev/full", flags, mode);
  syncBuiltinESMExports();
  try {
    task();
  } finally {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  }
};

const root = mkdtempSync(join(tmpdir(), "journal-file-"));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "case-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const load = (name: string) => loadJournal(readFileSync(join(folder, name)));

test("what happens on a device is in the file: the header at once, all of it after the end", async () => {
  for (const name of ["plain.jsonl", "compressed.jsonl.gz"]) {
    const path = join(folder, name);
    writeFileSync(path, "an older file, which is longer\n".repeat(100));
    const serial = new Serial({ journal: journalFile(path) });
    expect(readFileSync(path).subarray(0, 2)).toEqual(
      Buffer.from(name.endsWith(".gz") ? [0x1f, 0x8b] : '{"'),
    );
    expect(await load(name)).toMatchObject({ journal: { length: 0 }, cut: expect.any(String) });
    for (let i = 0; i < 5000; i++) serial.write(7, i & 255);
    serial.close();
    serial.close();
    const loaded = await load(name);
    expect(loaded).toMatchObject({ journal: { length: 5000 } });
    expect(loaded.cut).toBeUndefined();
    expect(Serial.fromJournal(loaded.journal).state()).toEqual(serial.state());
    expect(serial.journal.lost).toBe(0);
  }
});

test("an older file stays until a device is made, and one that cannot be opened is an error at once", () => {
  const path = join(folder, "old.jsonl");
  writeFileSync(path, "old");
  journalFile(path).close();
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(() => journalFile(join(folder, "no", "where.jsonl"))).toThrow("ENOENT");
});

test.runIf(existsSync("/dev/full"))("a full disk stops the journal, and not the device", () => {
  const onError = vi.fn();
  const serial = new Serial({ journal: journalFile("/dev/full", { onError }) });
  for (let i = 0; i < 5000; i++) serial.write(7, i & 255);
  expect(serial.read(7)).toBe(4999 & 255);
  expect(onError).toHaveBeenCalledOnce();
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ written: 0, cause: { code: "ENOSPC" } });
  expect(serial.journal.lost).toBe(5001);
  serial.close();
  expect(() => new Serial({ journal: journalFile("/dev/full") })).toThrow("ENOSPC");
});

describe("a process", () => {
  const script = join(root, "process.mjs");

  beforeAll(async () => {
    const contents = `
      import { Serial } from "./src/device/index.ts";
      import { journalFile } from "./src/guests/node/index.ts";
      const [, , path, end] = process.argv;
      const serial = new Serial({ journal: journalFile(path, { flushEvery: 20, fsync: true }) });
      for (let i = 0; i < 3000; i++) serial.write(7, i & 255);
      if (end === "throws") throw new Error("no");
      if (end === "is killed") setTimeout(() => { serial.write(7, 1); process.kill(process.pid, "SIGKILL"); }, 100);`;
    await build({
      stdin: { contents, resolveDir: process.cwd() },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
      logLevel: "error",
    });
  });

  test.each([
    ["ends", "leaves a file with everything, though the device was not closed"],
    ["throws", "leaves a file with everything, too"],
    ["is killed", "leaves what was flushed"],
  ])("that %s %s", async (end) => {
    const { status, signal } = spawnSync(process.execPath, [script, join(folder, "left.jsonl"), end]);
    expect(signal ?? status).toBe(end === "ends" ? 0 : end === "throws" ? 1 : "SIGKILL");
    const loaded = await load("left.jsonl");
    expect(loaded.cut).toMatch(/without its last line$/);
    expect(loaded.journal.length).toBe(3000);
  });
});

describe("a journal that rotates", () => {
  const run = (options: JournalFileOptions, count: number, name = "part.jsonl.gz") => {
    const uart = new Uart16550({ journal: journalFile(join(folder, name), options) });
    for (let i = 0; i < count; i++) {
      if (i % 3 === 0) uart.advance(1000);
      else uart.write(i % 2 ? 0 : 7, i & 255);
    }
    uart.close();
    return uart;
  };

  test("goes on in a new file, from the present state: each file replays by itself", async () => {
    const uart = run({ rotate: { entries: 400 } }, 1000);
    expect(readdirSync(folder).sort()).toEqual(["part.1.jsonl.gz", "part.2.jsonl.gz", "part.jsonl.gz"]);
    let expectedFirst = 0;
    let before: unknown;
    for (const name of ["part.1.jsonl.gz", "part.2.jsonl.gz", "part.jsonl.gz"]) {
      const { journal, cut } = await load(name);
      expect(cut).toBeUndefined();
      expect(journal.first).toBe(expectedFirst);
      if (before) expect(journal.header.state).toEqual(before);
      expectedFirst = journal.next;
      before = Uart16550.fromJournal(journal).state();
    }
    expect(expectedFirst).toBe(1000);
    expect(before).toEqual(uart.state());
  });

  test("by bytes, keeps as many finished files as it is told, and none of others", async () => {
    writeFileSync(join(folder, "part.7.jsonl"), "of another journal");
    const uart = run({ rotate: { bytes: 4000, keep: 2 }, flushEvery: { bytes: 1000 } }, 2000, "part.jsonl");
    const names = readdirSync(folder).map((name) => Number(/\d+/.exec(name)?.[0] ?? 0));
    expect(names).toHaveLength(4);
    expect(names).toContain(7);
    expect(Math.max(...names)).toBeGreaterThan(10);
    expect((await load("part.jsonl")).journal.next).toBe(2000);
    expect(uart.journal.lost).toBe(0);
  });

  test("stops if it cannot begin the next file", () => {
    const onError = vi.fn();
    const path = join(folder, "gone", "part.jsonl");
    const goneFolder = mkdtempSync(join(folder, "gone"));
    const sink = journalFile(join(goneFolder, "part.jsonl"), { rotate: { entries: 10 }, onError });
    const serial = new Serial({ journal: sink });
    for (let i = 0; i < 10; i++) serial.write(7, i);
    rmSync(goneFolder, { recursive: true });
    for (let i = 0; i < 10; i++) serial.write(7, i);
    expect(onError).toHaveBeenCalledOnce();
    expect(onError.mock.calls[0]?.[0]).toMatchObject({
      written: 10,
      message: expect.stringMatching(
        /^the journal ends after 10 entries, as it could not be written: ENOENT/,
      ),
    });
    expect(serial.journal.lost).toBe(10);
    expect(existsSync(path)).toBe(false);
    serial.close();
    expect(onError).toHaveBeenCalledOnce();
  });

  test("without onError the access that would begin the next file throws it, and has changed nothing", () => {
    const inside = mkdtempSync(join(folder, "gone"));
    const serial = new Serial({
      journal: journalFile(join(inside, "part.jsonl"), { rotate: { entries: 10 } }),
    });
    for (let i = 0; i < 10; i++) serial.write(7, i);
    rmSync(inside, { recursive: true });
    expect(() => serial.write(7, 99)).toThrow("the journal ends after 10 entries");
    expect([serial.read(7), serial.journal.next, serial.journal.lost]).toEqual([9, 11, 1]);
    serial.close();
  });

  test.runIf(existsSync("/dev/full"))("counts the entries of all its files where a later one fails", () => {
    const onError = vi.fn();
    const path = join(folder, "part.jsonl");
    const serial = new Serial({ journal: journalFile(path, { rotate: { entries: 10 }, onError }) });
    for (let i = 0; i < 20; i++) serial.write(7, i);
    expect(readdirSync(folder)).toEqual(["part.1.jsonl", "part.jsonl"]);
    onFullDisk(() => serial.write(7, 20));
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ written: 20, cause: { code: "ENOSPC" } });
    expect([serial.read(7), serial.journal.lost]).toEqual([20, 2]);
    serial.close();
  });
});

test.each([
  [{ fsync: 1 }, "fsync: expected true or false, got 1"],
  [{ rotate: 0 }, "rotate.bytes: expected a whole number from 1, got 0"],
  [{ rotate: { keep: 3 } }, "rotate: expected bytes or entries, got neither"],
  [{ rotate: { bytes: 9, kepe: 3 } }, "no option kepe of rotate: did you mean keep?"],
  [{ rotate: "1 MB" }, 'rotate: expected bytes or { bytes, entries, keep }, got "1 MB"'],
  [{ fysnc: true }, "no option fysnc of journalFile: did you mean fsync?"],
  [{ flushEvery: -1 }, "flushEvery.milliseconds: expected a number from 0, got -1"],
  [null, "options: expected an object, got null"],
])("options that are none are refused before the file is touched: %j", (options, message) => {
  const path = join(folder, "none.jsonl");
  expect(() => journalFile(path, options as JournalFileOptions)).toThrow(message);
  expect(existsSync(path)).toBe(false);
});

test("a path is a text", () => {
  expect(() => journalFile(invalid(5))).toThrow("path: expected the name of a file, got 5");
});
