import fc from "fast-check";
import { expect, it } from "vitest";
import { entry as anyEntry, journalStart } from "./arbitrary.test-helper.js";
import { Journal, packEntries, unpackEntries } from "./index.js";

it("gives back what was packed, as a journal would", () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 200, size: "max" }), (entries) => {
      const journal = new Journal(journalStart, { keep: "all" });
      for (const entry of entries) journal.append(entry);
      const keptEntries = [...journal.entries()].map(({ entry }) => entry);
      expect([...unpackEntries(packEntries(entries))]).toEqual(keptEntries);
    }),
    { numRuns: 50 },
  );
});

it("takes a byte or two an access", () => {
  const boot = Array.from({ length: 10_000 }, (_, i) =>
    i % 2 ? ({ type: "read", offset: 5 } as const) : ({ type: "write", offset: 0, value: i & 0xff } as const),
  );
  expect(packEntries(boot)).toHaveLength(15_000);
});
