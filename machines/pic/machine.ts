import { and, not, setup, stateIn } from "xstate";
import { createFlagRegion, createLineRegion, createOutputRegion } from "../interrupt-regions.js";
import type { PicRule } from "./rules.js";

/** The trigger of the controller's input: rising edges, or the level. */
export type PicMode = "edge" | "level";

/** An event of the controller and the processor. */
export interface PicEvent {
  readonly type:
    | "line.high"
    | "line.low"
    /** The line goes up and down again. */
    | "line.pulse"
    /** The processor takes the interrupt (INTA). */
    | "acknowledge"
    /** The handler has ended (EOI). */
    | "end"
    /** The processor clears its interrupt flag. */
    | "cli"
    /** The processor sets it. */
    | "sti";
}

/** INT, the controller's line to the processor, has changed: 1 while there is an interrupt to take. */
export interface PicEmission {
  readonly type: "INT";
  readonly level: 0 | 1;
}

/** The `meta` of a state or a transition of `pic`. */
export interface PicMeta {
  /** Ids of `PIC_RULES`; at least one. */
  readonly rules: readonly PicRule[];
}

const picSetup = setup({
  types: {
    context: {} as Record<never, never>,
    events: {} as PicEvent,
    emitted: {} as PicEmission,
    meta: {} as PicMeta,
  },
})
  .extend({
    guards: {
      lineLow: stateIn({ line: "low" }),
      requestWaits: stateIn({ request: "waiting" }),
      interruptFlagSet: stateIn({ interruptFlag: "set" }),
      nothingServed: stateIn({ service: "none" }),
    },
  })
  .extend({
    guards: { interruptCanBeTaken: and(["requestWaits", "interruptFlagSet", "nothingServed"]) },
  })
  .extend({ guards: { noInterruptCanBeTaken: not("interruptCanBeTaken") } });

const { emit } = picSetup;
const chips = picSetup.extend({
  actions: { raiseINT: emit({ type: "INT", level: 1 }), lowerINT: emit({ type: "INT", level: 0 }) },
});

const requestByEdges = chips.createStateConfig({
  description: "The interrupt request register: by rising edges",
  meta: { rules: ["edge"] },
  initial: "none",
  states: {
    none: {
      description: "Nothing is requested",
      meta: { rules: ["edge"] },
      on: {
        "line.high": {
          guard: "lineLow",
          target: "waiting",
          description: "A rising edge",
          meta: { rules: ["edge"] },
        },
        "line.pulse": { target: "waiting", description: "A rising edge", meta: { rules: ["edge"] } },
      },
    },
    waiting: {
      description: "A rising edge is kept",
      meta: { rules: ["edge"] },
      on: { acknowledge: { target: "none", description: "It is taken", meta: { rules: ["edge"] } } },
    },
  },
});

const requestByLevel = chips.createStateConfig({
  description: "The interrupt request register: the line's level",
  meta: { rules: ["level"] },
  initial: "none",
  states: {
    none: {
      description: "The line is low",
      meta: { rules: ["level"] },
      on: { "line.high": { target: "waiting", description: "It goes high", meta: { rules: ["level"] } } },
    },
    waiting: {
      description: "The line is high",
      meta: { rules: ["level"] },
      on: { "line.low": { target: "none", description: "It goes low", meta: { rules: ["level"] } } },
    },
  },
});

/**
 * An interrupt controller with one line, and what of the processor decides when it takes an interrupt.
 *
 * @param mode - how the line is taken: the two differ in one region.
 */
export const createPicMachine = (mode: PicMode) =>
  chips.createMachine({
    id: "pic",
    version: mode,
    description: `Interrupt controller, by ${mode === "edge" ? "edges" : "level"}`,
    meta: { rules: [mode] },
    context: {},
    type: "parallel",
    states: {
      line: createLineRegion({ description: "The device's interrupt line", rule: mode }),
      request: mode === "edge" ? requestByEdges : requestByLevel,
      interruptFlag: createFlagRegion("The processor's interrupt flag"),
      service: {
        description: "The in-service register: whether the handler runs",
        meta: { rules: ["service"] },
        initial: "none",
        states: {
          none: {
            description: "It does not",
            meta: { rules: ["service"] },
            on: {
              acknowledge: { target: "serving", description: "It begins", meta: { rules: ["service"] } },
            },
          },
          serving: {
            description: "It runs",
            meta: { rules: ["service"] },
            on: { end: { target: "none", description: "It has ended", meta: { rules: ["service"] } } },
          },
        },
      },
      INT: createOutputRegion({
        description: "INT, the controller's line to the processor",
        rule: "INT",
        fallDescription: "It is taken, or must not be any more",
      }),
    },
  });

/** {@link createPicMachine} by edges. */
export const edgePicMachine = createPicMachine("edge");
/** {@link createPicMachine} by level. */
export const levelPicMachine = createPicMachine("level");

/** An XState machine that is an interrupt controller. */
export type PicMachine = ReturnType<typeof createPicMachine>;
