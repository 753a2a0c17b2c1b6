import { IER, IIR, LSR, MCR, MSR } from "../registers.js";
import { FIFO_SIZE, receiveFifoOf, type SerialContext } from "./context.js";
import { arriving, type SerialEmission, type SerialEvent, written } from "./events.js";
import { serialGuards } from "./guards.js";

type Data = Extract<SerialEmission, { type: "data" }>;
type Transmit = Extract<SerialEmission, { type: "transmit" }>;

const BYTES = Array.from({ length: 256 }, (_, value) => value);
const DATA: readonly Data[] = BYTES.map((value) => Object.freeze({ type: "data", value }));
const TRANSMIT: readonly Transmit[] = BYTES.map((value) => Object.freeze({ type: "transmit", value }));

/** What a read gives. There is one object a byte, so that an access makes none. */
const data = (value: number): Data => DATA[value] ?? { type: "data", value };

/** A byte that leaves the transmitter; one object a byte as well. */
const transmit = (value: number): Transmit => TRANSMIT[value] ?? { type: "transmit", value };

/** How many of the bytes that arrive find room. */
const taken = (context: SerialContext, event: SerialEvent): number =>
  Math.min(arriving(event).length, FIFO_SIZE - context.receiveFifo.length);

/** The bits of `from` that are set in `value`, moved to where `to` stands. */
const moved = (value: number, from: number, to: number): number => (value & from) * (to / from);

/** MSR's high half in loopback: DTR gives DSR, RTS gives CTS, OUT1 gives RI and OUT2 gives DCD (S17). */
const loopedOutputs = (mcr: number): number =>
  moved(mcr, MCR.DTR, MSR.DSR) |
  moved(mcr, MCR.RTS, MSR.CTS) |
  moved(mcr, MCR.OUT1, MSR.RI) |
  moved(mcr, MCR.OUT2, MSR.DCD);

const { assign, emit } = serialGuards;

/** What `serial`'s transitions do, by name. None chooses: where something else should happen, another transition is taken. */
export const serialSetup = serialGuards.extend({
  actions: {
    storeDLL: assign({ DLL: ({ event }) => written(event) }),
    storeDLM: assign({ DLM: ({ event }) => written(event) }),
    storeIER: assign({ IER: ({ event }) => written(event) & IER.MASK }),
    storeLCR: assign({ LCR: ({ event }) => written(event) }),
    storeMCR: assign({ MCR: ({ event }) => written(event) }),
    storeSCR: assign({ SCR: ({ event }) => written(event) }),

    giveDLL: emit(({ context }) => data(context.DLL)),
    giveDLM: emit(({ context }) => data(context.DLM)),
    giveIER: emit(({ context }) => data(context.IER)),
    giveIIR: emit(({ context }) => data(context.IIR | IIR.FIFOS)),
    giveLCR: emit(({ context }) => data(context.LCR)),
    giveMCR: emit(({ context }) => data(context.MCR)),
    giveLSR: emit(({ context }) => data(context.LSR)),
    giveMSR: emit(({ context }) => data(context.MSR)),
    giveLoopedMSR: emit(({ context }) => data((context.MSR & MSR.DELTAS) | loopedOutputs(context.MCR))),
    giveSCR: emit(({ context }) => data(context.SCR)),
    giveZero: emit(() => data(0)),

    transmit: emit(({ event }) => transmit(written(event))),

    acceptCharacters: emit(({ context, event }) => ({ type: "accepted", count: taken(context, event) })),
    refuseCharacters: emit({ type: "refused" }),
    queueCharacters: assign({
      receiveFifo: ({ context, event }) =>
        receiveFifoOf(context).pushAll(arriving(event), taken(context, event)),
    }),
    queueLoopbackCharacter: assign({
      receiveFifo: ({ context, event }) => receiveFifoOf(context).push(written(event)),
    }),
    setDataReady: assign({ LSR: ({ context }) => context.LSR | LSR.DR }),
    clearDataReady: assign({ LSR: ({ context }) => context.LSR & ~LSR.DR }),
    giveCharacter: emit(({ context }) => data(receiveFifoOf(context).front)),
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
