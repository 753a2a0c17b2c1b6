import { uart16550Setup } from "../actions/index.js";

/** The effects of an RBR read on the errors that show. */
const readOfRBR = [
  {
    guard: "readClearsAndExposesErrors",
    target: ".shown",
    actions: ["clearErrors", "showNextErrors"],
    description: "Reading RBR clears the errors; the next character's show",
    meta: { rules: ["A11", "I11"] },
  },
  {
    guard: "readClearsAllErrors",
    target: ".clear",
    actions: "clearErrors",
    description: "Reading RBR clears the errors",
    meta: { rules: ["A11"] },
  },
  {
    guard: "readExposesErrors",
    target: ".shown",
    actions: "showNextErrors",
    description: "The next character's errors show",
    meta: { rules: ["I11"] },
  },
  {
    guard: "readClearsBreakAlone",
    actions: "clearBreak",
    description: "Reading RBR clears BI, where it leaves nothing; other errors stay",
    meta: { rules: ["A11"] },
  },
  {
    guard: "readClearsBreak",
    target: ".clear",
    actions: "clearBreak",
    description: "Reading RBR clears BI, where it leaves nothing",
    meta: { rules: ["A11"] },
  },
] as const;

/** LSR bits 4 to 1: OE, PE, FE and BI, which this region owns. */
export const lineStatus = uart16550Setup.createStateConfig({
  description: "LSR bits OE, PE, FE and BI",
  meta: { rules: ["I8", "I11", "D5"] },
  initial: "clear",
  states: {
    clear: {
      description: "No error shows",
      meta: { rules: ["D5"] },
      on: {
        "read.LSR": { actions: "giveLSR", description: "LSR is read", meta: { rules: ["D5"] } },
      },
    },
    shown: {
      description: "An error shows: receiver line status is pending",
      meta: { rules: ["I1", "D5"] },
      on: {
        "read.LSR": {
          target: "clear",
          actions: ["giveLSR", "clearErrors"],
          description: "LSR is read, which clears the errors",
          meta: { rules: ["D5", "I8", "I11"] },
        },
      },
    },
  },
  always: [
    {
      guard: "characterOverrunsFifoWithBreak",
      target: ".shown",
      actions: ["setOE", "showReceivedErrors"],
      description: "A break is lost, and shows at once",
      meta: { rules: ["I8", "I11"] },
    },
    {
      guard: "characterOverrunsFifo",
      target: ".shown",
      actions: "setOE",
      description: "A character is lost",
      meta: { rules: ["I8"] },
    },
    {
      guard: "breakOverrunsQueue",
      target: ".shown",
      actions: ["setOE", "showReceivedErrors"],
      description: "A break finds no place in the FIFO that is off",
      meta: { rules: ["I8", "A23"] },
    },
    {
      guard: "characterOverrunsRBR",
      target: ".shown",
      actions: ["setOE", "showReceivedErrors"],
      description: "A character is overwritten by the next",
      meta: { rules: ["I8"] },
    },
    {
      guard: "characterShowsErrors",
      target: ".shown",
      actions: "showReceivedErrors",
      description: "The character that arrives is the next to be read: its errors show",
      meta: { rules: ["I11"] },
    },
  ],
  on: {
    "write.LSR": [
      {
        guard: "factoryTestSetsErrors",
        target: ".shown",
        actions: "storeErrors",
        description: "The factory's test sets errors",
        meta: { rules: ["A16"] },
      },
      {
        guard: "factoryTestWrites",
        target: ".clear",
        actions: "storeErrors",
        description: "The factory's test clears the errors",
        meta: { rules: ["A16"] },
      },
      { description: "LSR is not written", meta: { rules: ["A16"] } },
    ],
    "read.RBR_DLL": readOfRBR,
    "write.FCR": [
      {
        guard: "flushClearsBreakAlone",
        actions: "clearBreak",
        description: "Clearing the receive FIFO clears BI; other errors stay",
        meta: { rules: ["A11"] },
      },
      {
        guard: "flushClearsBreak",
        target: ".clear",
        actions: "clearBreak",
        description: "Clearing the receive FIFO clears BI",
        meta: { rules: ["A11"] },
      },
    ],
    reset: { target: ".clear", actions: "clearErrors", description: "Master reset", meta: { rules: ["D1"] } },
  },
});

/** LSR bit 7, which this region owns. */
export const errorInFifo = uart16550Setup.createStateConfig({
  description: "LSR bit 7: a character in the FIFO has an error",
  meta: { rules: ["I11", "A4"] },
  initial: "none",
  states: {
    none: {
      description: "None has",
      meta: { rules: ["I11"] },
      always: {
        guard: "errorEntersFifo",
        target: "some",
        actions: "setErrorInFifo",
        description: "A character with an error is queued",
        meta: { rules: ["I11", "A5"] },
      },
    },
    some: {
      description: "One has, or had",
      meta: { rules: ["I11"] },
      always: {
        guard: "noErrorIsLeft",
        target: "none",
        actions: "clearErrorInFifo",
        description: "No character with an error is queued any more",
        meta: { rules: ["A4"] },
      },
      on: {
        "read.LSR": {
          guard: "readClearsErrorInFifo",
          target: "none",
          actions: "clearErrorInFifo",
          description: "LSR is read, and no character behind the next one has an error",
          meta: { rules: ["A4", "I11"] },
        },
        "write.FCR": {
          guard: "writeFlushesReceive",
          target: "none",
          actions: "clearErrorInFifo",
          description: "The FIFO is cleared",
          meta: { rules: ["I15"] },
        },
        "write.LCR": {
          guard: "formatChangeFlushesReceive",
          target: "none",
          actions: "clearErrorInFifo",
          description: "A change of format clears the FIFO",
          meta: { rules: ["A18"] },
        },
        "write.THR_DLL": {
          guard: "formatMayFlushReceive",
          target: "none",
          actions: "clearErrorInFifo",
          description: "A change of divisor clears the FIFO",
          meta: { rules: ["A18"] },
        },
        "write.IER_DLM": {
          guard: "formatMayFlushReceive",
          target: "none",
          actions: "clearErrorInFifo",
          description: "A change of divisor clears the FIFO",
          meta: { rules: ["A18"] },
        },
      },
    },
  },
  on: {
    reset: {
      target: ".none",
      actions: "clearErrorInFifo",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
