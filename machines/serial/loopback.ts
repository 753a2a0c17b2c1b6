import { serialSetup } from "./actions.js";

/** MCR.LOOP: the destination of a byte written to THR, and the source of MSR. This region owns MCR and MSR. */
export const loopback = serialSetup.createStateConfig({
  description: "MCR.LOOP: where transmitted bytes go and where MSR comes from",
  meta: { rules: ["S17", "S21", "S22", "S24"] },
  initial: "off",
  states: {
    off: {
      description: "Normal operation: THR leads out, MSR shows the modem",
      meta: { rules: ["S17", "S21", "S25"] },
      on: {
        "write.MCR": [
          {
            guard: "writeSetsLOOP",
            target: "on",
            actions: "storeMCR",
            description: "LOOP is set: the transmitter is wired to the receiver",
            meta: { rules: ["S12", "S24"] },
          },
          { actions: "storeMCR", description: "The outputs are stored", meta: { rules: ["S12"] } },
        ],
        "write.THR_DLL": {
          guard: "divisorLatchClosed",
          actions: "transmit",
          description: "The byte leaves at once",
          meta: { rules: ["S21"] },
        },
        "read.MSR": {
          actions: "giveMSR",
          description: "MSR is read as stored",
          meta: { rules: ["S15", "S17"] },
        },
      },
    },
    on: {
      description:
        "Loopback: THR leads to the receive FIFO, MSR shows MCR's outputs, nothing arrives from outside",
      meta: { rules: ["S17", "S22", "S25"] },
      on: {
        "write.MCR": [
          {
            guard: "writeClearsLOOP",
            target: "off",
            actions: "storeMCR",
            description: "LOOP is cleared: normal operation",
            meta: { rules: ["S12", "S24"] },
          },
          { actions: "storeMCR", description: "The outputs are stored", meta: { rules: ["S12"] } },
        ],
        "read.MSR": {
          actions: "giveLoopedMSR",
          description: "MSR is read with MCR's outputs as its inputs",
          meta: { rules: ["S15", "S17"] },
        },
        receive: {
          description: "The receiver is cut off from outside: nothing is taken",
          meta: { rules: ["S25"] },
        },
      },
    },
  },
  on: {
    "read.MCR": { actions: "giveMCR", description: "MCR is read", meta: { rules: ["S12"] } },
  },
});
