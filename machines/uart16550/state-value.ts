import { FCR, IER, LCR, LSR, MCR, MSR } from "../register-bits.js";
import type { Uart16550Context } from "./context.js";
import {
  LEVELS_OF_16,
  LEVELS_OF_64,
  TRIGGER_COUNTS,
  type TriggerLevel,
  triggerIndex,
} from "./trigger-levels.js";

type Enable = "disabled" | "enabled";
type Pin = "deasserted" | "asserted";

/** The state of each region of `uart16550`, in the chart's order. */
export type Uart16550StateValue = {
  readonly divisorLatch: "closed" | "open";
  readonly fifoMode: "off" | { readonly on: "sixteen" | "sixtyFour" };
  readonly baudClock: "running" | "stopped";
  readonly triggerLevel: TriggerLevel;
  readonly dmaMode: "zero" | "one";
  readonly loopback: "off" | "on";
  readonly breakControl: "off" | "on";
  readonly autoFlow: "off" | { readonly on: "ctsOnly" | "ctsAndRts" };
  readonly lineStatusInterrupt: "disabled" | "enabled";
  readonly receivedDataInterrupt: "disabled" | "enabled";
  readonly thrEmptyInterrupt: "disabled" | "enabled";
  readonly modemStatusInterrupt: "disabled" | "enabled";
  readonly hostOutput: "taken" | "held";
  readonly serialInput: "marking" | "spacing";
  readonly receiver: "idle" | "startBit" | "dataBits" | "stopBit" | "awaitingMark";
  readonly transmitter: "empty" | "waiting" | { readonly shifting: "space" | "mark" };
  readonly transmitFifo: "holding" | "full" | { readonly empty: "delayed" | "pending" | "acknowledged" };
  readonly receiveFifo: "empty" | "belowTrigger" | { readonly triggered: "filling" | "full" };
  readonly lineStatus: "clear" | "shown";
  readonly errorInFifo: "none" | "some";
  readonly characterTimeout: "idle" | "waiting" | "pending";
  readonly modemStatus: {
    readonly lines: Readonly<Record<string, never>>;
    readonly clearToSend: "yes" | "no";
    readonly changes: "unchanged" | "ctsChanged" | "changed";
  };
  readonly modemSampling: "stopped" | "running";
  readonly DTR: "deasserted" | "asserted";
  readonly RTS: "deasserted" | "asserted" | "heldBack";
  readonly OUT1: "deasserted" | "asserted";
  readonly OUT2: "deasserted" | "asserted";
  readonly serialOutput: "marking" | "spacing";
  readonly receiveReady: "inactive" | "active";
  readonly transmitReady: "inactive" | "active";
  readonly interruptIdentification:
    | "none"
    | "receiverLineStatus"
    | "receivedData"
    | "characterTimeout"
    | "thrEmpty"
    | "modemStatus";
  readonly interruptLine: "low" | "high";
};

type Region = keyof Uart16550StateValue;
type StateOf<R extends Region> = (context: Uart16550Context) => Uart16550StateValue[R];

type FromContext<T> = (context: Uart16550Context) => T;

const fifosOn: FromContext<boolean> = (context) => (context.FCR & FCR.FIFO_ENABLE) !== 0;
const sixtyFour: FromContext<boolean> = (context) => (context.FCR & FCR.SIXTY_FOUR) !== 0;

/** Returns the size of each FIFO in characters: 1, 16 or 64 (I7). */
export const fifoSizeOf = (context: Uart16550Context): 1 | 16 | 64 =>
  fifosOn(context) ? (sixtyFour(context) ? 64 : 16) : 1;

const triggerLevel: StateOf<"triggerLevel"> = (context) =>
  (sixtyFour(context) ? LEVELS_OF_64 : LEVELS_OF_16)[triggerIndex(context.FCR)] ?? "one";
const enabled = ({ IER: ier }: Uart16550Context, bit: number): Enable => (ier & bit ? "enabled" : "disabled");

/** Returns the state of a modem output: asserted if its bit of MCR is set, and the chip is not in loopback. */
const output = ({ MCR: mcr }: Uart16550Context, bit: number): Pin =>
  (mcr & (bit | MCR.LOOP)) === bit ? "asserted" : "deasserted";

const autoFlow: StateOf<"autoFlow"> = ({ MCR: mcr }) =>
  mcr & MCR.AFE ? { on: mcr & MCR.RTS ? "ctsAndRts" : "ctsOnly" } : "off";

function receiver({
  awaitingMark,
  receiveSample,
  receiveLength,
}: Uart16550Context): Uart16550StateValue["receiver"] {
  if (awaitingMark) return "awaitingMark";
  if (receiveSample < 0) return "idle";
  if (receiveSample === 0) return "startBit";
  return receiveSample <= receiveLength ? "dataBits" : "stopBit";
}

function transmitter({ transmitFrame, transmitWaits }: Uart16550Context): Uart16550StateValue["transmitter"] {
  if (transmitWaits) return "waiting";
  return transmitFrame === 0 ? "empty" : { shifting: transmitFrame & 1 ? "mark" : "space" };
}

function transmitFifo(context: Uart16550Context): Uart16550StateValue["transmitFifo"] {
  const queued = context.transmitFifo.length;
  if (queued > 0) return queued >= fifoSizeOf(context) ? "full" : "holding";
  if (context.threDelayTicks > 0) return { empty: "delayed" };
  return { empty: context.thrEmptyPending ? "pending" : "acknowledged" };
}

function receiveFifo(context: Uart16550Context): Uart16550StateValue["receiveFifo"] {
  const queued = context.receiveFifo.length;
  const trigger = fifosOn(context) ? TRIGGER_COUNTS[triggerLevel(context)] : 1;
  if (queued === 0) return "empty";
  if (queued < trigger) return "belowTrigger";
  return { triggered: queued >= fifoSizeOf(context) ? "full" : "filling" };
}

const characterTimeout: StateOf<"characterTimeout"> = ({ timeoutPending, timeoutTicks }) =>
  timeoutPending ? "pending" : timeoutTicks > 0 ? "waiting" : "idle";

function changes({ MSR: msr }: Uart16550Context): Uart16550StateValue["modemStatus"]["changes"] {
  const deltas = msr & MSR.DELTAS;
  return deltas === 0 ? "unchanged" : deltas === MSR.DCTS ? "ctsChanged" : "changed";
}

/** Returns the highest source that is pending and enabled (PC16550D, 8.6). */
function interruptIdentification(context: Uart16550Context): Uart16550StateValue["interruptIdentification"] {
  const { IER: ier, LSR: lsr, MSR: msr, options } = context;
  const data = (ier & IER.ERBFI) !== 0 && typeof receiveFifo(context) === "object";
  const timeout = (ier & IER.ERBFI) !== 0 && context.timeoutPending;
  if (ier & IER.ELSI && lsr & LSR.ERRORS) return "receiverLineStatus";
  if (data && (options.receivedDataBeforeTimeout || !timeout)) return "receivedData";
  if (timeout) return "characterTimeout";
  if (ier & IER.ETBEI && context.thrEmptyPending) return "thrEmpty";
  const unheeded = context.MCR & MCR.AFE ? MSR.DCTS : 0;
  return ier & IER.EDSSI && msr & MSR.DELTAS & ~unheeded ? "modemStatus" : "none";
}

const interruptLine: StateOf<"interruptLine"> = (context) =>
  interruptIdentification(context) !== "none" &&
  (context.options.board === "chip" || output(context, MCR.OUT2) === "asserted")
    ? "high"
    : "low";

function serialOutput({
  MCR: mcr,
  LCR: lcr,
  transmitFrame,
}: Uart16550Context): Uart16550StateValue["serialOutput"] {
  const space = (lcr & LCR.BREAK) !== 0 || (transmitFrame !== 0 && (transmitFrame & 1) === 0);
  return space && (mcr & MCR.LOOP) === 0 ? "spacing" : "marking";
}

/**
 * Returns the regions' states that these registers stand for: every region is a function of the registers.
 * A state value is made here and nowhere else.
 */
export const uart16550StateValue = (context: Uart16550Context): Uart16550StateValue => ({
  divisorLatch: context.LCR & LCR.DLAB ? "open" : "closed",
  fifoMode: fifosOn(context) ? { on: sixtyFour(context) ? "sixtyFour" : "sixteen" } : "off",
  baudClock: context.characterTicks > 0 ? "running" : "stopped",
  triggerLevel: triggerLevel(context),
  dmaMode: context.FCR & FCR.DMA_MODE ? "one" : "zero",
  loopback: context.MCR & MCR.LOOP ? "on" : "off",
  breakControl: context.LCR & LCR.BREAK ? "on" : "off",
  autoFlow: autoFlow(context),
  lineStatusInterrupt: enabled(context, IER.ELSI),
  receivedDataInterrupt: enabled(context, IER.ERBFI),
  thrEmptyInterrupt: enabled(context, IER.ETBEI),
  modemStatusInterrupt: enabled(context, IER.EDSSI),
  hostOutput: context.outputHeld ? "held" : "taken",
  serialInput: context.SIN ? "marking" : "spacing",
  receiver: receiver(context),
  transmitter: transmitter(context),
  transmitFifo: transmitFifo(context),
  receiveFifo: receiveFifo(context),
  lineStatus: context.LSR & LSR.ERRORS ? "shown" : "clear",
  errorInFifo: context.LSR & LSR.ERROR_IN_FIFO ? "some" : "none",
  characterTimeout: characterTimeout(context),
  modemStatus: { lines: {}, clearToSend: context.MSR & MSR.CTS ? "yes" : "no", changes: changes(context) },
  modemSampling: context.modemTicks > 0 ? "running" : "stopped",
  DTR: output(context, MCR.DTR),
  RTS: context.rtsHeldBack ? "heldBack" : output(context, MCR.RTS),
  OUT1: output(context, MCR.OUT1),
  OUT2: output(context, MCR.OUT2),
  serialOutput: serialOutput(context),
  receiveReady: context.receiveReady ? "active" : "inactive",
  transmitReady: context.transmitReady ? "active" : "inactive",
  interruptIdentification: interruptIdentification(context),
  interruptLine: interruptLine(context),
});
