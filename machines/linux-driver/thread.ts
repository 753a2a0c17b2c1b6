import { linuxDriverSetup } from "./actions.js";
import { backup, printing, sending } from "./calls.js";
import { starting } from "./starting.js";
import { DONE } from "./steps.js";

/** The calls from outside interrupts: one call after the other, each without interruption. */
export const thread = linuxDriverSetup.createStateConfig({
  description: "Calls from outside interrupts",
  meta: { rules: ["lock"] },
  id: "thread",
  initial: "down",
  states: {
    down: {
      description: "The port is not open yet",
      meta: { rules: ["startup"] },
      on: {
        start: {
          target: "starting",
          actions: "disableInterrupts",
          description: "The port is opened",
          meta: { rules: ["startup", "lock"] },
        },
      },
    },
    absent: { description: "There is no UART", meta: { rules: ["startup"] } },
    idle: {
      description: "No call is at work",
      meta: { rules: ["lock"] },
      on: {
        send: [
          {
            guard: "transmitInterruptOn",
            actions: ["disableInterrupts", "queueByte", ...DONE],
            description: "The byte waits behind others",
            meta: { rules: ["start_tx"] },
          },
          {
            target: "sending",
            actions: ["disableInterrupts", "queueByte"],
            description: "The byte is the first to wait",
            meta: { rules: ["start_tx"] },
          },
        ],
        print: {
          target: "printing",
          actions: ["disableInterrupts", "keepPrinted"],
          description: "A byte is printed",
          meta: { rules: ["console"] },
        },
        timer: {
          guard: "thrEmptyIsLost",
          target: "backup",
          actions: "disableInterrupts",
          description: "The backup timer goes off",
          meta: { rules: ["backup"] },
        },
      },
    },
    starting,
    sending,
    printing,
    backup,
  },
});
