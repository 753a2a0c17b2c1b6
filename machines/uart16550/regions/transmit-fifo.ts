import { uart16550Setup } from "../actions/index.js";

/** The transmitter takes the last character: THR is empty at once. */
const emptiedAtOnce = {
  guard: "lastIsTaken",
  target: "#transmitFifo.empty.pending",
  actions: ["setTHRE", "latchThrEmpty"],
  description: "The last character is taken",
  meta: { rules: ["D2", "D5"] },
} as const;

/** The same of a FIFO: at once or after a delay. */
const emptied = [
  {
    guard: "lastIsTakenWithDelay",
    target: "#transmitFifo.empty.delayed",
    actions: "delayThrEmpty",
    description: "The last character is taken, which is told later",
    meta: { rules: ["D7"] },
  },
  {
    guard: "lastIsTakenWithInterruptDelay",
    target: "#transmitFifo.empty.delayed",
    actions: ["delayThrEmpty", "setTHRE"],
    description: "The last character is taken; the interrupt comes later",
    meta: { rules: ["D7"] },
  },
  emptiedAtOnce,
] as const;

/** FCR, or a change of format, clears what is queued. The divisor changes behind DLAB alone, which is set by a change of format. */
const flushed = {
  "write.FCR": {
    guard: "writeFlushesTransmit",
    target: "#transmitFifo.empty.pending",
    actions: ["flushTransmitFifo", "setTHRE", "latchThrEmpty"],
    description: "The characters are cleared",
    meta: { rules: ["I15", "D3"] },
  },
  "write.LCR": {
    guard: "formatChangeFlushesTransmit",
    target: "#transmitFifo.empty.pending",
    actions: ["flushTransmitFifo", "setTHRE", "latchThrEmpty"],
    description: "A change of format clears the characters",
    meta: { rules: ["A18"] },
  },
} as const;

/** THR or the transmit FIFO, and THR empty: LSR.THRE and its interrupt source, which this region owns. */
export const transmitFifo = uart16550Setup.createStateConfig({
  description: "THR or the transmit FIFO, and whether THR empty is indicated",
  meta: { rules: ["I7", "D5"] },
  id: "transmitFifo",
  initial: "empty",
  states: {
    empty: {
      description: "Nothing waits to be sent",
      meta: { rules: ["D5"] },
      initial: "acknowledged",
      states: {
        delayed: {
          description: "That is not told yet",
          meta: { rules: ["D7"] },
          on: {
            "write.LCR": {
              guard: "formatChangeFlushesTransmit",
              target: "pending",
              actions: ["setTHRE", "latchThrEmpty"],
              description: "A change of format clears the FIFO: THR empty is told",
              meta: { rules: ["A18"] },
            },
            advance: [
              {
                guard: "threDelayIsOver",
                target: "pending",
                actions: ["setTHRE", "latchThrEmpty"],
                description: "THR empty is told",
                meta: { rules: ["D7"] },
              },
              { actions: "passDelayTime", description: "Time passes", meta: { rules: ["D7"] } },
            ],
            "write.IER_DLM": {
              guard: "writeRearmsDuringDelay",
              target: "pending",
              actions: "latchThrEmpty",
              description: "ETBEI is set while THRE is 1 and its interrupt is delayed",
              meta: { rules: ["I5", "D7"] },
            },
            "write.FCR": {
              guard: "writeFlushesTransmit",
              target: "pending",
              actions: ["setTHRE", "latchThrEmpty"],
              description: "The FIFO is cleared: THR empty is told",
              meta: { rules: ["I15"] },
            },
          },
        },
        pending: {
          description: "THR empty interrupts, if enabled",
          meta: { rules: ["I1", "D2"] },
          on: {
            "read.IIR": {
              guard: "identifiedThrEmpty",
              target: "acknowledged",
              actions: "acknowledgeThrEmpty",
              description: "The read that reports THR empty acknowledges it",
              meta: { rules: ["I3"] },
            },
            "write.FCR": {
              guard: "writeChangesFifoEnable",
              actions: "noteFifoChange",
              description: "The next THR empty is told at once",
              meta: { rules: ["D7"] },
            },
          },
        },
        acknowledged: {
          description: "THR empty is known",
          meta: { rules: ["I3", "I18"] },
          on: {
            "write.IER_DLM": {
              guard: "writeRearms",
              target: "pending",
              actions: "latchThrEmpty",
              description: "ETBEI is set: THR empty interrupts",
              meta: { rules: ["I5", "A1"] },
            },
            "write.FCR": [
              {
                guard: "fifoChangeReannouncesThrEmpty",
                target: "pending",
                actions: ["latchThrEmpty", "noteFifoChange"],
                description: "Changing FIFO enable makes THR empty interrupt again",
                meta: { rules: ["A2", "D7"] },
              },
              {
                guard: "resetReannouncesThrEmpty",
                target: "pending",
                actions: "latchThrEmpty",
                description: "Clearing the empty FIFO makes THR empty interrupt again",
                meta: { rules: ["A2"] },
              },
              {
                guard: "writeChangesFifoEnable",
                actions: "noteFifoChange",
                description: "The next THR empty is told at once",
                meta: { rules: ["D7"] },
              },
            ],
          },
        },
      },
      on: {
        "write.THR_DLL": [
          {
            guard: "thrIsFilled",
            target: "full",
            actions: ["queueToSend", "clearTHRE"],
            description: "THR takes the character",
            meta: { rules: ["D5", "I9"] },
          },
          {
            guard: "divisorLatchClosed",
            target: "holding",
            actions: ["queueToSend", "clearTHRE"],
            description: "The FIFO takes the character",
            meta: { rules: ["D5", "I9"] },
          },
        ],
      },
    },
    holding: {
      description: "Some characters wait, and more may be written",
      meta: { rules: ["I7"] },
      always: emptied,
      on: {
        "write.THR_DLL": [
          {
            guard: "thrWriteFills",
            target: "full",
            actions: "queueToSend",
            description: "The character takes the last place",
            meta: { rules: ["I7", "I9"] },
          },
          {
            guard: "divisorLatchClosed",
            actions: ["queueToSend", "noteTogether"],
            description: "The character is queued",
            meta: { rules: ["I9"] },
          },
        ],
        ...flushed,
      },
    },
    full: {
      description: "There is no room",
      meta: { rules: ["I7", "A8"] },
      always: [
        emptiedAtOnce,
        {
          guard: "transmitterMayStart",
          target: "holding",
          description: "One of several characters is taken",
          meta: { rules: ["I9"] },
        },
      ],
      on: {
        "write.THR_DLL": [
          {
            guard: "overflowDropsOldestCharacter",
            actions: "dropOldestAndQueue",
            description: "The oldest character is lost",
            meta: { rules: ["A8"] },
          },
          {
            guard: "overflowReplacesLastCharacter",
            actions: "replaceLast",
            description: "The last character is overwritten",
            meta: { rules: ["A8"] },
          },
          {
            guard: "overflowWrapsInThr",
            actions: "queueAlone",
            description: "The character is overwritten",
            meta: { rules: ["A8"] },
          },
          {
            guard: "overflowWrapsFifo",
            target: "holding",
            actions: "queueAlone",
            description: "The ring wraps: it holds this character alone",
            meta: { rules: ["A8"] },
          },
          {
            guard: "divisorLatchClosed",
            description: "The character is lost",
            meta: { rules: ["A8"] },
          },
        ],
        ...flushed,
        "write.FCR": [
          {
            guard: "writeChangesFifoEnable",
            target: "#transmitFifo.empty.pending",
            actions: ["flushTransmitFifo", "setTHRE", "latchThrEmpty", "noteFifoChange"],
            description: "Changing FIFO enable clears the characters; the next THR empty is told at once",
            meta: { rules: ["I15", "D7"] },
          },
          flushed["write.FCR"],
        ],
      },
    },
  },
  on: {
    reset: {
      target: ".empty.acknowledged",
      actions: "resetTransmitFifo",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
