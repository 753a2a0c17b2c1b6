import { and, not, or, stateIn } from "xstate";
import { IIR, LSR } from "../register-bits.js";
import { byteOf } from "./events.js";
import { linuxDriverTypes } from "./types.js";

/** LSR of a bus on which nothing answers. */
const NOTHING = 0xff;
/** IIR bits 7 and 6. */
const hasBits = (value: number, bits: number): boolean => (value & bits) === bits;

/** Single questions: the state of one region, one bit of what was read, one count. */
const single = linuxDriverTypes.extend({
  guards: {
    fifosUsed: stateIn({ fifos: "sixteen" }),
    transmitInterruptOn: stateIn({ transmitInterrupt: "on" }),
    thrEmptyIsLost: stateIn({ thrEmptyBug: "present" }),
    thrEmptyIsLate: stateIn({ txEnableBug: "present" }),
    classIsRead: stateIn({ thread: { starting: { identification: "readingIIR" } } }),
    firstIIRIsRead: stateIn({ thread: { starting: { thrEmptyTest: "readingFirstIIR" } } }),
    secondIIRIsRead: stateIn({ thread: { starting: { thrEmptyTest: "readingSecondIIR" } } }),
    txEnableIIRIsRead: stateIn({ thread: { starting: { txEnableTest: "readingIIR" } } }),
    threadEnablesTransmit: stateIn({ thread: { sending: "enabling" } }),
    threadStopsTransmit: stateIn({ thread: { sending: { transmitting: "stopping" } } }),
    backupStopsTransmit: stateIn({ thread: { backup: { transmitting: "stopping" } } }),
    handlerStopsTransmit: stateIn({ handler: { transmitting: "stopping" } }),

    showsFifos: ({ event }) => hasBits(byteOf(event), IIR.FIFOS),
    showsNone: ({ event }) => hasBits(byteOf(event), IIR.NONE),
    showsDR: ({ event }) => hasBits(byteOf(event), LSR.DR),
    showsBI: ({ event }) => hasBits(byteOf(event), LSR.BI),
    showsTHRE: ({ event }) => hasBits(byteOf(event), LSR.THRE),
    showsTransmitterEmpty: ({ event }) => hasBits(byteOf(event), LSR.THRE | LSR.TEMT),
    showsNothingThere: ({ event }) => byteOf(event) === NOTHING,

    showedTHRE: ({ context }) => hasBits(context.LSR, LSR.THRE),
    showedTEMT: ({ context }) => hasBits(context.LSR, LSR.TEMT),
    queueEmpty: ({ context }) => context.queue.length === 0,
    readEnough: ({ context }) => context.reads >= context.options.reads,
    readAllButOne: ({ context }) => context.reads + 1 >= context.options.reads,
    loadedOne: ({ context }) => context.loaded >= 1,
    loadedAll: ({ context }) => context.loaded >= context.options.load,
    patienceIsOver: ({ context }) => context.polls >= context.options.patience,
  },
});

/** The questions that the driver's transitions ask, by name. */
export const linuxDriverGuards = single.extend({
  guards: {
    partHasFifos: and(["classIsRead", "showsFifos"]),
    firstShowsSome: and(["firstIIRIsRead", not("showsNone")]),
    secondShowsSome: and(["secondIIRIsRead", not("showsNone")]),
    secondShowsNone: and(["secondIIRIsRead", "showsNone"]),
    enablingShowsNone: and(["txEnableIIRIsRead", "showsNone", "showedTEMT"]),
    transmitStops: or(["threadStopsTransmit", "backupStopsTransmit", "handlerStopsTransmit"]),

    showsBrokenCharacter: and(["showsDR", "showsBI"]),
    loadIsWritten: or([and(["fifosUsed", "loadedAll"]), and([not("fifosUsed"), "loadedOne"])]),
    canTransmit: and(["showedTHRE", "transmitInterruptOn"]),
    breakIsLastToRead: and(["showsBI", "readAllButOne"]),
    queueHolds: not("queueEmpty"),
    thrIsEmptyUnseen: and(["showsTHRE", "transmitInterruptOn", not("queueEmpty")]),
  },
});
