import { linuxDriverSetup } from "./actions.js";
import { access, DONE, transmitting } from "./steps.js";

/** start_tx: what is queued is sent by interrupts, or by hand where enabling makes none. */
export const sending = linuxDriverSetup.createStateConfig({
  description: "start_tx",
  meta: { rules: ["start_tx", "lock"] },
  initial: "enabling",
  states: {
    enabling: {
      description: "ETBEI is set",
      meta: { rules: ["start_tx"] },
      entry: "enableTransmit",
      on: {
        "thread.result": [
          {
            guard: "thrEmptyIsLate",
            target: "readingLSR",
            description: "No interrupt comes of it",
            meta: { rules: ["TXEN"] },
          },
          {
            target: "#thread.idle",
            actions: DONE,
            description: "An interrupt comes of it",
            meta: { rules: ["start_tx"] },
          },
        ],
      },
    },
    readingLSR: {
      description: "Whether THR is empty",
      meta: { rules: ["TXEN"] },
      entry: "readLSR",
      on: {
        "thread.result": [
          {
            guard: "showsTHRE",
            target: "transmitting",
            description: "It is, and is filled by hand",
            meta: { rules: ["TXEN"] },
          },
          {
            target: "#thread.idle",
            actions: DONE,
            description: "It is not: an interrupt comes once it is",
            meta: { rules: ["TXEN"] },
          },
        ],
      },
    },
    transmitting: transmitting("thread.result", "#thread.idle", DONE),
  },
});

/** console_write, of one byte. */
export const printing = linuxDriverSetup.createStateConfig({
  description: "console_write",
  meta: { rules: ["console", "lock"] },
  initial: "readingIER",
  states: {
    readingIER: {
      description: "IER is saved",
      meta: { rules: ["console"] },
      entry: "readIER",
      on: {
        "thread.result": {
          target: "clearingIER",
          actions: "keepIER",
          description: "It is kept in mind",
          meta: { rules: ["console"] },
        },
      },
    },
    clearingIER: access("clearIER", "waiting", "console", "IER is cleared"),
    waiting: {
      description: "LSR is read until THR is empty",
      meta: { rules: ["console", "patience"] },
      entry: "readLSR",
      on: {
        "thread.result": [
          {
            guard: "showsTHRE",
            target: "writing",
            description: "THR is empty",
            meta: { rules: ["console"] },
          },
          {
            guard: "patienceIsOver",
            target: "writing",
            description: "It is waited for no longer",
            meta: { rules: ["patience"] },
          },
          {
            target: "waiting",
            reenter: true,
            actions: "countPoll",
            description: "It is not empty yet",
            meta: { rules: ["patience"] },
          },
        ],
      },
    },
    writing: {
      description: "The byte is written",
      meta: { rules: ["console"] },
      entry: "writePrinted",
      on: {
        "thread.result": {
          target: "draining",
          actions: "resetPolls",
          description: "It is done",
          meta: { rules: ["console"] },
        },
      },
    },
    draining: {
      description: "LSR is read until the transmitter is empty",
      meta: { rules: ["console", "patience"] },
      entry: "readLSR",
      on: {
        "thread.result": [
          {
            guard: "showsTransmitterEmpty",
            target: "restoringIER",
            description: "The transmitter is empty",
            meta: { rules: ["console"] },
          },
          {
            guard: "patienceIsOver",
            target: "restoringIER",
            description: "It is waited for no longer",
            meta: { rules: ["patience"] },
          },
          {
            target: "draining",
            reenter: true,
            actions: "countPoll",
            description: "It is not empty yet",
            meta: { rules: ["patience"] },
          },
        ],
      },
    },
    restoringIER: {
      description: "IER is restored: the UART interrupts for what came meanwhile",
      meta: { rules: ["console"] },
      entry: "restoreIER",
      on: {
        "thread.result": {
          target: "#thread.idle",
          actions: DONE,
          description: "The byte is printed",
          meta: { rules: ["console"] },
        },
      },
    },
  },
});

/** Characters that are sent though IIR does not report THR empty. */
const queueIsChecked = (guard: "thrIsEmptyUnseen" | "queueHolds") =>
  [
    {
      guard,
      target: "transmitting",
      actions: "resetLoaded",
      description: "Characters wait, and can be sent",
      meta: { rules: ["backup"] },
    },
    { target: "restoringIER", description: "There is nothing to do", meta: { rules: ["backup"] } },
  ] as const;

/** backup_timeout: of a part whose THR empty interrupt gets lost. */
export const backup = linuxDriverSetup.createStateConfig({
  description: "backup_timeout",
  meta: { rules: ["backup", "lock"] },
  id: "backup",
  initial: "readingIER",
  states: {
    readingIER: {
      description: "IER is saved",
      meta: { rules: ["backup"] },
      entry: "readIER",
      on: {
        "thread.result": {
          target: "clearingIER",
          actions: "keepIER",
          description: "It is kept in mind",
          meta: { rules: ["backup"] },
        },
      },
    },
    clearingIER: access("clearIER", "readingIIR", "backup", "IER is cleared"),
    readingIIR: {
      description: "What IIR reports",
      meta: { rules: ["backup"] },
      entry: "readIIR",
      on: {
        "thread.result": [
          {
            guard: "showsNone",
            target: "readingUnaskedLSR",
            description: "It reports nothing",
            meta: { rules: ["backup"] },
          },
          { target: "readingLSR", description: "It reports something", meta: { rules: ["backup"] } },
        ],
      },
    },
    readingUnaskedLSR: {
      description: "Whether THR is empty all the same",
      meta: { rules: ["backup"] },
      entry: "readLSR",
      on: { "thread.result": queueIsChecked("thrIsEmptyUnseen") },
    },
    readingLSR: {
      description: "LSR is read",
      meta: { rules: ["backup"] },
      entry: "readLSR",
      on: { "thread.result": queueIsChecked("queueHolds") },
    },
    transmitting: transmitting("thread.result", "#backup.restoringIER", []),
    restoringIER: {
      description: "IER is restored",
      meta: { rules: ["backup"] },
      entry: "restoreIER",
      on: {
        "thread.result": {
          target: "#thread.idle",
          actions: DONE,
          description: "The timer's work is done",
          meta: { rules: ["backup"] },
        },
      },
    },
  },
});
