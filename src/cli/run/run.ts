import { setTimeout } from "node:timers/promises";
import { Command, Option } from "commander";
import type { SerialRevision, Uart16550Preset } from "../../../machines/index.js";
import { Serial, Uart16550 } from "../../device/index.js";
import type { Uart } from "../../guests/host/index.js";
import { inputOf } from "../../guests/host/input-queue.js";
import type { JournalSink } from "../../journal/index.js";
import { DEVICES, deviceInWords, PRESETS, REVISIONS } from "../devices.js";
import { CommandError, type ExitCode, type Surroundings } from "../surroundings.js";
import { GuestConsole } from "./guest-console.js";
import { type ImageFlags, readImages, readSnapshot } from "./images.js";
import { JournalFile } from "./journal-file.js";
import { Keys, keysInWords } from "./keys.js";
import { Machine } from "./machine.js";
import {
  type Driven,
  playScript,
  readScript,
  type Command as ScriptCommand,
  ScriptFailure,
} from "./script.js";

/** What `vm-superio run` can be told. */
interface RunFlags extends ImageFlags {
  readonly cmdline: string;
  readonly memory: number;
  readonly device?: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly preset?: Uart16550Preset;
  readonly journal?: string;
  readonly snapshot?: string;
  readonly script?: string;
}

/** A console on COM1, and what lets the kernel start sooner in an emulator. */
const CMDLINE = "console=ttyS0,115200 nokaslr tsc=reliable mitigations=off random.trust_cpu=on";
/** How long a break is, in milliseconds. */
const BREAK = 250;

const EXAMPLES = `
The guest runs in v86, an emulator of a 32-bit PC: npm install v86. Its COM1 is a device of this
package, and your terminal is at the other end of the line: what you type goes to the guest, a paste
of any length as fast as it is taken. The guest can drive your terminal, so run one that you trust.
While standard input is a terminal:

${keysInWords()
  .map((line) => `  ${line}`)
  .join("\n")}

--journal F    writes all that enters the device, passwords too: vm-superio replay F replays it
               (with .gz at its end it is compressed)
--snapshot F   goes on from the machine saved in F if there is one; Ctrl-A s saves it there
--script F     types instead of you, a command a line; the exit code is 1 if something expected does
               not come:
                 expect TEXT, send TEXT     TEXT as it is, or quoted as in JSON: send "ls\\n"
                 timeout SECONDS            how long to expect from here on (default 60)
                 wait SECONDS, save, halt (the guest is to end), quit

Examples:
  vm-superio run --kernel vmlinuz --initrd initrd.cpio
  vm-superio run --kernel vmlinuz --initrd initrd.cpio --device uart16550 --journal boot.jsonl.gz
  vm-superio run --kernel vmlinuz --initrd initrd.cpio --script test.txt
  vm-superio run --cdrom grub-rescue-cdrom.iso --bios bios.bin --vga-bios vgabios-stdvga.bin`;

/** The command `run`. */
export function runCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("run")
    .description("run a guest on a device, with your terminal at the other end")
    .option("--kernel <file>", "a 32-bit Linux kernel (bzImage)")
    .option("--initrd <file>", "its initramfs")
    .option("--cmdline <text>", "the kernel's command line", CMDLINE)
    .option("--cdrom <file>", "a CD to boot from, where there is no kernel")
    .option("--bios <file>", "the BIOS (default: SeaBIOS, where its package is installed)")
    .option("--vga-bios <file>", "the VGA BIOS, for guests that want a screen")
    .addOption(new Option("--memory <MB>", "megabytes of memory").default(128).argParser(megabytes))
    .addOption(new Option("--device <device>", "the device (default: serial)").choices(DEVICES))
    .addOption(
      new Option("--revision <revision>", "of serial: vm-superio's revision (default: 0.8.2)").choices(
        REVISIONS,
      ),
    )
    .addOption(
      new Option("--preset <preset>", "of uart16550: which part it is (default: pc16550d)").choices(PRESETS),
    )
    .option("--journal <file>", "where to write the device's journal")
    .option("--snapshot <file>", "the machine to go on from, and where to save it")
    .option("--script <file>", "what to type and to expect")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: RunFlags) => end(await runGuest(flags, io)));
}

function megabytes(text: string): number {
  const value = Number(text);
  if ([128, 256, 512, 1024].includes(value)) return value;
  throw new CommandError(`--memory: expected 128, 256, 512 or 1024 megabytes, got ${text}`);
}

/** Runs a guest until it ends, or the user leaves. @throws CommandError for what keeps it from starting. */
async function runGuest(flags: RunFlags, io: Surroundings): Promise<ExitCode> {
  const script = flags.script === undefined ? undefined : await readScript(flags.script);
  const snapshot =
    flags.snapshot === undefined ? undefined : await readSnapshot(flags.snapshot, flags.memory);
  if (snapshot === undefined && flags.kernel === undefined && flags.cdrom === undefined)
    throw new CommandError("--kernel: expected a kernel, a CD or a saved machine to run, got none");
  const images = await readImages(flags);
  const journal = flags.journal === undefined ? undefined : new JournalFile(flags.journal);
  try {
    const device = deviceFor(flags, journal?.sink ?? false);
    const { cmdline, memory } = flags;
    const machine = await Machine.make(device, { images, cmdline, memory, snapshot });
    const session = new Session(machine, device, flags, io);
    const code = await session.run(script, journal?.failed).finally(() => device.close());
    journal?.check();
    return code;
  } finally {
    journal?.close();
  }
}

function deviceFor({ device, revision, preset }: RunFlags, journal: JournalSink | false): Uart {
  const which = device ?? (preset === undefined ? "serial" : "uart16550");
  if (which === "serial" && preset !== undefined)
    throw new CommandError("--preset: expected --device uart16550 with it, got serial, which has --revision");
  if (which === "uart16550" && revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  if (which === "serial") return new Serial({ journal, ...(revision ? { revision } : {}) });
  return new Uart16550({ journal, ...(preset ? { preset } : {}) });
}

/** A guest that runs, with somebody at the other end of its line. */
class Session {
  readonly #machine: Machine;
  readonly #device: Uart;
  readonly #flags: RunFlags;
  readonly #io: Surroundings;
  readonly #console: GuestConsole;
  #leave: () => void = () => {};

  constructor(machine: Machine, device: Uart, flags: RunFlags, io: Surroundings) {
    this.#machine = machine;
    this.#device = device;
    this.#flags = flags;
    this.#io = io;
    const pause = (paused: boolean) => void (paused ? machine.emulator.stop() : machine.emulator.run());
    this.#console = new GuestConsole(device, (bytes) => io.stdout.write(bytes), pause);
  }

  /**
   * Runs until the guest ends, the script does, the user leaves, or a signal comes.
   *
   * @param failed - rejects with what keeps it from going on.
   */
  async run(script: readonly ScriptCommand[] | undefined, failed?: Promise<never>): Promise<ExitCode> {
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    const { setRaw } = this.#io;
    const interactive = script === undefined && setRaw !== undefined;
    const unhear = this.#io.onSignal?.((signal) => {
      this.#say(`ended by ${signal}`);
      this.#leave();
    });
    try {
      if (interactive) setRaw(true);
      if (interactive) this.#say(`${this.#words}; Ctrl-A h for help, Ctrl-A x to leave`);
      this.#machine.run();
      const played = script ? playScript(script, this.#driven) : this.#type(interactive);
      const ended = this.#machine.halted.then(() => {
        this.#console.end();
        return script && played;
      });
      await Promise.race([ended, left, played, ...(failed ? [failed] : [])]);
      return 0;
    } catch (error) {
      if (!(error instanceof ScriptFailure)) throw error;
      await this.#console.shown();
      await this.#say(error.message);
      return 1;
    } finally {
      await this.#machine.destroy();
      await this.#console.shown();
      if (interactive) setRaw(false);
      unhear?.();
    }
  }

  get #words(): string {
    return deviceInWords(this.#device.chart.id, this.#device.chart.options);
  }

  /** Says something of ours, beside the guest's console. */
  async #say(text: string): Promise<void> {
    await this.#io.stderr.write(`\r\nvm-superio: ${text}\r\n`);
  }

  /** Gives the guest what the user types. It never ends by itself: a guest whose input has ended goes on. */
  async #type(interactive: boolean): Promise<never> {
    const queue = inputOf(this.#device);
    const keys = new Keys(
      (bytes) => queue.push(bytes),
      (key) => void this.#follow(key),
    );
    for await (const chunk of this.#io.stdin) {
      if (interactive) keys.type(chunk);
      else queue.push(chunk);
    }
    return new Promise(() => {});
  }

  async #follow(key: "x" | "s" | "b" | "h"): Promise<void> {
    if (key === "x") this.#leave();
    else if (key === "h") await this.#say(["keys", ...keysInWords()].join("\r\n  "));
    else if (key === "s") await this.#save().catch((error: Error) => this.#say(error.message));
    else await this.#break();
  }

  async #save(): Promise<void> {
    const { snapshot } = this.#flags;
    if (snapshot === undefined)
      throw new CommandError("expected --snapshot FILE to save the machine in, got none");
    await this.#machine.save(snapshot);
    await this.#say(`saved in ${snapshot}`);
  }

  async #break(): Promise<void> {
    const device = this.#device;
    if (!(device instanceof Uart16550)) {
      await this.#say("serial knows no break; uart16550 does");
      return;
    }
    device.breakCondition(true);
    await setTimeout(BREAK);
    device.breakCondition(false);
  }

  get #driven(): Driven {
    return {
      send: (text) => inputOf(this.#device).push(new TextEncoder().encode(text)),
      expect: (text, milliseconds) => this.#console.expect(text, milliseconds),
      recent: () => this.#console.recent,
      ended: () => this.#console.ended,
      wait: (milliseconds) => setTimeout(milliseconds),
      save: () => this.#save(),
      halt: (milliseconds) =>
        Promise.race([
          this.#machine.halted.then(() => true),
          // Nothing is kept alive for it once the guest has ended.
          setTimeout(milliseconds, false, { ref: false }),
        ]),
    };
  }
}
