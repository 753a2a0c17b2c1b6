import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { guestFiles, journalFolder } from "../../.ci/guest/files.js";
import { GuestConsole } from "../../src/cli/run/guest-console.js";
import { Machine } from "../../src/cli/run/machine.js";
import type { Uart } from "../../src/guests/host/index.js";
import { inputOf } from "../../src/guests/host/input-queue.js";
import { writeJournal } from "../../src/journal/index.js";

/** A console without messages but the last, and what lets the kernel start sooner in an emulator. */
const CMDLINE = [
  "console=ttyS0,115200 loglevel=1 printk.devkmsg=on",
  "nokaslr tsc=reliable mitigations=off random.trust_cpu=on cryptomgr.notests pnpbios=off acpi=off mce=off nowatchdog",
].join(" ");
const MEMORY = 128;
/** How long a guest may take for anything, in milliseconds: a machine that others use is slow. */
const PATIENCE = 600_000;
/** What the shell prints before it takes a command. */
export const PROMPT = "guest# ";

const read = (file: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = readFileSync(file);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};

/** A real guest on one of our devices, and somebody at its console. */
export class Guest {
  readonly machine: Machine;
  readonly device: Uart;
  readonly #console: GuestConsole;
  #printed = "";
  #commands = 0;

  private constructor(machine: Machine, device: Uart) {
    this.machine = machine;
    this.device = device;
    const show = (bytes: Uint8Array) => {
      this.#printed += String.fromCharCode(...bytes);
    };
    this.#console = new GuestConsole(device, show, () => {});
  }

  /** A Linux that is about to start. */
  static async linux(device: Uart): Promise<Guest> {
    const { kernel, initrd, bios, vgaBios } = guestFiles();
    const images = { kernel: read(kernel), initrd: read(initrd), bios: read(bios), vgaBios: read(vgaBios) };
    return new Guest(await Machine.make(device, { images, cmdline: CMDLINE, memory: MEMORY }), device);
  }

  /** GRUB on a CD that is about to start. */
  static async grub(device: Uart): Promise<Guest> {
    const { bios, vgaBios, grub } = guestFiles();
    const images = { bios: read(bios), vgaBios: read(vgaBios), cdrom: read(grub) };
    return new Guest(await Machine.make(device, { images, cmdline: "", memory: MEMORY }), device);
  }

  /** Boots Linux up to its shell. */
  static async shell(device: Uart): Promise<Guest> {
    const guest = await Guest.linux(device);
    guest.machine.run();
    await guest.expect(PROMPT);
    return guest;
  }

  /** A guest that goes on from a saved machine, in an emulator of its own, on a fresh device. */
  static async restored(device: Uart, snapshot: ArrayBuffer): Promise<Guest> {
    const { bios, vgaBios } = guestFiles();
    const images = { bios: read(bios), vgaBios: read(vgaBios) };
    const guest = new Guest(
      await Machine.make(device, { images, cmdline: CMDLINE, memory: MEMORY, snapshot }),
      device,
    );
    guest.machine.run();
    return guest;
  }

  /** All that the guest has printed. */
  get printed(): string {
    return this.#printed;
  }

  /** Types text, or bytes. */
  type(text: string | Uint8Array): void {
    inputOf(this.device).push(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  /** How much was typed that the device has not taken yet. */
  get waiting(): number {
    return inputOf(this.device).waiting;
  }

  /** Waits until the guest has printed a text, and {@link printed} has it. @throws Error that shows what it has printed instead. */
  async expect(text: string, milliseconds = PATIENCE): Promise<void> {
    if (await this.#console.expect(text, milliseconds)) return this.#console.shown();
    throw new Error(
      `expected ${JSON.stringify(text)}, got ${JSON.stringify(this.#console.recent.slice(-300))}`,
    );
  }

  /** Types a command and waits for its end. Gives what it printed. */
  async run(command: string): Promise<string> {
    const start = this.#printed.length;
    const number = ++this.#commands;
    // What is echoed is not yet the sum.
    this.type(`${command}; echo "<$((${number}+0))>"\n`);
    const mark = `<${number}>\r\n`;
    await this.expect(mark);
    await this.expect(PROMPT);
    const all = this.#printed.slice(start);
    return all.slice(all.indexOf("\r\n") + 2, all.lastIndexOf(mark));
  }

  /** Waits until something holds. */
  async until(holds: () => boolean): Promise<void> {
    for (let waited = 0; !holds(); waited += 5) {
      if (waited > PATIENCE) throw new Error("it did not come about");
      await setTimeout(5);
    }
  }

  /** Leaves the journal so far behind, under a name: for the coverage of charts by real guests. */
  async record(name: string): Promise<void> {
    const { journal } = this.device;
    await mkdir(journalFolder(), { recursive: true });
    const text = writeJournal(journal.header, journal.entries(), { gzip: true });
    await writeFile(join(journalFolder(), `${name}.jsonl.gz`), text);
  }

  async end(): Promise<void> {
    await this.machine.destroy();
    this.device.close();
  }
}
