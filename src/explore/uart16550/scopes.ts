import { FCR, IER, LCR, MCR } from "../../../machines/index.js";
import type { Chart, Uart16550State } from "../../device/index.js";
import { CHARACTER, registerRead, registerWrite } from "../serial/scope.js";
import type { Scope } from "../space/scope.js";
import {
  breakInput,
  characterTimes,
  DATA_ABSTRACTION,
  FIFOS_ON,
  GOOD_CHARACTER,
  integersBelow,
  MISFRAMED_CHARACTER,
  modemInput,
  queuedErrorCount,
  registerWrites,
  type ScopeFactory,
  TRIGGER_LEVELS,
  WRONG_PARITY_CHARACTER,
} from "./inputs.js";
import { WHOLE_SCOPES } from "./whole-scopes.js";

const UNMAPPED_OFFSET = 8;
/** Changes of CTS, and a pulse of RI. */
const MODEM_INPUTS = [
  modemInput(false, true, false, true),
  modemInput(true, true, false, true),
  modemInput(true, true, true, true),
];

/** The scopes in which `uart16550` is explored: docs/explore.md says what each is for. */
export type Uart16550ScopeName =
  | "receive"
  | "transmit"
  | "modem"
  | "identification"
  | "registers"
  | "flow"
  | "whole"
  | "sources";

const SCOPE_FACTORIES: Readonly<Record<Uart16550ScopeName, ScopeFactory>> = {
  receive: (uartPart) => ({
    name: "receiver: 0 to 16 characters, one of them with a framing or a parity error at most, breaks, each trigger level, FIFOs on, off and reset, the timeout in half characters; the registers RBR and LSR read",
    inputs: [
      GOOD_CHARACTER,
      registerRead("RBR"),
      registerRead("LSR"),
      characterTimes(uartPart).half,
      ...registerWrites("FCR", [...TRIGGER_LEVELS, 0x00, FIFOS_ON | FCR.RX_RESET]),
      MISFRAMED_CHARACTER,
      WRONG_PARITY_CHARACTER,
      breakInput(true),
      breakInput(false),
    ],
    abstract: DATA_ABSTRACTION,
    within: (state) => queuedErrorCount(state) <= 1,
  }),
  transmit: (uartPart) => ({
    name: "transmitter: 0 to 16 characters, the THRE delay in half characters, FIFOs on, off and reset, a break sent, the host's hold, ETBEI, save and restore; IIR and LSR read",
    inputs: [
      registerWrite("THR", CHARACTER),
      characterTimes(uartPart).half,
      registerRead("IIR"),
      registerRead("LSR"),
      ...registerWrites("IER", [IER.ETBEI, 0x00]),
      ...registerWrites("FCR", [FIFOS_ON, FIFOS_ON | FCR.TX_RESET, 0x00]),
      { type: "hold" },
      { type: "release" },
      ...registerWrites("LCR", [LCR.BREAK, 0x00]),
      { type: "reset" },
    ],
    restores: true,
    abstract: DATA_ABSTRACTION,
  }),
  modem: () => ({
    name: "modem: every combination of the four inputs, every value of MCR, loopback included, EDSSI, save and restore; MSR, MCR and IIR read",
    inputs: [
      registerRead("MSR"),
      ...integersBelow(16).map((bits) =>
        modemInput((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0),
      ),
      ...registerWrites("MCR", integersBelow(32)),
      ...registerWrites("IER", [IER.EDSSI, 0x00]),
      registerRead("MCR"),
      registerRead("IIR"),
    ],
    restores: true,
    abstract: DATA_ABSTRACTION,
  }),
  identification: (uartPart) => ({
    name: "interrupts: every set of sources and every value of IER; 0 or 1 character with or without an error, trigger levels 1 and 4, the timeout at once, nothing to send, CTS and RI; RBR, LSR, IIR and MSR read",
    inputs: [
      ...registerWrites("IER", integersBelow(16)),
      GOOD_CHARACTER,
      MISFRAMED_CHARACTER,
      registerRead("RBR"),
      registerRead("LSR"),
      registerRead("IIR"),
      registerRead("MSR"),
      ...registerWrites("FCR", TRIGGER_LEVELS.slice(0, 2)),
      characterTimes(uartPart).timeout,
      ...MODEM_INPUTS,
    ],
    abstract: DATA_ABSTRACTION,
    within: ({ receiveFifo }) => receiveFifo.length <= 1,
  }),
  registers: () => ({
    name: "registers: every register read and written, DLAB included; four values of IER and DLM, two or three of each other register that keeps a byte; nothing is sent or received",
    inputs: [
      ...registerWrites("IER", [0x05, 0x0a, 0xff, 0x00]),
      ...registerWrites("LCR", [LCR.DLAB, LCR.WLS, 0x00]),
      ...registerWrites("MCR", [MCR.DTR | MCR.OUT2, MCR.LOOP, 0xff]),
      ...registerWrites("FCR", [FIFOS_ON, 0x00]),
      ...registerWrites("SCR", [0x55, 0xaa]),
      ...(["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const).map(registerRead),
      registerWrite("THR", 0x0c),
      registerWrite("LSR", 0xff),
      registerWrite("MSR", 0xff),
      { type: "read", offset: UNMAPPED_OFFSET },
      { type: "write", offset: UNMAPPED_OFFSET, value: 0xff },
      { type: "reset" },
    ],
    restores: true,
    abstract: DATA_ABSTRACTION,
    within: ({ transmitFrame, receiveFifo }) => transmitFrame === 0 && receiveFifo.length === 0,
  }),
  flow: (uartPart) => ({
    name: "automatic flow control: AFE and RTS, CTS, 0 to 16 characters received, each trigger level, 0 to 2 to send, time in characters, EDSSI; RBR, MSR and IIR read",
    inputs: [
      GOOD_CHARACTER,
      registerWrite("THR", CHARACTER),
      characterTimes(uartPart).whole,
      registerRead("RBR"),
      registerRead("MSR"),
      registerRead("IIR"),
      ...registerWrites("FCR", [...TRIGGER_LEVELS, 0x00]),
      ...registerWrites("MCR", [MCR.AFE | MCR.RTS, MCR.AFE, MCR.RTS, MCR.AFE | MCR.RTS | MCR.LOOP]),
      ...registerWrites("IER", [IER.EDSSI]),
      modemInput(false, true, false, true),
      modemInput(true, true, false, true),
    ],
    abstract: DATA_ABSTRACTION,
    within: ({ transmitFifo }) => transmitFifo.length <= 1,
  }),
  ...WHOLE_SCOPES,
};

/** Returns the names of a part's scopes: `flow` only for parts with automatic flow control. */
export const uart16550ScopeNames = ({ options }: Pick<Chart, "options">): readonly Uart16550ScopeName[] =>
  (Object.keys(SCOPE_FACTORIES) as Uart16550ScopeName[]).filter(
    (scopeName) => scopeName !== "flow" || options["autoFlow"],
  );

/**
 * Returns a scope of `uart16550` that can be explored completely: a slice of the chart at full depth, or everything at once at a depth of 3.
 *
 * @param part - the chart, which determines the duration of a character.
 * @throws RangeError if there is no such scope.
 */
export function uart16550Slice(
  scopeName: Uart16550ScopeName,
  part: { readonly initial?: Uart16550State },
): Scope<Uart16550State> {
  if (!Object.hasOwn(SCOPE_FACTORIES, scopeName))
    throw new RangeError(
      `scope: expected one of ${Object.keys(SCOPE_FACTORIES).join(", ")}, got ${String(scopeName)}`,
    );
  return SCOPE_FACTORIES[scopeName](part);
}
