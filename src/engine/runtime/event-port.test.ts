import { describe, expect, test } from "vitest";
import { emit, setup } from "xstate";
import {
  compile,
  type EmissionKind,
  type Engine,
  type GeneratedSource,
  generate,
  interpret,
  type Run,
} from "../index.js";

type GuardArgs = { readonly event: { readonly type: string; readonly value: number } };
type Emission =
  | { readonly type: "odd" }
  | { readonly type: "value"; readonly n: number }
  | { readonly type: "pair"; readonly a: number; readonly b: number };

const valueOfEvent = ({ event }: GuardArgs): number => event.value;

/** Enough types that a port tests for the most frequent one first. */
const KNOWN = ["TELL", "BOTH", "ODD", "VALUE", "PAIR"] as const;
const TYPES = [...KNOWN, "NONE"] as const;

/** Two regions that emit one after the other; the first does so for odd values only. */
const machine = setup({
  types: { events: {} as { type: (typeof TYPES)[number]; value: number }, emitted: {} as Emission },
  guards: { isOdd: ({ event }) => event.value % 2 === 1 },
  actions: {
    tellOdd: emit({ type: "odd" }),
    tellValue: emit(
      Object.assign(({ event }: GuardArgs) => ({ type: "value" as const, n: event.value }), {
        emission: { type: "value", payload: "n", of: valueOfEvent },
      }),
    ),
    tellPair: emit(({ event }) => ({ type: "pair", a: event.value, b: -event.value })),
  },
}).createMachine({
  type: "parallel",
  states: {
    first: {
      on: {
        TELL: { guard: "isOdd", actions: "tellOdd" },
        BOTH: { actions: "tellPair" },
        ODD: { actions: "tellOdd" },
        VALUE: { actions: "tellValue" },
        PAIR: { actions: "tellPair" },
      },
    },
    second: { on: { TELL: { actions: "tellValue" }, BOTH: { actions: ["tellValue", "tellOdd"] } } },
  },
});

const KINDS: readonly EmissionKind[] = [{ type: "odd" }, { type: "value", payload: "n" }];
const WHOLE = 0;
const ODD = 1;
const VALUE = 2;

const generated = async (kinds: readonly EmissionKind[]): Promise<Engine<typeof machine>> => {
  const groups = [{ types: KNOWN, payload: "value", often: "BOTH" }];
  const sourceText = generate(machine, { groups, kinds });
  const url = `data:text/javascript,${encodeURIComponent(sourceText)}`;
  return compile(machine, { source: (await import(url)) as GeneratedSource });
};

/** Returns the emissions of an event by number: the one that the port returns and then its rest. */
const emissionNumbers = (run: Run<typeof machine>, eventTypes: readonly (typeof TYPES)[number][]) => {
  const port = run.port(eventTypes, "value", KINDS);
  return (eventType: (typeof TYPES)[number], value: number) => {
    const engineKind = port.take(eventTypes.indexOf(eventType), value);
    const returned: [number, unknown][] = engineKind < 0 ? [] : [[engineKind, port.given]];
    for (let index = 0; index < port.rest.length; index++)
      returned.push([port.rest.kindAt(index), port.rest.payloadAt(index)]);
    port.rest.length = 0;
    return returned;
  };
};

describe.each<[string, () => Promise<Engine<typeof machine>>]>([
  ["source generated with these kinds", () => generated(KINDS)],
  ["source generated with others", () => generated([{ type: "other" }])],
  ["source generated without any", () => generated([])],
  ["a table", async () => compile(machine)],
  ["XState's interpreter", async () => interpret(machine)],
])("a port of %s", (_, engine) => {
  test("returns emissions by number, and as a whole event if of no listed kind", async () => {
    const takeEvent = emissionNumbers((await engine()).start(), KNOWN);
    expect(takeEvent("TELL", 3)).toEqual([
      [ODD, undefined],
      [VALUE, 3],
    ]);
    expect(takeEvent("TELL", 4)).toEqual([[VALUE, 4]]);
    expect(takeEvent("BOTH", 5)).toEqual([
      [WHOLE, { type: "pair", a: 5, b: -5 }],
      [VALUE, 5],
      [ODD, undefined],
    ]);
    expect(takeEvent("ODD", 6)).toEqual([[ODD, undefined]]);
    expect(takeEvent("VALUE", 7)).toEqual([[VALUE, 7]]);
    expect(takeEvent("PAIR", 8)).toEqual([[WHOLE, { type: "pair", a: 8, b: -8 }]]);
  });

  test("returns nothing for an event that emits nothing", async () => {
    const takeEvent = emissionNumbers((await engine()).start(), TYPES);
    expect(takeEvent("NONE", 1)).toEqual([]);
    expect(takeEvent("TELL", 2)).toEqual([[VALUE, 2]]);
  });

  test("appends to an array the emissions that it returns by number", async () => {
    const emitted: Emission[] = [];
    const run = (await engine()).start();
    run.send({ type: "BOTH", value: 7 }, emitted);
    run.send({ type: "TELL", value: 7 }, emitted);
    const [pair, value, odd] = [{ type: "pair", a: 7, b: -7 }, { type: "value", n: 7 }, { type: "odd" }];
    expect(emitted).toEqual([pair, value, odd, odd, value]);
  });
});
