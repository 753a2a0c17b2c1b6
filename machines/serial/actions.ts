import { emission } from "../emission.js";
import { loopedOutputs } from "../looped-outputs.js";
import { IER, IIR, LSR, MSR } from "../register-bits.js";
import { FIFO_SIZE, receiveFifoOf, type SerialContext } from "./context.js";
import { arriving, type SerialEvent, written } from "./events.js";
import { serialGuards } from "./guards.js";

type ActionArgs = { readonly context: SerialContext; readonly event: SerialEvent };

/** Emits the byte of a read. */
const data = (payloadOf: (args: ActionArgs) => number) => emission("data", "value", payloadOf);

/** Emits a byte that leaves the transmitter. */
const transmitted = (payloadOf: (args: ActionArgs) => number) => emission("transmit", "value", payloadOf);

/** Emits the number of bytes accepted. */
const accepted = (payloadOf: (args: ActionArgs) => number) => emission("accepted", "count", payloadOf);

/** Counts the bytes that arrive and find room. */
const acceptedCount = (context: SerialContext, event: SerialEvent): number =>
  Math.min(arriving(event).length, FIFO_SIZE - context.receiveFifo.length);

const { assign, emit } = serialGuards;

/** `serial`'s actions by name. None chooses: where something else should happen, another transition is taken. */
export const serialSetup = serialGuards.extend({
  actions: {
    storeDLL: assign({ DLL: ({ event }) => written(event) }),
    storeDLM: assign({ DLM: ({ event }) => written(event) }),
    storeIER: assign({ IER: ({ event }) => written(event) & IER.MASK }),
    storeLCR: assign({ LCR: ({ event }) => written(event) }),
    storeMCR: assign({ MCR: ({ event }) => written(event) }),
    storeSCR: assign({ SCR: ({ event }) => written(event) }),

    giveDLL: emit(data(({ context }) => context.DLL)),
    giveDLM: emit(data(({ context }) => context.DLM)),
    giveIER: emit(data(({ context }) => context.IER)),
    giveIIR: emit(data(({ context }) => context.IIR | IIR.FIFOS)),
    giveLCR: emit(data(({ context }) => context.LCR)),
    giveMCR: emit(data(({ context }) => context.MCR)),
    giveLSR: emit(data(({ context }) => context.LSR)),
    giveMSR: emit(data(({ context }) => context.MSR)),
    giveLoopedMSR: emit(data(({ context }) => (context.MSR & MSR.DELTAS) | loopedOutputs(context.MCR))),
    giveSCR: emit(data(({ context }) => context.SCR)),
    giveZero: emit({ type: "data", value: 0 }),

    transmit: emit(transmitted(({ event }) => written(event))),

    acceptCharacters: emit(accepted(({ context, event }) => acceptedCount(context, event))),
    refuseCharacters: emit({ type: "refused" }),
    queueCharacters: assign({
      receiveFifo: ({ context, event }) =>
        receiveFifoOf(context).pushAll(arriving(event), acceptedCount(context, event)),
    }),
    queueLoopbackCharacter: assign({
      receiveFifo: ({ context, event }) => receiveFifoOf(context).push(written(event)),
    }),
    setDataReady: assign({ LSR: ({ context }) => context.LSR | LSR.DR }),
    clearDataReady: assign({ LSR: ({ context }) => context.LSR & ~LSR.DR }),
    giveCharacter: emit(data(({ context }) => receiveFifoOf(context).front)),
    takeCharacter: assign({ receiveFifo: ({ context }) => receiveFifoOf(context).shift() }),
    reportBufferEmpty: emit({ type: "bufferEmpty" }),
    reportBufferRead: emit({ type: "bufferRead" }),

    identifyThrEmpty: assign({ IIR: ({ context }) => (context.IIR & ~IIR.NONE) | IIR.THRE }),
    identifyReceivedData: assign({ IIR: ({ context }) => (context.IIR & ~IIR.NONE) | IIR.RDA }),
    // S11: 0x00 is the one byte below NONE, so it alone is raised to it.
    dropReceivedData: assign({ IIR: ({ context }) => Math.max(context.IIR & ~IIR.RDA, IIR.NONE) }),
    identifyNone: assign({ IIR: IIR.NONE }),
    interruptThrEmpty: emit({ type: "interrupt", cause: "THRE" }),
    interruptReceivedData: emit({ type: "interrupt", cause: "RDA" }),
  },
});
