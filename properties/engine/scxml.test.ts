import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { expect, test, vi } from "vitest";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { analyse } from "../../src/engine/analyse.js";
import { build } from "../../src/engine/compile.js";
import { generateFrom } from "../../src/engine/generate.js";
import { type Engine, interpret } from "../../src/engine/index.js";
import { nodesOf } from "../../src/engine/internals.js";
import { load } from "./equal.js";
import { Excluded, excludingFeatures, machineOfScxml, type Step, stepsOfScript } from "./scxml.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const folder = join(
  dirname(createRequire(import.meta.url).resolve("@scion-scxml/test-framework/package.json")),
  "test",
);
const fixtures = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".scxml"))
  .map((path) => join(folder, path))
  .sort();

/** How many fixtures XState and both compiled forms pass. */
const PASSING = 125;

/** Where XState does not do what SCXML asks for. The compiled forms do what XState does. */
const DEVIATING = {
  "scxml-prefix-event-name-matching/star0": "XState tries the longest descriptor first, SCXML the first",
  "w3c-ecma/test309.txml": "a condition that is no expression is false in SCXML, and an error in XState",
  "w3c-ecma/test312.txml": "an assign that fails raises error.execution in SCXML, and throws in XState",
  "w3c-ecma/test313.txml": "the same",
  "w3c-ecma/test314.txml": "the same",
  "w3c-ecma/test344.txml": "a condition that fails raises error.execution in SCXML, and throws in XState",
  "w3c-ecma/test487.txml": "an assign that fails raises error.execution in SCXML, and throws in XState",
  "w3c-ecma/test506.txml":
    "an internal transition to its own source leaves the source in SCXML, and does not in XState",
  "w3c-ecma/test533.txml":
    "an internal transition of a parallel state leaves it in SCXML, and does not in XState",
};

/** The leaves after each step, or the error that ended it. */
const walk = (engine: Engine<AnyStateMachine>, steps: readonly Step[]): unknown[] => {
  const seen: unknown[] = [];
  const look = (snapshot: AnyMachineSnapshot) => {
    const leaves = nodesOf(snapshot).filter(({ type }) => type === "atomic" || type === "final");
    seen.push({
      leaves: leaves.map(({ id }) => id).sort(),
      status: snapshot.status,
      context: snapshot.context,
    });
  };
  try {
    const run = engine.start();
    look(run.snapshot);
    for (const { event } of steps.slice(1)) {
      run.send({ type: event as string }, []);
      look(run.snapshot);
    }
  } catch (error) {
    seen.push((error as Error).message);
  }
  return seen;
};

const meets = (steps: readonly Step[], seen: readonly unknown[]): boolean =>
  steps.every(({ leaves }, at) => {
    const found = (seen[at] as { leaves?: string[] } | undefined)?.leaves;
    return JSON.stringify(found) === JSON.stringify(leaves);
  });

test("SCXML fixtures", { timeout: 120_000 }, async () => {
  const passed: string[] = [];
  const deviating: string[] = [];
  const excluded: Record<string, string[]> = {};
  for (const path of fixtures) {
    const name = relative(folder, path).replace(/\.scxml$/, "");
    const xml = readFileSync(path, "utf8");
    const exclude = (reason: string) => {
      excluded[reason] ??= [];
      excluded[reason].push(name);
    };
    const features = excludingFeatures(xml);
    if (features.length > 0) {
      exclude(features.join(", "));
      continue;
    }
    const script = path.replace(/\.scxml$/, ".json");
    if (!existsSync(script)) {
      exclude("no script");
      continue;
    }
    const steps = stepsOfScript(readFileSync(script, "utf8"));
    let machine: AnyStateMachine;
    try {
      machine = machineOfScxml(xml);
    } catch (error) {
      if (!(error instanceof Excluded)) throw error;
      exclude(error.message);
      continue;
    }
    const analysis = analyse(machine);
    const seen = walk(interpret(machine), steps);
    expect(walk(build(machine, analysis), steps), name).toEqual(seen);
    const source = await load(generateFrom(analysis.program));
    expect(walk(build(machine, analysis, source), steps), name).toEqual(seen);
    (meets(steps, seen) ? passed : deviating).push(name);
  }
  const lines = Object.entries(excluded).flatMap(([reason, names]) =>
    names.map((name) => `${reason}: ${name}\n`),
  );
  expect(fixtures).toHaveLength(335);
  expect(passed).toHaveLength(PASSING);
  expect(deviating).toEqual(Object.keys(DEVIATING).sort());
  await expect(lines.sort().join("")).toMatchFileSnapshot("scxml-excluded.txt");
});
