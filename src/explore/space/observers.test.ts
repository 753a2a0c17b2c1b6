import { describe, expect, it } from "vitest";
import { assign, createMachine, setup } from "xstate";
import { invalid } from "../../invalid.test-helper.js";
import { always, check, checkAll, claim, eventually, explore, leadsTo, never, reachable } from "../index.js";

const door = createMachine({
  id: "door",
  initial: "closed",
  states: {
    closed: { on: { OPEN: "open", LOCK: "locked" } },
    open: { on: { CLOSE: "closed" } },
    locked: { on: { UNLOCK: "closed" } },
  },
});
const events = ["OPEN", "CLOSE", "LOCK", "UNLOCK"].map((type) => ({ type }));

/** Counts the openings since the door was locked last, up to two. */
const openings = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: string; before: { value: unknown }; after: { value: unknown } },
  },
}).createMachine({
  context: { count: 0 },
  on: {
    OPEN: {
      guard: ({ event }) => event.before.value === "closed",
      actions: assign({ count: ({ context }) => Math.min(2, context.count + 1) }),
    },
    LOCK: {
      guard: ({ event }) => event.after.value === "locked",
      actions: assign({ count: 0 }),
    },
  },
});

describe("observers", () => {
  it("see every step, and are part of each state: the past may be asked for", () => {
    const plain = explore(door, { events });
    const watched = explore(door, { events, observers: { openings } });
    expect(plain.states.length).toBe(3);
    // Closed and open with 0, 1 or 2 openings, but not open with none; locked with none.
    expect(watched.states.length).toBe(6);
    const count = (reached: { observers: Readonly<Record<string, { context: unknown }>> }) =>
      (reached.observers["openings"] as { context: { count: number } }).context.count;
    const [locked, twice, open] = checkAll(watched, [
      claim(
        "C1",
        "",
        always((reached) => count(reached) === 0, { when: ({ value }) => value === "locked" }),
      ),
      claim(
        "C2",
        "",
        never((reached) => count(reached) === 2),
      ),
      claim(
        "C3",
        "",
        reachable((reached) => reached.value === "closed" && count(reached) === 1),
      ),
    ]);
    expect([locked?.verdict, twice?.verdict, open?.verdict]).toEqual(["proved", "refuted", "proved"]);
    // The ignored OPEN in the open door is no opening.
    expect(twice?.inputs?.map(({ type }) => type)).toEqual(["OPEN", "CLOSE", "OPEN"]);
  });

  it("see the states before and after, and emissions; an error of theirs has their name", () => {
    const seen = new Set<string>();
    const spy = createMachine({
      on: {
        "*": {
          guard: ({ event }) => {
            const { before, after, emissions } = event as unknown as Record<
              "before" | "after",
              { value: unknown }
            > & {
              emissions: readonly unknown[];
            };
            seen.add(`${String(before.value)} ${event.type} ${String(after.value)} ${emissions.length}`);
            return false;
          },
        },
      },
    });
    explore(door, { events, observers: { spy } });
    expect(seen).toContain("closed OPEN open 0");
    expect(seen).toContain("open LOCK open 0");
    const failing = createMachine({
      on: {
        OPEN: {
          guard: () => {
            throw new Error("boom");
          },
        },
      },
    });
    expect(() => explore(door, { events, observers: { failing } })).toThrow("observer failing: ");
  });

  it("leave every verdict about the chart alone as it is", () => {
    const formulas = [
      always<never>(({ value }) => (value as unknown) !== "locked"),
      leadsTo<never>(
        ({ value }) => (value as unknown) === "locked",
        ({ value }) => (value as unknown) === "open",
        { fairly: [{ name: "UNLOCK", is: ({ step }) => step?.event.type === "UNLOCK" }] },
      ),
      eventually<never>(({ value }) => (value as unknown) === "closed", {
        from: ({ value }) => (value as unknown) === "open",
        during: ({ step }) => step?.event.type === "CLOSE",
      }).within(1, "events"),
    ];
    const claims = formulas.map((formula, index) => claim(`C${index}`, "", formula));
    const results = [{}, { observers: { openings } }].map((more) =>
      checkAll(explore(door, { events, ...more }) as never, claims).map(({ verdict, inputs }) => [
        verdict,
        inputs?.length,
      ]),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.map(([verdict]) => verdict)).toEqual(["refuted", "refuted", "proved"]);
  });
});

describe("what no formula expresses", () => {
  it("is said to be for an observer", () => {
    const inner = leadsTo(
      () => true,
      () => true,
    );
    expect(() => claim("C", "", always(invalid(inner)))).toThrow(
      "C: always: holds: expected a predicate, got the formula leadsTo; formulas do not nest: let an observer in the scope watch for it",
    );
    expect(() => claim("C", "", never(invalid("red")))).not.toThrow();
    expect(() => claim("C", "", reachable(invalid("red")))).toThrow(
      'C: reachable: holds: expected a predicate, got "red"',
    );
    expect(() => eventually(() => true).within(1, invalid("days"))).toThrow(
      'within: expected steps, events, accesses, ticks or characters, got "days"',
    );
    const graph = explore(door, { events });
    expect(check(graph, claim("C", "", eventually(() => true).within(1, "events"))).verdict).toBe("proved");
  });
});
