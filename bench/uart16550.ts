/** The whole 16550 beside `Serial` on the same accesses, and how fast two of them talk to each other. */
import { FCR, LCR, LSR } from "../machines/index.js";
import { connect, Serial, Uart16550 } from "../src/device/index.js";
import { driveDevice, linuxBoot, mixedWorkload, type RegisterAccess } from "./load.js";
import { median } from "./median.js";

const ROUNDS = 9;
const WARM_UP = 2;
/** The boot is short: it is driven so many times a round. */
const TIMES = 10;
const CHARACTERS = 20_000;
const FIFO_DEPTH = 16;

const surroundings = () =>
  ({ out: { write: () => {} }, trigger: () => {}, interrupt: () => {}, journal: false }) as const;
const contestants: Readonly<Record<string, () => RegisterAccess>> = {
  Serial: () => new Serial(surroundings()),
  "Uart16550, instant": () => new Uart16550({ ...surroundings(), preset: { transmitterIsTimed: false } }),
  "Uart16550, qemu": () => new Uart16550({ ...surroundings(), preset: "qemu" }),
};

const nanoseconds = (measuredWork: () => void): number => {
  const startTime = process.hrtime.bigint();
  measuredWork();
  return Number(process.hrtime.bigint() - startTime);
};

const workloads = { "Linux boot": linuxBoot(), "mixed load": mixedWorkload(500_000) };
for (const [contestantName, workload] of Object.entries(workloads)) {
  const roundTimes = Object.keys(contestants).map((): number[] => []);
  const repetitions = contestantName === "Linux boot" ? TIMES : 1;
  for (let roundIndex = -WARM_UP; roundIndex < ROUNDS; roundIndex++) {
    Object.values(contestants).forEach((createDevice, contestantIndex) => {
      const uartDevice = createDevice();
      const roundTime = nanoseconds(() => {
        for (let j = 0; j < repetitions; j++) driveDevice(uartDevice, workload);
      });
      if (roundIndex >= 0) roundTimes[contestantIndex]?.push(roundTime / workload.kinds.length / repetitions);
    });
  }
  console.log(`${contestantName.padEnd(24)} ns/access  M accesses/s  of Serial`);
  const [firstTimes] = roundTimes as [number[]];
  Object.keys(contestants).forEach((contestant, contestantIndex) => {
    const ownTimes = roundTimes[contestantIndex] as number[];
    const shareText = median(ownTimes.map((time, roundIndex) => (firstTimes[roundIndex] as number) / time));
    const time = median(ownTimes);
    console.log(
      contestant.padEnd(24),
      time.toFixed(1).padStart(9),
      (1000 / time).toFixed(2).padStart(13),
      shareText.toFixed(2).padStart(10),
    );
  });
}

/** Sends a text from one device to another, 16 characters at a time, as a driver with FIFOs does. */
function exchangeBytes(): void {
  const [a, b] = [0, 1].map(() => {
    const uartDevice = new Uart16550({ journal: false });
    uartDevice.write(3, LCR.DLAB);
    uartDevice.write(0, 1);
    uartDevice.write(3, LCR.WLS);
    uartDevice.write(2, FCR.FIFO_ENABLE | FCR.TRIGGER);
    return uartDevice;
  }) as [Uart16550, Uart16550];
  const connection = connect(a, b);
  let received = 0;
  for (let transmitted = 0; received < CHARACTERS; ) {
    if (transmitted < CHARACTERS && a.read(5) & LSR.THRE)
      for (let roundIndex = 0; roundIndex < FIFO_DEPTH; roundIndex++) a.write(0, transmitted++ & 0xff);
    connection.advance(160 * 8);
    for (; b.read(5) & LSR.DR; received++) b.read(0);
  }
}

for (let roundIndex = 0; roundIndex < WARM_UP; roundIndex++) exchangeBytes();
const exchangeTimes = Array.from({ length: ROUNDS }, () => nanoseconds(exchangeBytes));
console.log(
  `two connected devices: ${((CHARACTERS / median(exchangeTimes)) * 1e6).toFixed(0)} thousand characters a second, bit by bit`,
);
