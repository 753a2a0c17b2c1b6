import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { V86, V86Options } from "v86";
import type { Uart } from "../../guests/host/index.js";
import { attachUart } from "../../guests/v86/index.js";
import { withWriteErrors } from "../files.js";
import { CommandError } from "../io.js";
import type { MachineImages } from "./images.js";

/** The options of a machine. */
interface MachineOptions {
  readonly images: MachineImages;
  readonly cmdline: string;
  /** Megabytes. */
  readonly memory: number;
  /** A saved machine to resume, on the same device. */
  readonly snapshot?: ArrayBuffer | undefined;
}

/** Settings that turn off parts of v86. A saved machine can be restored only without a network card; a console needs none. */
const DISABLED_DEVICES = { disable_speaker: true, log_level: 0, net_device: { type: "none" } } as const;

/** A machine in v86, with a device of ours as COM1. */
export class Machine {
  readonly emulator: V86;
  /** Resolves when the processor has halted for good: after a poweroff. */
  readonly halted: Promise<void>;

  private constructor(emulator: V86) {
    this.emulator = emulator;
    this.halted = new Promise((resolve) => emulator.add_listener("cpu-event-halt" as never, resolve));
  }

  /** Makes a machine, which does not run yet. @throws CommandError if v86 is not there, or the snapshot does not go with the device. */
  static async createDevice(device: Uart | undefined, options: MachineOptions): Promise<Machine> {
    const { V86: Emulator, folder } = await loadV86();
    const { images, cmdline, memory, snapshot } = options;
    const asImage = (buffer: ArrayBuffer | undefined) => (buffer ? { buffer } : undefined);
    // A saved machine has its kernel in memory.
    const bootImages = snapshot === undefined ? images : { bios: images.bios, vgaBios: images.vgaBios };
    const settings = {
      ...DISABLED_DEVICES,
      wasm_path: join(folder, "v86.wasm"),
      memory_size: memory * 1024 * 1024,
      bios: asImage(images.bios),
      vga_bios: asImage(images.vgaBios),
      bzimage: asImage("kernel" in bootImages ? bootImages.kernel : undefined),
      initrd: asImage("initrd" in bootImages ? bootImages.initrd : undefined),
      cdrom: asImage(images.cdrom),
      cmdline,
    };
    const emulator = new Emulator(withoutUndefined(settings) as V86Options);
    await new Promise<void>((resolve) => emulator.add_listener("emulator-loaded", () => resolve()));
    if (device) attachUart(emulator, device, { com: 1 });
    if (snapshot) await restoreState(emulator, snapshot);
    return new Machine(emulator);
  }

  run(): void {
    void this.emulator.run();
  }

  /** Saves the machine in a file, whole or not at all. */
  async save(filePath: string): Promise<void> {
    const state = new Uint8Array(await this.emulator.save_state());
    await withWriteErrors(filePath, async () => {
      await writeFile(`${filePath}.part`, state);
      await rename(`${filePath}.part`, filePath);
    });
  }

  async destroy(): Promise<void> {
    await this.emulator.destroy();
  }
}

async function loadV86(): Promise<{ readonly V86: typeof V86; readonly folder: string }> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("v86"));
    const { V86: Emulator } = await import("v86");
    return { V86: Emulator, folder };
  } catch (error) {
    const exitCode = (error as NodeJS.ErrnoException).code ?? "";
    if (!["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(exitCode)) throw error;
    throw new CommandError("run: expected the package v86, got none; npm install v86");
  }
}

async function restoreState(emulator: V86, snapshot: ArrayBuffer): Promise<void> {
  try {
    await emulator.restore_state(snapshot);
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith("restore_state: "))
      throw new CommandError(error.message.replace("restore_state", "--snapshot"));
    throw error;
  }
}

/** Removes undefined settings: v86 checks whether a setting is present. */
const withoutUndefined = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
