/** One contestant of `bench/accesses.ts` in a process of its own: a round for each message. */
import { FCR, IER, LCR } from "../machines/index.js";
import { Uart16550, type Uart16550DeviceOptions } from "../src/device/index.js";
import { ACCESSES, type AccessName } from "./access-names.js";
import { contestants } from "./contestants.js";
import { driveDevice, linuxBoot, mixedWorkload, type RegisterAccess } from "./load.js";

/** A device under measurement: one that is not timed has no `advance`. */
interface MeasuredDevice extends RegisterAccess {
  advance?(ticks: number): void;
}

const silent = () => ({ out: { write: () => {} }, interrupt: () => {}, journal: false }) as const;
const uart16550 = (preset: Uart16550DeviceOptions["preset"]) => () =>
  new Uart16550({ ...silent(), ...(preset === undefined ? {} : { preset }) });

const devices: Readonly<Record<string, () => MeasuredDevice | Promise<MeasuredDevice>>> = {
  "hand-written": contestants["hand-written"],
  "v86's UART": contestants["v86's UART"],
  Serial: contestants["Serial, no journal"],
  "Serial, journal": contestants.Serial,
  "Uart16550, instant": uart16550({ transmitterIsTimed: false }),
  "Uart16550, qemu": uart16550("qemu"),
  "Uart16550, timed": uart16550(undefined),
};

const CHARACTER_BITS = 10;
const TICKS_A_BIT = 16 * 8;
const characters = Uint8Array.of(0x41);
const loads = { "Linux boot": linuxBoot(), "mixed load": mixedWorkload(200_000) };

const runs: Readonly<Record<AccessName, (device: MeasuredDevice, count: number) => void>> = {
  "read LSR": (device, count) => {
    for (let i = 0; i < count; i++) device.read(5);
  },
  "write SCR": (device, count) => {
    for (let i = 0; i < count; i++) device.write(7, i & 0xff);
  },
  "read IIR": (device, count) => {
    for (let i = 0; i < count; i++) device.read(2);
  },
  "write THR": (device, count) => {
    for (let i = 0; i < count; i++) device.write(0, i & 0xff);
  },
  "byte received": (device, count) => {
    for (let i = 0; i < count; i++) {
      device.enqueueRawBytes(characters);
      device.read(2);
      device.read(5);
      device.read(0);
    }
  },
  "character sent": (device, count) => {
    for (let i = 0; i < count; i++) {
      device.write(0, i & 0xff);
      device.advance?.(CHARACTER_BITS * TICKS_A_BIT);
    }
  },
  "Linux boot": (device, count) => driveDevice(device, loads["Linux boot"], count),
  "mixed load": (device, count) => driveDevice(device, loads["mixed load"], count),
};

const createDevice = devices[process.argv[2] as string] as () => MeasuredDevice;
const measured = new Map<AccessName, MeasuredDevice>();

/** Returns a device whose line is set up as a driver sets it up: FIFOs on, received data interrupting. */
async function setUp(): Promise<MeasuredDevice> {
  const device = await createDevice();
  for (const [registerOffset, value] of [
    [3, LCR.DLAB | LCR.WLS],
    [0, 8],
    [1, 0],
    [3, LCR.WLS],
    [2, FCR.FIFO_ENABLE],
    [1, IER.ERBFI],
  ] as const)
    device.write(registerOffset, value);
  return device;
}

process.on("message", async (accessName: AccessName) => {
  const device = measured.get(accessName) ?? (await setUp());
  measured.set(accessName, device);
  const count = ACCESSES[accessName];
  const { user: startTime } = process.cpuUsage();
  runs[accessName](device, count);
  process.send?.(((process.cpuUsage().user - startTime) * 1000) / count);
});
process.send?.("ready");
