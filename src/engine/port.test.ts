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
} from "./index.js";

type Asked = { readonly event: { readonly type: string; readonly value: number } };
type Emission =
  | { readonly type: "odd" }
  | { readonly type: "value"; readonly n: number }
  | { readonly type: "pair"; readonly a: number; readonly b: number };

const valueToTell = ({ event }: Asked): number => event.value;

/** So many that a port looks for the one that comes most before the others. */
const KNOWN = ["TELL", "BOTH", "ODD", "VALUE", "PAIR"] as const;
const TYPES = [...KNOWN, "NONE"] as const;

/** Two regions that emit one after the other; the first does so for odd values only. */
const machine = setup({
  types: { events: {} as { type: (typeof TYPES)[number]; value: number }, emitted: {} as Emission },
  guards: { isOdd: ({ event }) => event.value % 2 === 1 },
  actions: {
    tellOdd: emit({ type: "odd" }),
    tellValue: emit(
      Object.assign(({ event }: Asked) => ({ type: "value" as const, n: event.value }), {
        emission: { type: "value", payload: "n", of: valueToTell },
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
  const text = generate(machine, { groups, kinds });
  const url = `data:text/javascript,${encodeURIComponent(text)}`;
  return compile(machine, { source: (await import(url)) as GeneratedSource });
};

/** What an event emits by its numbers: what the port gives back and then its rest. */
const numbers = (run: Run<typeof machine>, types: readonly (typeof TYPES)[number][]) => {
  const port = run.port(types, "value", KINDS);
  return (type: (typeof TYPES)[number], value: number) => {
    const kind = port.take(types.indexOf(type), value);
    const told: [number, unknown][] = kind < 0 ? [] : [[kind, port.given]];
    for (let at = 0; at < port.rest.length; at++) told.push([port.rest.kindAt(at), port.rest.payloadAt(at)]);
    port.rest.length = 0;
    return told;
  };
};

describe.each<[string, () => Promise<Engine<typeof machine>>]>([
  ["source generated with these kinds", () => generated(KINDS)],
  ["source generated with others", () => generated([{ type: "other" }])],
  ["source generated without any", () => generated([])],
  ["a table", async () => compile(machine)],
  ["XState's interpreter", async () => interpret(machine)],
])("a port of %s", (_, engine) => {
  test("tells emissions by number, and as a whole what is of no kind", async () => {
    const take = numbers((await engine()).start(), KNOWN);
    expect(take("TELL", 3)).toEqual([
      [ODD, undefined],
      [VALUE, 3],
    ]);
    expect(take("TELL", 4)).toEqual([[VALUE, 4]]);
    expect(take("BOTH", 5)).toEqual([
      [WHOLE, { type: "pair", a: 5, b: -5 }],
      [VALUE, 5],
      [ODD, undefined],
    ]);
    expect(take("ODD", 6)).toEqual([[ODD, undefined]]);
    expect(take("VALUE", 7)).toEqual([[VALUE, 7]]);
    expect(take("PAIR", 8)).toEqual([[WHOLE, { type: "pair", a: 8, b: -8 }]]);
  });

  test("tells nothing for an event that emits nothing", async () => {
    const take = numbers((await engine()).start(), TYPES);
    expect(take("NONE", 1)).toEqual([]);
    expect(take("TELL", 2)).toEqual([[VALUE, 2]]);
  });

  test("emits to an array what it tells by number", async () => {
    const emitted: Emission[] = [];
    const run = (await engine()).start();
    run.send({ type: "BOTH", value: 7 }, emitted);
    run.send({ type: "TELL", value: 7 }, emitted);
    const [pair, value, odd] = [{ type: "pair", a: 7, b: -7 }, { type: "value", n: 7 }, { type: "odd" }];
    expect(emitted).toEqual([pair, value, odd, odd, value]);
  });
});
