import { emission } from "../../emission.js";
import { Fifo } from "../../fifo.js";
import { LSR } from "../../register-bits.js";
import { divisorOf, transmitFifoOf, type Uart16550Context } from "../context.js";
import { type AdvanceEvent, type Uart16550Event, written } from "../events.js";
import { bitsAfterStart, bitsBeforeLastStop, characterMask, frameBits } from "../format.js";
import { bitsOver, frameBeforeEnd, ticksOfNextBit } from "../sent-frame.js";
import { ticksBetween } from "../time.js";
import { uart16550Types } from "../types.js";

const { assign, emit } = uart16550Types;

const ticksPassed = (event: Uart16550Event): number => (event as AdvanceEvent).ticks;

/** The inputs of an action that shifts. */
interface ShiftArgs {
  readonly context: Uart16550Context;
  readonly event: Uart16550Event;
}

type ActionArgs = Pick<ShiftArgs, "context">;

/** Returns the fields of a register that is shifted by the bits that are over; `endOf` returns the end of the next bit, in bits from the frame's start. */
const shifted = (endOf: Parameters<typeof ticksOfNextBit>[2]) =>
  ({
    transmitFrame: ({ context, event }: ShiftArgs) => frameBeforeEnd(context, ticksPassed(event)) >> 1,
    transmitBit: ({ context, event }: ShiftArgs) =>
      context.transmitBit + bitsOver(context, ticksPassed(event)),
    transmitTicks: ({ context, event }: ShiftArgs) => ticksOfNextBit(context, ticksPassed(event), endOf),
  }) as const;

/** The actions of the transmitter and its FIFO. */
export const transmitterActions = {
  loadCharacter: assign({
    transmitCharacter: ({ context }) =>
      transmitFifoOf(context).front & characterMask(context.options, context.LCR),
  }),
  beginStartBit: assign({
    transmitFrame: ({ context }) => bitsAfterStart(context.LCR, context.transmitCharacter) << 1,
    transmitBit: 0,
    transmitLength: ({ context }) => frameBits(context.options, context.LCR),
    transmitDivisor: ({ context }) => divisorOf(context),
    transmitTicks: ({ context }) => ticksBetween(context.options, divisorOf(context), 0, 1),
  }),
  takeFromTransmitFifo: assign({ transmitFifo: ({ context }) => transmitFifoOf(context).shift() }),
  shiftOut: assign(shifted((_, nextBit) => nextBit + 1)),
  shiftOutStopBit: assign(shifted(({ transmitLength }) => transmitLength)),
  passTransmitTime: assign({
    transmitTicks: ({ context, event }) => context.transmitTicks - ticksPassed(event),
  }),
  stopFrame: assign({
    transmitBit: ({ context, event }) => context.transmitBit + bitsOver(context, ticksPassed(event)) - 1,
    transmitFrame: 0,
    transmitTicks: 0,
  }),
  transmit: emit(emission("transmit", "value", ({ context }: ActionArgs) => context.transmitCharacter)),
  loopCharacterBack: assign({ received: ({ context }) => context.transmitCharacter }),
  waitForHost: assign({ transmitWaits: true }),
  endWait: assign({ transmitWaits: false }),
  clearShiftRegister: assign({ transmitFrame: 0, transmitTicks: 0, transmitWaits: false }),
  holdOutput: assign({ outputHeld: true }),
  releaseOutput: assign({ outputHeld: false }),

  queueToSend: assign({ transmitFifo: ({ context, event }) => transmitFifoOf(context).push(written(event)) }),
  noteTogether: assign({ queuedTogether: true }),
  dropOldestAndQueue: assign({
    transmitFifo: ({ context, event }) => transmitFifoOf(context).shift().push(written(event)),
  }),
  replaceLast: assign({
    transmitFifo: ({ context, event }) => transmitFifoOf(context).withoutLast().push(written(event)),
  }),
  queueAlone: assign({
    transmitFifo: ({ event }) => Fifo.EMPTY.push(written(event)),
  }),
  flushTransmitFifo: assign({ transmitFifo: Fifo.EMPTY }),
  resetTransmitFifo: assign({
    transmitFifo: Fifo.EMPTY,
    LSR: ({ context }) => context.LSR | LSR.THRE,
    queuedTogether: false,
    thrEmptyPending: false,
    thrEmptyAtOnce: false,
    threDelayTicks: 0,
  }),
  clearTHRE: assign({
    LSR: ({ context }) => context.LSR & ~LSR.THRE,
    thrEmptyPending: false,
    threDelayTicks: 0,
  }),
  setTHRE: assign({
    LSR: ({ context }) => context.LSR | LSR.THRE,
    queuedTogether: false,
    thrEmptyAtOnce: false,
  }),
  delayThrEmpty: assign({
    threDelayTicks: ({ context }) =>
      ticksBetween(context.options, divisorOf(context), 0, bitsBeforeLastStop(context.options, context.LCR)),
  }),
  passDelayTime: assign({
    threDelayTicks: ({ context, event }) => context.threDelayTicks - ticksPassed(event),
  }),
  latchThrEmpty: assign({ thrEmptyPending: true, threDelayTicks: 0 }),
  acknowledgeThrEmpty: assign({ thrEmptyPending: false }),
  noteFifoChange: assign({ thrEmptyAtOnce: true }),
};
