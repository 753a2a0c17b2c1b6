import { Fifo } from "../../fifo.js";
import { LSR } from "../../register-bits.js";
import {
  BREAK_QUEUE_SIZE,
  CHARACTER_DATA,
  carried,
  carriedErrors,
  divisorOf,
  receiveFifoOf,
  type Uart16550Context,
} from "../context.js";
import {
  type AdvanceEvent,
  type CharacterEvent,
  type LineEvent,
  type Uart16550Event,
  written,
} from "../events.js";
import { characterMask, dataBits, parityError, sampledBits } from "../format.js";
import { ticksBetween } from "../time.js";
import { uart16550Types } from "../types.js";
import { data } from "./registers.js";

const { assign, emit } = uart16550Types;

type ActionArgs = { readonly context: Uart16550Context };

/** Counts the ticks from the sample before to this one; samples lie in the middle of bits. */
const ticksToSample = ({ options, receiveDivisor }: Uart16550Context, sample: number): number =>
  ticksBetween(options, receiveDivisor, sample - 0.5, sample + 0.5);

const ticksPassed = (event: Uart16550Event): number => (event as AdvanceEvent).ticks;

/** Returns the errors of the character that is the next to be read: 0 if there is none. */
const errorsOfNext = (context: Uart16550Context): number =>
  carriedErrors(receiveFifoOf(context).toArray()[0] ?? 0);

/** Returns the frame that has just been sampled as a character: its data, and PE where its parity bit is wrong. */
const sampledCharacter = ({ receiveShift, receiveFormat, options }: Uart16550Context): number =>
  (receiveShift & characterMask(options, receiveFormat) & ((1 << dataBits(receiveFormat)) - 1)) |
  (carried(LSR.PE) * parityError(receiveFormat, receiveShift));

/** The fields of a frame that begins, its start bit or a later bit being the first that is sampled. */
const frameBegins = {
  receiveShift: 0,
  receiveFormat: ({ context }: ActionArgs) => context.LCR,
  receiveLength: ({ context }: ActionArgs) => sampledBits(context.LCR),
  receiveDivisor: ({ context }: ActionArgs) => divisorOf(context),
} as const;

/** The actions of the receiver, its FIFO and the line status. */
export const receiverActions = {
  storeSIN: assign({ SIN: ({ event }) => (event as LineEvent).level }),
  beginFrame: assign({
    ...frameBegins,
    receiveSample: 0,
    receiveTicks: ({ context }) => ticksBetween(context.options, divisorOf(context), 0, 0.5),
  }),
  beginFrameHere: assign({
    ...frameBegins,
    receiveSample: 1,
    receiveTicks: ({ context }) => ticksBetween(context.options, divisorOf(context), 0.5, 1.5),
  }),
  shiftInMark: assign({
    receiveShift: ({ context }) => context.receiveShift | (1 << (context.receiveSample - 1)),
  }),
  awaitNextSample: assign({
    receiveSample: ({ context }) => context.receiveSample + 1,
    receiveTicks: ({ context }) => ticksToSample(context, context.receiveSample + 1),
  }),
  passReceiveTime: assign({
    receiveTicks: ({ context, event }) => context.receiveTicks - ticksPassed(event),
  }),
  abandonFrame: assign({ receiveSample: -1, receiveTicks: 0 }),
  completeCharacter: assign({ received: ({ context }) => sampledCharacter(context) }),
  completeBreak: assign({ received: carried(LSR.BI) }),
  markBreak: assign({ received: ({ context }) => context.received | carried(LSR.BI) }),
  markFramingError: assign({ received: ({ context }) => context.received | carried(LSR.FE) }),
  receiveBreak: assign({ received: carried(LSR.BI) }),
  receiveBreakWithErrors: assign({
    received: ({ context }) => carried(LSR.BI | LSR.FE) | (carried(LSR.PE) * parityError(context.LCR, 0)),
  }),
  waitForMark: assign({ awaitingMark: true }),
  endBreak: assign({ awaitingMark: false }),
  takeCharacterFromOutside: assign({
    received: ({ context, event }) =>
      (event as CharacterEvent).character & (characterMask(context.options, context.LCR) | ~CHARACTER_DATA),
  }),
  acceptCharacter: emit({ type: "accepted", count: 1 }),

  queueReceived: assign({ receiveFifo: ({ context }) => receiveFifoOf(context).push(context.received) }),
  queueWithoutErrors: assign({
    receiveFifo: ({ context }) => receiveFifoOf(context).push(context.received & CHARACTER_DATA),
  }),
  replaceReceived: assign({
    receiveFifo: ({ context }) => receiveFifoOf(context).shift().push(context.received),
  }),
  loadRBR: assign({
    RBR: ({ context }) => context.received & CHARACTER_DATA,
    lastRead: ({ context }) => context.received & CHARACTER_DATA,
  }),
  loadRBRAlone: assign({ RBR: ({ context }) => context.received & CHARACTER_DATA }),
  queueBreak: assign({
    breaksQueued: ({ context }) => Math.min(context.breaksQueued + 1, BREAK_QUEUE_SIZE),
  }),
  loseCharacter: emit({ type: "overrun" }),
  giveCharacter: emit(data(({ context }) => receiveFifoOf(context).front & CHARACTER_DATA)),
  takeCharacter: assign({
    lastRead: ({ context }) => receiveFifoOf(context).front & CHARACTER_DATA,
    receiveFifo: ({ context }) => receiveFifoOf(context).shift(),
  }),
  giveLastRead: emit(data(({ context }) => context.lastRead)),
  giveRBR: emit(data(({ context }) => context.RBR)),
  clearRBR: assign({ RBR: 0x00 }),
  forgetLastRead: assign({ lastRead: ({ context }) => context.RBR }),
  flushReceiveFifo: assign({ receiveFifo: Fifo.EMPTY, breaksQueued: 0 }),

  setOE: assign({ LSR: ({ context }) => context.LSR | LSR.OE }),
  showReceivedErrors: assign({ LSR: ({ context }) => context.LSR | carriedErrors(context.received) }),
  showNextErrors: assign({ LSR: ({ context }) => context.LSR | errorsOfNext(context) }),
  clearErrors: assign({ LSR: ({ context }) => context.LSR & ~LSR.ERRORS }),
  clearBreak: assign({ LSR: ({ context }) => context.LSR & ~LSR.BI }),
  storeErrors: assign({
    LSR: ({ context, event }) => (context.LSR & ~LSR.ERRORS) | (written(event) & LSR.ERRORS),
  }),
  setErrorInFifo: assign({ LSR: ({ context }) => context.LSR | LSR.ERROR_IN_FIFO }),
  clearErrorInFifo: assign({ LSR: ({ context }) => context.LSR & ~LSR.ERROR_IN_FIFO }),

  startTimeout: assign({ timeoutTicks: ({ context }) => context.timeoutLength, timeoutPending: false }),
  stopTimeout: assign({ timeoutTicks: 0, timeoutPending: false }),
  latchTimeout: assign({ timeoutTicks: 0, timeoutPending: true }),
  passTimeoutTime: assign({
    timeoutTicks: ({ context, event }) => context.timeoutTicks - ticksPassed(event),
  }),
};
