/** The chart as a document: all of it is named, described and existing. */
import { describe, expect, it } from "vitest";
import type { AnyStateNode } from "xstate";
import { SERIAL_RULES } from "../../machines/index.js";
import { DEVICE_RULES } from "../../machines/internal.js";
import { MACHINES } from "../support/chart.js";
import { REGIONS } from "../support/regions.js";
import { REVISIONS } from "../support/steps.js";
import { TRANSITIONS } from "../support/transitions.js";

const descendants = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(descendants),
];
const statePathOf = (node: AnyStateNode): string => node.path.join(".");

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
const guardParts = (guardSpec: unknown): unknown[] => {
  const { guards } = guardSpec as { guards?: unknown[] };
  return guards ?? [];
};

const ruleIds = (nodeMeta: unknown): readonly string[] =>
  (nodeMeta as { rules?: readonly string[] } | undefined)?.rules ?? [];

describe.each(REVISIONS)("the serial chart of %s", (revision) => {
  const machine = MACHINES[revision];
  const stateNodes = descendants(machine.root);
  const transitions = stateNodes.flatMap((node) => [...node.transitions.values()].flat());
  const drawn: Drawn[] = drawnBelow(JSON.parse(JSON.stringify(machine.definition)));

  it("has the transitions that are written down, and no other", () => {
    const actualNames = transitions.map(({ source, eventType, guard, target }) => {
      const asks = guard === undefined ? "" : ` [${String(guard)}]`;
      return `${statePathOf(source)} ${eventType}${asks}${target ? ` -> ${target.map(statePathOf).join(" ")}` : ""}`;
    });
    expect(actualNames.toSorted()).toEqual(TRANSITIONS[revision].toSorted());
    expect(actualNames).toHaveLength(revision === "0.8.1" ? 60 : 65);
  });

  it("has the regions and states of the design, in its order", () => {
    const regions = Object.entries(machine.root.states).map(([stateKey, { states }]) => [
      stateKey,
      Object.keys(states),
    ]);
    expect(regions).toEqual(Object.entries(REGIONS).map(([stateKey, states]) => [stateKey, [...states]]));
  });

  it("keeps every name in its JSON definition, and every name resolves", () => {
    const { guards, actions } = machine.implementations;
    for (const { transitions: drawnTransitions } of drawn) {
      for (const { guard, actions: done } of drawnTransitions) {
        if (guard !== undefined) expect(Object.keys(guards)).toContain(guard);
        for (const actionName of done) expect(Object.keys(actions)).toContain(actionName);
      }
    }
    expect(drawn.flatMap((node) => node.transitions)).toHaveLength(transitions.length);
  });

  it("has nothing at the root, and nothing that runs by itself", () => {
    expect(machine.root.transitions.size).toBe(0);
    for (const stateNode of stateNodes) expect(stateNode.always ?? []).toEqual([]);
    for (const { entry, exit, invoke } of drawn) expect([...entry, ...exit, ...invoke]).toEqual([]);
  });

  it("asks with stateIn only for states that exist", () => {
    const guardMap: Record<string, unknown> = machine.implementations.guards;
    let askedCount = 0;
    const check = (guardSpec: unknown): void => {
      if (typeof guardSpec === "string") {
        expect(Object.keys(guardMap)).toContain(guardSpec);
        return;
      }
      for (const part of guardParts(guardSpec)) check(part);
      const { stateValue } = guardSpec as { stateValue?: unknown };
      if (stateValue === undefined) return;
      askedCount += 1;
      const named = Object.entries(stateValue as Record<string, unknown>);
      expect(named).toHaveLength(1);
      for (const [regionName, stateName] of named)
        expect(machine.root.states[regionName]?.states).toHaveProperty([String(stateName)]);
    };
    for (const guardSpec of Object.values(guardMap)) check(guardSpec);
    expect(askedCount).toBeGreaterThan(0);
  });

  it("uses every guard and action that it has", () => {
    const { guards, actions } = machine.implementations;
    const inside = Object.values(guards).flatMap((guardSpec) =>
      guardParts(guardSpec).flatMap((part) => [part, ...guardParts(part)]),
    );
    const usedGuards = new Set([...transitions.map(({ guard }) => guard), ...inside]);
    const usedActions = new Set<unknown>(transitions.flatMap((transition) => transition.actions));
    // What only 0.8.2 needs stands in 0.8.1 unused.
    const more =
      revision === "0.8.1" ? ["writeRaisesReceivedData", "writeRaisesBoth", "receiveFifoEmpty"] : [];
    expect(
      Object.keys(guards).filter((ruleName) => !usedGuards.has(ruleName) && !more.includes(ruleName)),
    ).toEqual([]);
    expect(Object.keys(actions).filter((ruleName) => !usedActions.has(ruleName))).toEqual([]);
  });

  it("describes every state and transition, and names the rules that it implements", () => {
    const silent = ({ description, meta }: { description?: string | undefined; meta?: unknown }): boolean =>
      !description || ruleIds(meta).length === 0;
    expect([
      ...stateNodes.filter(silent).map(({ id }) => id),
      ...transitions.filter(silent).map(({ source, eventType }) => `${source.id} ${eventType}`),
    ]).toEqual([]);
  });

  it("names rules that exist", () => {
    const named = [...stateNodes, ...transitions].flatMap(({ meta }) => ruleIds(meta));
    expect(named.filter((rule) => !Object.hasOwn(SERIAL_RULES, rule))).toEqual([]);
  });
});

it("a state or transition of a revision implements every rule but those of the device round the chart", () => {
  const named = REVISIONS.flatMap((revision) =>
    descendants(MACHINES[revision].root).flatMap((stateNode) =>
      [stateNode, ...[...stateNode.transitions.values()].flat()].flatMap(({ meta }) => ruleIds(meta)),
    ),
  );
  expect(Object.keys(SERIAL_RULES).filter((rule) => !named.includes(rule))).toEqual(
    Object.keys(DEVICE_RULES),
  );
});
