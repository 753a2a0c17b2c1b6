import { Fifo } from "../fifo.js";
import { FCR, IER, LCR, LSR, MCR } from "../register-bits.js";
import { REGISTERS } from "../registers.js";
import { byteOf, type LinuxDriverAccess } from "./events.js";
import { linuxDriverGuards } from "./guards.js";

type Register = LinuxDriverAccess["register"];

const read = (register: Register) =>
  ({ type: "read", register, offset: REGISTERS[register].offset }) as const;
const write = (register: Register, value: number) =>
  ({ type: "write", register, offset: REGISTERS[register].offset, value }) as const;

/** Trigger level 8. */
const TRIGGER_8 = 0x80;

const { assign, emit } = linuxDriverGuards;

/** The driver's actions by name: each access is one emission. None chooses: where something else should happen, another state is entered. */
export const linuxDriverSetup = linuxDriverGuards.extend({
  actions: {
    readRBR: emit(read("RBR")),
    readIER: emit(read("IER")),
    readIIR: emit(read("IIR")),
    readLSR: emit(read("LSR")),
    readMSR: emit(read("MSR")),

    enableFifos: emit(write("FCR", FCR.FIFO_ENABLE)),
    resetFifos: emit(write("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET)),
    disableFifos: emit(write("FCR", 0)),
    setTriggerLevel: emit(write("FCR", FCR.FIFO_ENABLE | TRIGGER_8)),
    openDivisorLatch: emit(write("LCR", LCR.DLAB | LCR.WLS)),
    setFormat: emit(write("LCR", LCR.WLS)),
    setDLL: emit(write("DLL", 1)),
    setDLM: emit(write("DLM", 0)),
    raiseOUT2: emit(write("MCR", MCR.OUT2)),
    raiseOutputs: emit(write("MCR", MCR.DTR | MCR.RTS | MCR.OUT2)),

    clearIER: emit(write("IER", 0)),
    setETBEI: emit(write("IER", IER.ETBEI)),
    enableReceive: emit(write("IER", IER.ERBFI | IER.ELSI)),
    enableTransmit: emit(write("IER", IER.ERBFI | IER.ELSI | IER.ETBEI)),
    restoreIER: emit(({ context }) => write("IER", context.IER)),

    writeQueued: emit(({ context }) => write("THR", Fifo.of(context.queue).front)),
    writePrinted: emit(({ context }) => write("THR", context.printed)),

    disableInterrupts: emit({ type: "interrupts", on: false }),
    enableInterrupts: emit({ type: "interrupts", on: true }),
    deliver: emit(({ event }) => ({ type: "deliver", value: byteOf(event) })),
    giveBack: emit({ type: "return" }),

    queueByte: assign({ queue: ({ context, event }) => Fifo.of(context.queue).push(byteOf(event)) }),
    takeByte: assign({ queue: ({ context }) => Fifo.of(context.queue).shift() }),
    keepPrinted: assign({ printed: ({ event }) => byteOf(event) }),
    keepIER: assign({ IER: ({ event }) => byteOf(event) }),
    keepLSR: assign({ LSR: ({ event }) => byteOf(event) & (LSR.THRE | LSR.TEMT) }),
    forget: assign({ printed: 0, LSR: 0, IER: 0, reads: 0, loaded: 0, polls: 0 }),
    countRead: assign({ reads: ({ context }) => context.reads + 1 }),
    countLoaded: assign({ loaded: ({ context }) => context.loaded + 1 }),
    countPoll: assign({ polls: ({ context }) => context.polls + 1 }),
    resetReads: assign({ reads: 0 }),
    resetLoaded: assign({ loaded: 0 }),
    resetPolls: assign({ polls: 0 }),
  },
});
