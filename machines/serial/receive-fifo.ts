import { serialSetup } from "./actions.js";

/** Bytes that arrive from outside while there is room: all states but `full` take them alike. */
const arrival = [
  {
    guard: "externalCharactersFillFifo",
    target: "full",
    actions: ["acceptCharacters", "queueCharacters", "setDataReady"],
    description: "As many bytes as fit are queued, and fill the FIFO",
    meta: { rules: ["S16", "S25"] },
  },
  {
    guard: "externalCharactersArrive",
    target: "holding",
    actions: ["acceptCharacters", "queueCharacters", "setDataReady"],
    description: "The bytes are queued",
    meta: { rules: ["S16", "S25"] },
  },
] as const;

/** The occupancy of the 64 places. This region owns the bytes and LSR, and alone counts them. */
export const receiveFifo = serialSetup.createStateConfig({
  description: "The receive FIFO's fill: 0, 1 to 63, or 64 bytes",
  meta: { rules: ["S16", "S24", "S25"] },
  initial: "empty",
  states: {
    empty: {
      description: "No byte is queued",
      meta: { rules: ["S16", "S19"] },
      on: {
        receive: arrival,
        "write.THR_DLL": {
          guard: "loopbackCharacterArrives",
          target: "holding",
          actions: ["queueLoopbackCharacter", "setDataReady"],
          description: "The byte comes back and is queued",
          meta: { rules: ["S16", "S22"] },
        },
        "read.RBR_DLL": {
          guard: "divisorLatchClosed",
          actions: ["giveZero", "clearDataReady", "reportBufferEmpty", "reportBufferRead"],
          description: "There is nothing to read: 0x00",
          meta: { rules: ["S16", "S19", "S20"] },
        },
      },
    },
    holding: {
      description: "1 to 63 bytes are queued",
      meta: { rules: ["S16", "S25"] },
      on: {
        receive: arrival,
        "write.THR_DLL": [
          {
            guard: "loopbackCharacterFillsFifo",
            target: "full",
            actions: ["queueLoopbackCharacter", "setDataReady"],
            description: "The byte comes back and takes the last place",
            meta: { rules: ["S16", "S22"] },
          },
          {
            guard: "loopbackCharacterArrives",
            actions: ["queueLoopbackCharacter", "setDataReady"],
            description: "The byte comes back and is queued",
            meta: { rules: ["S16", "S22"] },
          },
        ],
        "read.RBR_DLL": [
          {
            guard: "readTakesLastCharacter",
            target: "empty",
            actions: [
              "giveCharacter",
              "takeCharacter",
              "clearDataReady",
              "reportBufferEmpty",
              "reportBufferRead",
            ],
            description: "The last byte is read",
            meta: { rules: ["S16", "S20"] },
          },
          {
            guard: "divisorLatchClosed",
            actions: ["giveCharacter", "takeCharacter", "reportBufferRead"],
            description: "The oldest byte is read",
            meta: { rules: ["S16", "S20"] },
          },
        ],
      },
    },
    full: {
      description: "64 bytes are queued",
      meta: { rules: ["S23", "S25"] },
      on: {
        receive: {
          guard: "externalCharactersArrive",
          actions: "refuseCharacters",
          description: "There is no room: none is taken",
          meta: { rules: ["S25"] },
        },
        "write.THR_DLL": {
          guard: "loopbackCharacterArrives",
          description: "The byte comes back to no room and is dropped",
          meta: { rules: ["S23"] },
        },
        "read.RBR_DLL": {
          guard: "divisorLatchClosed",
          target: "holding",
          actions: ["giveCharacter", "takeCharacter", "reportBufferRead"],
          description: "The oldest of 64 bytes is read",
          meta: { rules: ["S16", "S20"] },
        },
      },
    },
  },
  on: {
    "read.LSR": { actions: "giveLSR", description: "LSR is read", meta: { rules: ["S15"] } },
  },
});
