import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { expect, test, vi } from "vitest";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import { type Engine, interpret } from "../../src/engine/index.js";
import { activeNodes, compileLowered, generateModule, lowerMachine } from "../../src/engine/internal.js";
import { loadGenerated } from "./compare-runs.js";
import { Excluded, excludingFeatures, machineOfScxml, type Step, stepsOfScript } from "./scxml.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const directory = join(
  dirname(createRequire(import.meta.url).resolve("@scion-scxml/test-framework/package.json")),
  "test",
);
const fixtures = readdirSync(directory, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".scxml"))
  .map((path) => join(directory, path))
  .sort();

/** The number of fixtures that XState and both compiled forms pass. */
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
const playScript = (chartEngine: Engine<AnyStateMachine>, sequence: readonly Step[]): unknown[] => {
  const observations: unknown[] = [];
  const look = (snapshot: AnyMachineSnapshot) => {
    const leaves = activeNodes(snapshot).filter(({ type }) => type === "atomic" || type === "final");
    observations.push({
      leaves: leaves.map(({ id }) => id).sort(),
      status: snapshot.status,
      context: snapshot.context,
    });
  };
  try {
    const chartRun = chartEngine.start();
    look(chartRun.snapshot);
    for (const { event } of sequence.slice(1)) {
      chartRun.send({ type: event as string }, []);
      look(chartRun.snapshot);
    }
  } catch (error) {
    observations.push((error as Error).message);
  }
  return observations;
};

const matchesScript = (sequence: readonly Step[], observations: readonly unknown[]): boolean =>
  sequence.every(({ leaves }, stepIndex) => {
    const located = (observations[stepIndex] as { leaves?: string[] } | undefined)?.leaves;
    return JSON.stringify(located) === JSON.stringify(leaves);
  });

test("SCXML fixtures", { timeout: 120_000 }, async () => {
  const passed: string[] = [];
  const deviating: string[] = [];
  const excluded: Record<string, string[]> = {};
  for (const filePath of fixtures) {
    const elementName = relative(directory, filePath).replace(/\.scxml$/, "");
    const documentText = readFileSync(filePath, "utf8");
    const exclude = (reason: string) => {
      excluded[reason] ??= [];
      excluded[reason].push(elementName);
    };
    const features = excludingFeatures(documentText);
    if (features.length > 0) {
      exclude(features.join(", "));
      continue;
    }
    const script = filePath.replace(/\.scxml$/, ".json");
    if (!existsSync(script)) {
      exclude("no script");
      continue;
    }
    const sequence = stepsOfScript(readFileSync(script, "utf8"));
    let machine: AnyStateMachine;
    try {
      machine = machineOfScxml(documentText);
    } catch (error) {
      if (!(error instanceof Excluded)) throw error;
      exclude(error.message);
      continue;
    }
    const analysis = lowerMachine(machine);
    const observations = playScript(interpret(machine), sequence);
    expect(playScript(compileLowered(machine, analysis), sequence), elementName).toEqual(observations);
    const generated = loadGenerated(generateModule(analysis.program));
    expect(playScript(compileLowered(machine, analysis, generated), sequence), elementName).toEqual(
      observations,
    );
    (matchesScript(sequence, observations) ? passed : deviating).push(elementName);
  }
  const textLines = Object.entries(excluded).flatMap(([reason, names]) =>
    names.map((name) => `${reason}: ${name}\n`),
  );
  expect(fixtures).toHaveLength(335);
  expect(passed).toHaveLength(PASSING);
  expect(deviating).toEqual(Object.keys(DEVIATING).sort());
  await expect(textLines.sort().join("")).toMatchFileSnapshot("scxml-excluded.txt");
});
