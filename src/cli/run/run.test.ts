import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Serial } from "../../device/index.js";
import { CommandError } from "../io.js";
import { createTestIo } from "../io.test-helper.js";
import { main } from "../main.js";
import { GuestConsole } from "./guest-console.js";
import { JournalFile } from "./journal-file.js";
import { KeyDecoder } from "./keys.js";
import { parseScript, playScript, type ScriptTarget } from "./script.js";

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-run-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

const filePath = (name: string, content: Uint8Array | string): string => {
  const path = join(tempFolder, name);
  writeFileSync(path, content);
  return path;
};

/** A file that begins as a kernel does, with the flags of its protocol. */
function createKernel(flags: number): Uint8Array {
  const bytes = Buffer.alloc(0x400);
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes.write("HdrS", 0x202);
  bytes.writeUInt16LE(0x20f, 0x206);
  bytes.writeUInt16LE(flags, 0x236);
  return bytes;
}

const biosImage = Buffer.alloc(65_536);
biosImage[65_536 - 16] = 0xea;
const KERNEL_PATH = filePath("vmlinuz", createKernel(0));
const BIOS_PATH = filePath("bios.bin", biosImage);
const ELF_PATH = filePath("vmlinux", Buffer.from("\x7fELF rest of it"));
const createState = (description: string): Buffer => {
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
      ["--kernel", tempFolder],
      `cannot read ${tempFolder}: it is a directory; --kernel: name a 32-bit Linux kernel, a bzImage`,
    ],
    [
      ["--kernel", ELF_PATH],
      `--kernel: expected a 32-bit Linux kernel, a bzImage, got ${ELF_PATH}, which is an ELF file`,
    ],
    [
      ["--kernel", filePath("amd64", createKernel(1))],
      `got ${join(tempFolder, "amd64")}, which is a 64-bit one`,
    ],
    [["--kernel", filePath("empty", "")], "which is an empty file"],
    [
      ["--kernel", KERNEL_PATH, "--initrd", KERNEL_PATH],
      `--initrd: expected an initramfs, a cpio archive as it is or compressed, got ${KERNEL_PATH}, which is a Linux kernel`,
    ],
    [
      ["--kernel", KERNEL_PATH, "--bios", ELF_PATH],
      "--bios: expected a BIOS, of 64 to 256 KiB with a jump at its end, got",
    ],
    [
      ["--kernel", KERNEL_PATH, "--bios", BIOS_PATH, "--vga-bios", ELF_PATH],
      "--vga-bios: expected a VGA BIOS, an option ROM, got",
    ],
    [["--cdrom", ELF_PATH], "--cdrom: expected a CD, an ISO 9660 image, got"],
    [
      ["--kernel", KERNEL_PATH, "--memory", "100"],
      "--memory: expected 128, 256, 512 or 1024 megabytes, got 100",
    ],
    [
      ["--snapshot", ELF_PATH],
      `--snapshot: expected a machine saved by v86, got ${ELF_PATH}, which is an ELF file`,
    ],
    [
      ["--snapshot", filePath("big", createState('{"state":[268435456,'))],
      "expected a machine with 128 MB, got",
    ],
    [
      ["--kernel", KERNEL_PATH, "--bios", BIOS_PATH, "--preset", "qemu", "--device", "serial"],
      "--preset: expected --device uart16550 with it",
    ],
    [
      ["--kernel", KERNEL_PATH, "--bios", BIOS_PATH, "--revision", "0.8.1", "--device", "uart16550"],
      "--revision: expected --device serial with it",
    ],
    [
      ["--kernel", KERNEL_PATH, "--bios", BIOS_PATH, "--journal", join(tempFolder, "no", "where")],
      "cannot write",
    ],
    [
      ["--kernel", KERNEL_PATH, "--script", "nowhere"],
      "cannot read nowhere: there is no such file; --script: name a text file",
    ],
    [
      ["--kernel", KERNEL_PATH, "--script", filePath("bad", "\nexpct login:")],
      "script, line 2: expected expect TEXT, send TEXT, timeout SECONDS",
    ],
  ])("%j", async (cliArguments, message) => {
    const io = createTestIo();
    expect(await main(["run", ...cliArguments], io)).toBe(2);
    expect(io.stderrText()).toContain(message);
    expect(io.stderrText().trim().split("\n")).toHaveLength(1);
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
  const sentTexts: string[] = [];
  const scriptTarget: ScriptTarget = {
    send: (text) => void sentTexts.push(text),
    expect: async (text) => text === "ok",
    recentText: () => "boot failed\u001b[0m",
    hasEnded: () => false,
    wait: async () => {},
    save: async () => void sentTexts.push("<saved>"),
    halt: async () => true,
  };
  await playScript(parseScript("send a\nexpect ok\nsave\nhalt\nquit\nsend never"), scriptTarget);
  expect(sentTexts).toEqual(["a", "<saved>"]);
  await expect(playScript(parseScript("timeout 2\nexpect shell"), scriptTarget)).rejects.toThrow(
    'script, line 2: expected "shell" within 2 s, got "boot failed\\\\x1b[0m"',
  );
});

test("Ctrl-A and a key is for us; all else, and Ctrl-A a, for the guest", () => {
  const decodeTyped = (
    text: string,
    cutIndex = text.length,
  ): { readonly sent: string; readonly commands: string } => {
    let sent = "";
    let commands = "";
    const keyDecoder = new KeyDecoder(
      (bytes) => {
        sent += String.fromCharCode(...bytes);
      },
      (key) => {
        commands += key;
      },
    );
    for (const textPart of [text.slice(0, cutIndex), text.slice(cutIndex)])
      keyDecoder.decodeBytes(Buffer.from(textPart, "latin1"));
    return { sent, commands };
  };
  expect(decodeTyped("ls\r\x01x")).toEqual({ sent: "ls\r", commands: "x" });
  expect(decodeTyped("a\x01ab\x01\x01c\x01?d")).toEqual({ sent: "a\x01b\x01cd", commands: "h" });
  fc.assert(
    fc.property(fc.array(fc.constantFrom("\x01", "a", "b", "x", "q")), fc.nat(20), (keys, cutIndex) => {
      const text = keys.join("");
      expect(decodeTyped(text, cutIndex)).toEqual(decodeTyped(text));
    }),
  );
});

describe("the file of a journal", () => {
  const { header } = new Serial().journal;

  test("keeps what it had until something is written, and is closed", () => {
    const journalPath = filePath("old.jsonl", "an older journal, longer than the new one\n".repeat(20));
    new JournalFile(journalPath).close();
    expect(readFileSync(journalPath, "utf8")).toMatch(/^an older/);
    const journal = new JournalFile(journalPath);
    journal.sink.header(header);
    journal.sink.close?.();
    journal.check();
    journal.close();
    expect(readFileSync(journalPath, "utf8")).toMatch(/^\{.*\}\n$/s);
    expect(readFileSync(journalPath, "utf8")).not.toContain("older");
  });

  test.runIf(existsSync("/dev/full"))(
    "that cannot be written ends the session in a line, not the device",
    async () => {
      // A device of Linux's that has no space left.
      const journal = new JournalFile("/dev/full");
      const serial = new Serial({ journal: journal.sink });
      serial.write(7, 1);
      expect([serial.read(7), serial.journal.lost]).toEqual([1, 2]);
      serial.close();
      journal.close();
      expect(() => journal.check()).toThrow(
        new CommandError("cannot write /dev/full: there is no space left"),
      );
      await expect(journal.failed).rejects.toThrow(CommandError);
    },
  );
});

test("a console whose reader is slow stops the machine, and loses nothing", async () => {
  const serial = new Serial({ journal: false });
  const pauseCalls: boolean[] = [];
  const shownBytes: number[] = [];
  let releaseReader: () => void = () => {};
  const showSlowly = async (bytes: Uint8Array) => {
    shownBytes.push(...bytes);
    await new Promise<void>((resolve) => {
      releaseReader = resolve;
    });
  };
  const console = new GuestConsole(serial, showSlowly, (isPaused) => pauseCalls.push(isPaused));
  serial.write(0, 0);
  await Promise.resolve();
  await Promise.resolve();
  for (let i = 1; i < 70_000; i++) serial.write(0, i & 0xff);
  expect([pauseCalls, shownBytes.length]).toEqual([[true], 1]);
  const allShown = console.waitUntilShown();
  for (let i = 0; i < 4; i++) {
    releaseReader();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await allShown;
  expect(pauseCalls).toEqual([true, false]);
  expect(shownBytes).toEqual(Array.from({ length: 70_000 }, (_, i) => i & 0xff));
});
