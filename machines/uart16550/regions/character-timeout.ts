import { uart16550Setup } from "../actions/index.js";

const readsOfRBR = [
  {
    guard: "readTakesLast",
    target: "#characterTimeout.idle",
    actions: "stopTimeout",
    description: "Nothing is left to wait for",
    meta: { rules: ["D6"] },
  },
  {
    guard: "readRestartsTimeout",
    target: "#characterTimeout.waiting",
    actions: "startTimeout",
    description: "RBR is read: the timer starts anew",
    meta: { rules: ["D6", "I10"] },
  },
  {
    guard: "divisorLatchClosed",
    target: "#characterTimeout.idle",
    actions: "stopTimeout",
    description: "RBR is read, and there is no baud clock",
    meta: { rules: ["D6", "A9"] },
  },
] as const;

const arrival = {
  guard: "arrivalRestartsTimeout",
  target: "waiting",
  actions: "startTimeout",
  description: "A character arrives: the timer starts anew",
  meta: { rules: ["D6", "I10"] },
} as const;

/** The character timeout, of the FIFOs alone. */
export const characterTimeout = uart16550Setup.createStateConfig({
  description: "The character timeout: 4 character times without arrival or read",
  meta: { rules: ["I10", "D6"] },
  id: "characterTimeout",
  initial: "idle",
  states: {
    idle: {
      description: "Nothing is queued, the FIFOs are off, or what has come started no timer",
      meta: { rules: ["D6"] },
      always: arrival,
      on: {
        "read.RBR_DLL": {
          guard: "readStartsTimeout",
          target: "waiting",
          actions: "startTimeout",
          description: "RBR is read, and characters are left: the timer starts",
          meta: { rules: ["D6", "I10"] },
        },
      },
    },
    waiting: {
      description: "The timer runs",
      meta: { rules: ["D6"] },
      always: [
        arrival,
        {
          guard: "arrivalStopsTimeout",
          target: "idle",
          actions: "stopTimeout",
          description: "A character arrives, and there is no baud clock",
          meta: { rules: ["A9"] },
        },
      ],
      on: {
        advance: [
          {
            guard: "timeoutMeetsNothing",
            target: "idle",
            actions: "stopTimeout",
            description: "4 character times have passed, and nothing is queued",
            meta: { rules: ["I10"] },
          },
          {
            guard: "timeoutIsOver",
            target: "pending",
            actions: "latchTimeout",
            description: "4 character times have passed",
            meta: { rules: ["I10", "D6"] },
          },
          { actions: "passTimeoutTime", description: "Time passes", meta: { rules: ["D6"] } },
        ],
        "read.RBR_DLL": [
          {
            guard: "readLetsTimeoutRun",
            description: "Nothing is left to wait for, and the timer goes on",
            meta: { rules: ["D6"] },
          },
          ...readsOfRBR,
        ],
      },
    },
    pending: {
      description: "The timeout interrupts, if received data is enabled",
      meta: { rules: ["I10", "D2"] },
      on: { "read.RBR_DLL": readsOfRBR },
    },
  },
  on: {
    "write.FCR": {
      guard: "writeFlushesReceive",
      target: ".idle",
      actions: "stopTimeout",
      description: "The FIFO is cleared",
      meta: { rules: ["I15"] },
    },
    "write.LCR": {
      guard: "formatChangeFlushesReceive",
      target: ".idle",
      actions: "stopTimeout",
      description: "A change of format clears the FIFO",
      meta: { rules: ["A18"] },
    },
    "write.THR_DLL": {
      guard: "formatMayFlushReceive",
      target: ".idle",
      actions: "stopTimeout",
      description: "A change of divisor clears the FIFO",
      meta: { rules: ["A18"] },
    },
    "write.IER_DLM": {
      guard: "formatMayFlushReceive",
      target: ".idle",
      actions: "stopTimeout",
      description: "A change of divisor clears the FIFO",
      meta: { rules: ["A18"] },
    },
    reset: { target: ".idle", actions: "stopTimeout", description: "Master reset", meta: { rules: ["D1"] } },
  },
});
