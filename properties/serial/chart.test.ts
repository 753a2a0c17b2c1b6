/** What the chart is as a document: all of it named, described and existing. */
import { describe, expect, it } from "vitest";
import type { AnyStateNode } from "xstate";
import { SERIAL_RULES } from "../../machines/index.js";
import { DEVICE_RULES } from "../../machines/serial/rules.js";
import { MACHINES } from "../support/chart.js";
import { REGIONS } from "../support/regions.js";
import { REVISIONS } from "../support/steps.js";
import { TRANSITIONS } from "../support/transitions.js";

const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
const name = (node: AnyStateNode): string => node.path.join(".");

/** The JSON definition, as a tool that draws it gets it. */
interface Drawn {
  states: Record<string, Drawn>;
  transitions: {
    guard?: unknown;
    actions: unknown[];
    target?: string[];
    source: string;
    eventType: string;
  }[];
  entry: unknown[];
  exit: unknown[];
  invoke: unknown[];
}
const drawnBelow = (node: Drawn): Drawn[] => [node, ...Object.values(node.states).flatMap(drawnBelow)];

/** The guards that a combined guard consists of; names stand for themselves. */
const parts = (guard: unknown): unknown[] => {
  const { guards } = guard as { guards?: unknown[] };
  return guards ?? [];
};

const ruleIds = (meta: unknown): readonly string[] =>
  (meta as { rules?: readonly string[] } | undefined)?.rules ?? [];

describe.each(REVISIONS)("the serial chart of %s", (revision) => {
  const machine = MACHINES[revision];
  const nodes = below(machine.root);
  const transitions = nodes.flatMap((node) => [...node.transitions.values()].flat());
  const drawn: Drawn[] = drawnBelow(JSON.parse(JSON.stringify(machine.definition)));

  it("has the transitions that are written down, and no other", () => {
    const found = transitions.map(({ source, eventType, guard, target }) => {
      const asks = guard === undefined ? "" : ` [${String(guard)}]`;
      return `${name(source)} ${eventType}${asks}${target ? ` -> ${target.map(name).join(" ")}` : ""}`;
    });
    expect(found.toSorted()).toEqual(TRANSITIONS[revision].toSorted());
    expect(found).toHaveLength(revision === "0.8.1" ? 60 : 65);
  });

  it("has the regions and states of the design, in its order", () => {
    const regions = Object.entries(machine.root.states).map(([key, { states }]) => [
      key,
      Object.keys(states),
    ]);
    expect(regions).toEqual(Object.entries(REGIONS).map(([key, states]) => [key, [...states]]));
  });

  it("keeps every name in its JSON definition, and every name resolves", () => {
    const { guards, actions } = machine.implementations;
    for (const { transitions: drawnTransitions } of drawn) {
      for (const { guard, actions: done } of drawnTransitions) {
        if (guard !== undefined) expect(Object.keys(guards)).toContain(guard);
        for (const action of done) expect(Object.keys(actions)).toContain(action);
      }
    }
    expect(drawn.flatMap((node) => node.transitions)).toHaveLength(transitions.length);
  });

  it("has nothing at the root, and nothing that runs by itself", () => {
    expect(machine.root.transitions.size).toBe(0);
    for (const node of nodes) expect(node.always ?? []).toEqual([]);
    for (const { entry, exit, invoke } of drawn) expect([...entry, ...exit, ...invoke]).toEqual([]);
  });

  it("asks with stateIn only for states that exist", () => {
    const guards: Record<string, unknown> = machine.implementations.guards;
    let asked = 0;
    const check = (guard: unknown): void => {
      if (typeof guard === "string") {
        expect(Object.keys(guards)).toContain(guard);
        return;
      }
      for (const part of parts(guard)) check(part);
      const { stateValue } = guard as { stateValue?: unknown };
      if (stateValue === undefined) return;
      asked += 1;
      const named = Object.entries(stateValue as Record<string, unknown>);
      expect(named).toHaveLength(1);
      for (const [region, state] of named)
        expect(machine.root.states[region]?.states).toHaveProperty([String(state)]);
    };
    for (const guard of Object.values(guards)) check(guard);
    expect(asked).toBeGreaterThan(0);
  });

  it("uses every guard and action that it has", () => {
    const { guards, actions } = machine.implementations;
    const inside = Object.values(guards).flatMap((guard) =>
      parts(guard).flatMap((part) => [part, ...parts(part)]),
    );
    const asked = new Set([...transitions.map(({ guard }) => guard), ...inside]);
    const done = new Set<unknown>(transitions.flatMap((transition) => transition.actions));
    // What only 0.8.2 needs stands in 0.8.1 unused.
    const more =
      revision === "0.8.1" ? ["writeRaisesReceivedData", "writeRaisesBoth", "receiveFifoEmpty"] : [];
    expect(Object.keys(guards).filter((each) => !asked.has(each) && !more.includes(each))).toEqual([]);
    expect(Object.keys(actions).filter((each) => !done.has(each))).toEqual([]);
  });

  it("describes every state and transition, and names the rules that it implements", () => {
    const silent = ({ description, meta }: { description?: string | undefined; meta?: unknown }): boolean =>
      !description || ruleIds(meta).length === 0;
    expect([
      ...nodes.filter(silent).map(({ id }) => id),
      ...transitions.filter(silent).map(({ source, eventType }) => `${source.id} ${eventType}`),
    ]).toEqual([]);
  });

  it("names rules that exist", () => {
    const named = [...nodes, ...transitions].flatMap(({ meta }) => ruleIds(meta));
    expect(named.filter((rule) => !Object.hasOwn(SERIAL_RULES, rule))).toEqual([]);
  });
});

it("a state or transition of a revision implements every rule but those of the device round the chart", () => {
  const named = REVISIONS.flatMap((revision) =>
    below(MACHINES[revision].root).flatMap((node) =>
      [node, ...[...node.transitions.values()].flat()].flatMap(({ meta }) => ruleIds(meta)),
    ),
  );
  expect(Object.keys(SERIAL_RULES).filter((rule) => !named.includes(rule))).toEqual(
    Object.keys(DEVICE_RULES),
  );
});
