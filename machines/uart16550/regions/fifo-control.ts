import { uart16550Setup } from "../actions/index.js";
import { LEVELS_OF_16, LEVELS_OF_64 } from "../trigger-levels.js";

/** FCR bits 0 and 5: the FIFOs, and how many characters they hold. Owns FCR and the bits of IIR that show it. */
export const fifoMode = uart16550Setup.createStateConfig({
  description: "FCR bits 0 and 5: the FIFOs, and how many characters they hold",
  meta: { rules: ["D3", "I15"] },
  initial: "off",
  states: {
    off: {
      description: "A 16450: one character each way",
      meta: { rules: ["D3", "I7"] },
      on: {
        "write.FCR": [
          {
            guard: "writeSelects64",
            target: "on.sixtyFour",
            actions: "storeFCR64",
            description: "The FIFOs are enabled, with 64 characters",
            meta: { rules: ["D12", "I15"] },
          },
          {
            guard: "writeSelects16",
            target: "on.sixteen",
            actions: "storeFCR",
            description: "The FIFOs are enabled",
            meta: { rules: ["D3", "I15", "A14"] },
          },
        ],
      },
    },
    on: {
      description: "The FIFOs are on",
      meta: { rules: ["D3", "I7"] },
      initial: "sixteen",
      states: {
        sixteen: {
          description: "16 characters each way",
          meta: { rules: ["I7"] },
          on: {
            "write.FCR": {
              guard: "writeSelects64",
              target: "sixtyFour",
              actions: "storeFCR64",
              description: "64-byte mode is turned on",
              meta: { rules: ["D12"] },
            },
          },
        },
        sixtyFour: {
          description: "64 characters each way",
          meta: { rules: ["I7", "D12"] },
          on: {
            "write.FCR": {
              guard: "writeSelects64",
              actions: "storeFCR64",
              description: "FCR is written; 64-byte mode stays",
              meta: { rules: ["D12"] },
            },
          },
        },
      },
      on: {
        "write.FCR": [
          {
            guard: "writeSelects16",
            target: ".sixteen",
            actions: "storeFCR",
            description: "FCR is written",
            meta: { rules: ["D3", "D12"] },
          },
          {
            target: "off",
            actions: "storeFCRWithoutFifos",
            description: "The FIFOs are disabled",
            meta: { rules: ["D3", "I15"] },
          },
        ],
      },
    },
  },
  on: {
    reset: [
      {
        guard: "resetClearsFcr",
        target: ".off",
        actions: "resetFCR",
        description: "Master reset: the FIFOs are off",
        meta: { rules: ["D1"] },
      },
      {
        actions: "hideFifos",
        description: "The FIFOs stay as they are, which IIR does not show until FCR is written",
        meta: { rules: ["D1"] },
      },
    ],
  },
});

/** Returns the transition on a write of FCR that selects a level above the lowest. */
const selection = (fifoSize: 16 | 64, index: 1 | 2 | 3) =>
  ({
    guard: `writeSelects${fifoSize}Level${index}`,
    target: `.${(fifoSize === 16 ? LEVELS_OF_16 : LEVELS_OF_64)[index]}`,
    description: `FCR bits 7 and 6 are ${index.toString(2).padStart(2, "0")}${fifoSize === 64 ? ", in 64-byte mode" : ""}`,
    meta: { rules: [fifoSize === 16 ? "D3" : "D12"] },
  }) as const;

const selections = [
  selection(16, 1),
  selection(16, 2),
  selection(16, 3),
  selection(64, 1),
  selection(64, 2),
  selection(64, 3),
  {
    target: ".one",
    description: "FCR bits 7 and 6 are 00, or the FIFOs are off and one character is all that there is",
    meta: { rules: ["D3"] },
  },
] as const;

/** FCR bits 7 and 6: the receiver's trigger level. */
export const triggerLevel = uart16550Setup.createStateConfig({
  description: "FCR bits 7 and 6: the receiver's trigger level",
  meta: { rules: ["D3", "I10"] },
  initial: "one",
  states: {
    one: { description: "1 character", meta: { rules: ["D3"] } },
    four: { description: "4 characters", meta: { rules: ["D3"] } },
    eight: { description: "8 characters", meta: { rules: ["D3"] } },
    fourteen: { description: "14 characters", meta: { rules: ["D3"] } },
    sixteen: { description: "16 characters, in 64-byte mode", meta: { rules: ["D12"] } },
    thirtyTwo: { description: "32 characters, in 64-byte mode", meta: { rules: ["D12"] } },
    fiftySix: { description: "56 characters, in 64-byte mode", meta: { rules: ["D12"] } },
  },
  on: {
    "write.FCR": selections,
    reset: {
      guard: "resetClearsFcr",
      target: ".one",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});

/** FCR bit 3: the meaning of RXRDY and TXRDY. */
export const dmaMode = uart16550Setup.createStateConfig({
  description: "FCR.DMA_MODE: what RXRDY and TXRDY say",
  meta: { rules: ["D9"] },
  initial: "zero",
  states: {
    zero: {
      description: "Single transfers",
      meta: { rules: ["D9"] },
      on: {
        "write.FCR": {
          guard: "writeSelectsDmaMode1",
          target: "one",
          description: "DMA mode 1 is set",
          meta: { rules: ["D3", "D9"] },
        },
      },
    },
    one: {
      description: "Transfers of many characters",
      meta: { rules: ["D9"] },
      on: {
        "write.FCR": {
          guard: "writeSelectsDmaMode0",
          target: "zero",
          description: "DMA mode 1 is cleared, or the FIFOs are off",
          meta: { rules: ["D3", "D9"] },
        },
      },
    },
  },
  on: {
    reset: {
      guard: "resetClearsFcr",
      target: ".zero",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
