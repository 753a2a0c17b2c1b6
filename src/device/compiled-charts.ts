import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import type { GenerateOptions } from "../engine/index.js";
import { READ_TYPES, WRITE_TYPES } from "./access-events.js";

/** Each file of compiled code in `compiled/`, and the machine that it is compiled from. */
export const COMPILED = {
  "serial-0.8.1.ts": serialMachine081,
  "serial-0.8.2.ts": serialMachine,
  "uart16550.ts": uart16550Machine,
} as const;

/** How they are compiled: with a function for reads and one for writes, by offset, and one for each other thing that comes often. */
export const COMPILE_OPTIONS: GenerateOptions = {
  groups: [
    { types: READ_TYPES },
    { types: WRITE_TYPES, payload: "value" },
    { types: ["receive"], payload: "characters" },
    { types: ["receive"], payload: "character" },
    { types: ["advance"], payload: "ticks" },
  ],
};
