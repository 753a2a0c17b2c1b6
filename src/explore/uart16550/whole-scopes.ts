import { FCR, IER, LCR, MCR } from "../../../machines/index.js";
import type { Uart16550State } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { registerRead, registerWrite } from "../serial/scope.js";
import {
  breakInput,
  characterTimes,
  DATA_ABSTRACTION,
  FIFOS_ON,
  LONGEST_FIFO,
  modemInput,
  type PartWithInitial,
  queuedErrorCount,
  receiveInput,
  registerWrites,
  type ScopeFactory,
  TRIGGER_LEVELS,
} from "./inputs.js";

/**
 * The byte that is received and sent. It is the value of DLL after a reset: with DLAB set, a write at offset 0 does not change the divisor, so
 * that time passes in whole characters. A write that changes it leads out of the scope.
 */
const DATA_BYTE = 0x0c;

const bothWayInputs = (uartPart: PartWithInitial): readonly Input[] => [
  receiveInput(DATA_BYTE),
  registerWrite("THR", DATA_BYTE),
  ...(["RBR", "LSR", "IIR", "MSR"] as const).map(registerRead),
  ...registerWrites("IER", [IER.MASK, 0x00]),
  ...registerWrites("FCR", [FIFOS_ON, 0x00]),
  ...registerWrites("LCR", [LCR.DLAB, 0x00]),
  ...registerWrites("MCR", [MCR.LOOP, 0x00]),
  characterTimes(uartPart).whole,
];

const keepsTime =
  ({ initial }: PartWithInitial) =>
  ({ DLL, DLM, receiveFifo, transmitFifo }: Uart16550State): boolean =>
    DLL === initial?.DLL &&
    DLM === initial?.DLM &&
    receiveFifo.length <= LONGEST_FIFO &&
    transmitFifo.length <= LONGEST_FIFO;

/** Everything at once at a FIFO depth of 3, in two parts: docs/explore.md says why these are the whole. */
export const WHOLE_SCOPES: Readonly<Record<"whole" | "sources", ScopeFactory>> = {
  whole: (uartPart) => ({
    name: `both directions at once: 0 to ${LONGEST_FIFO} characters each way, one with a framing error at most, breaks both ways, FIFOs on, off and reset, DLAB and LOOP, all interrupts or none, the host's hold, master reset, time in characters; RBR, LSR, IIR and MSR read`,
    inputs: [
      ...bothWayInputs(uartPart),
      receiveInput({ value: DATA_BYTE, framing: true }),
      breakInput(true),
      breakInput(false),
      { type: "hold" },
      { type: "release" },
      registerWrite("LCR", LCR.BREAK),
      { type: "reset" },
      ...registerWrites("FCR", [FIFOS_ON | FCR.RX_RESET, FIFOS_ON | FCR.TX_RESET]),
    ],
    abstract: DATA_ABSTRACTION,
    within: (state) => keepsTime(uartPart)(state) && queuedErrorCount(state) <= 1,
  }),
  sources: (uartPart) => ({
    name: `every interrupt source with both directions at once: 0 to ${LONGEST_FIFO} characters each way, without errors but overrun, FIFOs on with trigger levels 1 and 4, and off, DLAB and LOOP, OUT2, each interrupt alone, all or none, CTS, the host's hold, master reset, time in characters; RBR, LSR, IIR and MSR read`,
    inputs: [
      ...bothWayInputs(uartPart),
      ...registerWrites("IER", [IER.ERBFI, IER.ETBEI, IER.ELSI, IER.EDSSI]),
      ...registerWrites("FCR", TRIGGER_LEVELS.slice(1, 2)),
      ...registerWrites("MCR", [MCR.OUT2]),
      modemInput(false, true, false, true),
      modemInput(true, true, false, true),
      { type: "hold" },
      { type: "release" },
      { type: "reset" },
    ],
    abstract: DATA_ABSTRACTION,
    within: keepsTime(uartPart),
  }),
};
