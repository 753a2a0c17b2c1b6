import { LSR, MCR, MSR } from "../../register-bits.js";
import { BREAK_QUEUE_SIZE, CHARACTER_DATA, carried, receiveFifoOf } from "../context.js";
import { type AdvanceEvent, type Uart16550Event, written } from "../events.js";
import { showingAfterLoopback, showingOutputs, withChanges, withChangesForgetting } from "../modem-lines.js";
import { frameBeforeEnd, SENT_FRAME } from "../sent-frame.js";
import { asks, asksBoth, asksEvent } from "./asks.js";

/** True if a timer with so many ticks to run ends in this advance. */
const ends = (ticks: number, event: Uart16550Event): boolean =>
  ticks > 0 && (event as AdvanceEvent).ticks >= ticks;

/** True if a character in the receive FIFO carries an error. */
const hasError = (character: number): boolean => character > CHARACTER_DATA;

/** True if MSR notes a change of CTS alone. */
const tellsCTS = (msr: number): boolean => (msr & MSR.DELTAS) === MSR.DCTS;
/** True if MSR notes a change of another input than CTS. */
const tellsMore = (msr: number): boolean => (msr & MSR.DELTAS & ~MSR.DCTS) !== 0;

/** Asks the frame that is sent, as it is just before the last bit that these ticks end. */
const asksFrame = (holds: (lineFrame: number) => boolean) =>
  asksBoth(SENT_FRAME, ["ticks"], ({ context, event }) =>
    holds(frameBeforeEnd(context, (event as AdvanceEvent).ticks)),
  );

/** Guards that ask a count, a timer, the region's own register or the bits in a shift register. */
export const countGuards = {
  receivedAtLeast: asks(
    ["receiveFifo"],
    ({ context }, { count }: { readonly count: number }) => context.receiveFifo.length >= count,
  ),
  oneReceived: asks(["receiveFifo"], ({ context }) => context.receiveFifo.length === 1),
  oneToSend: asks(["transmitFifo"], ({ context }) => context.transmitFifo.length === 1),
  toSendAtLeast: asks(
    ["transmitFifo"],
    ({ context }, { count }: { readonly count: number }) => context.transmitFifo.length >= count,
  ),

  characterHasError: asks(["received"], ({ context }) => hasError(context.received)),
  characterIsBreak: asks(["received"], ({ context }) => (context.received & carried(LSR.BI)) !== 0),
  breakQueueFull: asks(["breaksQueued"], ({ context }) => context.breaksQueued === BREAK_QUEUE_SIZE),
  nextCharacterHasError: asks(
    ["receiveFifo"],
    ({ context }) => context.receiveFifo.length > 1 && hasError(receiveFifoOf(context).at(1)),
  ),
  laterCharacterHasError: asks(["receiveFifo"], ({ context }) =>
    receiveFifoOf(context).toArray().slice(1).some(hasError),
  ),
  someCharacterHasError: asks(["receiveFifo"], ({ context }) =>
    receiveFifoOf(context).toArray().some(hasError),
  ),
  otherErrorsShow: asks(["LSR"], ({ context }) => (context.LSR & LSR.ERRORS & ~LSR.BI) !== 0),
  writeSetsErrors: asksEvent(["value"], ({ event }) => (written(event) & LSR.ERRORS) !== 0),

  bitIsOver: asksBoth(["transmitTicks"], ["ticks"], ({ context, event }) =>
    ends(context.transmitTicks, event),
  ),
  lastBitIsOnLine: asksFrame((lineFrame) => lineFrame === 1),
  stopBitIsNext: asksFrame((lineFrame) => lineFrame >> 1 === 1),
  nextBitIsSpace: asksFrame((lineFrame) => (lineFrame & 2) === 0),
  threDelayIsOver: asksBoth(["threDelayTicks"], ["ticks"], ({ context, event }) =>
    ends(context.threDelayTicks, event),
  ),
  queuedOneByOne: asks(["queuedTogether"], ({ context }) => !context.queuedTogether),
  nextIndicationIsDelayed: asks(["thrEmptyAtOnce"], ({ context }) => !context.thrEmptyAtOnce),
  divisorStopsClock: asks(["characterTicks"], ({ context }) => context.characterTicks === 0),
  divisorGivesClock: asks(["characterTicks"], ({ context }) => context.characterTicks > 0),

  sampleIsDue: asksBoth(["receiveTicks"], ["ticks"], ({ context, event }) =>
    ends(context.receiveTicks, event),
  ),
  lastSampledBit: asks(
    ["receiveSample", "receiveLength"],
    ({ context }) => context.receiveSample === context.receiveLength,
  ),
  everyBitIsSpace: asks(["receiveShift"], ({ context }) => context.receiveShift === 0),
  timeoutIsOver: asksBoth(["timeoutTicks"], ["ticks"], ({ context, event }) =>
    ends(context.timeoutTicks, event),
  ),
  modemSampleIsDue: asksBoth(["modemTicks"], ["ticks"], ({ context, event }) =>
    ends(context.modemTicks, event),
  ),

  modemInputChanged: asks(["MSR"], ({ context }) => (context.MSR & MSR.DELTAS) !== 0),
  onlyCTSChanged: asks(["MSR"], ({ context }) => tellsCTS(context.MSR)),
  sampleTellsMore: asks(["MSR", "modemInputs"], ({ context }) =>
    tellsMore(withChanges(context.MSR, context.modemInputs)),
  ),
  sampleTellsCTS: asks(["MSR", "modemInputs"], ({ context }) =>
    tellsCTS(withChanges(context.MSR, context.modemInputs)),
  ),
  forgettingSampleTellsMore: asks(["MSR", "modemInputs"], ({ context }) =>
    tellsMore(withChangesForgetting(context.MSR, context.modemInputs)),
  ),
  forgettingSampleTellsCTS: asks(["MSR", "modemInputs"], ({ context }) =>
    tellsCTS(withChangesForgetting(context.MSR, context.modemInputs)),
  ),
  outputsTellMore: asksBoth(["MSR"], ["value"], (args) => tellsMore(showingOutputs(args))),
  afterLoopbackTellsMore: asks(["MSR", "linesBeforeLoopback", "modemInputs"], ({ context }) =>
    tellsMore(showingAfterLoopback(context)),
  ),
  clearToSendShows: asks(["MSR"], ({ context }) => (context.MSR & MSR.CTS) !== 0),
  writeChangesMCR: asksBoth(
    ["MCR"],
    ["value"],
    ({ context, event }) => ((written(event) ^ context.MCR) & MCR.MASK) !== 0,
  ),
};
