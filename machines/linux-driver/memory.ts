import { linuxDriverSetup } from "./actions.js";

/** The use of the FIFOs. */
export const fifos = linuxDriverSetup.createStateConfig({
  description: "The part, as autoconfig found it",
  meta: { rules: ["class"] },
  initial: "none",
  states: {
    none: {
      description: "No FIFOs: one character at a time",
      meta: { rules: ["class"] },
      on: {
        "thread.result": {
          guard: "partHasFifos",
          target: "sixteen",
          description: "IIR bits 7 and 6 are set",
          meta: { rules: ["class"] },
        },
      },
    },
    sixteen: { description: "A 16550A: 16 characters at a time", meta: { rules: ["class"] } },
  },
});

/** UART_BUG_THRE. */
export const thrEmptyBug = linuxDriverSetup.createStateConfig({
  description: "UART_BUG_THRE, as the THRE test found it",
  meta: { rules: ["THRE"] },
  initial: "absent",
  states: {
    absent: {
      description: "THR empty is not known to get lost",
      meta: { rules: ["THRE"] },
      on: {
        "thread.result": {
          guard: "firstShowsSome",
          target: "suspected",
          description: "It is reported the first time",
          meta: { rules: ["THRE"] },
        },
      },
    },
    suspected: {
      description: "It has been reported once",
      meta: { rules: ["THRE"] },
      on: {
        "thread.result": [
          {
            guard: "secondShowsSome",
            target: "absent",
            description: "It is reported the second time",
            meta: { rules: ["THRE"] },
          },
          {
            guard: "secondShowsNone",
            target: "present",
            description: "It is not reported the second time",
            meta: { rules: ["THRE"] },
          },
        ],
      },
    },
    present: {
      description: "It gets lost: the backup timer runs",
      meta: { rules: ["THRE", "backup"] },
    },
  },
});

/** UART_BUG_TXEN. */
export const txEnableBug = linuxDriverSetup.createStateConfig({
  description: "UART_BUG_TXEN, as the TXEN test found it",
  meta: { rules: ["TXEN"] },
  initial: "absent",
  states: {
    absent: {
      description: "Enabling THR empty makes an interrupt",
      meta: { rules: ["TXEN"] },
      on: {
        "thread.result": {
          guard: "enablingShowsNone",
          target: "present",
          description: "The transmitter is empty, and IIR reports nothing",
          meta: { rules: ["TXEN"] },
        },
      },
    },
    present: { description: "It makes none: THR is filled by hand", meta: { rules: ["TXEN"] } },
  },
});

/** ETBEI, as the driver has it in mind: it follows what is written to IER for sending. */
export const transmitInterrupt = linuxDriverSetup.createStateConfig({
  description: "Whether an interrupt is asked for once THR is empty",
  meta: { rules: ["start_tx", "tx"] },
  initial: "off",
  states: {
    off: {
      description: "It is not: nothing waits to be sent",
      meta: { rules: ["tx"] },
      always: {
        guard: "threadEnablesTransmit",
        target: "on",
        description: "ETBEI is set",
        meta: { rules: ["start_tx"] },
      },
    },
    on: {
      description: "It is: characters wait",
      meta: { rules: ["start_tx"] },
      always: {
        guard: "transmitStops",
        target: "off",
        description: "ETBEI is cleared",
        meta: { rules: ["tx"] },
      },
    },
  },
});
