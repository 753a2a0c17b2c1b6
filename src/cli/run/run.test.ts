import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Serial } from "../../device/index.js";
import { main } from "../main.js";
import { CommandError } from "../surroundings.js";
import { testSurroundings } from "../surroundings.test-helper.js";
import { GuestConsole } from "./guest-console.js";
import { JournalFile } from "./journal-file.js";
import { Keys } from "./keys.js";
import { type Driven, parseScript, playScript } from "./script.js";

const folder = mkdtempSync(join(tmpdir(), "vm-superio-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** A file that begins as a kernel does, with the flags of its protocol. */
function kernel(flags: number): Uint8Array {
  const bytes = Buffer.alloc(0x400);
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes.write("HdrS", 0x202);
  bytes.writeUInt16LE(0x20f, 0x206);
  bytes.writeUInt16LE(flags, 0x236);
  return bytes;
}

const bios = Buffer.alloc(65_536);
bios[65_536 - 16] = 0xea;
const KERNEL = file("vmlinuz", kernel(0));
const BIOS = file("bios.bin", bios);
const ELF = file("vmlinux", Buffer.from("\x7fELF rest of it"));
const state = (description: string): Buffer => {
  const bytes = Buffer.alloc(16 + description.length + 4);
  bytes.writeUInt32LE(0x86768676, 0);
  bytes.writeUInt32LE(description.length, 12);
  bytes.write(description, 16);
  return bytes;
};

describe("what keeps a guest from starting is said in a line", () => {
  test.each([
    [[], "--kernel: expected a kernel, a CD or a saved machine to run, got none"],
    [
      ["--kernel", "nowhere"],
      "cannot read nowhere: there is no such file; --kernel: name a 32-bit Linux kernel, a bzImage",
    ],
    [
      ["--kernel", folder],
      `cannot read ${folder}: it is a directory; --kernel: name a 32-bit Linux kernel, a bzImage`,
    ],
    [
      ["--kernel", ELF],
      `--kernel: expected a 32-bit Linux kernel, a bzImage, got ${ELF}, which is an ELF file`,
    ],
    [["--kernel", file("amd64", kernel(1))], `got ${join(folder, "amd64")}, which is a 64-bit one`],
    [["--kernel", file("empty", "")], "which is an empty file"],
    [
      ["--kernel", KERNEL, "--initrd", KERNEL],
      `--initrd: expected an initramfs, a cpio archive as it is or compressed, got ${KERNEL}, which is a Linux kernel`,
    ],
    [
      ["--kernel", KERNEL, "--bios", ELF],
      "--bios: expected a BIOS, of 64 to 256 KiB with a jump at its end, got",
    ],
    [
      ["--kernel", KERNEL, "--bios", BIOS, "--vga-bios", ELF],
      "--vga-bios: expected a VGA BIOS, an option ROM, got",
    ],
    [["--cdrom", ELF], "--cdrom: expected a CD, an ISO 9660 image, got"],
    [["--kernel", KERNEL, "--memory", "100"], "--memory: expected 128, 256, 512 or 1024 megabytes, got 100"],
    [["--snapshot", ELF], `--snapshot: expected a machine saved by v86, got ${ELF}, which is an ELF file`],
    [["--snapshot", file("big", state('{"state":[268435456,'))], "expected a machine with 128 MB, got"],
    [
      ["--kernel", KERNEL, "--bios", BIOS, "--preset", "qemu", "--device", "serial"],
      "--preset: expected --device uart16550 with it",
    ],
    [
      ["--kernel", KERNEL, "--bios", BIOS, "--revision", "0.8.1", "--device", "uart16550"],
      "--revision: expected --device serial with it",
    ],
    [["--kernel", KERNEL, "--bios", BIOS, "--journal", join(folder, "no", "where")], "cannot write"],
    [
      ["--kernel", KERNEL, "--script", "nowhere"],
      "cannot read nowhere: there is no such file; --script: name a text file",
    ],
    [
      ["--kernel", KERNEL, "--script", file("bad", "\nexpct login:")],
      "script, line 2: expected expect TEXT, send TEXT, timeout SECONDS",
    ],
  ])("%j", async (args, message) => {
    const io = testSurroundings();
    expect(await main(["run", ...args], io)).toBe(2);
    expect(io.err()).toContain(message);
    expect(io.err().trim().split("\n")).toHaveLength(1);
  });
});

test("a script is a command a line", () => {
  expect(
    parseScript('# boot\nexpect login: \nsend "root\\n"\n\ntimeout 5\nwait 0.5\nsave\nhalt\nquit'),
  ).toEqual([
    { line: 2, do: "expect", text: "login:" },
    { line: 3, do: "send", text: "root\n" },
    { line: 5, do: "timeout", seconds: 5 },
    { line: 6, do: "wait", seconds: 0.5 },
    { line: 7, do: "save" },
    { line: 8, do: "halt" },
    { line: 9, do: "quit" },
  ]);
  expect(() => parseScript('send "open')).toThrow("script, line 1: expected send and a text");
  expect(() => parseScript("timeout soon")).toThrow(
    "script, line 1: expected timeout and a number of seconds",
  );
  expect(() => parseScript("quit now")).toThrow("script, line 1: expected quit alone");
});

test("a script sends what it is to, and fails with what came instead", async () => {
  const sent: string[] = [];
  const driven: Driven = {
    send: (text) => void sent.push(text),
    expect: async (text) => text === "ok",
    recent: () => "boot failed\u001b[0m",
    ended: () => false,
    wait: async () => {},
    save: async () => void sent.push("<saved>"),
    halt: async () => true,
  };
  await playScript(parseScript("send a\nexpect ok\nsave\nhalt\nquit\nsend never"), driven);
  expect(sent).toEqual(["a", "<saved>"]);
  await expect(playScript(parseScript("timeout 2\nexpect shell"), driven)).rejects.toThrow(
    'script, line 2: expected "shell" within 2 s, got "boot failed\\\\x1b[0m"',
  );
});

test("Ctrl-A and a key is for us; all else, and Ctrl-A a, for the guest", () => {
  const typed = (text: string, cut = text.length): { readonly sent: string; readonly commands: string } => {
    let sent = "";
    let commands = "";
    const keys = new Keys(
      (bytes) => {
        sent += String.fromCharCode(...bytes);
      },
      (key) => {
        commands += key;
      },
    );
    for (const part of [text.slice(0, cut), text.slice(cut)]) keys.type(Buffer.from(part, "latin1"));
    return { sent, commands };
  };
  expect(typed("ls\r\x01x")).toEqual({ sent: "ls\r", commands: "x" });
  expect(typed("a\x01ab\x01\x01c\x01?d")).toEqual({ sent: "a\x01b\x01cd", commands: "h" });
  fc.assert(
    fc.property(fc.array(fc.constantFrom("\x01", "a", "b", "x", "q")), fc.nat(20), (keys, cut) => {
      const text = keys.join("");
      expect(typed(text, cut)).toEqual(typed(text));
    }),
  );
});

describe("the file of a journal", () => {
  const { header } = new Serial().journal;

  test("keeps what it had until something is written, and is closed", () => {
    const name = file("old.jsonl", "an older journal, longer than the new one\n".repeat(20));
    new JournalFile(name).close();
    expect(readFileSync(name, "utf8")).toMatch(/^an older/);
    const journal = new JournalFile(name);
    journal.sink.header(header);
    journal.sink.close?.();
    journal.check();
    journal.close();
    expect(readFileSync(name, "utf8")).toMatch(/^\{.*\}\n$/s);
    expect(readFileSync(name, "utf8")).not.toContain("older");
  });

  test("that cannot be written ends the session in a line, not the device", async () => {
    const name = join(folder, "gone.jsonl");
    const journal = new JournalFile(name);
    journal.sink.header(header);
    // Its disk is not full, but its descriptor is gone.
    journal.close();
    journal.sink.close?.();
    expect(() => journal.check()).toThrow(new CommandError(`cannot write ${name}: EBADF`));
    await expect(journal.failed).rejects.toThrow(CommandError);
  });
});

test("a console whose reader is slow stops the machine, and loses nothing", async () => {
  const serial = new Serial({ journal: false });
  const paused: boolean[] = [];
  const shown: number[] = [];
  let open: () => void = () => {};
  const slow = async (bytes: Uint8Array) => {
    shown.push(...bytes);
    await new Promise<void>((resolve) => {
      open = resolve;
    });
  };
  const console = new GuestConsole(serial, slow, (is) => paused.push(is));
  serial.write(0, 0);
  await Promise.resolve();
  await Promise.resolve();
  for (let i = 1; i < 70_000; i++) serial.write(0, i & 0xff);
  expect([paused, shown.length]).toEqual([[true], 1]);
  const done = console.shown();
  for (let i = 0; i < 4; i++) {
    open();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await done;
  expect(paused).toEqual([true, false]);
  expect(shown).toEqual(Array.from({ length: 70_000 }, (_, i) => i & 0xff));
});
