import { uart16550Setup } from "../actions/index.js";

/** The pin SOUT. */
export const serialOutput = uart16550Setup.createStateConfig({
  description: "The pin SOUT",
  meta: { rules: ["D4", "I13", "I20"] },
  initial: "marking",
  states: {
    marking: {
      description: "1: idle, a stop bit, a 1, or loopback",
      meta: { rules: ["I13"] },
      entry: "markSOUT",
      always: {
        guard: "spaceIsOnLine",
        target: "spacing",
        description: "SOUT falls",
        meta: { rules: ["D4", "I20"] },
      },
      on: {
        restored: { actions: "markSOUT", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    spacing: {
      description: "0: a start bit, a 0, or a break",
      meta: { rules: ["D4"] },
      entry: "spaceSOUT",
      always: {
        guard: "markIsOnLine",
        target: "marking",
        description: "SOUT rises",
        meta: { rules: ["D4", "I20", "I13"] },
      },
      on: {
        restored: { actions: "spaceSOUT", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
});

/** The pin RXRDY. */
export const receiveReady = uart16550Setup.createStateConfig({
  description: "The pin RXRDY: a DMA controller may read",
  meta: { rules: ["D9"] },
  initial: "inactive",
  states: {
    inactive: {
      description: "Not asserted",
      meta: { rules: ["D9"] },
      entry: ["keepRXRDYInactive", "releaseRXRDY"],
      always: {
        guard: "receiverIsReady",
        target: "active",
        description: "A character is there, or in mode 1 the trigger level or a timeout",
        meta: { rules: ["D9"] },
      },
      on: {
        restored: { actions: "releaseRXRDY", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    active: {
      description: "Asserted",
      meta: { rules: ["D9"] },
      entry: ["keepRXRDYActive", "assertRXRDY"],
      always: {
        guard: "receiveFifoEmpty",
        target: "inactive",
        description: "Everything is read",
        meta: { rules: ["D9"] },
      },
      on: {
        restored: { actions: "assertRXRDY", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
});

/** The pin TXRDY. */
export const transmitReady = uart16550Setup.createStateConfig({
  description: "The pin TXRDY: a DMA controller may write",
  meta: { rules: ["D9"] },
  initial: "active",
  states: {
    inactive: {
      description: "Not asserted",
      meta: { rules: ["D9"] },
      entry: ["keepTXRDYInactive", "releaseTXRDY"],
      always: {
        guard: "transmitFifoEmpty",
        target: "active",
        description: "Nothing waits to be sent",
        meta: { rules: ["D9"] },
      },
      on: {
        restored: { actions: "releaseTXRDY", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    active: {
      description: "Asserted",
      meta: { rules: ["D9"] },
      entry: ["keepTXRDYActive", "assertTXRDY"],
      always: {
        guard: "transmitterIsBusy",
        target: "inactive",
        description: "A character waits, or in mode 1 there is no room",
        meta: { rules: ["D9"] },
      },
      on: {
        restored: { actions: "assertTXRDY", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
});
