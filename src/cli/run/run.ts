import { setTimeout } from "node:timers/promises";
import { Command, Option } from "commander";
import type { SerialRevision, Uart16550Preset } from "../../../machines/index.js";
import { Serial, Uart16550 } from "../../device/index.js";
import type { Uart } from "../../guests/host/index.js";
import { inputOf } from "../../guests/internal.js";
import type { JournalSink } from "../../journal/index.js";
import { DEVICES, deviceInWords, PRESETS, REVISIONS } from "../devices.js";
import { type CommandHelp, withHelp } from "../help.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { GuestConsole } from "./guest-console.js";
import { type ImageFlags, readImages, readSnapshot } from "./images.js";
import { JournalFile } from "./journal-file.js";
import { KeyDecoder, keysInWords } from "./keys.js";
import { Machine } from "./machine.js";
import {
  playScript,
  readScript,
  type Command as ScriptCommand,
  ScriptFailure,
  type ScriptTarget,
} from "./script.js";

/** The options of `vm-superio run`. */
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

/** Requests a console on COM1, and omits work that is slow in an emulator. */
const DEFAULT_CMDLINE = "console=ttyS0,115200 nokaslr tsc=reliable mitigations=off random.trust_cpu=on";
/** The duration of a break. */
const BREAK_MILLISECONDS = 250;

const HELP: CommandHelp = {
  summary: "run a guest on a device, with your terminal at the other end",
  examples: `\
  vm-superio run --kernel vmlinuz --initrd initrd.cpio
  vm-superio run --kernel vmlinuz --initrd initrd.cpio --device uart16550 --journal boot.jsonl.gz
  vm-superio run --kernel vmlinuz --initrd initrd.cpio --script test.txt
  vm-superio run --cdrom grub-rescue-cdrom.iso --bios bios.bin --vga-bios vgabios-stdvga.bin`,
  details: `\
The guest runs in v86, an emulator of a 32-bit PC: npm install v86. Its COM1 is a device of this
package, and your terminal is at the other end of the line: your input goes to the guest, a paste of
any length as fast as the guest accepts it. The guest can control your terminal, so run one that you
trust. While standard input is a terminal:

${keysInWords()
  .map((line) => `  ${line}`)
  .join("\n")}

--journal F    writes every input of the device, passwords too: vm-superio replay F replays it
               (compressed if F ends in .gz)
--snapshot F   resumes the machine saved in F if there is one; Ctrl-A s saves it there
--script F     types instead of you, one command per line; the exit code is 1 if an expected text
               does not come:
                 expect TEXT, send TEXT     plain, or quoted as in JSON: send "ls\\n"
                 timeout SECONDS            the time limit of later expect commands (default 60)
                 wait SECONDS, save, halt (wait until the guest ends), quit`,
};

/** The command `run`. */
export function runCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("run"), HELP)
    .option("--kernel <file>", "a 32-bit Linux kernel (bzImage)")
    .option("--initrd <file>", "its initramfs")
    .option("--cmdline <text>", "the kernel's command line", DEFAULT_CMDLINE)
    .option("--cdrom <file>", "a CD to boot from, where there is no kernel")
    .option("--bios <file>", "the BIOS (default: SeaBIOS, where its package is installed)")
    .option("--vga-bios <file>", "the VGA BIOS, for guests that want a screen")
    .addOption(new Option("--memory <MB>", "megabytes of memory").default(128).argParser(parseMegabytes))
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
    .action(async (flags: RunFlags) => setExitCode(await runGuest(flags, io)));
}

function parseMegabytes(text: string): number {
  const value = Number(text);
  if ([128, 256, 512, 1024].includes(value)) return value;
  throw new CommandError(`--memory: expected 128, 256, 512 or 1024 megabytes, got ${text}`);
}

/** Runs a guest until it ends, or the user leaves. @throws CommandError for what keeps it from starting. */
async function runGuest(flags: RunFlags, io: Io): Promise<ExitCode> {
  const script = flags.script === undefined ? undefined : await readScript(flags.script);
  const snapshot =
    flags.snapshot === undefined ? undefined : await readSnapshot(flags.snapshot, flags.memory);
  if (snapshot === undefined && flags.kernel === undefined && flags.cdrom === undefined)
    throw new CommandError("--kernel: expected a kernel, a CD or a saved machine to run, got none");
  const images = await readImages(flags);
  const journal = flags.journal === undefined ? undefined : new JournalFile(flags.journal);
  try {
    const device = createDevice(flags, journal?.sink ?? false);
    const { cmdline, memory } = flags;
    const machine = await Machine.createDevice(device, { images, cmdline, memory, snapshot });
    const session = new GuestSession(machine, device, flags, io);
    const exitCode = await session.run(script, journal?.failed).finally(() => device.close());
    journal?.check();
    return exitCode;
  } finally {
    journal?.close();
  }
}

function createDevice({ device, revision, preset }: RunFlags, journal: JournalSink | false): Uart {
  const deviceName = device ?? (preset === undefined ? "serial" : "uart16550");
  if (deviceName === "serial" && preset !== undefined)
    throw new CommandError("--preset: expected --device uart16550 with it, got serial, which has --revision");
  if (deviceName === "uart16550" && revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  if (deviceName === "serial") return new Serial({ journal, ...(revision ? { revision } : {}) });
  return new Uart16550({ journal, ...(preset ? { preset } : {}) });
}

/** A running guest with a user or a script at the other end of its line. */
class GuestSession {
  readonly #machine: Machine;
  readonly #device: Uart;
  readonly #flags: RunFlags;
  readonly #io: Io;
  readonly #console: GuestConsole;
  #leaveSession: () => void = () => {};

  constructor(machine: Machine, device: Uart, flags: RunFlags, io: Io) {
    this.#machine = machine;
    this.#device = device;
    this.#flags = flags;
    this.#io = io;
    const setPaused = (isPaused: boolean) =>
      void (isPaused ? machine.emulator.stop() : machine.emulator.run());
    this.#console = new GuestConsole(device, (bytes) => io.stdout.write(bytes), setPaused);
  }

  /**
   * Runs until the guest ends, the script does, the user leaves, or a signal comes.
   *
   * @param failed - rejects with an error that ends the session.
   */
  async run(script: readonly ScriptCommand[] | undefined, failed?: Promise<never>): Promise<ExitCode> {
    const whenLeft = new Promise<void>((resolve) => {
      this.#leaveSession = resolve;
    });
    const { setRawMode: setRaw } = this.#io;
    const isInteractive = script === undefined && setRaw !== undefined;
    const removeListener = this.#io.onSignal?.((signal) => {
      this.#printMessage(`ended by ${signal}`);
      this.#leaveSession();
    });
    try {
      if (isInteractive) setRaw(true);
      if (isInteractive) this.#printMessage(`${this.#deviceText}; Ctrl-A h for help, Ctrl-A x to leave`);
      this.#machine.run();
      const whenPlayed = script ? playScript(script, this.#scriptTarget) : this.#forwardInput(isInteractive);
      const whenEnded = this.#machine.halted.then(() => {
        this.#console.end();
        return script && whenPlayed;
      });
      await Promise.race([whenEnded, whenLeft, whenPlayed, ...(failed ? [failed] : [])]);
      return 0;
    } catch (error) {
      if (!(error instanceof ScriptFailure)) throw error;
      await this.#console.waitUntilShown();
      await this.#printMessage(error.message);
      return 1;
    } finally {
      await this.#machine.destroy();
      await this.#console.waitUntilShown();
      if (isInteractive) setRaw(false);
      removeListener?.();
    }
  }

  get #deviceText(): string {
    return deviceInWords(this.#device.chart.id, this.#device.chart.options);
  }

  /** Prints a message of ours beside the guest's console. */
  async #printMessage(message: string): Promise<void> {
    await this.#io.stderr.write(`\r\nvm-superio: ${message}\r\n`);
  }

  /** Forwards the user's input to the guest. It never ends by itself: a guest whose input has ended runs on. */
  async #forwardInput(isInteractive: boolean): Promise<never> {
    const inputQueue = inputOf(this.#device);
    const keyDecoder = new KeyDecoder(
      (bytes) => inputQueue.push(bytes),
      (key) => void this.#runCommand(key),
    );
    for await (const chunk of this.#io.stdin) {
      if (isInteractive) keyDecoder.decodeBytes(chunk);
      else inputQueue.push(chunk);
    }
    return new Promise(() => {});
  }

  async #runCommand(key: "x" | "s" | "b" | "h"): Promise<void> {
    if (key === "x") this.#leaveSession();
    else if (key === "h") await this.#printMessage(["keys", ...keysInWords()].join("\r\n  "));
    else if (key === "s")
      await this.#saveMachine().catch((error: Error) => this.#printMessage(error.message));
    else await this.#sendBreak();
  }

  async #saveMachine(): Promise<void> {
    const { snapshot } = this.#flags;
    if (snapshot === undefined)
      throw new CommandError("expected --snapshot FILE to save the machine in, got none");
    await this.#machine.save(snapshot);
    await this.#printMessage(`saved in ${snapshot}`);
  }

  async #sendBreak(): Promise<void> {
    const device = this.#device;
    if (!(device instanceof Uart16550)) {
      await this.#printMessage("serial knows no break; uart16550 does");
      return;
    }
    device.breakCondition(true);
    await setTimeout(BREAK_MILLISECONDS);
    device.breakCondition(false);
  }

  get #scriptTarget(): ScriptTarget {
    return {
      send: (text) => inputOf(this.#device).push(new TextEncoder().encode(text)),
      expect: (text, milliseconds) => this.#console.expect(text, milliseconds),
      recentText: () => this.#console.recentText,
      hasEnded: () => this.#console.hasEnded,
      wait: (milliseconds) => setTimeout(milliseconds),
      save: () => this.#saveMachine(),
      halt: (milliseconds) =>
        Promise.race([
          this.#machine.halted.then(() => true),
          // The timer does not keep the process alive once the guest has ended.
          setTimeout(milliseconds, false, { ref: false }),
        ]),
    };
  }
}
