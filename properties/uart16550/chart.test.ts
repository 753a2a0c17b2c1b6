/** The chart of the 16550 as a document: all of it is named, described, existing and used. */
import { expect, it } from "vitest";
import type { AnyStateNode } from "xstate";
import { UART16550_PRESETS, UART16550_RULES, uart16550Machine } from "../../machines/index.js";

type ChartTransition = AnyStateNode["transitions"] extends Map<string, (infer T)[]> ? T : never;

const descendants = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(descendants),
];
const stateNodes = descendants(uart16550Machine.root as AnyStateNode);
const arrows: ChartTransition[] = stateNodes.flatMap((stateNode) => [
  ...[...stateNode.transitions.values()].flat(),
  ...((stateNode.always ?? []) as ChartTransition[]),
]);
const guardMap: Record<string, unknown> = uart16550Machine.implementations.guards;
const actions: Record<string, unknown> = uart16550Machine.implementations.actions;

/** A combined guard's parts, its parts' parts, and so on; names stand for themselves. */
function guardParts(guardSpec: unknown): unknown[] {
  const own = (guardSpec as { guards?: unknown[] }).guards ?? [];
  return own.flatMap((part) => [part, ...guardParts(part)]);
}

const nameOf = (part: unknown): unknown =>
  typeof part === "object" && part !== null && "type" in part ? part.type : part;

const entries = stateNodes.flatMap(({ entry, exit }) => [...entry, ...exit]).map(nameOf);

it("keeps every name in its JSON definition, and every name resolves", () => {
  const definition = JSON.stringify(uart16550Machine.definition);
  expect(definition).not.toContain('"guard":null');
  for (const { guard, actions: done } of arrows) {
    if (guard !== undefined) expect(Object.keys(guardMap)).toContain(nameOf(guard));
    for (const actionSpec of done) expect(Object.keys(actions)).toContain(nameOf(actionSpec));
  }
  for (const actionName of entries) expect(Object.keys(actions)).toContain(actionName);
});

it("has nothing at the root, where it would vanish as soon as a region takes the event", () => {
  expect(uart16550Machine.root.transitions.size).toBe(0);
});

it("asks with stateIn only for states that exist", () => {
  const exists = (stateNode: AnyStateNode | undefined, value: unknown): boolean =>
    stateNode !== undefined &&
    (typeof value === "string"
      ? Object.hasOwn(stateNode.states, value)
      : Object.entries(value as object).every(([stateKey, inner]) =>
          exists(stateNode.states[stateKey], inner),
        ));
  const stateGuards = Object.entries(guardMap).flatMap(([ruleName, guardSpec]) => {
    const { stateValue } = guardSpec as { stateValue?: unknown };
    return stateValue === undefined ? [] : [{ name: ruleName, stateValue }];
  });
  expect(stateGuards.length).toBeGreaterThan(40);
  expect(
    stateGuards.filter(({ stateValue }) => !exists(uart16550Machine.root as AnyStateNode, stateValue)),
  ).toEqual([]);
});

it("uses every guard and action that it has", () => {
  const usedGuards = new Set([
    ...arrows.map(({ guard }) => nameOf(guard)),
    ...Object.values(guardMap).flatMap(guardParts).map(nameOf),
  ]);
  const usedActions = new Set([...arrows.flatMap((arrow) => arrow.actions).map(nameOf), ...entries]);
  expect(Object.keys(guardMap).filter((name) => !usedGuards.has(name))).toEqual([]);
  expect(Object.keys(actions).filter((name) => !usedActions.has(name))).toEqual([]);
});

it("describes every state and transition, and names the rules that it implements", () => {
  const silent = ({ description, meta }: { description?: string | undefined; meta?: unknown }): boolean =>
    !description || !((meta as { rules?: string[] } | undefined)?.rules?.length ?? 0);
  expect(stateNodes.filter(silent).map(({ id }) => id)).toEqual([]);
  expect(arrows.filter(silent).map(({ source, eventType }) => `${source.id} ${eventType}`)).toEqual([]);
});

it("names rules that exist, and every rule that there is", () => {
  const named = new Set(
    [...stateNodes, ...arrows].flatMap(({ meta }) => (meta as { rules: string[] } | undefined)?.rules ?? []),
  );
  expect([...named].toSorted()).toEqual(Object.keys(UART16550_RULES).toSorted());
});

it("has presets that all give every option", () => {
  const names = Object.keys(UART16550_PRESETS.pc16550d);
  for (const presetOptions of Object.values(UART16550_PRESETS))
    expect(Object.keys(presetOptions)).toEqual(names);
});
