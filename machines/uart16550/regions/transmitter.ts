import { uart16550Setup } from "../actions/index.js";

/** The ends of a character whose last stop bit is over. */
const lastBitEnds = [
  {
    guard: "lastBitEndsInLoopback",
    target: "#transmitter.loopingBack",
    actions: ["stopFrame", "loopCharacterBack"],
    description: "The character is sent, in loopback",
    meta: { rules: ["I13", "I20"] },
  },
  {
    guard: "lastBitEndsUnseen",
    target: "#transmitter.empty",
    actions: "stopFrame",
    description: "The character is over; the break has hidden it",
    meta: { rules: ["D4", "I20"] },
  },
  {
    guard: "lastBitEndsOnHold",
    target: "#transmitter.waiting",
    actions: ["stopFrame", "waitForHost"],
    description: "The character is sent, and the host does not take it",
    meta: { rules: ["I4", "I20"] },
  },
  {
    guard: "lastBitEnds",
    target: "#transmitter.empty",
    actions: ["stopFrame", "transmit"],
    description: "The character is sent",
    meta: { rules: ["I9", "I20"] },
  },
] as const;

/** The transmitter and its shift register (TSR). It takes the FIFO's characters out. */
export const transmitter = uart16550Setup.createStateConfig({
  description: "The transmitter shift register",
  meta: { rules: ["I4", "I9", "I20"] },
  id: "transmitter",
  initial: "empty",
  states: {
    empty: {
      description: "It takes the next character as soon as there is one",
      meta: { rules: ["I4"] },
      always: [
        {
          guard: "characterStarts",
          target: "shifting.space",
          actions: ["loadCharacter", "beginStartBit", "takeFromTransmitFifo"],
          description: "A character begins with its start bit",
          meta: { rules: ["I20", "I9"] },
        },
        {
          guard: "characterLoopsAtOnce",
          target: "loopingBack",
          actions: ["loadCharacter", "loopCharacterBack", "takeFromTransmitFifo"],
          description: "A character comes back without delay",
          meta: { rules: ["I13"] },
        },
        {
          guard: "characterIsHiddenAtOnce",
          actions: "takeFromTransmitFifo",
          description: "A character is hidden by the break",
          meta: { rules: ["D4"] },
        },
        {
          guard: "characterWaitsAtOnce",
          target: "waiting",
          actions: ["loadCharacter", "waitForHost", "takeFromTransmitFifo"],
          description: "A character is sent without delay, and the host does not take it",
          meta: { rules: ["I4"] },
        },
        {
          guard: "transmitterMayStart",
          actions: ["loadCharacter", "transmit", "takeFromTransmitFifo"],
          description: "A character is sent without delay",
          meta: { rules: ["I9"] },
        },
      ],
    },
    shifting: {
      description: "A character is on the line",
      meta: { rules: ["I20"] },
      initial: "space",
      states: {
        space: { description: "A bit that is 0", meta: { rules: ["D4"] } },
        mark: { description: "A bit that is 1", meta: { rules: ["D4"] } },
      },
      on: {
        advance: [
          ...lastBitEnds,
          {
            guard: "nextBitSpaces",
            target: ".space",
            actions: "shiftOut",
            description: "The next bit is 0",
            meta: { rules: ["I20"] },
          },
          {
            guard: "stopBitBegins",
            target: ".mark",
            actions: "shiftOutStopBit",
            description: "The stop bit, or bits, are next",
            meta: { rules: ["I20", "D4"] },
          },
          {
            guard: "bitIsOver",
            target: ".mark",
            actions: "shiftOut",
            description: "The next bit is 1",
            meta: { rules: ["I20"] },
          },
          { actions: "passTransmitTime", description: "Time passes", meta: { rules: ["I20"] } },
        ],
      },
    },
    loopingBack: {
      description: "A character is moved to the receiver shift register",
      meta: { rules: ["I13"] },
      always: { target: "empty", description: "It has been received", meta: { rules: ["I13"] } },
    },
    waiting: {
      description: "The host has yet to take a character that is sent",
      meta: { rules: ["I4"] },
      on: {
        release: [
          {
            guard: "loopbackOn",
            target: "loopingBack",
            actions: ["endWait", "loopCharacterBack"],
            description: "It comes back, as loopback has been set",
            meta: { rules: ["I4", "I13"] },
          },
          {
            target: "empty",
            actions: ["endWait", "transmit"],
            description: "The host takes it",
            meta: { rules: ["I4", "I9"] },
          },
        ],
      },
    },
  },
  on: {
    reset: {
      target: ".empty",
      actions: "clearShiftRegister",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
