import { serialSetup } from "./actions.js";

const thrEmptyArises = {
  actions: ["identifyThrEmpty", "interruptThrEmpty"],
  meta: { rules: ["S6", "S21"] },
} as const;

const receivedDataArises = {
  actions: ["identifyReceivedData", "interruptReceivedData"],
  meta: { rules: ["S6", "S26"] },
} as const;

/** Returns the transitions to `target` on which received data arises in a state that does not have it yet. */
const receivedDataInto = <TTarget extends string>(target: TTarget) =>
  ({
    receive: {
      guard: "arrivalRaisesReceivedData",
      target,
      description: "Bytes are queued: received data arises",
      ...receivedDataArises,
    },
    loopback: {
      guard: "loopbackRaisesReceivedData",
      target,
      description: "A byte comes back and is queued: received data arises",
      ...receivedDataArises,
    },
    ierWrite: {
      guard: "writeRaisesReceivedData",
      target,
      ...receivedDataArises,
      description: "Received data is enabled while bytes are queued",
      meta: { rules: ["S6", "S8b"] },
    },
  }) as const;

/** Returns the transitions to `target` on which THR empty arises in a state that does not have it yet. */
const thrEmptyInto = <TTarget extends string>(target: TTarget) =>
  ({
    transmit: {
      guard: "transmitRaisesThrEmpty",
      target,
      description: "The byte has left: THR empty arises",
      ...thrEmptyArises,
    },
    ierWrite: {
      guard: "writeEnablesThrEmpty",
      target,
      ...thrEmptyArises,
      description: "THR empty is enabled, and THR is always empty",
      meta: { rules: ["S6", "S8b"] },
    },
  }) as const;

const bothOnIerWrite = {
  guard: "writeRaisesBoth",
  target: "both",
  actions: [...thrEmptyArises.actions, ...receivedDataArises.actions],
  description: "Both sources are enabled: THR is empty and bytes are queued",
  meta: { rules: ["S6", "S8b"] },
} as const;

const toThrEmpty = thrEmptyInto("thrEmpty");
const toReceivedData = receivedDataInto("receivedData");
const thrEmptyToBoth = thrEmptyInto("both");
const receivedDataToBoth = receivedDataInto("both");

/** A write to IER, in the states that can still gain a source: 0.8.1 has no such transitions. */
const reevaluation = {
  rule: "S8b",
  none: { "write.IER_DLM": [bothOnIerWrite, toThrEmpty.ierWrite, toReceivedData.ierWrite] },
  thrEmpty: { "write.IER_DLM": receivedDataToBoth.ierWrite },
  receivedData: { "write.IER_DLM": thrEmptyToBoth.ierWrite },
} as const;

const noReevaluation = { rule: "S8", none: {}, thrEmpty: {}, receivedData: {} } as const;

const readBuffer = { guard: "divisorLatchClosed", actions: "dropReceivedData" } as const;

const repeatThrEmpty = {
  guard: "thrEmptyInterruptEnabled",
  actions: "interruptThrEmpty",
  description: "THR empty was pending and enabled: it interrupts again",
  meta: { rules: ["S39"] },
} as const;

const repeatReceivedData = {
  guard: "receivedDataInterruptEnabled",
  actions: "interruptReceivedData",
  description: "Received data was pending and enabled: it interrupts again",
  meta: { rules: ["S39"] },
} as const;

/**
 * IIR bits 2 and 1: which sources are pending. This region owns IIR and interrupts.
 *
 * @param onIerWrite - what a write to IER raises: the one thing in which the revisions differ.
 */
const identification = <T extends typeof reevaluation | typeof noReevaluation>(onIerWrite: T) =>
  serialSetup.createStateConfig({
    description: "IIR bits 2 and 1: which sources are pending",
    meta: { rules: ["S1", "S6", onIerWrite.rule, "S8c", "S10"] },
    initial: "none",
    states: {
      none: {
        description: "Nothing is pending",
        meta: { rules: ["S1", "S11"] },
        on: {
          "write.THR_DLL": [toThrEmpty.transmit, toReceivedData.loopback],
          receive: toReceivedData.receive,
          ...onIerWrite.none,
          "read.RBR_DLL": {
            ...readBuffer,
            description: "There is no received data to take out; IIR is at least 0x01",
            meta: { rules: ["S11"] },
          },
        },
      },
      thrEmpty: {
        description: "THR empty is pending",
        meta: { rules: ["S5", "S6"] },
        on: {
          "write.THR_DLL": receivedDataToBoth.loopback,
          receive: receivedDataToBoth.receive,
          ...onIerWrite.thrEmpty,
          restored: repeatThrEmpty,
        },
      },
      receivedData: {
        description: "Received data is pending",
        meta: { rules: ["S4", "S6"] },
        on: {
          "write.THR_DLL": thrEmptyToBoth.transmit,
          ...onIerWrite.receivedData,
          "read.RBR_DLL": {
            ...readBuffer,
            target: "none",
            description: "A byte is read: received data is no longer pending",
            meta: { rules: ["S4", "S11"] },
          },
          restored: repeatReceivedData,
        },
      },
      both: {
        description: "THR empty and received data are pending",
        meta: { rules: ["S2", "S5"] },
        on: {
          "read.RBR_DLL": {
            ...readBuffer,
            target: "thrEmpty",
            description: "A byte is read: only THR empty stays pending",
            meta: { rules: ["S4", "S5"] },
          },
          restored: [
            {
              guard: "bothInterruptsEnabled",
              actions: ["interruptThrEmpty", "interruptReceivedData"],
              description: "Both were pending and enabled: both interrupt again",
              meta: { rules: ["S39"] },
            },
            repeatThrEmpty,
            repeatReceivedData,
          ],
        },
      },
    },
    on: {
      "read.IIR": {
        target: ".none",
        actions: ["giveIIR", "identifyNone"],
        description: "IIR is read, and nothing is pending any more",
        meta: { rules: ["S1"] },
      },
    },
  });

/** Interrupt identification as 0.8.1 has it: a write to IER raises nothing. */
export const interruptIdentification081 = identification(noReevaluation);

/** Interrupt identification as 0.8.2 has it: a write to IER raises what is pending and newly enabled. */
export const interruptIdentification082 = identification(reevaluation);
