import { XMLValidator } from "fast-xml-parser";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createMachine } from "xstate";
import {
  serialMachine,
  serialMachine081,
  UART16550_PRESETS,
  uart16550Machine,
} from "../../../machines/index.js";
import { activeStates, statesOf, transitionsOf } from "../../device/index.js";
import { interpret } from "../../engine/index.js";
import {
  attributesOf,
  childrenOf,
  elementName,
  elementsOf,
  parseScxml,
  ScxmlRun,
} from "./scion.test-helper.js";
import { toScxml } from "./scxml.js";

const EXPORTED_CHARTS = [
  ["serial 0.8.1", serialMachine081, undefined],
  ["serial 0.8.2", serialMachine, undefined],
  ["uart16550", uart16550Machine, UART16550_PRESETS.pc16550d],
] as const;

/** The elements and attributes that the W3C's schema allows in each element. */
const MAY_HOLD: Readonly<Record<string, readonly string[]>> = {
  scxml: ["state", "parallel", "final", "datamodel", "script"],
  state: ["onentry", "onexit", "transition", "state", "parallel", "final"],
  parallel: ["onentry", "onexit", "transition", "state", "parallel"],
  transition: ["script"],
  onentry: ["script"],
  onexit: ["script"],
  script: [],
};
const MAY_HAVE: Readonly<Record<string, readonly string[]>> = {
  scxml: ["xmlns", "version", "datamodel", "name", "initial"],
  state: ["id", "initial"],
  parallel: ["id"],
  transition: ["event", "cond", "target", "type"],
};

function* misplaced(element: Parameters<typeof elementName>[0]): Generator<string> {
  const name = elementName(element);
  for (const attribute of Object.keys(attributesOf(element)))
    if (!MAY_HAVE[name]?.includes(attribute)) yield `${name} has ${attribute}`;
  for (const child of childrenOf(element)) {
    if (!MAY_HOLD[name]?.includes(elementName(child))) yield `${name} holds ${elementName(child)}`;
    yield* misplaced(child);
  }
}

describe.each(EXPORTED_CHARTS)("%s", (_, machine) => {
  const text = toScxml(machine);
  const root = parseScxml(text);

  it("is valid SCXML: well-formed, each element in an allowed place, each target and In() an existing state", () => {
    expect(XMLValidator.validate(text)).toBe(true);
    expect([...misplaced(root)]).toEqual([]);
    const states = [...elementsOf(root, "state"), ...elementsOf(root, "parallel")].map(attributesOf);
    const ids = states.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const namedStates = [
      ...states.flatMap(({ initial }) => initial ?? []),
      ...elementsOf(root, "transition").flatMap((it) => attributesOf(it)["target"]?.split(" ") ?? []),
      ...[...text.matchAll(/In\('([^']+)'\)/g)].map(([, state]) => state),
    ];
    expect(namedStates.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has every state and transition, in order", () => {
    const knownStates = new Set(statesOf(machine));
    const leaves = elementsOf(root, "state").filter((it) => knownStates.has(attributesOf(it)["id"] ?? ""));
    expect(leaves.map((it) => attributesOf(it)["id"])).toEqual(statesOf(machine));
    const transitions = elementsOf(root, "transition").map((transitionElement) => [
      attributesOf(transitionElement)["event"] ?? "always",
      childrenOf(transitionElement).length,
    ]);
    const expected = transitionsOf(machine).map(({ event, actions }) => [event, actions.length]);
    expect(transitions.sort()).toEqual(expected.sort());
  });
});

/** Returns pseudo-random numbers, the same in every run. */
function* arbitraryFrom(seed: number): Generator<number> {
  for (let state = seed; ; yield state >>> 8) state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
}

describe("run by SCION", () => {
  beforeAll(() => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
  });

  it.each([
    ["serial 0.8.1", serialMachine081],
    ["serial 0.8.2", serialMachine],
  ] as const)(
    "%s goes through the same states, and emits the same in the same order, as for XState",
    (_, machine) => {
      const types = [...new Set(transitionsOf(machine).map(({ event }) => event))];
      const numbers = arbitraryFrom(16_550);
      const next = (below: number): number => (numbers.next().value as number) % below;
      const expectedStates = interpret(machine).start();
      const scionStates = new ScxmlRun(toScxml(machine), machine, expectedStates.context);
      for (let step = 0; step < 600; step++) {
        const type = types[next(types.length)] as string;
        // Few values, so that DLAB and loopback change; sometimes many characters, so that the FIFO fills.
        const value = [0x00, 0x01, 0x02, 0x03, 0x08, 0x13, 0x18, 0x83, 0xff][next(9)];
        const characters = Array(next(10) === 0 ? next(70) : next(3)).fill(0x41);
        const event = type === "receive" ? { type, characters } : { type, value };
        const emitted: unknown[] = [];
        expectedStates.send(event as never, emitted);
        scionStates.emitted = [];
        scionStates.send(event);
        expect([...scionStates.states].sort()).toEqual([...activeStates(expectedStates.value)].sort());
        expect(scionStates.emitted).toEqual(emitted);
        expect(JSON.stringify(scionStates.context)).toBe(JSON.stringify(expectedStates.context));
      }
    },
  );
});

it("distinguishes a transition that re-enters its source from one that stays", () => {
  const machine = createMachine({
    id: "m",
    initial: "a",
    states: {
      a: {
        initial: "b",
        states: { b: {}, c: {} },
        on: { in: ".c", self: "a", again: { target: "a", reenter: true }, out: "d" },
      },
      d: { on: { stay: "d" } },
    },
  });
  const lines = toScxml(machine).match(/<transition[^>]*>/g);
  expect(lines).toEqual([
    '<transition event="in" target="a.c" type="internal"/>',
    '<transition event="self" target="a.b" type="internal"/>',
    '<transition event="again" target="a"/>',
    '<transition event="out" target="d" type="internal"/>',
    '<transition event="stay"/>',
  ]);
});
