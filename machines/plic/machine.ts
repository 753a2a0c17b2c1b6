import { and, not, setup, stateIn } from "xstate";
import { createFlagRegion, createLineRegion, createOutputRegion } from "../interrupt-regions.js";
import type { PicEmission, PicEvent } from "../pic/machine.js";
import type { PlicRule } from "./rules.js";

/** The `meta` of a state or a transition of `plic`. */
export interface PlicMeta {
  /** Ids of `PLIC_RULES`; at least one. */
  readonly rules: readonly PlicRule[];
}

const plicSetup = setup({
  types: {
    context: {} as Record<never, never>,
    events: {} as PicEvent,
    emitted: {} as PicEmission,
    meta: {} as PlicMeta,
  },
})
  .extend({
    guards: {
      lineHigh: stateIn({ line: "high" }),
      requestPending: stateIn({ gateway: "pending" }),
      interruptEnableSet: stateIn({ interruptEnable: "set" }),
    },
  })
  .extend({ guards: { interruptCanBeTaken: and(["requestPending", "interruptEnableSet"]) } })
  .extend({ guards: { noInterruptCanBeTaken: not("interruptCanBeTaken") } });

const { emit } = plicSetup;

/**
 * A platform-level interrupt controller (PLIC) with one level-sensitive source, and the part of the hart that decides when it takes an
 * interrupt. It takes the events of `pic`: "acknowledge" is the claim, "end" the completion, "cli" and "sti" move mstatus.MIE.
 */
export const plicMachine = plicSetup
  .extend({
    actions: { raiseEIP: emit({ type: "INT", level: 1 }), lowerEIP: emit({ type: "INT", level: 0 }) },
  })
  .createMachine({
    id: "plic",
    description: "Platform-level interrupt controller, one source",
    meta: { rules: ["level"] },
    context: {},
    type: "parallel",
    states: {
      line: createLineRegion({ description: "The source's interrupt line", rule: "level" }),
      gateway: {
        description: "The source's gateway, and its bit among the pending interrupts",
        meta: { rules: ["level", "complete"] },
        initial: "idle",
        states: {
          idle: {
            description: "Nothing is requested",
            meta: { rules: ["level"] },
            on: {
              "line.high": { target: "pending", description: "The line rises", meta: { rules: ["level"] } },
              "line.pulse": {
                target: "pending",
                description: "The line rises, and falls again: the request stays",
                meta: { rules: ["level", "latch"] },
              },
            },
          },
          pending: {
            description: "A request waits to be claimed",
            meta: { rules: ["latch"] },
            on: {
              acknowledge: { target: "claimed", description: "It is claimed", meta: { rules: ["complete"] } },
            },
          },
          claimed: {
            description: "The interrupt is being served",
            meta: { rules: ["complete"] },
            on: {
              end: [
                {
                  guard: "lineHigh",
                  target: "pending",
                  description: "It is complete, and the line is still high",
                  meta: { rules: ["complete"] },
                },
                { target: "idle", description: "It is complete", meta: { rules: ["complete"] } },
              ],
            },
          },
        },
      },
      interruptEnable: createFlagRegion("The hart's interrupt enable, mstatus.MIE"),
      EIP: createOutputRegion({
        description: "The controller's line to the hart",
        rule: "EIP",
        fallDescription: "It is claimed, or must not be taken any more",
      }),
    },
  });

/** The XState machine of a PLIC. */
export type PlicMachine = typeof plicMachine;
