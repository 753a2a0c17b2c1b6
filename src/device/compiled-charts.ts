import { createHash } from "node:crypto";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { type EventGroup, generate } from "../engine/index.js";
import { READ_TYPES, WRITE_TYPES } from "./access-events.js";
import { EMISSION_KINDS, UART16550_EMISSION_KINDS } from "./effects.js";

/** Each file of compiled code in `compiled/`: the machine that it is compiled from, the kinds of emissions that it tells by number, and the payload of what it receives. */
const CHARTS = {
  "serial-0.8.1.ts": { machine: serialMachine081, kinds: EMISSION_KINDS, received: "characters" },
  "serial-0.8.2.ts": { machine: serialMachine, kinds: EMISSION_KINDS, received: "characters" },
  "uart16550.ts": { machine: uart16550Machine, kinds: UART16550_EMISSION_KINDS, received: "character" },
} as const;

/** A port for reads and one for writes, by offset, and one for each other thing that comes often. */
const groups = (received: "character" | "characters"): readonly EventGroup[] => [
  { types: READ_TYPES, often: "read.LSR" },
  { types: WRITE_TYPES, payload: "value", often: "write.THR_DLL" },
  { types: ["receive"], payload: received },
  { types: ["advance"], payload: "ticks" },
];

/** The types of events that come often. */
const FREQUENT: readonly string[] = ["write.THR_DLL", "read.RBR_DLL", "receive"];

/** Returns the files of `compiled/` with their texts. */
export const compiledCharts = (): readonly (readonly [file: string, text: string])[] =>
  Object.entries(CHARTS).map(([file, { machine, kinds, received }]) => [
    file,
    generate(machine, { groups: groups(received), kinds, frequent: FREQUENT }),
  ]);

/** Returns the golden line of a text: its hash and its size. */
export const goldenLineOf = (text: string): string => {
  const hash = createHash("sha256").update(text).digest("hex");
  return `sha256 ${hash}, ${Buffer.byteLength(text)} bytes, ${text.split("\n").length - 1} lines\n`;
};
