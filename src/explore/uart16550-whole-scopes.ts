import { FCR, IER, LCR, MCR } from "../../machines/index.js";
import type { Uart16550State } from "../device/index.js";
import type { Input } from "../journal/index.js";
import { reads, writes } from "./serial-scope.js";
import {
  breaks,
  each,
  errors,
  KEPT,
  LEVELS,
  modem,
  ON,
  type Part,
  received,
  type ScopeOf,
  times,
} from "./uart16550-inputs.js";

const LONGEST = 3;
/**
 * The byte that is received and sent. It is what DLL is after a reset: with DLAB set a write at offset 0 leaves the divisor as it is, so that
 * time goes on in whole characters. A write that changes it leads out of the scope.
 */
const BYTE = 0x0c;

const BOTH_WAYS = (part: Part): readonly Input[] => [
  received(BYTE),
  writes("THR", BYTE),
  ...(["RBR", "LSR", "IIR", "MSR"] as const).map(reads),
  ...each("IER", [IER.MASK, 0x00]),
  ...each("FCR", [ON, 0x00]),
  ...each("LCR", [LCR.DLAB, 0x00]),
  ...each("MCR", [MCR.LOOP, 0x00]),
  times(part).whole,
];

const keepsTime =
  ({ initial }: Part) =>
  ({ DLL, DLM, receiveFifo, transmitFifo }: Uart16550State): boolean =>
    DLL === initial?.DLL &&
    DLM === initial?.DLM &&
    receiveFifo.length <= LONGEST &&
    transmitFifo.length <= LONGEST;

/** Everything at once at a FIFO depth of 3, in two parts: README.md says why these are the whole. */
export const WHOLE_SCOPES: Readonly<Record<"whole" | "sources", ScopeOf>> = {
  whole: (part) => ({
    name: `both directions at once: 0 to ${LONGEST} characters each way, one with a framing error at most, breaks both ways, FIFOs on, off and reset, DLAB and LOOP, all interrupts or none, the host's hold, master reset, time in characters; RBR, LSR, IIR and MSR read`,
    inputs: [
      ...BOTH_WAYS(part),
      received({ value: BYTE, framing: true }),
      breaks(true),
      breaks(false),
      { type: "hold" },
      { type: "release" },
      writes("LCR", LCR.BREAK),
      { type: "reset" },
      ...each("FCR", [ON | FCR.RX_RESET, ON | FCR.TX_RESET]),
    ],
    abstract: KEPT,
    within: (state) => keepsTime(part)(state) && errors(state) <= 1,
  }),
  sources: (part) => ({
    name: `every interrupt source with both directions at once: 0 to ${LONGEST} characters each way, without errors but overrun, FIFOs on with trigger levels 1 and 4, and off, DLAB and LOOP, OUT2, each interrupt alone, all or none, CTS, the host's hold, master reset, time in characters; RBR, LSR, IIR and MSR read`,
    inputs: [
      ...BOTH_WAYS(part),
      ...each("IER", [IER.ERBFI, IER.ETBEI, IER.ELSI, IER.EDSSI]),
      ...each("FCR", LEVELS.slice(1, 2)),
      ...each("MCR", [MCR.OUT2]),
      modem(false, true, false, true),
      modem(true, true, false, true),
      { type: "hold" },
      { type: "release" },
      { type: "reset" },
    ],
    abstract: KEPT,
    within: keepsTime(part),
  }),
};
