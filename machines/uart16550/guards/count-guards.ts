import { LSR, MCR, MSR } from "../../registers.js";
import { CHARACTER_DATA, carried, receiveFifoOf, type Uart16550Context } from "../context.js";
import { type AdvanceEvent, type Uart16550Event, written } from "../events.js";
import { showingAfterLoopback, showingOutputs, withChanges, withChangesForgetting } from "../modem-lines.js";

type GuardArgs = { readonly context: Uart16550Context; readonly event: Uart16550Event };

/** True if a timer with so many ticks to run ends in this advance. */
const ends = (ticks: number, event: Uart16550Event): boolean =>
  ticks > 0 && (event as AdvanceEvent).ticks >= ticks;

/** True if a character in the receive FIFO carries an error. */
const hasError = (character: number): boolean => character > CHARACTER_DATA;

/** True if MSR notes a change of CTS alone. */
const tellsCTS = (msr: number): boolean => (msr & MSR.DELTAS) === MSR.DCTS;
/** True if MSR notes a change of another input than CTS. */
const tellsMore = (msr: number): boolean => (msr & MSR.DELTAS & ~MSR.DCTS) !== 0;

/** Guards that ask a count, a timer, the region's own register or the bits in a shift register. */
export const countGuards = {
  receivedAtLeast: ({ context }: GuardArgs, { count }: { readonly count: number }) =>
    context.receiveFifo.length >= count,
  oneReceived: ({ context }: GuardArgs) => context.receiveFifo.length === 1,
  oneToSend: ({ context }: GuardArgs) => context.transmitFifo.length === 1,
  toSendAtLeast: ({ context }: GuardArgs, { count }: { readonly count: number }) =>
    context.transmitFifo.length >= count,

  characterHasError: ({ context }: GuardArgs) => hasError(context.received),
  characterIsBreak: ({ context }: GuardArgs) => (context.received & carried(LSR.BI)) !== 0,
  nextCharacterHasError: ({ context }: GuardArgs) =>
    context.receiveFifo.length > 1 && hasError(receiveFifoOf(context).at(1)),
  laterCharacterHasError: ({ context }: GuardArgs) =>
    receiveFifoOf(context).toArray().slice(1).some(hasError),
  someCharacterHasError: ({ context }: GuardArgs) => receiveFifoOf(context).toArray().some(hasError),
  otherErrorsShow: ({ context }: GuardArgs) => (context.LSR & LSR.ERRORS & ~LSR.BI) !== 0,
  writeSetsErrors: ({ event }: GuardArgs) => (written(event) & LSR.ERRORS) !== 0,

  bitIsOver: ({ context, event }: GuardArgs) => ends(context.transmitTicks, event),
  lastBitIsOnLine: ({ context }: GuardArgs) => context.transmitFrame === 1,
  stopBitIsNext: ({ context }: GuardArgs) => context.transmitFrame >> 1 === 1,
  nextBitIsSpace: ({ context }: GuardArgs) => (context.transmitFrame & 2) === 0,
  threDelayIsOver: ({ context, event }: GuardArgs) => ends(context.threDelayTicks, event),
  queuedOneByOne: ({ context }: GuardArgs) => !context.queuedTogether,
  nextIndicationIsDelayed: ({ context }: GuardArgs) => !context.thrEmptyAtOnce,
  divisorStopsClock: ({ context }: GuardArgs) => context.characterTicks === 0,
  divisorGivesClock: ({ context }: GuardArgs) => context.characterTicks > 0,

  sampleIsDue: ({ context, event }: GuardArgs) => ends(context.receiveTicks, event),
  lastSampledBit: ({ context }: GuardArgs) => context.receiveSample === context.receiveLength,
  everyBitIsSpace: ({ context }: GuardArgs) => context.receiveShift === 0,
  timeoutIsOver: ({ context, event }: GuardArgs) => ends(context.timeoutTicks, event),
  modemSampleIsDue: ({ context, event }: GuardArgs) => ends(context.modemTicks, event),

  modemInputChanged: ({ context }: GuardArgs) => (context.MSR & MSR.DELTAS) !== 0,
  onlyCTSChanged: ({ context }: GuardArgs) => tellsCTS(context.MSR),
  sampleTellsMore: ({ context }: GuardArgs) => tellsMore(withChanges(context.MSR, context.modemInputs)),
  sampleTellsCTS: ({ context }: GuardArgs) => tellsCTS(withChanges(context.MSR, context.modemInputs)),
  forgettingSampleTellsMore: ({ context }: GuardArgs) =>
    tellsMore(withChangesForgetting(context.MSR, context.modemInputs)),
  forgettingSampleTellsCTS: ({ context }: GuardArgs) =>
    tellsCTS(withChangesForgetting(context.MSR, context.modemInputs)),
  outputsTellMore: (args: GuardArgs) => tellsMore(showingOutputs(args)),
  afterLoopbackTellsMore: ({ context }: GuardArgs) => tellsMore(showingAfterLoopback(context)),
  clearToSendShows: ({ context }: GuardArgs) => (context.MSR & MSR.CTS) !== 0,
  writeChangesMCR: ({ context, event }: GuardArgs) => ((written(event) ^ context.MCR) & MCR.MASK) !== 0,
};
