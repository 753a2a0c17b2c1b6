/** The speed of a paste: a megabyte into a guest that reads while there is something, offered by hand and through a port. `npx tsx bench/paste.ts` */
import { Serial, Uart16550 } from "../src/device/index.js";
import { HostPort } from "../src/guests/host/index.js";

const paste = new Uint8Array(1_000_000).fill(0x78);
const LSR_OFFSET = 5;
const DATA_READY = 1;

function uartWithFifos(): Uart16550 {
  const uart = new Uart16550({ preset: "qemu", journal: false });
  uart.write(2, 0x01);
  return uart;
}

const DEVICES: readonly (readonly [name: string, create: () => Serial | Uart16550])[] = [
  ["Serial", () => new Serial({ journal: false })],
  ["Uart16550, preset qemu", uartWithFifos],
];

function offerByHand(device: Serial | Uart16550): void {
  for (let sent = 0; sent < paste.length; ) {
    sent += device.offer(paste.subarray(sent, sent + device.capacity));
    while (device.read(LSR_OFFSET) & DATA_READY) device.read(0);
  }
}

async function writeToPort(device: Serial | Uart16550): Promise<void> {
  const port = new HostPort(device);
  await port.open({ baudRate: 115_200 });
  const written = port.writable?.getWriter().write(paste);
  for (let received = 0; received < paste.length; ) {
    if (device.read(LSR_OFFSET) & DATA_READY) {
      device.read(0);
      received++;
    } else await new Promise((resolve) => setTimeout(resolve));
  }
  await written;
}

for (const [deviceName, create] of DEVICES)
  for (const [pathName, send] of Object.entries({ offer: offerByHand, HostPort: writeToPort })) {
    await send(create());
    const begin = performance.now();
    await send(create());
    const seconds = (performance.now() - begin) / 1000;
    console.log(`${deviceName}, ${pathName}: ${(paste.length / 1e6 / seconds).toFixed(1)} MB/s`);
  }
process.exit(0);
