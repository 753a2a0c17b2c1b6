import { createActor } from "xstate";
import { READ_NAMES, serialMachine, WRITE_NAMES } from "../machines/index.js";
import { Serial, type SerialOptions } from "../src/device/index.js";
import type { Face } from "./load.js";
import { Yardstick } from "./yardstick.js";

/** Surroundings that a device works for and that cost next to nothing. */
const surroundings = (): SerialOptions => {
  const seen = { bytes: 0 };
  const count = () => {
    seen.bytes++;
  };
  return { out: { write: count }, trigger: count, events: { bufferRead: count, outByte: count } };
};

/** A live XState actor of the chart, addressed as the device is. */
function plainActor(): Face {
  const actor = createActor(serialMachine).start();
  let data = 0;
  actor.on("data", ({ value }) => {
    data = value;
  });
  return {
    read: (offset) => {
      actor.send({ type: `read.${READ_NAMES[offset] ?? "unmapped"}` });
      return data;
    },
    write: (offset, value) => actor.send({ type: `write.${WRITE_NAMES[offset] ?? "unmapped"}`, value }),
    enqueueRawBytes: (characters) => {
      actor.send({ type: "receive", characters });
      return characters.length;
    },
  };
}

/** Who takes part, in the order of the table. */
export const contestants = {
  "hand-written": () => new Yardstick(surroundings()),
  "Serial, no journal": () => new Serial({ ...surroundings(), journal: false }),
  Serial: () => new Serial(surroundings()),
  "plain XState actor": plainActor,
} satisfies Record<string, () => Face>;

/** The name of one who takes part. */
export type Contestant = keyof typeof contestants;

/** Those that run the interpreter: they get a short part of each load. */
export const interpreted: readonly Contestant[] = ["Serial, no journal", "Serial", "plain XState actor"];
