import { uart16550Setup } from "../actions/index.js";

/**
 * DLAB: what stands at offsets 0 and 1. It is the address decoder: it stores and gives the registers that are nothing but bytes.
 */
export const divisorLatch = uart16550Setup.createStateConfig({
  description: "LCR.DLAB: what stands at offsets 0 and 1",
  meta: { rules: ["I14", "I16"] },
  initial: "closed",
  states: {
    closed: {
      description: "RBR, THR and IER",
      meta: { rules: ["I14"] },
      on: {
        "write.LCR": [
          {
            guard: "writeSetsDLAB",
            target: "open",
            actions: "storeLCR",
            description: "DLAB is set",
            meta: { rules: ["I14", "D4"] },
          },
          {
            actions: "storeLCR",
            description: "The format is set",
            meta: { rules: ["D4"] },
          },
        ],
        "read.IER_DLM": { actions: "giveIER", description: "IER is read", meta: { rules: ["I16"] } },
        "write.IER_DLM": [
          {
            guard: "partHasSleepModes",
            actions: "storeIERWithSleep",
            description: "IER is written, with the sleep modes",
            meta: { rules: ["I16", "D12"] },
          },
          { actions: "storeIER", description: "IER is written", meta: { rules: ["I16"] } },
        ],
      },
    },
    open: {
      description: "DLL and DLM",
      meta: { rules: ["I14"] },
      on: {
        "write.LCR": [
          {
            guard: "writeClearsDLAB",
            target: "closed",
            actions: "storeLCR",
            description: "DLAB is cleared",
            meta: { rules: ["I14", "D4"] },
          },
          {
            actions: "storeLCR",
            description: "The format is set",
            meta: { rules: ["D4"] },
          },
        ],
        "read.RBR_DLL": { actions: "giveDLL", description: "DLL is read", meta: { rules: ["I14", "I16"] } },
        "write.THR_DLL": {
          actions: "storeDLL",
          description: "DLL is written",
          meta: { rules: ["I14", "I16"] },
        },
        "read.IER_DLM": { actions: "giveDLM", description: "DLM is read", meta: { rules: ["I14", "I16"] } },
        "write.IER_DLM": {
          actions: "storeDLM",
          description: "DLM is written",
          meta: { rules: ["I14", "I16"] },
        },
      },
    },
  },
  on: {
    "read.LCR": { actions: "giveLCR", description: "LCR is read", meta: { rules: ["I16"] } },
    "read.SCR": [
      {
        guard: "partHasScratchRegister",
        actions: "giveSCR",
        description: "SCR is read",
        meta: { rules: ["I16", "D11"] },
      },
      { actions: "giveOnes", description: "There is no scratch register: 0xFF", meta: { rules: ["A13"] } },
    ],
    "write.SCR": { actions: "storeSCR", description: "SCR is written", meta: { rules: ["I16", "D11"] } },
    "read.unmapped": {
      actions: "giveZero",
      description: "No register stands there: 0x00",
      meta: { rules: ["D1"] },
    },
    "write.unmapped": { description: "No register stands there", meta: { rules: ["D1"] } },
    reset: [
      {
        guard: "resetClearsScratch",
        target: ".closed",
        actions: ["resetRegisters", "resetSCR"],
        description: "Master reset",
        meta: { rules: ["D1"] },
      },
      {
        target: ".closed",
        actions: "resetRegisters",
        description: "Master reset, which SCR survives",
        meta: { rules: ["D1"] },
      },
    ],
  },
});
