import { uart16550Setup } from "../actions/index.js";

type ModemOutput = "DTR" | "RTS" | "OUT1" | "OUT2";

/** Returns the transition on a write of MCR that asserts a pin. */
const assertedByWrite = <TPin extends ModemOutput>(pin: TPin) =>
  ({
    guard: `writeAsserts${pin}`,
    target: "asserted",
    description: `${pin} is set`,
    meta: { rules: ["D8"] },
  }) as const;

/** Returns the transition on a write of MCR that releases a pin. */
const releasedByWrite = <TPin extends ModemOutput>(pin: TPin) =>
  ({
    guard: `writeReleases${pin}`,
    target: "deasserted",
    description: `${pin} is cleared, or loopback is set`,
    meta: { rules: ["D8", "I13"] },
  }) as const;

/** Returns the transition that emits a pin's level after a restore. */
const toldAgain = <TAction extends `${"assert" | "release"}${ModemOutput}`>(actions: TAction) =>
  ({ actions, description: "The pin is told again", meta: { rules: ["I17"] } }) as const;

/** Returns the state of a pin that is not asserted. */
const deasserted = <TPin extends ModemOutput>(pin: TPin) =>
  ({
    description: "Not asserted",
    meta: { rules: ["D8"] },
    entry: `release${pin}`,
    on: { "write.MCR": assertedByWrite(pin), restored: toldAgain(`release${pin}`) },
  }) as const;

/** Returns the state of a pin that is asserted. */
const asserted = <TPin extends ModemOutput>(pin: TPin) =>
  ({
    description: "Asserted",
    meta: { rules: ["D8"] },
    entry: `assert${pin}`,
    on: { "write.MCR": releasedByWrite(pin), restored: toldAgain(`assert${pin}`) },
  }) as const;

/** Makes the region of a modem output that shows its bit of MCR. */
const modemOutput = (pin: "DTR" | "OUT1") =>
  uart16550Setup.createStateConfig({
    description: `The pin ${pin}: MCR.${pin}, unless in loopback`,
    meta: { rules: ["D8", "I13"] },
    initial: "deasserted",
    states: { deasserted: deasserted(pin), asserted: asserted(pin) },
    on: {
      reset: { target: ".deasserted", description: "Master reset", meta: { rules: ["D1"] } },
    },
  });

/** The pin DTR: data terminal ready. */
export const DTR = modemOutput("DTR");

/** The pin OUT1: a user's output. */
export const OUT1 = modemOutput("OUT1");

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
    deasserted: deasserted("OUT2"),
    asserted: asserted("OUT2"),
  },
  on: {
    reset: { target: ".afterReset", description: "Master reset", meta: { rules: ["D1"] } },
  },
});

/** The pin RTS: MCR.RTS, which automatic flow control holds back while the FIFO fills. */
export const RTS = uart16550Setup.createStateConfig({
  description: "The pin RTS: MCR.RTS, unless in loopback or held back by automatic flow control",
  meta: { rules: ["D8", "I21"] },
  initial: "deasserted",
  states: {
    deasserted: {
      ...deasserted("RTS"),
      on: {
        "write.MCR": [
          {
            guard: "writeAssertsHeldRTS",
            target: "heldBack",
            actions: "holdBack",
            description: "RTS is set, with automatic flow control, while the FIFO fills",
            meta: { rules: ["I21"] },
          },
          assertedByWrite("RTS"),
        ],
        restored: toldAgain("releaseRTS"),
      },
    },
    asserted: {
      ...asserted("RTS"),
      description: "Asserted: the other end may send",
      meta: { rules: ["D8", "I21"] },
      always: {
        guard: "fifoHoldsBack",
        target: "heldBack",
        actions: "holdBack",
        description: "The FIFO fills: the other end is asked to stop",
        meta: { rules: ["I21"] },
      },
    },
    heldBack: {
      description: "Not asserted, as the FIFO has been filling",
      meta: { rules: ["I21"] },
      entry: "releaseRTS",
      always: {
        guard: "fifoLetsGo",
        target: "asserted",
        actions: "letGo",
        description: "There is room again, or automatic flow control has ended",
        meta: { rules: ["I21"] },
      },
      on: {
        "write.MCR": { ...releasedByWrite("RTS"), actions: "letGo" },
        restored: toldAgain("releaseRTS"),
      },
    },
  },
  on: {
    reset: { target: ".deasserted", actions: "letGo", description: "Master reset", meta: { rules: ["D1"] } },
  },
});
