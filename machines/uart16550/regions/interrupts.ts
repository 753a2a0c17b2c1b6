import { uart16550Setup } from "../actions/index.js";

/** IIR: the highest source that is enabled and pending. It follows the other regions, and is a function of their states. */
export const interruptIdentification = uart16550Setup.createStateConfig({
  description: "IIR: the highest source that is enabled and pending",
  meta: { rules: ["I2", "D2"] },
  initial: "none",
  states: {
    none: {
      description: "0001: none",
      meta: { rules: ["I2"] },
      entry: "identifyNone",
      on: {
        restored: {
          actions: "identifyNone",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": { actions: "giveIIRNone", description: "IIR is read", meta: { rules: ["I2"] } },
        "read.MSR": {
          guard: "readSampleInterrupts",
          target: "modemStatus",
          description: "MSR is read: its sample interrupts until the read has cleared it",
          meta: { rules: ["A22", "D13"] },
        },
      },
    },
    receiverLineStatus: {
      description: "0110: an error shows in LSR",
      meta: { rules: ["I2"] },
      entry: "identifyLineStatus",
      on: {
        restored: {
          actions: "identifyLineStatus",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": {
          actions: "giveIIRLineStatus",
          description: "IIR is read",
          meta: { rules: ["I2", "I3"] },
        },
      },
    },
    receivedData: {
      description: "0100: received data is available",
      meta: { rules: ["I2"] },
      entry: "identifyReceivedData",
      on: {
        restored: {
          actions: "identifyReceivedData",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": {
          actions: "giveIIRReceivedData",
          description: "IIR is read",
          meta: { rules: ["I2", "I3"] },
        },
      },
    },
    characterTimeout: {
      description: "1100: characters wait below the trigger level",
      meta: { rules: ["I2"] },
      entry: "identifyTimeout",
      on: {
        restored: {
          actions: "identifyTimeout",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": { actions: "giveIIRTimeout", description: "IIR is read", meta: { rules: ["I2", "I3"] } },
      },
    },
    thrEmpty: {
      description: "0010: THR is empty",
      meta: { rules: ["I2"] },
      entry: "identifyThrEmpty",
      on: {
        restored: {
          actions: "identifyThrEmpty",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": {
          actions: "giveIIRThrEmpty",
          description: "IIR is read, which acknowledges THR empty",
          meta: { rules: ["I2", "I3"] },
        },
      },
    },
    modemStatus: {
      description: "0000: a modem input has changed",
      meta: { rules: ["I2"] },
      entry: "identifyModemStatus",
      on: {
        restored: {
          actions: "identifyModemStatus",
          description: "The cause is told again",
          meta: { rules: ["I17"] },
        },
        "read.IIR": {
          actions: "giveIIRModemStatus",
          description: "IIR is read",
          meta: { rules: ["I2", "I3"] },
        },
      },
    },
  },
  always: [
    {
      guard: "lineStatusBecomesHighest",
      target: ".receiverLineStatus",
      description: "Receiver line status is the highest",
      meta: { rules: ["I2"] },
    },
    {
      guard: "receivedDataBecomesHighest",
      target: ".receivedData",
      description: "Received data is the highest",
      meta: { rules: ["I2", "A3"] },
    },
    {
      guard: "timeoutBecomesHighest",
      target: ".characterTimeout",
      description: "The character timeout is the highest",
      meta: { rules: ["I2", "A3"] },
    },
    {
      guard: "thrEmptyBecomesHighest",
      target: ".thrEmpty",
      description: "THR empty is the highest",
      meta: { rules: ["I2"] },
    },
    {
      guard: "modemStatusBecomesHighest",
      target: ".modemStatus",
      description: "Modem status is the highest",
      meta: { rules: ["I2"] },
    },
    {
      guard: "nothingInterruptsAnyMore",
      target: ".none",
      description: "Nothing is pending and enabled",
      meta: { rules: ["I2"] },
    },
  ],
});

/** The pulse of an 8250's line when it is served while another source is pending. */
const pulse = (guard: "servedByLSR" | "servedByRBR" | "servedByIIR" | "servedByTHR" | "servedByMSR") =>
  ({
    guard,
    target: "low",
    description: "The source reported is served: an 8250's line drops, whatever else is pending",
    meta: { rules: ["A13"] },
  }) as const;

/** The interrupt line: a level, and a function of the other regions' states. */
export const interruptLine = uart16550Setup.createStateConfig({
  description: "The interrupt line: INTR, or on a PC what OUT2 lets through",
  meta: { rules: ["I1", "A17"] },
  initial: "low",
  states: {
    low: {
      description: "Nothing interrupts",
      meta: { rules: ["I1"] },
      entry: "lowerInterruptLine",
      always: {
        guard: "interruptIsSeen",
        target: "high",
        description: "Some source is pending and enabled",
        meta: { rules: ["I1", "A17"] },
      },
      on: {
        "read.MSR": {
          guard: "readSampleIsSeen",
          target: "high",
          description: "MSR is read: its sample interrupts until the read has cleared it",
          meta: { rules: ["A22", "D13"] },
        },
        restored: {
          actions: "lowerInterruptLine",
          description: "The line is told again",
          meta: { rules: ["I17"] },
        },
      },
    },
    high: {
      description: "The processor is interrupted",
      meta: { rules: ["I1"] },
      entry: "raiseInterruptLine",
      always: {
        guard: "interruptIsNotSeen",
        target: "low",
        description: "No source is pending and enabled",
        meta: { rules: ["I1", "A17"] },
      },
      on: {
        "read.LSR": pulse("servedByLSR"),
        "read.RBR_DLL": pulse("servedByRBR"),
        "read.IIR": pulse("servedByIIR"),
        "write.THR_DLL": pulse("servedByTHR"),
        "read.MSR": pulse("servedByMSR"),
        restored: {
          actions: "raiseInterruptLine",
          description: "The line is told again",
          meta: { rules: ["I17"] },
        },
      },
    },
  },
});
