import { emission } from "../../emission.js";
import { FCR, IER, MCR } from "../../register-bits.js";
import { divisorOf, INITIAL_DIVISOR, mcrAtReset, type Uart16550Context } from "../context.js";
import { written } from "../events.js";
import { readingOfLSR } from "../readings.js";
import { timesAtReset, timesOf } from "../time.js";
import { uart16550Types } from "../types.js";

const { assign, emit } = uart16550Types;

/** Emits the byte of a read. */
export const data = (payloadOf: (args: { readonly context: Uart16550Context }) => number) =>
  emission("data", "value", payloadOf);

/** Returns FCR without the reset bits, which clear themselves. */
const keptFCR = (value: number): number => value & (FCR.FIFO_ENABLE | FCR.DMA_MODE | FCR.TRIGGER);

/** Returns the character time and the timeout by the present LCR and divisor latch. */
const timesNow = (context: Uart16550Context) => timesOf(context.options, context.LCR, divisorOf(context));

/** The actions of the registers that keep a byte. */
export const registerActions = {
  storeDLL: assign({ DLL: ({ event }) => written(event) }),
  storeDLM: assign({ DLM: ({ event }) => written(event) }),
  storeIER: assign({ IER: ({ event }) => written(event) & IER.MASK }),
  storeIERWithSleep: assign({ IER: ({ event }) => written(event) & (IER.MASK | IER.SLEEP) }),
  storeLCR: assign({ LCR: ({ event }) => written(event) }),
  storeMCR: assign({ MCR: ({ event }) => written(event) & MCR.MASK }),
  storeMCRWithAFE: assign({ MCR: ({ event }) => written(event) & (MCR.MASK | MCR.AFE) }),
  storeSCR: assign({ SCR: ({ event }) => written(event) }),
  setCharacterTime: assign({
    characterTicks: ({ context }) => timesNow(context).characterTicks,
    timeoutLength: ({ context }) => timesNow(context).timeoutLength,
  }),
  storeFCR: assign({
    FCR: ({ event }) => keptFCR(written(event)),
    iirFifoBits: ({ context }) => context.options.iirFifoBits,
  }),
  storeFCR64: assign({
    FCR: ({ event }) => keptFCR(written(event)) | FCR.SIXTY_FOUR,
    iirFifoBits: ({ context }) => context.options.iirFifoBits | FCR.SIXTY_FOUR,
  }),
  storeFCRWithoutFifos: assign({ FCR: 0x00, iirFifoBits: 0x00 }),
  hideFifos: assign({ iirFifoBits: 0x00 }),
  resetDivisor: assign({ DLL: INITIAL_DIVISOR, DLM: 0x00 }),
  resetCharacterTime: assign({
    characterTicks: ({ context }) => timesAtReset(context.options, divisorOf(context)).characterTicks,
    timeoutLength: ({ context }) => timesAtReset(context.options, divisorOf(context)).timeoutLength,
  }),
  resetFCR: assign({ FCR: 0x00, iirFifoBits: 0x00 }),
  resetRegisters: assign({ IER: 0x00, LCR: 0x00 }),
  resetSCR: assign({ SCR: 0x00 }),
  resetMCR: assign({ MCR: ({ context }) => mcrAtReset(context.options) }),
  resetMSR: assign({ MSR: ({ context }) => context.modemInputs | context.options.msrDeltasAtReset }),

  giveDLL: emit(data(({ context }) => context.DLL)),
  giveDLM: emit(data(({ context }) => context.DLM)),
  giveIER: emit(data(({ context }) => context.IER)),
  giveLCR: emit(data(({ context }) => context.LCR)),
  giveMCR: emit(data(({ context }) => context.MCR)),
  giveLSR: emit(data(({ context }) => readingOfLSR(context))),
  giveMSR: emit(data(({ context }) => context.MSR)),
  giveSCR: emit(data(({ context }) => context.SCR)),
  giveZero: emit({ type: "data", value: 0x00 }),
  giveOnes: emit({ type: "data", value: 0xff }),
};
