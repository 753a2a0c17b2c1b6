import { uart16550Setup } from "../actions/index.js";

/** MCR.LOOP. */
export const loopback = uart16550Setup.createStateConfig({
  description: "MCR.LOOP: whether the transmitter is connected to the receiver, and MCR to MSR",
  meta: { rules: ["I13", "D8"] },
  initial: "off",
  states: {
    off: {
      description: "The chip is connected to its pins",
      meta: { rules: ["I13"] },
      on: {
        "write.MCR": {
          guard: "writeSetsLOOP",
          target: "on",
          description: "LOOP is set",
          meta: { rules: ["I13"] },
        },
      },
    },
    on: {
      description: "What is sent is received",
      meta: { rules: ["I13"] },
      on: {
        "write.MCR": {
          guard: "writeClearsLOOP",
          target: "off",
          description: "LOOP is cleared",
          meta: { rules: ["I13"] },
        },
      },
    },
  },
  on: { reset: { target: ".off", description: "Master reset", meta: { rules: ["D1"] } } },
});

/** LCR.BREAK. */
export const breakControl = uart16550Setup.createStateConfig({
  description: "LCR.BREAK: whether SOUT is held low",
  meta: { rules: ["D4"] },
  initial: "off",
  states: {
    off: {
      description: "SOUT is the transmitter's",
      meta: { rules: ["D4"] },
      on: {
        "write.LCR": {
          guard: "writeSetsBreak",
          target: "on",
          description: "The break begins",
          meta: { rules: ["D4"] },
        },
      },
    },
    on: {
      description: "SOUT is held low; the transmitter goes on",
      meta: { rules: ["D4"] },
      on: {
        "write.LCR": {
          guard: "writeClearsBreak",
          target: "off",
          description: "The break ends",
          meta: { rules: ["D4"] },
        },
      },
    },
  },
  on: { reset: { target: ".off", description: "Master reset", meta: { rules: ["D1"] } } },
});

/** MCR.AFE with RTS. */
export const autoFlow = uart16550Setup.createStateConfig({
  description: "MCR.AFE: automatic flow control. Owns MCR",
  meta: { rules: ["I21"] },
  initial: "off",
  states: {
    off: { description: "None", meta: { rules: ["I21"] } },
    on: {
      description: "CTS gates the transmitter",
      meta: { rules: ["I21"] },
      initial: "ctsOnly",
      states: {
        ctsOnly: { description: "Auto-CTS: MCR.RTS is clear", meta: { rules: ["I21"] } },
        ctsAndRts: { description: "Auto-CTS and auto-RTS", meta: { rules: ["I21"] } },
      },
    },
  },
  on: {
    "write.MCR": [
      {
        guard: "writeEnablesAutoRts",
        target: ".on.ctsAndRts",
        actions: "storeMCRWithAFE",
        description: "AFE and RTS are set",
        meta: { rules: ["I21", "I16"] },
      },
      {
        guard: "writeEnablesAutoFlow",
        target: ".on.ctsOnly",
        actions: "storeMCRWithAFE",
        description: "AFE is set, RTS clear",
        meta: { rules: ["I21", "I16"] },
      },
      {
        target: ".off",
        actions: "storeMCR",
        description: "MCR is written",
        meta: { rules: ["I21", "I16"] },
      },
    ],
    "read.MCR": { actions: "giveMCR", description: "MCR is read", meta: { rules: ["I16"] } },
    reset: { target: ".off", actions: "resetMCR", description: "Master reset", meta: { rules: ["D1"] } },
  },
});

/** The host, which takes output or holds it. */
export const hostOutput = uart16550Setup.createStateConfig({
  description: "Whether the host takes what is sent",
  meta: { rules: ["I4"] },
  initial: "taken",
  states: {
    taken: {
      description: "It does",
      meta: { rules: ["I4"] },
      on: {
        hold: {
          target: "held",
          actions: "holdOutput",
          description: "The host takes no more",
          meta: { rules: ["I4"] },
        },
      },
    },
    held: {
      description: "It does not: a character that is sent stays in the shift register",
      meta: { rules: ["I4"] },
      on: {
        release: {
          target: "taken",
          actions: "releaseOutput",
          description: "The host takes output again",
          meta: { rules: ["I4"] },
        },
      },
    },
  },
});
