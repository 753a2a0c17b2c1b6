/** The charts of the driver and the interrupt controller as documents, and compiled: they do what XState does. */
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

type ChartTransition = AnyStateNode["transitions"] extends Map<string, (infer T)[]> ? T : never;

const CHARTS: readonly [string, AnyStateMachine, Readonly<Record<string, string>>][] = [
  ["linux-driver", linuxDriverMachine, LINUX_DRIVER_RULES],
  ["pic, edge", edgePicMachine, { ...PIC_RULES, level: "" }],
  ["pic, level", levelPicMachine, { ...PIC_RULES, edge: "" }],
];

const descendants = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(descendants),
];
const nameOf = (part: unknown): string =>
  String(typeof part === "object" && part !== null && "type" in part ? part.type : part);
const guardParts = (guardSpec: unknown): unknown[] =>
  ((guardSpec as { guards?: unknown[] }).guards ?? []).flatMap((part) => [part, ...guardParts(part)]);

describe.each(CHARTS)("%s", (_, machine, rules) => {
  const stateNodes = descendants(machine.root as AnyStateNode);
  const arrows = stateNodes.flatMap((stateNode): ChartTransition[] => [
    ...[...stateNode.transitions.values()].flat(),
    ...((stateNode.always ?? []) as ChartTransition[]),
  ]);
  const guardMap: Record<string, unknown> = machine.implementations.guards;
  const actions: Record<string, unknown> = machine.implementations.actions;
  const used = [
    ...arrows.flatMap((arrow) => arrow.actions),
    ...stateNodes.flatMap(({ entry }) => [...entry]),
  ];

  it("has every guard and action by name, and uses each that it has", () => {
    const usedGuards = new Set(
      [
        ...arrows.flatMap(({ guard }) => (guard === undefined ? [] : [guard])),
        ...Object.values(guardMap).flatMap(guardParts),
      ].map(nameOf),
    );
    const usedActions = new Set(used.map(nameOf));
    for (const caseName of usedActions) expect(Object.keys(actions)).toContain(caseName);
    expect([...usedActions].sort()).toEqual(Object.keys(actions).sort());
    const named = [...usedGuards].filter((name) => name in guardMap);
    // The two controllers share their guards; by level none asks for an edge.
    const others = machine.version === "level" ? ["lineLow"] : [];
    expect([...named, ...others].sort()).toEqual(Object.keys(guardMap).sort());
    for (const { guard } of arrows)
      if (guard !== undefined) expect(Object.keys(guardMap)).toContain(nameOf(guard));
  });

  it("asks with stateIn only for states that exist", () => {
    const exists = (stateNode: AnyStateNode | undefined, stateValue: unknown): boolean =>
      stateNode !== undefined &&
      (typeof stateValue === "string"
        ? Object.hasOwn(stateNode.states, stateValue)
        : Object.entries(stateValue as object).every(([stateKey, inner]) =>
            exists(stateNode.states[stateKey], inner),
          ));
    const stateGuards = Object.values(guardMap).flatMap((guardSpec) => {
      const { stateValue } = guardSpec as { stateValue?: unknown };
      return stateValue === undefined ? [] : [stateValue];
    });
    expect(stateGuards.length).toBeGreaterThan(2);
    expect(stateGuards.filter((value) => !exists(machine.root as AnyStateNode, value))).toEqual([]);
  });

  it("describes every state and transition, names rules that exist, and leaves none out", () => {
    const all = [...stateNodes, ...arrows] as { description?: string; meta?: { rules?: string[] } }[];
    expect(all.filter(({ description, meta }) => !description || !meta?.rules?.length)).toEqual([]);
    const named = new Set(all.flatMap(({ meta }) => meta?.rules ?? []));
    const ruleIds = Object.keys(rules).filter((rule) => rules[rule] !== "");
    expect([...named].sort()).toEqual(ruleIds.sort());
  });

  test("compiled it does what XState does", () => {
    const types = [...new Set(stateNodes.flatMap((node) => [...node.transitions.keys()]))];
    const values = fc.constantFrom(0x00, 0x01, 0x11, 0x20, 0x60, 0x61, 0xc0, 0xc1, 0xc2, 0xff);
    const sequence = fc.array(fc.record({ type: fc.constantFrom(...types), value: values }), {
      maxLength: 150,
      size: "max",
    });
    const [fast, slow] = [compile(machine), interpret(machine)];
    fc.assert(
      fc.property(sequence, (list) => {
        const [a, b] = [fast.start(), slow.start()];
        const startEvents = machine.id === "linux-driver" ? [{ type: "start", value: 0 }] : [];
        for (const event of [...startEvents, ...list]) {
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
