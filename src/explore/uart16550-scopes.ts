import { FCR, IER, LCR, MCR } from "../../machines/index.js";
import type { Chart, Uart16550State } from "../device/index.js";
import type { Scope } from "./scope.js";
import { CHARACTER, reads, writes } from "./serial-scope.js";
import {
  breaks,
  each,
  errors,
  GOOD,
  KEPT,
  LEVELS,
  MISFRAMED,
  modem,
  ODD,
  ON,
  type ScopeOf,
  times,
  upTo,
} from "./uart16550-inputs.js";
import { WHOLE_SCOPES } from "./uart16550-whole-scopes.js";

const UNMAPPED = 8;
/** CTS changes, and RI comes and goes. */
const MODEM = [
  modem(false, true, false, true),
  modem(true, true, false, true),
  modem(true, true, true, true),
];

/** The scopes in which `uart16550` is explored: the README says what each is for. */
export type Uart16550ScopeName =
  | "receive"
  | "transmit"
  | "modem"
  | "identification"
  | "registers"
  | "flow"
  | "whole"
  | "sources";

const SCOPES: Readonly<Record<Uart16550ScopeName, ScopeOf>> = {
  receive: (part) => ({
    name: "receiver: 0 to 16 characters, one of them with a framing or a parity error at most, breaks, each trigger level, FIFOs on, off and reset, the timeout in half characters; the registers RBR and LSR read",
    inputs: [
      GOOD,
      reads("RBR"),
      reads("LSR"),
      times(part).half,
      ...each("FCR", [...LEVELS, 0x00, ON | FCR.RX_RESET]),
      MISFRAMED,
      ODD,
      breaks(true),
      breaks(false),
    ],
    abstract: KEPT,
    within: (state) => errors(state) <= 1,
  }),
  transmit: (part) => ({
    name: "transmitter: 0 to 16 characters, the THRE delay in half characters, FIFOs on, off and reset, a break sent, the host's hold, ETBEI, save and restore; IIR and LSR read",
    inputs: [
      writes("THR", CHARACTER),
      times(part).half,
      reads("IIR"),
      reads("LSR"),
      ...each("IER", [IER.ETBEI, 0x00]),
      ...each("FCR", [ON, ON | FCR.TX_RESET, 0x00]),
      { type: "hold" },
      { type: "release" },
      ...each("LCR", [LCR.BREAK, 0x00]),
      { type: "reset" },
    ],
    restores: true,
    abstract: KEPT,
  }),
  modem: () => ({
    name: "modem: every combination of the four inputs, every value of MCR, loopback included, EDSSI, save and restore; MSR, MCR and IIR read",
    inputs: [
      reads("MSR"),
      ...upTo(16).map((bits) => modem((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0)),
      ...each("MCR", upTo(32)),
      ...each("IER", [IER.EDSSI, 0x00]),
      reads("MCR"),
      reads("IIR"),
    ],
    restores: true,
    abstract: KEPT,
  }),
  identification: (part) => ({
    name: "interrupts: every set of sources and every value of IER; 0 or 1 character with or without an error, trigger levels 1 and 4, the timeout at once, nothing to send, CTS and RI; RBR, LSR, IIR and MSR read",
    inputs: [
      ...each("IER", upTo(16)),
      GOOD,
      MISFRAMED,
      reads("RBR"),
      reads("LSR"),
      reads("IIR"),
      reads("MSR"),
      ...each("FCR", LEVELS.slice(0, 2)),
      times(part).timeout,
      ...MODEM,
    ],
    abstract: KEPT,
    within: ({ receiveFifo }) => receiveFifo.length <= 1,
  }),
  registers: () => ({
    name: "registers: every register read and written, DLAB included; four values of IER and DLM, two or three of each other register that keeps a byte; nothing is sent or received",
    inputs: [
      ...each("IER", [0x05, 0x0a, 0xff, 0x00]),
      ...each("LCR", [LCR.DLAB, LCR.WLS, 0x00]),
      ...each("MCR", [MCR.DTR | MCR.OUT2, MCR.LOOP, 0xff]),
      ...each("FCR", [ON, 0x00]),
      ...each("SCR", [0x55, 0xaa]),
      ...(["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const).map(reads),
      writes("THR", 0x0c),
      writes("LSR", 0xff),
      writes("MSR", 0xff),
      { type: "read", offset: UNMAPPED },
      { type: "write", offset: UNMAPPED, value: 0xff },
      { type: "reset" },
    ],
    restores: true,
    abstract: KEPT,
    within: ({ transmitFrame, receiveFifo }) => transmitFrame === 0 && receiveFifo.length === 0,
  }),
  flow: (part) => ({
    name: "automatic flow control: AFE and RTS, CTS, 0 to 16 characters received, each trigger level, 0 to 2 to send, time in characters, EDSSI; RBR, MSR and IIR read",
    inputs: [
      GOOD,
      writes("THR", CHARACTER),
      times(part).whole,
      reads("RBR"),
      reads("MSR"),
      reads("IIR"),
      ...each("FCR", [...LEVELS, 0x00]),
      ...each("MCR", [MCR.AFE | MCR.RTS, MCR.AFE, MCR.RTS, MCR.AFE | MCR.RTS | MCR.LOOP]),
      ...each("IER", [IER.EDSSI]),
      modem(false, true, false, true),
      modem(true, true, false, true),
    ],
    abstract: KEPT,
    within: ({ transmitFifo }) => transmitFifo.length <= 1,
  }),
  ...WHOLE_SCOPES,
};

/** The names of the scopes that a part has: `flow` is of those with automatic flow control. */
export const uart16550ScopeNames = ({ options }: Pick<Chart, "options">): readonly Uart16550ScopeName[] =>
  (Object.keys(SCOPES) as Uart16550ScopeName[]).filter((name) => name !== "flow" || options["autoFlow"]);

/**
 * A scope of `uart16550` that is explored whole: a slice of the chart at full depth, or everything at once at a depth of 3.
 *
 * @param part - the chart; how long a character takes is its own.
 * @throws RangeError if there is no such scope.
 */
export function uart16550Slice(
  name: Uart16550ScopeName,
  part: { readonly initial?: Uart16550State },
): Scope<Uart16550State> {
  if (!Object.hasOwn(SCOPES, name))
    throw new RangeError(`scope: expected one of ${Object.keys(SCOPES).join(", ")}, got ${String(name)}`);
  return SCOPES[name](part);
}
