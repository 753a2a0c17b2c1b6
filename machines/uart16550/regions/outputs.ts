import { uart16550Setup } from "../actions/index.js";

/** The pin DTR: data terminal ready. */
export const DTR = uart16550Setup.createStateConfig({
  description: "The pin DTR: MCR.DTR, unless in loopback",
  meta: { rules: ["D8", "I13"] },
  initial: "deasserted",
  states: {
    deasserted: {
      description: "Not asserted",
      meta: { rules: ["D8"] },
      entry: "releaseDTR",
      on: {
        "write.MCR": {
          guard: "writeAssertsDTR",
          target: "asserted",
          description: "DTR is set",
          meta: { rules: ["D8"] },
        },
        restored: { actions: "releaseDTR", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    asserted: {
      description: "Asserted",
      meta: { rules: ["D8"] },
      entry: "assertDTR",
      on: {
        "write.MCR": {
          guard: "writeReleasesDTR",
          target: "deasserted",
          description: "DTR is cleared, or loopback is set",
          meta: { rules: ["D8", "I13"] },
        },
        restored: { actions: "assertDTR", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
  on: {
    reset: { target: ".deasserted", description: "Master reset", meta: { rules: ["D1"] } },
  },
});

/** The pin OUT1: a user's output. */
export const OUT1 = uart16550Setup.createStateConfig({
  description: "The pin OUT1: MCR.OUT1, unless in loopback",
  meta: { rules: ["D8", "I13"] },
  initial: "deasserted",
  states: {
    deasserted: {
      description: "Not asserted",
      meta: { rules: ["D8"] },
      entry: "releaseOUT1",
      on: {
        "write.MCR": {
          guard: "writeAssertsOUT1",
          target: "asserted",
          description: "OUT1 is set",
          meta: { rules: ["D8"] },
        },
        restored: { actions: "releaseOUT1", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    asserted: {
      description: "Asserted",
      meta: { rules: ["D8"] },
      entry: "assertOUT1",
      on: {
        "write.MCR": {
          guard: "writeReleasesOUT1",
          target: "deasserted",
          description: "OUT1 is cleared, or loopback is set",
          meta: { rules: ["D8", "I13"] },
        },
        restored: { actions: "assertOUT1", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
  on: {
    reset: { target: ".deasserted", description: "Master reset", meta: { rules: ["D1"] } },
  },
});

/** The pin OUT2: a user's output; on a PC it lets the interrupt line through. */
export const OUT2 = uart16550Setup.createStateConfig({
  description: "The pin OUT2: MCR.OUT2, unless in loopback",
  meta: { rules: ["D8", "I13"] },
  initial: "afterReset",
  states: {
    afterReset: {
      description: "As a reset leaves it",
      meta: { rules: ["D1"] },
      always: [
        {
          guard: "resetLeavesOUT2",
          target: "asserted",
          description: "MCR is 0x08, as a PC's firmware leaves it",
          meta: { rules: ["D1"] },
        },
        { target: "deasserted", description: "MCR is 0x00", meta: { rules: ["D1"] } },
      ],
    },
    deasserted: {
      description: "Not asserted",
      meta: { rules: ["D8"] },
      entry: "releaseOUT2",
      on: {
        "write.MCR": {
          guard: "writeAssertsOUT2",
          target: "asserted",
          description: "OUT2 is set",
          meta: { rules: ["D8"] },
        },
        restored: { actions: "releaseOUT2", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
    asserted: {
      description: "Asserted",
      meta: { rules: ["D8"] },
      entry: "assertOUT2",
      on: {
        "write.MCR": {
          guard: "writeReleasesOUT2",
          target: "deasserted",
          description: "OUT2 is cleared, or loopback is set",
          meta: { rules: ["D8", "I13"] },
        },
        restored: { actions: "assertOUT2", description: "The pin is told again", meta: { rules: ["I17"] } },
      },
    },
  },
  on: {
    reset: { target: ".afterReset", description: "Master reset", meta: { rules: ["D1"] } },
  },
});
