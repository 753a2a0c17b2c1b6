import { uart16550Setup } from "../actions/index.js";

const divisorIsWritten = {
  guard: "divisorLatchOpen",
  actions: "setCharacterTime",
  description: "The divisor changes",
  meta: { rules: ["I20", "A9"] },
} as const;

/** The baud generator: its clock, which a divisor of 0 may stop, and the time of a character. */
export const baudClock = uart16550Setup.createStateConfig({
  description: "The baud generator: whether there is a clock to send and receive by",
  meta: { rules: ["I20", "A9"] },
  initial: "running",
  states: {
    running: {
      description: "A character takes its time",
      meta: { rules: ["I20"] },
      always: {
        guard: "divisorStopsClock",
        target: "stopped",
        description: "A divisor of 0 stops the clock",
        meta: { rules: ["A9"] },
      },
    },
    stopped: {
      description: "The divisor is 0: nothing is sent, received or timed",
      meta: { rules: ["A9"] },
      always: {
        guard: "divisorGivesClock",
        target: "running",
        description: "There is a divisor again",
        meta: { rules: ["A9"] },
      },
    },
  },
  on: {
    "write.LCR": {
      actions: "setCharacterTime",
      description: "The format changes",
      meta: { rules: ["I20", "D4"] },
    },
    "write.THR_DLL": divisorIsWritten,
    "write.IER_DLM": divisorIsWritten,
    reset: [
      {
        guard: "resetClearsFcr",
        actions: "resetCharacterTime",
        description: "Master reset, which keeps the divisor",
        meta: { rules: ["D1"] },
      },
      {
        actions: ["resetDivisor", "resetCharacterTime"],
        description: "Master reset: the divisor is 12",
        meta: { rules: ["D1"] },
      },
    ],
  },
});
