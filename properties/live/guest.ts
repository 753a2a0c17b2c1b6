import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { guestFiles, journalFolder } from "../../.ci/guest/files.js";
import { GuestConsole, Machine } from "../../src/cli/internal.js";
import type { Uart } from "../../src/guests/host/index.js";
import { inputOf } from "../../src/guests/internal.js";
import { writeJournal } from "../../src/journal/index.js";

/** A console without messages but the last, and what lets the kernel start sooner in an emulator. */
const CMDLINE = [
  "console=ttyS0,115200 loglevel=1 printk.devkmsg=on",
  "nokaslr tsc=reliable mitigations=off random.trust_cpu=on cryptomgr.notests pnpbios=off acpi=off mce=off nowatchdog",
].join(" ");
const MEMORY = 128;
/** The longest wait for a guest, in milliseconds: a machine that others use is slow. */
const PATIENCE = 600_000;
/** The prompt of the shell. */
export const PROMPT = "guest# ";

const read = (fileName: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = readFileSync(fileName);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};

/** A real guest on one of our devices, and somebody at its console. */
export class LiveGuest {
  readonly machine: Machine;
  readonly device: Uart;
  readonly #console: GuestConsole;
  #printed = "";
  #commands = 0;

  private constructor(machine: Machine, uartDevice: Uart) {
    this.machine = machine;
    this.device = uartDevice;
    const show = (dataBytes: Uint8Array) => {
      this.#printed += String.fromCharCode(...dataBytes);
    };
    this.#console = new GuestConsole(uartDevice, show, () => {});
  }

  /** A Linux that is about to start. */
  static async linux(uartDevice: Uart): Promise<LiveGuest> {
    const { kernel, initrd, bios, vgaBios } = guestFiles();
    const images = { kernel: read(kernel), initrd: read(initrd), bios: read(bios), vgaBios: read(vgaBios) };
    return new LiveGuest(
      await Machine.createDevice(uartDevice, { images, cmdline: CMDLINE, memory: MEMORY }),
      uartDevice,
    );
  }

  /** GRUB on a CD that is about to start. */
  static async grub(uartDevice: Uart): Promise<LiveGuest> {
    const { bios, vgaBios, grub } = guestFiles();
    const images = { bios: read(bios), vgaBios: read(vgaBios), cdrom: read(grub) };
    return new LiveGuest(
      await Machine.createDevice(uartDevice, { images, cmdline: "", memory: MEMORY }),
      uartDevice,
    );
  }

  /** Boots Linux up to its shell. */
  static async shell(uartDevice: Uart): Promise<LiveGuest> {
    const liveGuest = await LiveGuest.linux(uartDevice);
    liveGuest.machine.run();
    await liveGuest.expect(PROMPT);
    return liveGuest;
  }

  /** A guest that goes on from a saved machine, in an emulator of its own, on a fresh device. */
  static async restored(uartDevice: Uart, snapshot: ArrayBuffer): Promise<LiveGuest> {
    const { bios, vgaBios } = guestFiles();
    const images = { bios: read(bios), vgaBios: read(vgaBios) };
    const liveGuest = new LiveGuest(
      await Machine.createDevice(uartDevice, { images, cmdline: CMDLINE, memory: MEMORY, snapshot }),
      uartDevice,
    );
    liveGuest.machine.run();
    return liveGuest;
  }

  /** All that the guest has printed. */
  get printed(): string {
    return this.#printed;
  }

  /** Types text, or bytes. */
  type(journalText: string | Uint8Array): void {
    inputOf(this.device).push(
      typeof journalText === "string" ? new TextEncoder().encode(journalText) : journalText,
    );
  }

  /** The number of typed bytes that the device has not accepted yet. */
  get waiting(): number {
    return inputOf(this.device).waiting;
  }

  /** Waits until the guest has printed a text, and {@link printed} has it. @throws Error that shows what it has printed instead. */
  async expect(message: string, milliseconds = PATIENCE): Promise<void> {
    if (await this.#console.expect(message, milliseconds)) return this.#console.waitUntilShown();
    throw new Error(
      `expected ${JSON.stringify(message)}, got ${JSON.stringify(this.#console.recentText.slice(-300))}`,
    );
  }

  /** Types a command and waits for its end. Gives what it printed. */
  async run(command: string): Promise<string> {
    const startTick = this.#printed.length;
    const commandNumber = ++this.#commands;
    // What is echoed is not yet the sum.
    this.type(`${command}; echo "<$((${commandNumber}+0))>"\n`);
    const mark = `<${commandNumber}>\r\n`;
    await this.expect(mark);
    await this.expect(PROMPT);
    const all = this.#printed.slice(startTick);
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
  async record(journalName: string): Promise<void> {
    const { journal } = this.device;
    await mkdir(journalFolder(), { recursive: true });
    const journalText = writeJournal(journal.header, journal.entries(), { gzip: true });
    await writeFile(join(journalFolder(), `${journalName}.jsonl.gz`), journalText);
  }

  async end(): Promise<void> {
    await this.machine.destroy();
    this.device.close();
  }
}
