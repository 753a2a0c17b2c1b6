import { uart16550Setup } from "../actions/index.js";

/** The events that clear the FIFO. */
const flushed = {
  "write.FCR": [
    {
      guard: "writeChangesFifoEnable",
      target: "#receiveFifo.empty",
      actions: ["flushReceiveFifo", "forgetLastRead"],
      description: "Changing FIFO enable clears the characters; an empty RBR gives its own last one again",
      meta: { rules: ["I15", "I9", "A6"] },
    },
    {
      guard: "writeFlushesReceive",
      target: "#receiveFifo.empty",
      actions: "flushReceiveFifo",
      description: "The characters are cleared",
      meta: { rules: ["I15", "I9", "A7"] },
    },
  ],
  "write.LCR": {
    guard: "formatChangeFlushesReceive",
    target: "#receiveFifo.empty",
    actions: "flushReceiveFifo",
    description: "A change of format clears the characters",
    meta: { rules: ["A18"] },
  },
  "write.THR_DLL": {
    guard: "formatMayFlushReceive",
    target: "#receiveFifo.empty",
    actions: "flushReceiveFifo",
    description: "A change of divisor clears the characters",
    meta: { rules: ["A18"] },
  },
  "write.IER_DLM": {
    guard: "formatMayFlushReceive",
    target: "#receiveFifo.empty",
    actions: "flushReceiveFifo",
    description: "A change of divisor clears the characters",
    meta: { rules: ["A18"] },
  },
} as const;

/** A character arrives that takes the last place. */
const arrivalThatFills = [
  {
    guard: "bareBreakFillsFifoAndLoadsRBR",
    target: "full",
    actions: ["queueWithoutErrors", "loadRBRAlone"],
    description: "A break takes the last place as a bare character, and RBR",
    meta: { rules: ["I11", "I19", "A21"] },
  },
  {
    guard: "bareBreakFillsFifo",
    target: "full",
    actions: "queueWithoutErrors",
    description: "A break takes the last place as a bare character",
    meta: { rules: ["I11", "I19"] },
  },
  {
    guard: "characterFillsFifo",
    target: "full",
    actions: "queueReceived",
    description: "A character takes the last place",
    meta: { rules: ["I7", "I9"] },
  },
] as const;

const bareBreak = {
  guard: "bareBreakArrives",
  actions: "queueWithoutErrors",
  description: "A break is queued as a bare character",
  meta: { rules: ["I11", "I19"] },
} as const;

const bareBreakLoadsRBR = {
  guard: "bareBreakLoadsRBR",
  actions: ["queueWithoutErrors", "loadRBRAlone"],
  description: "A break is queued as a bare character, and loads RBR",
  meta: { rules: ["I11", "I19", "A21"] },
} as const;

const characterQueued = {
  guard: "characterArrives",
  actions: "queueReceived",
  description: "A character is queued",
  meta: { rules: ["I9", "I11"] },
} as const;

/** A read of RBR. */
const readsOfRBR = [
  {
    guard: "readTakesLast",
    target: "#receiveFifo.empty",
    actions: ["giveCharacter", "takeCharacter"],
    description: "The last character is read",
    meta: { rules: ["I6", "I9"] },
  },
  {
    guard: "divisorLatchClosed",
    actions: ["giveCharacter", "takeCharacter"],
    description: "The oldest character is read",
    meta: { rules: ["I9"] },
  },
] as const;

/** RBR or the receive FIFO. It owns the characters received, and alone counts them; LSR.DR says that it is not empty. */
export const receiveFifo = uart16550Setup.createStateConfig({
  description: "RBR or the receive FIFO, and whether its trigger level is reached",
  meta: { rules: ["I6", "I7", "I10"] },
  id: "receiveFifo",
  initial: "empty",
  states: {
    empty: {
      description: "Nothing is received: DR is 0",
      meta: { rules: ["I6"] },
      always: [
        {
          guard: "breakGoesToRBRAndQueue",
          target: "triggered.full",
          actions: ["queueReceived", "loadRBR", "queueBreak"],
          description: "RBR takes a break, and so does the FIFO that is off",
          meta: { rules: ["D5", "I6", "A23"] },
        },
        {
          guard: "characterGoesToRBR",
          target: "triggered.full",
          actions: ["queueReceived", "loadRBR"],
          description: "RBR takes the character",
          meta: { rules: ["D5", "I6"] },
        },
        { ...bareBreakLoadsRBR, target: "belowTrigger" },
        { ...bareBreak, target: "belowTrigger" },
        { ...characterQueued, target: "belowTrigger" },
      ],
      on: {
        "read.RBR_DLL": [
          {
            guard: "emptyReadGivesLast",
            actions: "giveLastRead",
            description: "Nothing is received: the last character again",
            meta: { rules: ["A6"] },
          },
          {
            guard: "emptyReadGivesOnes",
            actions: "giveOnes",
            description: "Nothing is received: 0xFF",
            meta: { rules: ["A6"] },
          },
          {
            guard: "emptyReadGivesRBR",
            actions: "giveRBR",
            description: "Nothing is received: the register as it is",
            meta: { rules: ["A6"] },
          },
          {
            guard: "divisorLatchClosed",
            actions: "giveZero",
            description: "Nothing is received: 0x00",
            meta: { rules: ["A6"] },
          },
        ],
      },
    },
    belowTrigger: {
      description: "Characters are received: DR is 1",
      meta: { rules: ["I6", "I10"] },
      always: [
        bareBreakLoadsRBR,
        bareBreak,
        characterQueued,
        {
          guard: "queuedReachesTrigger",
          target: "triggered",
          description: "The trigger level is reached",
          meta: { rules: ["I10"] },
        },
      ],
      on: {
        "read.RBR_DLL": readsOfRBR,
        "write.FCR": [
          ...flushed["write.FCR"],
          {
            guard: "writeReachesTrigger",
            target: "triggered",
            description: "The trigger level is lowered to what is queued, or below",
            meta: { rules: ["I10", "D3"] },
          },
        ],
      },
    },
    triggered: {
      description: "The trigger level is reached: received data is available",
      meta: { rules: ["I10"] },
      initial: "filling",
      states: {
        filling: {
          description: "There is room",
          meta: { rules: ["I7"] },
          always: [
            ...arrivalThatFills,
            bareBreakLoadsRBR,
            bareBreak,
            characterQueued,
            {
              guard: "queuedIsBelowTrigger",
              target: "#receiveFifo.belowTrigger",
              description: "There are fewer than the trigger level",
              meta: { rules: ["I10"] },
            },
          ],
          on: {
            "read.RBR_DLL": [
              readsOfRBR[0],
              {
                guard: "readLeavesBelowTrigger",
                target: "#receiveFifo.belowTrigger",
                actions: ["giveCharacter", "takeCharacter"],
                description: "The oldest character is read, which leaves fewer than the trigger level",
                meta: { rules: ["I9", "I10"] },
              },
              readsOfRBR[1],
            ],
          },
        },
        full: {
          description: "There is no room",
          meta: { rules: ["I7", "I8"] },
          always: [
            {
              guard: "breakGoesToRBRAndQueue",
              actions: ["replaceReceived", "loadRBR", "queueBreak", "loseCharacter"],
              description: "A break overwrites RBR, and enters the FIFO that is off",
              meta: { rules: ["I8", "A23"] },
            },
            {
              guard: "characterGoesToRBR",
              actions: ["replaceReceived", "loadRBR", "loseCharacter"],
              description: "RBR is overwritten",
              meta: { rules: ["I8"] },
            },
            {
              guard: "bareBreakLoadsRBR",
              actions: ["loadRBRAlone", "loseCharacter"],
              description: "A break finds no place, and loads RBR",
              meta: { rules: ["I8", "I19", "A21"] },
            },
            {
              guard: "characterArrives",
              actions: "loseCharacter",
              description: "The character is lost",
              meta: { rules: ["I8"] },
            },
          ],
          on: {
            "read.RBR_DLL": [
              { ...readsOfRBR[0], description: "RBR is read" },
              {
                guard: "divisorLatchClosed",
                target: "filling",
                actions: ["giveCharacter", "takeCharacter"],
                description: "The oldest character is read",
                meta: { rules: ["I9"] },
              },
            ],
          },
        },
      },
    },
  },
  on: {
    ...flushed,
    reset: [
      {
        guard: "resetClearsFcr",
        target: ".empty",
        actions: ["flushReceiveFifo", "forgetLastRead"],
        description: "Master reset",
        meta: { rules: ["D1"] },
      },
      {
        target: ".empty",
        actions: ["flushReceiveFifo", "clearRBR", "forgetLastRead"],
        description: "Master reset: the FIFOs stay on, and RBR is cleared",
        meta: { rules: ["D1"] },
      },
    ],
  },
});
