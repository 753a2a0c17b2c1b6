import { serialSetup } from "./actions.js";

/** IER.ETBEI: whether THR empty interrupts. */
export const thrEmptyInterrupt = serialSetup.createStateConfig({
  description: "IER.ETBEI: whether THR empty interrupts",
  meta: { rules: ["S8c", "S9"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "ETBEI is 0: THR empty is not noted",
      meta: { rules: ["S9"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesThrEmpty",
          target: "enabled",
          description: "ETBEI is set",
          meta: { rules: ["S9"] },
        },
      },
    },
    enabled: {
      description: "ETBEI is 1: THR empty is noted, and interrupts",
      meta: { rules: ["S6", "S9"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesThrEmpty",
          target: "disabled",
          description: "ETBEI is cleared; what is pending stays so",
          meta: { rules: ["S8c"] },
        },
      },
    },
  },
});

/** IER.ERBFI: whether received data interrupts. */
export const receivedDataInterrupt = serialSetup.createStateConfig({
  description: "IER.ERBFI: whether received data interrupts",
  meta: { rules: ["S8c", "S9"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "ERBFI is 0: received data is not noted",
      meta: { rules: ["S9"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesReceivedData",
          target: "enabled",
          description: "ERBFI is set",
          meta: { rules: ["S9"] },
        },
      },
    },
    enabled: {
      description: "ERBFI is 1: received data is noted, and interrupts",
      meta: { rules: ["S6", "S9"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesReceivedData",
          target: "disabled",
          description: "ERBFI is cleared; what is pending stays so",
          meta: { rules: ["S8c"] },
        },
      },
    },
  },
});
