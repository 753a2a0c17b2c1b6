/** One boot, of which the parent hears: `boot-round.ts v86|serial|uart16550`. */
import { readFileSync } from "node:fs";
import { guestFiles } from "../.ci/guest/files.js";
import { Machine } from "../src/cli/internal.js";
import { Serial, Uart16550 } from "../src/device/index.js";
import type { Input } from "../src/journal/index.js";
import type { BootFigures } from "./boot.js";

const PROMPT = "guest# ";
const CMDLINE =
  "console=ttyS0,115200 nokaslr tsc=reliable mitigations=off random.trust_cpu=on cryptomgr.notests";

const DEVICE_FACTORIES = {
  v86: () => undefined,
  serial: () => new Serial(),
  // As v86's own, it sends at once.
  uart16550: () => new Uart16550({ preset: "qemu" }),
};
const createDevice = DEVICE_FACTORIES[process.argv[2] as keyof typeof DEVICE_FACTORIES];
const device = createDevice();
const files = guestFiles();
const readGuestFile = (fileName: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = readFileSync(fileName);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};
const guestImages = {
  kernel: readGuestFile(files.kernel),
  initrd: readGuestFile(files.initrd),
  bios: readGuestFile(files.bios),
  vgaBios: readGuestFile(files.vgaBios),
};
const machine = await Machine.createDevice(device, { images: guestImages, cmdline: CMDLINE, memory: 128 });

let outputEnd = "";
const startTick = performance.now();
await new Promise<void>((resolve) => {
  machine.emulator.add_listener("serial0-output-byte", (byte) => {
    outputEnd = (outputEnd + String.fromCharCode(byte)).slice(-PROMPT.length);
    if (outputEnd === PROMPT) resolve();
  });
  machine.run();
});
const seconds = (performance.now() - startTick) / 1000;
await machine.destroy();

/** Measures the same inputs on a fresh device, in a process that is as warm. */
function driveFresh(): number {
  const freshDevice = createDevice();
  if (!device || !freshDevice) return 0;
  const journalInputs = [...device.journal.entries()].map(({ entry }) => entry as Input);
  const startTime = performance.now();
  for (const input of journalInputs) {
    if (input.type === "read") freshDevice.read(input.offset);
    else if (input.type === "write") freshDevice.write(input.offset, input.value);
    else freshDevice.apply(input);
  }
  return (performance.now() - startTime) / 1000;
}

const measuredBoot: BootFigures = { seconds, device: driveFresh(), entries: device?.journal.length ?? 0 };
process.send?.(measuredBoot, () => process.exit(0));
