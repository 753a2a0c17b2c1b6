import { serialSetup } from "./actions.js";

/**
 * DLAB: the address decoder. Offsets 0 and 1 are the divisor latch while it is open. This region stores what is
 * only stored: DLL, DLM, IER, LCR and SCR.
 */
export const divisorLatch = serialSetup.createStateConfig({
  description: "LCR.DLAB: what offsets 0 and 1 reach",
  meta: { rules: ["S12", "S13", "S14"] },
  initial: "closed",
  states: {
    closed: {
      description: "DLAB is 0: offset 0 is RBR and THR, offset 1 is IER",
      meta: { rules: ["S14"] },
      on: {
        "write.LCR": [
          {
            guard: "writeSetsDLAB",
            target: "open",
            actions: "storeLCR",
            description: "DLAB is set: the latch opens",
            meta: { rules: ["S12", "S14"] },
          },
          { actions: "storeLCR", description: "The line format is stored", meta: { rules: ["S12"] } },
        ],
        "read.IER_DLM": { actions: "giveIER", description: "IER is read", meta: { rules: ["S12"] } },
        "write.IER_DLM": {
          actions: "storeIER",
          description: "IER is stored, bits 3 to 0",
          meta: { rules: ["S12"] },
        },
      },
    },
    open: {
      description: "DLAB is 1: offsets 0 and 1 are the divisor latch",
      meta: { rules: ["S14"] },
      on: {
        "write.LCR": [
          {
            guard: "writeClearsDLAB",
            target: "closed",
            actions: "storeLCR",
            description: "DLAB is cleared: the latch closes",
            meta: { rules: ["S12", "S14"] },
          },
          { actions: "storeLCR", description: "The line format is stored", meta: { rules: ["S12"] } },
        ],
        "read.RBR_DLL": { actions: "giveDLL", description: "DLL is read", meta: { rules: ["S14"] } },
        "write.THR_DLL": { actions: "storeDLL", description: "DLL is stored", meta: { rules: ["S14"] } },
        "read.IER_DLM": { actions: "giveDLM", description: "DLM is read", meta: { rules: ["S14"] } },
        "write.IER_DLM": { actions: "storeDLM", description: "DLM is stored", meta: { rules: ["S14"] } },
      },
    },
  },
  on: {
    "read.LCR": { actions: "giveLCR", description: "LCR is read", meta: { rules: ["S12"] } },
    "read.SCR": { actions: "giveSCR", description: "SCR is read", meta: { rules: ["S12"] } },
    "write.SCR": { actions: "storeSCR", description: "SCR is stored", meta: { rules: ["S12"] } },
    "write.FCR": { description: "There is no FCR: ignored", meta: { rules: ["S13"] } },
    "write.LSR": { description: "LSR cannot be written: ignored", meta: { rules: ["S13"] } },
    "write.MSR": { description: "MSR cannot be written: ignored", meta: { rules: ["S13"] } },
    "read.unmapped": { actions: "giveZero", description: "No register: 0x00", meta: { rules: ["S13"] } },
    "write.unmapped": { description: "No register: ignored", meta: { rules: ["S13"] } },
  },
});
