/** What the tests of the journal draw from. */
import fc from "fast-check";
import type { Entry } from "./entry.js";
import type { JournalStart } from "./journal-options.js";

export const journalStart: JournalStart = {
  chart: "serial",
  options: { revision: "0.8.2" },
  definition: "0123456789abcdef",
  package: "0.1.0",
  state: { baudDivisorLow: 12 },
};

const anyByte = fc.nat(255);
const errorFlag = fc.option(fc.constant(true as const), { nil: undefined });

/** A character with errors; a flag that is not there is absent. */
const damagedCharacter = fc
  .record({ value: anyByte, parity: errorFlag, framing: errorFlag, break: errorFlag })
  .map((character) => JSON.parse(JSON.stringify(character)) as { value: number });

/** As `JSON.parse` gives it: -0 has no JSON. */
const anyJson = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Any entry, in the form in which it is given back. */
export const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("read"), offset: fc.oneof(fc.nat(8), anyByte) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("write"),
      offset: fc.oneof(fc.nat(8), anyByte),
      value: anyByte,
    }),
  },
  fc.record({ type: fc.constant("receive"), characters: fc.uint8Array({ maxLength: 300, size: "max" }) }),
  fc.record({
    type: fc.constant("receive"),
    characters: fc
      .tuple(damagedCharacter, fc.array(fc.oneof(anyByte, damagedCharacter)))
      .map(([first, rest]) => [...rest, first]),
  }),
  fc.record({ type: fc.constant("line"), level: fc.constantFrom(0, 1) }),
  fc.record({ type: fc.constant("break"), on: fc.boolean() }),
  fc.record({
    type: fc.constant("modem"),
    cts: fc.boolean(),
    dsr: fc.boolean(),
    ri: fc.boolean(),
    dcd: fc.boolean(),
  }),
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("advance"), ticks: fc.oneof(fc.nat(300), fc.nat(2 ** 40)) }),
  },
  fc.record({ type: fc.constantFrom("hold", "release", "reset") }),
  fc.record({ type: fc.constant("restore"), state: anyJson }),
  fc.record({
    type: fc.constant("failed"),
    what: fc.constantFrom("out", "trigger"),
    index: fc.oneof(fc.nat(300), fc.maxSafeNat()),
  }),
  fc.record({ type: fc.constant("mark"), text: fc.string({ unit: "binary" }) }),
) as fc.Arbitrary<Entry>;

/** Many entries: a few arbitrary ones, over and over. */
export const manyEntries: fc.Arbitrary<readonly Entry[]> = fc
  .tuple(fc.array(entry, { minLength: 1, maxLength: 12 }), fc.nat(3000))
  .map(([some, length]) => Array.from({ length }, (_, i) => some[i % some.length] as Entry));
