import { LSR, MSR } from "../../registers.js";
import { receiveFifoOf, type Uart16550Context } from "../context.js";
import { type AdvanceEvent, type Uart16550Event, written } from "../events.js";
import { showingAfterLoopback, showingOutputs, withChanges, withChangesForgetting } from "../modem-lines.js";

type Asked = { readonly context: Uart16550Context; readonly event: Uart16550Event };

/** Whether a timer with so many ticks to run ends in this advance. */
const ends = (ticks: number, event: Uart16550Event): boolean =>
  ticks > 0 && (event as AdvanceEvent).ticks >= ticks;

const ERRORS = LSR.OE | LSR.PE | LSR.FE | LSR.BI;

/** Whether a character in the receive FIFO carries an error. */
const hasError = (character: number): boolean => character > 0xff;

/** Whether MSR tells of a change of CTS alone, or of more. */
const tellsCTS = (msr: number): boolean => (msr & MSR.DELTAS) === MSR.DCTS;
const tellsMore = (msr: number): boolean => (msr & MSR.DELTAS & ~MSR.DCTS) !== 0;

/** What a transition asks of a count, a timer or the bits in a shift register. */
export const countGuards = {
  receivedAtLeast: ({ context }: Asked, { count }: { readonly count: number }) =>
    context.receiveFifo.length >= count,
  oneReceived: ({ context }: Asked) => context.receiveFifo.length === 1,
  oneToSend: ({ context }: Asked) => context.transmitFifo.length === 1,
  toSendAtLeast: ({ context }: Asked, { count }: { readonly count: number }) =>
    context.transmitFifo.length >= count,

  characterHasError: ({ context }: Asked) => hasError(context.received),
  characterIsBreak: ({ context }: Asked) => (context.received & (LSR.BI << 8)) !== 0,
  nextCharacterHasError: ({ context }: Asked) =>
    context.receiveFifo.length > 1 && hasError(receiveFifoOf(context).at(1)),
  laterCharacterHasError: ({ context }: Asked) => receiveFifoOf(context).toArray().slice(1).some(hasError),
  someCharacterHasError: ({ context }: Asked) => receiveFifoOf(context).toArray().some(hasError),
  otherErrorsShow: ({ context }: Asked) => (context.LSR & ERRORS & ~LSR.BI) !== 0,
  writeSetsErrors: ({ event }: Asked) => (written(event) & ERRORS) !== 0,

  bitIsOver: ({ context, event }: Asked) => ends(context.transmitTicks, event),
  lastBitIsOnLine: ({ context }: Asked) => context.transmitFrame === 1,
  stopBitIsNext: ({ context }: Asked) => context.transmitFrame >> 1 === 1,
  nextBitIsSpace: ({ context }: Asked) => (context.transmitFrame & 2) === 0,
  threDelayIsOver: ({ context, event }: Asked) => ends(context.threDelayTicks, event),
  queuedOneByOne: ({ context }: Asked) => !context.queuedTogether,
  nextIndicationIsDelayed: ({ context }: Asked) => !context.thrEmptyAtOnce,
  divisorStopsClock: ({ context }: Asked) => context.characterTicks === 0,
  divisorGivesClock: ({ context }: Asked) => context.characterTicks > 0,

  sampleIsDue: ({ context, event }: Asked) => ends(context.receiveTicks, event),
  lastSampledBit: ({ context }: Asked) => context.receiveSample === context.receiveLength,
  everyBitIsSpace: ({ context }: Asked) => context.receiveShift === 0,
  timeoutIsOver: ({ context, event }: Asked) => ends(context.timeoutTicks, event),
  modemSampleIsDue: ({ context, event }: Asked) => ends(context.modemTicks, event),

  modemInputChanged: ({ context }: Asked) => (context.MSR & MSR.DELTAS) !== 0,
  onlyCTSChanged: ({ context }: Asked) => tellsCTS(context.MSR),
  sampleTellsMore: ({ context }: Asked) => tellsMore(withChanges(context.MSR, context.modemInputs)),
  sampleTellsCTS: ({ context }: Asked) => tellsCTS(withChanges(context.MSR, context.modemInputs)),
  forgettingSampleTellsMore: ({ context }: Asked) =>
    tellsMore(withChangesForgetting(context.MSR, context.modemInputs)),
  forgettingSampleTellsCTS: ({ context }: Asked) =>
    tellsCTS(withChangesForgetting(context.MSR, context.modemInputs)),
  outputsTellMore: (asked: Asked) => tellsMore(showingOutputs(asked)),
  afterLoopbackTellsMore: ({ context }: Asked) => tellsMore(showingAfterLoopback(context)),
  clearToSendShows: ({ context }: Asked) => (context.MSR & MSR.CTS) !== 0,
  writeChangesMCR: ({ context, event }: Asked) => ((written(event) ^ context.MCR) & 0x1f) !== 0,
};
