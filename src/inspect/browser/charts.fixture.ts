/** Every chart and preset, each with a few accesses: the sources of a page, for the tests in a browser. */
import { UART16550_PRESETS } from "../../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../device/index.js";
import { inspectSources } from "../internal.js";

const presets = Object.keys(UART16550_PRESETS) as (keyof typeof UART16550_PRESETS)[];
const devices: readonly (readonly [string, Device])[] = [
  ["0.8.1", new Serial({ revision: "0.8.1" })],
  ["0.8.2", new Serial()],
  ...presets.map((preset) => [preset, new Uart16550({ preset })] as const),
];
for (const [, device] of devices) {
  device.write(1, 0x07);
  device.write(0, 0x41);
  device.apply({ type: "receive", characters: [0x42] });
}
const inspector = await inspectSources(
  devices.map(([name, { journal }]) => ({ name, live: false, journal, differences: [], warnings: [] })),
);
console.log(inspector.url);
process.once("SIGTERM", () => {
  void inspector.close().then(() => process.exit(0));
});
