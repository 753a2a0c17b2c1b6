/** What the chart of the 16550 is as a document: all of it named, described, existing and used. */
import { expect, it } from "vitest";
import type { AnyStateNode } from "xstate";
import { UART16550_PRESETS, UART16550_RULES, uart16550Machine } from "../../machines/index.js";

type Arrow = AnyStateNode["transitions"] extends Map<string, (infer T)[]> ? T : never;

const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
const nodes = below(uart16550Machine.root as AnyStateNode);
const arrows: Arrow[] = nodes.flatMap((node) => [
  ...[...node.transitions.values()].flat(),
  ...((node.always ?? []) as Arrow[]),
]);
const guards: Record<string, unknown> = uart16550Machine.implementations.guards;
const actions: Record<string, unknown> = uart16550Machine.implementations.actions;

/** A combined guard's parts, its parts' parts, and so on; names stand for themselves. */
function parts(guard: unknown): unknown[] {
  const own = (guard as { guards?: unknown[] }).guards ?? [];
  return own.flatMap((part) => [part, ...parts(part)]);
}

const nameOf = (part: unknown): unknown =>
  typeof part === "object" && part !== null && "type" in part ? part.type : part;

const entries = nodes.flatMap(({ entry, exit }) => [...entry, ...exit]).map(nameOf);

it("keeps every name in its JSON definition, and every name resolves", () => {
  const definition = JSON.stringify(uart16550Machine.definition);
  expect(definition).not.toContain('"guard":null');
  for (const { guard, actions: done } of arrows) {
    if (guard !== undefined) expect(Object.keys(guards)).toContain(nameOf(guard));
    for (const action of done) expect(Object.keys(actions)).toContain(nameOf(action));
  }
  for (const name of entries) expect(Object.keys(actions)).toContain(name);
});

it("has nothing at the root, where it would vanish as soon as a region takes the event", () => {
  expect(uart16550Machine.root.transitions.size).toBe(0);
});

it("asks with stateIn only for states that exist", () => {
  const exists = (node: AnyStateNode | undefined, value: unknown): boolean =>
    node !== undefined &&
    (typeof value === "string"
      ? Object.hasOwn(node.states, value)
      : Object.entries(value as object).every(([key, inner]) => exists(node.states[key], inner)));
  const asked = Object.entries(guards).flatMap(([name, guard]) => {
    const { stateValue } = guard as { stateValue?: unknown };
    return stateValue === undefined ? [] : [{ name, stateValue }];
  });
  expect(asked.length).toBeGreaterThan(40);
  expect(
    asked.filter(({ stateValue }) => !exists(uart16550Machine.root as AnyStateNode, stateValue)),
  ).toEqual([]);
});

it("uses every guard and action that it has", () => {
  const asked = new Set([
    ...arrows.map(({ guard }) => nameOf(guard)),
    ...Object.values(guards).flatMap(parts).map(nameOf),
  ]);
  const done = new Set([...arrows.flatMap((arrow) => arrow.actions).map(nameOf), ...entries]);
  expect(Object.keys(guards).filter((name) => !asked.has(name))).toEqual([]);
  expect(Object.keys(actions).filter((name) => !done.has(name))).toEqual([]);
});

it("describes every state and transition, and names the rules that it implements", () => {
  const silent = ({ description, meta }: { description?: string | undefined; meta?: unknown }): boolean =>
    !description || !((meta as { rules?: string[] } | undefined)?.rules?.length ?? 0);
  expect(nodes.filter(silent).map(({ id }) => id)).toEqual([]);
  expect(arrows.filter(silent).map(({ source, eventType }) => `${source.id} ${eventType}`)).toEqual([]);
});

it("names rules that exist, and every rule that there is", () => {
  const named = new Set(
    [...nodes, ...arrows].flatMap(({ meta }) => (meta as { rules: string[] } | undefined)?.rules ?? []),
  );
  expect([...named].toSorted()).toEqual(Object.keys(UART16550_RULES).toSorted());
});

it("has presets that all give every option", () => {
  const names = Object.keys(UART16550_PRESETS.pc16550d);
  for (const preset of Object.values(UART16550_PRESETS)) expect(Object.keys(preset)).toEqual(names);
});
