/** The whole 16550 beside `Serial` on the same accesses, and how fast two of them talk to each other. */
import { FCR, LCR, LSR } from "../machines/index.js";
import { connect, Serial, Uart16550 } from "../src/device/index.js";
import { drive, type Face, linuxBoot, mixed } from "./load.js";
import { median } from "./median.js";

const ROUNDS = 9;
const WARM_UP = 2;
/** The boot is short: it is driven so many times a round. */
const TIMES = 10;
const CHARACTERS = 20_000;
const FIFO = 16;

const surroundings = () =>
  ({ out: { write: () => {} }, trigger: () => {}, interrupt: () => {}, journal: false }) as const;
const contestants: Readonly<Record<string, () => Face>> = {
  Serial: () => new Serial(surroundings()),
  "Uart16550, instant": () => new Uart16550({ ...surroundings(), preset: { txTimed: false } }),
  "Uart16550, qemu": () => new Uart16550({ ...surroundings(), preset: "qemu" }),
};

const nanoseconds = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
};

const loads = { "Linux boot": linuxBoot(), "mixed load": mixed(500_000) };
for (const [name, load] of Object.entries(loads)) {
  const times = Object.keys(contestants).map((): number[] => []);
  const repeat = name === "Linux boot" ? TIMES : 1;
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    Object.values(contestants).forEach((make, c) => {
      const device = make();
      const time = nanoseconds(() => {
        for (let j = 0; j < repeat; j++) drive(device, load);
      });
      if (i >= 0) times[c]?.push(time / load.kinds.length / repeat);
    });
  }
  console.log(`${name.padEnd(24)} ns/access  M accesses/s  of Serial`);
  const [first] = times as [number[]];
  Object.keys(contestants).forEach((who, c) => {
    const own = times[c] as number[];
    const share = median(own.map((time, i) => (first[i] as number) / time));
    const time = median(own);
    console.log(
      who.padEnd(24),
      time.toFixed(1).padStart(9),
      (1000 / time).toFixed(2).padStart(13),
      share.toFixed(2).padStart(10),
    );
  });
}

/** Sends a text from one device to another, 16 characters at a time, as a driver with FIFOs does. */
function talk(): void {
  const [a, b] = [0, 1].map(() => {
    const uart = new Uart16550({ journal: false });
    uart.write(3, LCR.DLAB);
    uart.write(0, 1);
    uart.write(3, LCR.WLS);
    uart.write(2, FCR.FIFO_ENABLE | FCR.TRIGGER);
    return uart;
  }) as [Uart16550, Uart16550];
  const line = connect(a, b);
  let received = 0;
  for (let sent = 0; received < CHARACTERS; ) {
    if (sent < CHARACTERS && a.read(5) & LSR.THRE) for (let i = 0; i < FIFO; i++) a.write(0, sent++ & 0xff);
    line.advance(160 * 8);
    for (; b.read(5) & LSR.DR; received++) b.read(0);
  }
}

for (let i = 0; i < WARM_UP; i++) talk();
const talks = Array.from({ length: ROUNDS }, () => nanoseconds(talk));
console.log(
  `two connected devices: ${((CHARACTERS / median(talks)) * 1e6).toFixed(0)} thousand characters a second, bit by bit`,
);
