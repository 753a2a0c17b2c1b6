/**
 * What `serialScope` abstracts away steers nothing, and what is explored is what others find: xstate/graph on the plain machine, and
 * the reference model.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SnapshotFrom } from "xstate";
import { getShortestPaths, type TraversalOptions } from "xstate/graph";
import { READ_NAMES, type SerialEvent, type SerialMachine, WRITE_NAMES } from "../../machines/index.js";
import { Serial, type SerialState, serialChart } from "../../src/device/index.js";
import { explore, type Graph, serialScope } from "../../src/explore/index.js";
import { abstracted } from "../../src/explore/scope.js";
import type { Input } from "../../src/journal/index.js";
import { SerialModel } from "../model/serial-model.js";
import { MACHINES } from "../support/chart.js";
import { runs } from "../support/runs.js";
import type { Step } from "../support/steps.js";

const REVISIONS = ["0.8.1", "0.8.2"] as const;
const abstract = (state: SerialState): string =>
  JSON.stringify(abstracted(serialChart(), serialScope, state));

/** Two bytes at most, so that a test explores in a moment; the whole is explored beside the claims. */
const SMALL = {
  ...serialScope,
  restores: false,
  within: ({ inBuffer }: SerialState) => inBuffer.length <= 2,
};

const byte = fc.integer({ min: 0, max: 255 });
/** An input of the scope, and the same with any byte for each character and for what SCR, DLL, DLM keep. */
const renamed: fc.Arbitrary<readonly [Input, Input]> = fc
  .constantFrom(...serialScope.inputs)
  .chain((input): fc.Arbitrary<readonly [Input, Input]> => {
    if (input.type === "receive") {
      const { length } = input.characters;
      const bytes = fc.array(byte, { minLength: length, maxLength: length });
      return bytes.map((characters) => [input, { type: "receive", characters }]);
    }
    if (input.type === "write" && (input.offset === 0 || input.offset === 7))
      return byte.map((value) => [input, { ...input, value }]);
    return fc.constant([input, input]);
  });

describe.each(REVISIONS)("serial %s", (revision) => {
  it("takes the same transitions and comes to the same abstract state, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.array(renamed, { maxLength: 60, size: "max" }), byte, (inputs, scratch) => {
        const one = new Serial({ revision, journal: false });
        const kept = { ...one.state(), scratch, baudDivisorLow: scratch, baudDivisorHigh: scratch };
        const other = Serial.fromState(kept, { revision, journal: false });
        const took: [string[], string[]] = [[], []];
        one.transition$.subscribe(({ taken }) => took[0].push(...taken.map(({ id }) => id)));
        other.transition$.subscribe(({ taken }) => took[1].push(...taken.map(({ id }) => id)));
        for (const [first, second] of inputs) {
          one.apply(first);
          other.apply(second);
          expect(took[1]).toEqual(took[0]);
          expect(abstract(other.state())).toBe(abstract(one.state()));
          took[0].length = took[1].length = 0;
        }
      }),
      runs(40),
    );
  });

  it("has the states that the reference model reaches", () => {
    const found = [...explore(serialChart(revision), SMALL).states].map(({ at }) => abstract(at.state));
    expect(new Set(found)).toEqual(reachedByModel(revision));
  });

  it("has the configurations that xstate/graph finds with the same inputs", () => {
    const inputs = serialScope.inputs
      .filter(({ type }) => type !== "read")
      .concat({ type: "read", offset: 0 }, { type: "read", offset: 2 });
    // Near empty and near full is enough to come to each configuration.
    const within = ({ inBuffer }: SerialState) => inBuffer.length <= 1 || inBuffer.length >= 63;
    const graph = explore(serialChart(revision), { ...serialScope, inputs, restores: false, within });
    expect(configurations(graph).size).toBe({ "0.8.1": 160, "0.8.2": 148 }[revision]);
    const options: TraversalOptions<SnapshotFrom<SerialMachine>, SerialEvent, unknown> = {
      events: inputs.map(eventOf),
      serializeState: ({ value }) => JSON.stringify(value),
      limit: 10_000,
    };
    const paths = getShortestPaths(MACHINES[revision], options);
    expect(configurations(graph)).toEqual(new Set(paths.map(({ state }) => JSON.stringify(state.value))));
  });
});

const configurations = ({ states }: Graph<SerialState>) =>
  new Set([...states].map(({ at }) => JSON.stringify(at.value)));

function reachedByModel(revision: (typeof REVISIONS)[number]): Set<string> {
  const model = new SerialModel(revision);
  const seen = new Map<string, SerialState>();
  const visit = (state: SerialState): void => {
    if (state.inBuffer.length <= 2 && !seen.has(abstract(state))) seen.set(abstract(state), state);
  };
  visit(model.state());
  for (const state of seen.values())
    for (const input of SMALL.inputs) {
      model.restore(state);
      visit(model.step(stepOf(input)).state);
    }
  return new Set(seen.keys());
}

function stepOf(input: Input): Step {
  if (input.type === "read") return { op: "read", offset: input.offset };
  if (input.type === "write") return { op: "write", offset: input.offset, value: input.value };
  if (input.type === "receive") return { op: "enqueue", bytes: input.characters as number[] };
  throw new Error(`no step of the model: ${input.type}`);
}

function eventOf(input: Input): SerialEvent {
  if (input.type === "read") return { type: `read.${READ_NAMES[input.offset] ?? "unmapped"}` };
  if (input.type === "write")
    return { type: `write.${WRITE_NAMES[input.offset] ?? "unmapped"}`, value: input.value };
  if (input.type === "receive") return { type: "receive", characters: input.characters as number[] };
  throw new Error(`no event of the chart: ${input.type}`);
}
