import { uart16550Setup } from "../actions/index.js";

/** IER.ELSI. */
export const lineStatusInterrupt = uart16550Setup.createStateConfig({
  description: "IER.ELSI: whether line errors interrupt",
  meta: { rules: ["I1"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "They do not",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesLineStatus",
          target: "enabled",
          description: "ELSI is set",
          meta: { rules: ["I1"] },
        },
      },
    },
    enabled: {
      description: "They do",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesLineStatus",
          target: "disabled",
          description: "ELSI is cleared",
          meta: { rules: ["I1"] },
        },
      },
    },
  },
  on: { reset: { target: ".disabled", description: "Master reset", meta: { rules: ["D1"] } } },
});

/** IER.ERBFI. */
export const receivedDataInterrupt = uart16550Setup.createStateConfig({
  description: "IER.ERBFI: whether received data and the character timeout interrupt",
  meta: { rules: ["I1"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "They do not",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesReceivedData",
          target: "enabled",
          description: "ERBFI is set",
          meta: { rules: ["I1"] },
        },
      },
    },
    enabled: {
      description: "They do",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesReceivedData",
          target: "disabled",
          description: "ERBFI is cleared",
          meta: { rules: ["I1"] },
        },
      },
    },
  },
  on: { reset: { target: ".disabled", description: "Master reset", meta: { rules: ["D1"] } } },
});

/** IER.ETBEI. */
export const thrEmptyInterrupt = uart16550Setup.createStateConfig({
  description: "IER.ETBEI: whether THR empty interrupts",
  meta: { rules: ["I1"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "It does not",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesThrEmpty",
          target: "enabled",
          description: "ETBEI is set",
          meta: { rules: ["I1", "I5"] },
        },
      },
    },
    enabled: {
      description: "It does",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesThrEmpty",
          target: "disabled",
          description: "ETBEI is cleared",
          meta: { rules: ["I1"] },
        },
      },
    },
  },
  on: { reset: { target: ".disabled", description: "Master reset", meta: { rules: ["D1"] } } },
});

/** IER.EDSSI. */
export const modemStatusInterrupt = uart16550Setup.createStateConfig({
  description: "IER.EDSSI: whether changes of the modem inputs interrupt",
  meta: { rules: ["I1"] },
  initial: "disabled",
  states: {
    disabled: {
      description: "They do not",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeEnablesModemStatus",
          target: "enabled",
          description: "EDSSI is set",
          meta: { rules: ["I1"] },
        },
      },
    },
    enabled: {
      description: "They do",
      meta: { rules: ["I1"] },
      on: {
        "write.IER_DLM": {
          guard: "writeDisablesModemStatus",
          target: "disabled",
          description: "EDSSI is cleared",
          meta: { rules: ["I1"] },
        },
      },
    },
  },
  on: { reset: { target: ".disabled", description: "Master reset", meta: { rules: ["D1"] } } },
});
