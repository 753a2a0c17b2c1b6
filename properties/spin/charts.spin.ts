/** The translation itself, on charts that have what ours have not: spin counts the states that XState reaches. */
import { expect, it } from "vitest";
import type { AnyStateMachine } from "xstate";
import {
  type AnyMachineSnapshot,
  and,
  assign,
  initialTransition,
  not,
  setup,
  stateIn,
  transition,
} from "xstate";
import { type PromelaBodies, type Scope, toPromela } from "../../src/explore/index.js";
import { withVerifier } from "./spin.js";

const EVENTS = ["hold", "release", "reset", "break", "modem"] as const;

const charts = setup({
  types: {
    context: {} as { readonly count: number },
    events: {} as { readonly type: (typeof EVENTS)[number] },
  },
  guards: {
    atLeast: ({ context }, { least }: { readonly least: number }) => context.count >= least,
    even: ({ context }) => context.count % 2 === 0,
    odd: not("even"),
    low: not({ type: "atLeast", params: { least: 3 } }),
  },
  actions: {
    // No two of them can be exchanged: another order gives another count.
    doubles: assign({ count: ({ context }) => (context.count * 2 + 1) % 7 }),
    adds: assign({ count: ({ context }) => (context.count + 3) % 7 }),
    triples: assign({ count: ({ context }) => (context.count * 3) % 7 }),
  },
});

const bodies: PromelaBodies = {
  context: ["byte count = 0"],
  step: [],
  begin: [],
  end: [],
  restore: [],
  eventAssignments: () => [],
  guards: { atLeast: { params: ["least"], body: "count >= least" }, even: "count % 2 == 0" },
  actions: {
    doubles: ["count = (count * 2 + 1) % 7"],
    adds: ["count = (count + 3) % 7"],
    triples: ["count = (count * 3) % 7"],
  },
};

const context = { count: 0 };

const nesting = charts
  .extend({
    guards: { inner: stateIn({ p: { q: "q2" } }) },
  })
  .extend({
    guards: { evenInside: and(["inner", "even"]) },
  });

/** States within states; what is left and entered on the way; a state that is left for itself, or not. */
const nested = nesting.createMachine({
  id: "nested",
  context,
  type: "parallel",
  states: {
    p: {
      initial: "q",
      on: { release: ".r", reset: { target: "p", reenter: true, actions: "triples" }, modem: "p" },
      states: {
        q: {
          initial: "q1",
          entry: "doubles",
          exit: "adds",
          states: {
            q1: { on: { hold: "q2" } },
            q2: {
              entry: "triples",
              exit: "doubles",
              on: { hold: { target: "q1", guard: "even" }, reset: { actions: "adds" } },
            },
          },
        },
        r: {
          on: {
            hold: [
              { guard: "low", target: "q.q2", actions: "adds" },
              { target: "q", actions: "doubles" },
            ],
          },
        },
      },
    },
    s: {
      initial: "t",
      states: {
        t: { on: { hold: { guard: "evenInside", target: "u" } } },
        u: { on: { break: "t", hold: { guard: "inner", actions: "adds" } } },
      },
    },
  },
});

/** Regions that would both leave what they share: the first in the document does. And two targets at once. */
const conflicting = charts.createMachine({
  id: "conflicting",
  context,
  initial: "work",
  states: {
    work: {
      type: "parallel",
      exit: "adds",
      on: { modem: "done", break: { actions: "triples" } },
      states: {
        left: {
          initial: "l1",
          exit: "doubles",
          states: {
            l1: {
              on: {
                hold: { target: "#conflicting.done", actions: "triples" },
                release: "l2",
                modem: { guard: "even", target: "l2" },
              },
            },
            l2: { entry: "doubles", on: { reset: { target: "l1", actions: "adds" }, hold: "l1" } },
          },
        },
        right: {
          initial: "r1",
          states: {
            r1: {
              on: {
                hold: { target: "r2", actions: "adds" },
                release: { target: "#conflicting.done", actions: "triples" },
              },
            },
            r2: {
              on: { hold: { target: "r1", actions: "doubles" }, reset: { target: "#conflicting.done" } },
            },
          },
        },
      },
    },
    done: {
      on: {
        hold: "work",
        release: { target: ["#conflicting.work.left.l2", "#conflicting.work.right.r2"], actions: "adds" },
        reset: "#conflicting.work.right.r2",
        break: { actions: "doubles" },
      },
    },
  },
});

/** Eventless transitions, one after the other and in two regions. */
const eventless = charts.createMachine({
  id: "eventless",
  context,
  type: "parallel",
  states: {
    a: {
      initial: "low",
      states: {
        low: {
          always: { guard: { type: "atLeast", params: { least: 5 } }, target: "high", actions: "doubles" },
          on: { hold: { actions: "doubles" }, modem: { actions: "adds" } },
        },
        high: {
          exit: "triples",
          always: { guard: "low", target: "low" },
          on: { release: { target: "low", actions: "adds" }, hold: { actions: "adds" } },
        },
      },
    },
    b: {
      initial: "odd",
      on: { break: { actions: "doubles" } },
      states: {
        odd: { always: { guard: "even", target: "even" }, on: { reset: { actions: "adds" } } },
        even: {
          always: { guard: "odd", target: "odd" },
          on: { break: { actions: "triples" } },
        },
      },
    },
  },
});

/** Returns the counts of states that XState reaches, by each event in each state. */
function reached(machine: AnyStateMachine): { states: number; transitions: number } {
  const states = new Map<string, AnyMachineSnapshot>();
  const keep = (snapshot: AnyMachineSnapshot): void => {
    const stateKey = JSON.stringify([snapshot.value, snapshot.context]);
    if (!states.has(stateKey)) states.set(stateKey, snapshot);
  };
  keep(initialTransition(machine)[0]);
  for (const snapshot of states.values())
    for (const eventType of EVENTS) keep(transition(machine, snapshot, { type: eventType })[0]);
  return { states: states.size, transitions: states.size * EVENTS.length };
}

const scope: Scope = {
  name: "every event",
  inputs: EVENTS.map((type) => ({ type }) as Scope["inputs"][number]),
};

it.concurrent.each<[name: string, machine: AnyStateMachine, more: number]>([
  ["nested states", nested, 0],
  ["conflicts", conflicting, 0],
  // The state before the first eventless transitions is one more, and so is the step from there.
  ["eventless transitions", eventless, 1],
])("%s: spin counts as many states as XState reaches", async (_, machine, more) => {
  const { states, transitions } = reached(machine);
  expect(states).toBeGreaterThan(5);
  const counted = await withVerifier(toPromela(machine, { bodies, scope }), "states", (verifier) =>
    verifier.count(),
  );
  expect(counted).toEqual({ states: states + more, transitions: transitions + more });
});
