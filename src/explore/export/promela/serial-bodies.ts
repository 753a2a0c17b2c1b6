import type { Input } from "../../../journal/index.js";
import type { PromelaBodies } from "./bodies.js";

const eventAssignments = (input: Input): readonly string[] => {
  switch (input.type) {
    case "read":
      return [`kind = READ; offset = ${input.offset}`];
    case "write":
      return [`kind = WRITE; offset = ${input.offset}; written = ${input.value}`];
    case "receive":
      return [`kind = RECEIVE; arriving = ${input.characters.length}`];
    default:
      return ["kind = RESTORE"];
  }
};

/**
 * The Promela bodies of `serial`'s guards and actions: written by hand from the rules S1 to S45 of `SERIAL_RULES`, independently of the chart.
 * Characters are all alike, as in `serialScope`, so the receive FIFO is a count.
 */
export const serialBodies: PromelaBodies = {
  constants: {
    ERBFI: 1,
    ETBEI: 2,
    IER_MASK: 15,
    NONE: 1,
    THRE: 2,
    RDA: 4,
    FIFOS: 192,
    DLAB: 128,
    DR: 1,
    OE: 2,
    LSR_THRE: 32,
    DTR: 1,
    RTS: 2,
    OUT1: 4,
    OUT2: 8,
    LOOP: 16,
    DELTAS: 15,
    CTS: 16,
    DSR: 32,
    RI: 64,
    DCD: 128,
    CHARACTER: 65,
    ROOM: 64,
    READ: 1,
    WRITE: 2,
    RECEIVE: 3,
    RESTORE: 4,
  },
  context: [
    "byte DLL = 12",
    "byte DLM = 0",
    "byte IER = 0",
    "byte IIR = NONE",
    "byte LCR = 3",
    "byte LSR = 96",
    "byte MCR = OUT2",
    "byte MSR = 176",
    "byte SCR = 0",
    "byte queued = 0",
  ],
  step: [
    "byte kind",
    "byte offset",
    "byte written",
    "byte arriving",
    "byte given",
    "byte sent",
    "byte interrupts",
    "byte refused",
    "byte before_IER",
    "byte before_IIR",
    "byte before_LCR",
    "byte before_LSR",
    "byte before_MCR",
    "byte before_DLL",
    "byte before_DLM",
    "byte before_SCR",
    "byte before_queued",
    "byte left_DLL",
    "byte left_DLM",
    "byte left_SCR",
  ],
  begin: [
    "written = 0; arriving = 0; given = 0; sent = 0; interrupts = 0; refused = 0",
    "before_IER = IER; before_IIR = IIR; before_LCR = LCR; before_LSR = LSR; before_MCR = MCR",
    "before_DLL = DLL; before_DLM = DLM; before_SCR = SCR; before_queued = queued",
  ],
  end: ["left_DLL = DLL; left_DLM = DLM; left_SCR = SCR", "DLL = 12; DLM = 0; SCR = 0"],
  restore: [
    "divisorLatch = ((LCR & DLAB) -> divisorLatch_open : divisorLatch_closed)",
    "loopback = ((MCR & LOOP) -> loopback_on : loopback_off)",
    "thrEmptyInterrupt = ((IER & ETBEI) -> thrEmptyInterrupt_enabled : thrEmptyInterrupt_disabled)",
    "receivedDataInterrupt = ((IER & ERBFI) -> receivedDataInterrupt_enabled : receivedDataInterrupt_disabled)",
    "receiveFifo = (queued == 0 -> receiveFifo_empty : (queued < ROOM -> receiveFifo_holding : receiveFifo_full))",
    "interruptIdentification = ((IIR & THRE) -> ((IIR & RDA) -> interruptIdentification_both : interruptIdentification_thrEmpty) : ((IIR & RDA) -> interruptIdentification_receivedData : interruptIdentification_none))",
  ],
  eventAssignments: eventAssignments,
  guards: {
    writeSetsDLAB: "(written & DLAB) != 0",
    writeSetsLOOP: "(written & LOOP) != 0",
    writeSetsETBEI: "(written & ETBEI) != 0",
    writeSetsERBFI: "(written & ERBFI) != 0",
    charactersArrive: "arriving > 0",
    arrivalFillsFifo: "queued + arriving >= ROOM",
    onePlaceFree: "queued == ROOM - 1",
    oneCharacterQueued: "queued == 1",
  },
  actions: {
    storeDLL: ["DLL = written"],
    storeDLM: ["DLM = written"],
    storeIER: ["IER = written & IER_MASK"],
    storeLCR: ["LCR = written"],
    storeMCR: ["MCR = written"],
    storeSCR: ["SCR = written"],

    giveDLL: ["given = DLL"],
    giveDLM: ["given = DLM"],
    giveIER: ["given = IER"],
    giveIIR: ["given = IIR | FIFOS"],
    giveLCR: ["given = LCR"],
    giveMCR: ["given = MCR"],
    giveLSR: ["given = LSR"],
    giveMSR: ["given = MSR"],
    giveLoopedMSR: [
      "given = (MSR & DELTAS) | ((MCR & DTR) -> DSR : 0) | ((MCR & RTS) -> CTS : 0) | ((MCR & OUT1) -> RI : 0) | ((MCR & OUT2) -> DCD : 0)",
    ],
    giveSCR: ["given = SCR"],
    giveZero: ["given = 0"],

    transmit: ["sent++"],
    acceptCharacters: [],
    refuseCharacters: ["refused = 1"],
    queueCharacters: ["queued = (queued + arriving > ROOM -> ROOM : queued + arriving)"],
    queueLoopbackCharacter: ["queued++"],
    setDataReady: ["LSR = LSR | DR"],
    clearDataReady: ["LSR = LSR & (255 - DR)"],
    giveCharacter: ["given = CHARACTER"],
    takeCharacter: ["queued--"],
    reportBufferEmpty: [],
    reportBufferRead: [],

    identifyThrEmpty: ["IIR = (IIR & (255 - NONE)) | THRE"],
    identifyReceivedData: ["IIR = (IIR & (255 - NONE)) | RDA"],
    dropReceivedData: ["IIR = IIR & (255 - RDA)", "IIR = (IIR == 0 -> NONE : IIR)"],
    identifyNone: ["IIR = NONE"],
    interruptThrEmpty: ["interrupts++"],
    interruptReceivedData: ["interrupts++"],
  },
};
