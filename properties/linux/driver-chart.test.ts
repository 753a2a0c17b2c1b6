/** What the charts of the driver and the interrupt controller are as documents, and that compiled they do what XState does. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { AnyStateMachine, AnyStateNode } from "xstate";
import {
  edgePicMachine,
  LINUX_DRIVER_RULES,
  levelPicMachine,
  linuxDriverMachine,
  PIC_RULES,
} from "../../machines/index.js";
import { compile, interpret } from "../../src/engine/index.js";

type Arrow = AnyStateNode["transitions"] extends Map<string, (infer T)[]> ? T : never;

const CHARTS: readonly [string, AnyStateMachine, Readonly<Record<string, string>>][] = [
  ["linux-driver", linuxDriverMachine, LINUX_DRIVER_RULES],
  ["pic, edge", edgePicMachine, { ...PIC_RULES, level: "" }],
  ["pic, level", levelPicMachine, { ...PIC_RULES, edge: "" }],
];

const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
const nameOf = (part: unknown): string =>
  String(typeof part === "object" && part !== null && "type" in part ? part.type : part);
const parts = (guard: unknown): unknown[] =>
  ((guard as { guards?: unknown[] }).guards ?? []).flatMap((part) => [part, ...parts(part)]);

describe.each(CHARTS)("%s", (_, machine, rules) => {
  const nodes = below(machine.root as AnyStateNode);
  const arrows = nodes.flatMap((node): Arrow[] => [
    ...[...node.transitions.values()].flat(),
    ...((node.always ?? []) as Arrow[]),
  ]);
  const guards: Record<string, unknown> = machine.implementations.guards;
  const actions: Record<string, unknown> = machine.implementations.actions;
  const used = [...arrows.flatMap((arrow) => arrow.actions), ...nodes.flatMap(({ entry }) => [...entry])];

  it("has every guard and action by name, and uses each that it has", () => {
    const asked = new Set(
      [
        ...arrows.flatMap(({ guard }) => (guard === undefined ? [] : [guard])),
        ...Object.values(guards).flatMap(parts),
      ].map(nameOf),
    );
    const done = new Set(used.map(nameOf));
    for (const name of done) expect(Object.keys(actions)).toContain(name);
    expect([...done].sort()).toEqual(Object.keys(actions).sort());
    const named = [...asked].filter((name) => name in guards);
    // The two controllers share their guards; by level none asks for an edge.
    const others = machine.version === "level" ? ["lineLow"] : [];
    expect([...named, ...others].sort()).toEqual(Object.keys(guards).sort());
    for (const { guard } of arrows)
      if (guard !== undefined) expect(Object.keys(guards)).toContain(nameOf(guard));
  });

  it("asks with stateIn only for states that exist", () => {
    const exists = (node: AnyStateNode | undefined, value: unknown): boolean =>
      node !== undefined &&
      (typeof value === "string"
        ? Object.hasOwn(node.states, value)
        : Object.entries(value as object).every(([key, inner]) => exists(node.states[key], inner)));
    const asked = Object.values(guards).flatMap((guard) => {
      const { stateValue } = guard as { stateValue?: unknown };
      return stateValue === undefined ? [] : [stateValue];
    });
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((value) => !exists(machine.root as AnyStateNode, value))).toEqual([]);
  });

  it("describes every state and transition, names rules that exist, and leaves none out", () => {
    const all = [...nodes, ...arrows] as { description?: string; meta?: { rules?: string[] } }[];
    expect(all.filter(({ description, meta }) => !description || !meta?.rules?.length)).toEqual([]);
    const named = new Set(all.flatMap(({ meta }) => meta?.rules ?? []));
    const known = Object.keys(rules).filter((rule) => rules[rule] !== "");
    expect([...named].sort()).toEqual(known.sort());
  });

  test("compiled it does what XState does", () => {
    const types = [...new Set(nodes.flatMap((node) => [...node.transitions.keys()]))];
    const values = fc.constantFrom(0x00, 0x01, 0x11, 0x20, 0x60, 0x61, 0xc0, 0xc1, 0xc2, 0xff);
    const events = fc.array(fc.record({ type: fc.constantFrom(...types), value: values }), {
      maxLength: 150,
      size: "max",
    });
    const [fast, slow] = [compile(machine), interpret(machine)];
    fc.assert(
      fc.property(events, (list) => {
        const [a, b] = [fast.start(), slow.start()];
        const first = machine.id === "linux-driver" ? [{ type: "start", value: 0 }] : [];
        for (const event of [...first, ...list]) {
          const [left, right]: [never[], never[]] = [[], []];
          a.send(event, left);
          b.send(event, right);
          expect(left).toEqual(right);
          expect(a.value).toEqual(b.value);
        }
        expect(JSON.stringify(a.context)).toBe(JSON.stringify(b.context));
      }),
      { numRuns: 15 },
    );
  });
});
