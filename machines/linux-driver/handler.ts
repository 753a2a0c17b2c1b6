import { linuxDriverSetup } from "./actions.js";
import { transmitting } from "./steps.js";

/** The steps after a read of LSR while characters are read. */
const received = [
  {
    guard: "showsBrokenCharacter",
    target: "#receiving.readingBreak",
    actions: "keepLSR",
    description: "A break's character is next",
    meta: { rules: ["rx"] },
  },
  {
    guard: "showsDR",
    target: "#receiving.readingRBR",
    actions: "keepLSR",
    description: "A character is next",
    meta: { rules: ["rx"] },
  },
] as const;

const nothingReceived = {
  target: "#handler.readingMSR",
  actions: "keepLSR",
  description: "Nothing more is received",
  meta: { rules: ["rx"] },
} as const;

const readLimit = {
  guard: "readEnough",
  target: "#handler.readingMSR",
  description: "It has read as many as it may at a stretch",
  meta: { rules: ["rx"] },
} as const;

/** The interrupt handler. */
export const handler = linuxDriverSetup.createStateConfig({
  description: "The interrupt handler",
  meta: { rules: ["handler"] },
  id: "handler",
  initial: "idle",
  states: {
    idle: {
      description: "It does not run",
      meta: { rules: ["handler"] },
      on: {
        interrupt: {
          target: "readingIIR",
          description: "The interrupt is taken",
          meta: { rules: ["handler"] },
        },
      },
    },
    readingIIR: {
      description: "IIR is read: what is pending?",
      meta: { rules: ["handler"] },
      entry: "readIIR",
      on: {
        "handler.result": [
          {
            guard: "showsNone",
            target: "idle",
            actions: ["forget", "giveBack"],
            description: "Nothing is: the handler ends",
            meta: { rules: ["handler"] },
          },
          { target: "readingLSR", description: "Something is", meta: { rules: ["handler"] } },
        ],
      },
    },
    readingLSR: {
      description: "LSR is read: what is received, and can be sent?",
      meta: { rules: ["handler"] },
      entry: ["resetReads", "readLSR"],
      on: {
        "handler.result": [
          ...received,
          {
            guard: "showsBI",
            target: "#receiving.readingLSR",
            actions: ["keepLSR", "countRead"],
            description: "A break without a character",
            meta: { rules: ["rx"] },
          },
          nothingReceived,
        ],
      },
    },
    receiving: {
      description: "rx_chars: characters are read as long as there are any",
      meta: { rules: ["rx"] },
      id: "receiving",
      initial: "readingRBR",
      states: {
        readingRBR: {
          description: "A character is read",
          meta: { rules: ["rx"] },
          entry: ["countRead", "readRBR"],
          on: {
            "handler.result": [
              { ...readLimit, actions: "deliver" },
              {
                target: "readingLSR",
                actions: "deliver",
                description: "It goes to the user",
                meta: { rules: ["rx"] },
              },
            ],
          },
        },
        readingBreak: {
          description: "A break's character is read",
          meta: { rules: ["rx"] },
          entry: ["countRead", "readRBR"],
          on: {
            "handler.result": [
              readLimit,
              { target: "readingLSR", description: "It is no byte of the user's", meta: { rules: ["rx"] } },
            ],
          },
        },
        readingLSR: {
          description: "LSR is read: is there more?",
          meta: { rules: ["rx"] },
          entry: "readLSR",
          on: {
            "handler.result": [
              ...received,
              {
                guard: "breakIsLastToRead",
                target: "#handler.readingMSR",
                actions: "keepLSR",
                description: "A break without a character, and no more may be read at a stretch",
                meta: { rules: ["rx"] },
              },
              {
                guard: "showsBI",
                target: "readingLSR",
                reenter: true,
                actions: ["keepLSR", "countRead"],
                description: "A break without a character",
                meta: { rules: ["rx"] },
              },
              nothingReceived,
            ],
          },
        },
      },
    },
    readingMSR: {
      description: "MSR is read: did a modem line change?",
      meta: { rules: ["handler"] },
      entry: "readMSR",
      on: {
        "handler.result": [
          {
            guard: "canTransmit",
            target: "transmitting",
            actions: "resetLoaded",
            description: "Characters wait, and THR was empty",
            meta: { rules: ["tx"] },
          },
          { target: "readingIIR", description: "There is nothing to send", meta: { rules: ["handler"] } },
        ],
      },
    },
    transmitting: transmitting("handler.result", "#handler.readingIIR", []),
  },
});
