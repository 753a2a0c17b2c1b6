import { createRequire } from "node:module";
import { V86 } from "v86";
import { createActor } from "xstate";
import { READ_NAMES, serialMachine, WRITE_NAMES } from "../machines/index.js";
import { Serial, type SerialOptions } from "../src/device/index.js";
import { Journal } from "../src/journal/index.js";
import type { RegisterAccess } from "./load.js";
import { Yardstick } from "./yardstick.js";

/** Surroundings that a device works for and that cost next to nothing. */
const surroundings = (): SerialOptions => {
  const callCount = { calls: 0 };
  const countCall = () => {
    callCount.calls++;
  };
  return {
    out: { write: countCall },
    trigger: countCall,
    events: { bufferRead: countCall, outByte: countCall },
  };
};

/** The hand-written device with our journal in front of it. */
function journalledYardstick(): RegisterAccess {
  const device = new Yardstick(surroundings());
  const header = { chart: "yardstick", options: {}, definition: "", package: "", state: {} };
  const journal = new Journal(header, { checkpoint: () => device.state() });
  return {
    read: (registerOffset) => {
      journal.read(registerOffset);
      return device.read(registerOffset);
    },
    write: (registerOffset, registerValue) => {
      journal.write(registerOffset, registerValue);
      device.write(registerOffset, registerValue);
    },
    enqueueRawBytes: (characters) => {
      journal.append({ type: "receive", characters });
      return device.enqueueRawBytes(characters);
    },
  };
}

function subscribed(): RegisterAccess {
  const serial = new Serial({ ...surroundings(), journal: false });
  const received = { bytes: 0, edges: 0 };
  serial.output$.subscribe(() => received.bytes++);
  serial.interrupt$.subscribe(() => received.edges++);
  return serial;
}

/** A live XState actor of the chart, addressed as the device is. */
function plainActor(): RegisterAccess {
  const chartActor = createActor(serialMachine).start();
  let lastByte = 0;
  chartActor.on("data", ({ value }) => {
    lastByte = value;
  });
  return {
    read: (registerOffset) => {
      chartActor.send({ type: `read.${READ_NAMES[registerOffset] ?? "unmapped"}` });
      return lastByte;
    },
    write: (offset, registerValue) =>
      chartActor.send({ type: `write.${WRITE_NAMES[offset] ?? "unmapped"}`, value: registerValue }),
    enqueueRawBytes: (characters) => {
      chartActor.send({ type: "receive", characters });
      return characters.length;
    },
  };
}

/** The part of v86's emulator that is used here. */
interface Emulator {
  add_listener(event: string, listener: () => void): void;
  readonly bus: { send(event: string, registerValue: number): void };
  readonly v86: {
    readonly cpu: {
      readonly io: {
        port_read8(portNumber: number): number;
        port_write8(portNumber: number, registerValue: number): void;
      };
    };
  };
}

const COM1 = 0x3f8;
let emulator: Promise<Emulator> | undefined;

async function startEmulator(): Promise<Emulator> {
  const wasm_path = createRequire(import.meta.url)
    .resolve("v86")
    .replace(/[^/]*$/, "v86.wasm");
  const options = { wasm_path, autostart: false, memory_size: 1 << 24, vga_memory_size: 1 << 20 };
  const started = new V86({ ...options, disable_speaker: true, log_level: 0 });
  await new Promise<void>((resolve) => started.add_listener("emulator-loaded", resolve));
  return started as unknown as Emulator;
}

/** v86's own UART, reached as v86's processor reaches it: through the dispatch of its ports. */
async function v86(): Promise<RegisterAccess> {
  emulator ??= startEmulator();
  const { bus, v86: machine } = await emulator;
  const { io } = machine.cpu;
  return {
    read: (offset) => io.port_read8(COM1 + offset),
    write: (offset, registerValue) => io.port_write8(COM1 + offset, registerValue),
    enqueueRawBytes: (characters) => {
      for (const character of characters) bus.send("serial0-input", character);
      return characters.length;
    },
  };
}

/** Who takes part, in the order of the table; the first is what the others are compared with. */
export const contestants = {
  "hand-written": () => new Yardstick(surroundings()),
  "hand-written, journal": journalledYardstick,
  "Serial, no journal": () => new Serial({ ...surroundings(), journal: false }),
  Serial: () => new Serial(surroundings()),
  "Serial, two subscribers": subscribed,
  "Serial, interpreter": () => new Serial({ ...surroundings(), engine: "xstate" }),
  "plain XState actor": plainActor,
  "v86's UART": v86,
} satisfies Record<string, () => RegisterAccess | Promise<RegisterAccess>>;

/** The name of one who takes part. */
export type Contestant = keyof typeof contestants;

/** Those that run XState's interpreter: they get a short part of each load. */
export const interpreted: readonly Contestant[] = ["Serial, interpreter", "plain XState actor"];
