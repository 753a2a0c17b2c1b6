/** Every guard of our charts declares what it reads. */
import { describe, expect, test } from "vitest";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { declaredReads, type RawFunction, raw } from "../../src/engine/internal.js";

describe.each([
  ["serial 0.8.2", serialMachine],
  ["serial 0.8.1", serialMachine081],
  ["uart16550", uart16550Machine],
])("every guard function of %s", (_, machine) => {
  test("declares what it reads, of fields that there are", () => {
    const guards = Object.entries(raw(machine).implementations.guards).filter(
      ([, guard]) => typeof guard === "function" && !("check" in guard),
    ) as [string, RawFunction][];
    expect(guards.length).toBeGreaterThan(6);
    const context = (machine as typeof uart16550Machine).config.context;
    const fields = Object.keys(typeof context === "function" ? context({} as never) : context);
    for (const [name, guard] of guards) {
      const reads = declaredReads(guard);
      expect(reads, name).not.toBeNull();
      expect([name, ...(reads?.context ?? []).filter((field) => !fields.includes(field))]).toEqual([name]);
    }
  });
});
