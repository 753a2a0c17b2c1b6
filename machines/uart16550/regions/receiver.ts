import { uart16550Setup } from "../actions/index.js";

/** The level at SIN. A pin: a master reset does not change it. */
export const serialInput = uart16550Setup.createStateConfig({
  description: "The level at SIN",
  meta: { rules: ["D10"] },
  initial: "marking",
  states: {
    marking: {
      description: "1: idle, a stop bit, or a 1",
      meta: { rules: ["D10"] },
      on: {
        line: {
          guard: "lineSpaces",
          target: "spacing",
          actions: "storeSIN",
          description: "SIN falls",
          meta: { rules: ["D10"] },
        },
      },
    },
    spacing: {
      description: "0: a start bit, a 0, or a break",
      meta: { rules: ["D10"] },
      on: {
        line: {
          guard: "lineMarks",
          target: "marking",
          actions: "storeSIN",
          description: "SIN rises",
          meta: { rules: ["D10"] },
        },
      },
    },
  },
});

/** The receiver and its shift register (RSR). */
export const receiver = uart16550Setup.createStateConfig({
  description: "The receiver and its shift register",
  meta: { rules: ["D10", "I19"] },
  initial: "idle",
  states: {
    idle: {
      description: "It waits for a start bit",
      meta: { rules: ["D10"] },
      on: {
        line: {
          guard: "startBitBegins",
          target: "startBit",
          actions: "beginFrame",
          description: "SIN falls: a start bit may begin",
          meta: { rules: ["D10", "I20"] },
        },
      },
    },
    startBit: {
      description: "The start bit's middle is awaited",
      meta: { rules: ["D10"] },
      on: {
        advance: [
          {
            guard: "sampleIsSpace",
            target: "dataBits",
            actions: "awaitNextSample",
            description: "It is a start bit",
            meta: { rules: ["D10"] },
          },
          {
            guard: "sampleIsDue",
            target: "idle",
            actions: "abandonFrame",
            description: "It was none: SIN marks again",
            meta: { rules: ["D10"] },
          },
          { actions: "passReceiveTime", description: "Time passes", meta: { rules: ["I20"] } },
        ],
      },
    },
    dataBits: {
      description: "Data and parity bits are shifted in",
      meta: { rules: ["D10", "D4"] },
      on: {
        advance: [
          {
            guard: "lastSampleIsMark",
            target: "stopBit",
            actions: ["shiftInMark", "awaitNextSample"],
            description: "The last bit is 1",
            meta: { rules: ["D10"] },
          },
          {
            guard: "lastSampleIsSpace",
            target: "stopBit",
            actions: "awaitNextSample",
            description: "The last bit is 0",
            meta: { rules: ["D10"] },
          },
          {
            guard: "sampleIsMark",
            actions: ["shiftInMark", "awaitNextSample"],
            description: "A bit is 1",
            meta: { rules: ["D10"] },
          },
          {
            guard: "sampleIsDue",
            actions: "awaitNextSample",
            description: "A bit is 0",
            meta: { rules: ["D10"] },
          },
          { actions: "passReceiveTime", description: "Time passes", meta: { rules: ["I20"] } },
        ],
      },
    },
    stopBit: {
      description: "The first stop bit's middle is awaited; no other is looked at",
      meta: { rules: ["D4", "D10"] },
      on: {
        advance: [
          {
            guard: "sampleIsMark",
            target: "complete.wellFramed",
            actions: ["completeCharacter", "abandonFrame", "acceptCharacter"],
            description: "The stop bit is there",
            meta: { rules: ["D10", "I11"] },
          },
          {
            guard: "sampleEndsBreakWithErrors",
            target: "complete.inBreak",
            actions: [
              "completeCharacter",
              "markBreak",
              "markFramingError",
              "abandonFrame",
              "waitForMark",
              "acceptCharacter",
            ],
            description: "Nothing but 0 since the start bit: a break",
            meta: { rules: ["I19", "A12"] },
          },
          {
            guard: "sampleEndsBreak",
            target: "complete.inBreak",
            actions: ["completeBreak", "abandonFrame", "waitForMark", "acceptCharacter"],
            description: "Nothing but 0 since the start bit: a break, and no other error",
            meta: { rules: ["I19", "A12"] },
          },
          {
            guard: "sampleIsDue",
            target: "complete.misframed",
            actions: ["completeCharacter", "markFramingError", "acceptCharacter"],
            description: "The stop bit is 0: a framing error",
            meta: { rules: ["D10", "I11"] },
          },
          { actions: "passReceiveTime", description: "Time passes", meta: { rules: ["I20"] } },
        ],
      },
    },
    complete: {
      description: "A character has arrived, and is moved to RBR or the FIFO",
      meta: { rules: ["D10", "I9"] },
      initial: "wellFramed",
      states: {
        wellFramed: {
          description: "The line is idle",
          meta: { rules: ["D10"] },
          always: {
            target: "#receiver.idle",
            description: "The next one is awaited",
            meta: { rules: ["D10"] },
          },
        },
        misframed: {
          description: "The stop bit was 0",
          meta: { rules: ["D10"] },
          always: [
            {
              guard: "baudClockRuns",
              target: "#receiver.dataBits",
              actions: "beginFrameHere",
              description: "The bad stop bit is taken as the next start bit",
              meta: { rules: ["D10"] },
            },
            {
              target: "#receiver.idle",
              actions: "abandonFrame",
              description: "There is no baud clock to receive another by",
              meta: { rules: ["A9"] },
            },
          ],
        },
        inBreak: {
          description: "The line is still low",
          meta: { rules: ["I19"] },
          always: {
            target: "#receiver.awaitingMark",
            description: "The break's end is awaited",
            meta: { rules: ["I19"] },
          },
        },
      },
    },
    awaitingMark: {
      description: "A break lasts: nothing is received before the line marks",
      meta: { rules: ["I19"] },
      on: {
        line: {
          guard: "lineMarks",
          target: "idle",
          actions: "endBreak",
          description: "The line marks",
          meta: { rules: ["I19"] },
        },
        break: [
          {
            guard: "breakEnds",
            target: "idle",
            actions: "endBreak",
            description: "The other end ends its break",
            meta: { rules: ["I19"] },
          },
          { description: "The break goes on", meta: { rules: ["I19"] } },
        ],
        reset: { description: "Master reset, which a break outlasts", meta: { rules: ["D1", "I19"] } },
        receive: { description: "A line in a break carries no character", meta: { rules: ["I19"] } },
        "write.MCR": { description: "Loopback does not end a break", meta: { rules: ["I13", "I19"] } },
      },
    },
  },
  id: "receiver",
  on: {
    receive: {
      guard: "outsideReaches",
      target: ".complete.wellFramed",
      actions: ["abandonFrame", "takeCharacterFromOutside", "acceptCharacter"],
      description: "A character arrives whole",
      meta: { rules: ["I9"] },
    },
    break: [
      {
        guard: "breakDoesNotReach",
        target: ".awaitingMark",
        actions: "waitForMark",
        description: "A break begins, which loopback keeps out",
        meta: { rules: ["I13", "I19"] },
      },
      {
        guard: "breakBeginsWithErrors",
        target: ".complete.inBreak",
        actions: ["abandonFrame", "receiveBreakWithErrors", "waitForMark", "acceptCharacter"],
        description: "A break begins: its stop bit is wrong, and its parity bit may be",
        meta: { rules: ["I19", "A12"] },
      },
      {
        guard: "breakBegins",
        target: ".complete.inBreak",
        actions: ["abandonFrame", "receiveBreak", "waitForMark", "acceptCharacter"],
        description: "A break begins, and is no other error",
        meta: { rules: ["I19", "A12"] },
      },
    ],
    "write.MCR": {
      guard: "loopbackCutsOff",
      target: ".idle",
      actions: "abandonFrame",
      description: "Loopback disconnects SIN: a frame that has begun is abandoned",
      meta: { rules: ["I13"] },
    },
    reset: {
      target: ".idle",
      actions: "abandonFrame",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
