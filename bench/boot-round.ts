/** One boot, of which the parent hears: `boot-round.ts v86|serial|uart16550`. */
import { readFileSync } from "node:fs";
import { guestFiles } from "../.ci/guest/files.js";
import { Machine } from "../src/cli/run/machine.js";
import { Serial, Uart16550 } from "../src/device/index.js";
import type { Input } from "../src/journal/index.js";
import type { Boot } from "./boot.js";

const PROMPT = "guest# ";
const CMDLINE =
  "console=ttyS0,115200 nokaslr tsc=reliable mitigations=off random.trust_cpu=on cryptomgr.notests";

const MAKE = {
  v86: () => undefined,
  serial: () => new Serial(),
  // As v86's own, it sends at once.
  uart16550: () => new Uart16550({ preset: "qemu" }),
};
const make = MAKE[process.argv[2] as keyof typeof MAKE];
const device = make();
const files = guestFiles();
const read = (file: string): ArrayBuffer => {
  const { buffer, byteOffset, length } = readFileSync(file);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};
const images = {
  kernel: read(files.kernel),
  initrd: read(files.initrd),
  bios: read(files.bios),
  vgaBios: read(files.vgaBios),
};
const machine = await Machine.make(device, { images, cmdline: CMDLINE, memory: 128 });

let end = "";
const start = performance.now();
await new Promise<void>((resolve) => {
  machine.emulator.add_listener("serial0-output-byte", (byte) => {
    end = (end + String.fromCharCode(byte)).slice(-PROMPT.length);
    if (end === PROMPT) resolve();
  });
  machine.run();
});
const seconds = (performance.now() - start) / 1000;
await machine.destroy();

/** How long the same inputs take on a fresh device, in a process that is as warm. */
function driven(): number {
  const fresh = make();
  if (!device || !fresh) return 0;
  const inputs = [...device.journal.entries()].map(({ entry }) => entry as Input);
  const began = performance.now();
  for (const input of inputs) {
    if (input.type === "read") fresh.read(input.offset);
    else if (input.type === "write") fresh.write(input.offset, input.value);
    else fresh.apply(input);
  }
  return (performance.now() - began) / 1000;
}

const boot: Boot = { seconds, device: driven(), entries: device?.journal.length ?? 0 };
process.send?.(boot, () => process.exit(0));
