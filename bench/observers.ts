/**
 * What observers, peeks and restores cost: CPU nanoseconds and bytes allocated an operation, each case in a process of its own, of the
 * sources as esbuild bundles them. `BEFORE=FOLDER` adds the same for the sources of another version, and `ONLY=TEXT` selects cases.
 *
 *     node --import tsx bench/observers.ts
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Serial, Uart16550 } from "../src/device/index.js";
import { median } from "./median.js";

type Devices = { readonly Serial: typeof Serial; readonly Uart16550: typeof Uart16550 };
type Operation = () => unknown;
type Prepare = (devices: Devices) => Operation;

/** What observers count, so that their work is not optimised away. */
const tally = { sum: 0 };

const NOTHING = { journal: false } as const;
const INSTANT = { preset: "qemu", ...NOTHING } as const;
/** The count from which V8 no longer holds it as a small integer. */
const LARGE_COUNT = { first: 2 ** 30 };

/** A uart of this kind with its divisor latch closed, and FIFOs and the received data interrupt enabled. */
const receiving = <TDevice extends Serial | Uart16550>(device: TDevice): TDevice => {
  device.write(2, 0x01);
  device.write(1, 0x01);
  return device;
};

const receiveOne = (device: Serial | Uart16550): Operation => {
  const bytes = new Uint8Array([0x41]);
  return () => {
    device.enqueueRawBytes(bytes);
    device.read(0);
  };
};

const CASES: Readonly<Record<string, Prepare>> = {
  "Serial THR, callback": ({ Serial }) => {
    const serial = new Serial({
      ...NOTHING,
      out: {
        write: (byte) => {
          tally.sum += byte;
        },
      },
    });
    return () => serial.write(0, 0x41);
  },
  "Serial THR, output$": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    serial.output$.subscribe((byte) => {
      tally.sum += byte;
    });
    return () => serial.write(0, 0x41);
  },
  "Serial LSR, transition$": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    serial.transition$.subscribe(({ taken }) => {
      tally.sum += taken.length;
    });
    return () => serial.read(5);
  },
  "Serial THR, transition$": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    serial.transition$.subscribe(({ taken }) => {
      tally.sum += taken.length;
    });
    return () => serial.write(0, 0x41);
  },
  "Uart16550 LSR, transition$": ({ Uart16550 }) => {
    const uart = new Uart16550(INSTANT);
    uart.transition$.subscribe(({ taken }) => {
      tally.sum += taken.length;
    });
    return () => uart.read(5);
  },
  "Uart16550 THR, transition$": ({ Uart16550 }) => {
    const uart = new Uart16550(INSTANT);
    uart.transition$.subscribe(({ taken }) => {
      tally.sum += taken.length;
    });
    return () => uart.write(0, 0x41);
  },
  "Serial LSR, no journal": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    return () => serial.read(5);
  },
  "Serial LSR, no journal, after 2^30": ({ Serial }) => {
    const serial = new Serial(NOTHING, LARGE_COUNT);
    return () => serial.read(5);
  },
  "Serial LSR, journal": ({ Serial }) => {
    const serial = new Serial();
    return () => serial.read(5);
  },
  "Serial LSR, journal, after 2^30": ({ Serial }) => {
    const serial = new Serial({}, LARGE_COUNT);
    return () => serial.read(5);
  },
  "Serial THR, after 2^30": ({ Serial }) => {
    const serial = new Serial(NOTHING, LARGE_COUNT);
    return () => serial.write(0, 0x41);
  },
  "Uart16550 THR, callback": ({ Uart16550 }) => {
    const uart = new Uart16550({
      ...INSTANT,
      out: {
        write: (byte) => {
          tally.sum += byte;
        },
      },
    });
    return () => uart.write(0, 0x41);
  },
  "Uart16550 THR, output$": ({ Uart16550 }) => {
    const uart = new Uart16550(INSTANT);
    uart.output$.subscribe((byte) => {
      tally.sum += byte;
    });
    return () => uart.write(0, 0x41);
  },
  "Serial, a byte received and read": ({ Serial }) => receiveOne(receiving(new Serial(NOTHING))),
  "Uart16550, a byte received and read": ({ Uart16550 }) => receiveOne(receiving(new Uart16550(INSTANT))),
  "Serial peek": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    return () => serial.peek(5);
  },
  "Uart16550 peek": ({ Uart16550 }) => {
    const uart = new Uart16550(INSTANT);
    return () => uart.peek(5);
  },
  "Serial restore": ({ Serial }) => {
    const serial = new Serial(NOTHING);
    const restore = { type: "restore", state: serial.state() } as const;
    return () => serial.apply(restore);
  },
  "Uart16550 restore": ({ Uart16550 }) => {
    const uart = new Uart16550(INSTANT);
    const restore = { type: "restore", state: uart.state() } as const;
    return () => uart.apply(restore);
  },
};

const ROUNDS = 7;
const ROUND_MICROSECONDS = 60_000;
const MEASURED_OPERATIONS = 2000;

interface Figures {
  readonly nanoseconds: number;
  readonly bytes: number;
}

const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const measure = (operation: Operation): Figures => {
  const times: number[] = [];
  let operationCount = 100;
  for (let round = -2; round < ROUNDS; round++) {
    const start = cpuMicroseconds();
    for (let i = 0; i < operationCount; i++) operation();
    const microseconds = cpuMicroseconds() - start;
    if (microseconds < ROUND_MICROSECONDS / 2) {
      operationCount *= 4;
      round = -3;
    } else if (round >= 0) times.push((1000 * microseconds) / operationCount);
  }
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  for (let i = 0; i < MEASURED_OPERATIONS; i++) operation();
  const bytes = (process.memoryUsage().heapUsed - heapBefore) / MEASURED_OPERATIONS;
  return { nanoseconds: median(times), bytes };
};

/** Bundles the devices of a source tree to a file in `folder`: what runs sources directly keeps the names of functions, at a cost. */
const bundleDevices = async (tree: string, folder: string): Promise<string> => {
  const outfile = join(folder, `${Object.keys(CASES).length}-${tree.replace(/\W+/g, "-")}.mjs`);
  const entryPoints = [join(tree, "src/device/index.ts")];
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", logLevel: "error" });
  return outfile;
};

/** Measures one case with the devices of a bundle, in a process of its own. */
const figuresOf = async (caseName: string, bundle: string): Promise<Figures> => {
  const child: ChildProcess = fork(new URL(import.meta.url), [caseName, bundle], {
    execArgv: ["--expose-gc", "--max-semi-space-size=64", "--import", "tsx"],
  });
  const [figures] = await once(child, "message");
  return figures as Figures;
};

const [caseName, bundle] = process.argv.slice(2);
if (caseName !== undefined && bundle !== undefined) {
  const devices = (await import(pathToFileURL(bundle).href)) as Devices;
  process.send?.({ ...measure((CASES[caseName] as Prepare)(devices)), tally });
} else {
  const { BEFORE, ONLY = "" } = process.env;
  const folder = await mkdtemp(join(tmpdir(), "observers-"));
  const trees = [...(BEFORE ? [BEFORE] : []), fileURLToPath(new URL("..", import.meta.url))];
  const bundles = await Promise.all(trees.map((tree) => bundleDevices(tree, folder)));
  console.log(`Node ${process.version}; CPU ns and bytes an operation${BEFORE ? ", before and after" : ""}`);
  for (const name of Object.keys(CASES).filter((each) => each.includes(ONLY))) {
    const columns = [];
    for (const bundleFile of bundles) {
      const { nanoseconds, bytes } = await figuresOf(name, bundleFile);
      columns.push(`${nanoseconds.toFixed(1).padStart(12)} ns ${bytes.toFixed(0).padStart(8)} B`);
    }
    console.log(name.padEnd(38), columns.join("   "));
  }
  await rm(folder, { recursive: true });
}
