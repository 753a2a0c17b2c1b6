/**
 * No guard reads what `serialScope` abstracts away, and exploring finds the same states as xstate/graph on the plain machine and the
 * reference model.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SnapshotFrom } from "xstate";
import { getShortestPaths, type TraversalOptions } from "xstate/graph";
import { READ_NAMES, type SerialEvent, type SerialMachine, WRITE_NAMES } from "../../machines/index.js";
import { Serial, type SerialState, serialChart } from "../../src/device/index.js";
import { explore, type Graph, serialScope } from "../../src/explore/index.js";
import { abstractState } from "../../src/explore/internal.js";
import type { Input } from "../../src/journal/index.js";
import { SerialModel } from "../model/serial-model.js";
import { MACHINES } from "../support/chart.js";
import { runOptions } from "../support/runs.js";
import type { SerialStep } from "../support/steps.js";

const REVISIONS = ["0.8.1", "0.8.2"] as const;
const abstractStateJson = (state: SerialState): string =>
  JSON.stringify(abstractState(serialChart(), serialScope, state));

/** At most two bytes, so that exploring is fast; the tests of the claims explore the whole scope. */
const SMALL_SCOPE = {
  ...serialScope,
  restores: false,
  within: ({ inBuffer }: SerialState) => inBuffer.length <= 2,
};

const byteArbitrary = fc.integer({ min: 0, max: 255 });
/** An input of the scope, and the same with other bytes for characters, SCR, DLL and DLM. */
const inputPairs: fc.Arbitrary<readonly [Input, Input]> = fc
  .constantFrom(...serialScope.inputs)
  .chain((input): fc.Arbitrary<readonly [Input, Input]> => {
    if (input.type === "receive") {
      const { length } = input.characters;
      const byteArrays = fc.array(byteArbitrary, { minLength: length, maxLength: length });
      return byteArrays.map((characters) => [input, { type: "receive", characters }]);
    }
    if (input.type === "write" && (input.offset === 0 || input.offset === 7))
      return byteArbitrary.map((value) => [input, { ...input, value }]);
    return fc.constant([input, input]);
  });

describe.each(REVISIONS)("serial %s", (revision) => {
  it("takes the same transitions and reaches the same abstract state, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.array(inputPairs, { maxLength: 60, size: "max" }), byteArbitrary, (inputs, scratch) => {
        const firstDevice = new Serial({ revision, journal: false });
        const initialState = {
          ...firstDevice.state(),
          scratch,
          baudDivisorLow: scratch,
          baudDivisorHigh: scratch,
        };
        const secondDevice = Serial.fromState(initialState, { revision, journal: false });
        const transitionIds: [string[], string[]] = [[], []];
        firstDevice.transition$.subscribe(({ taken }) => transitionIds[0].push(...taken.map(({ id }) => id)));
        secondDevice.transition$.subscribe(({ taken }) =>
          transitionIds[1].push(...taken.map(({ id }) => id)),
        );
        for (const [firstInput, secondInput] of inputs) {
          firstDevice.apply(firstInput);
          secondDevice.apply(secondInput);
          expect(transitionIds[1]).toEqual(transitionIds[0]);
          expect(abstractStateJson(secondDevice.state())).toBe(abstractStateJson(firstDevice.state()));
          transitionIds[0].length = transitionIds[1].length = 0;
        }
      }),
      runOptions(40),
    );
  });

  it("has the states that the reference model reaches", () => {
    const exploredStates = [...explore(serialChart(revision), SMALL_SCOPE).states].map(({ at }) =>
      abstractStateJson(at.state),
    );
    expect(new Set(exploredStates)).toEqual(reachedByModel(revision));
  });

  it("has the configurations that xstate/graph finds with the same inputs", () => {
    const inputs = serialScope.inputs
      .filter(({ type }) => type !== "read")
      .concat({ type: "read", offset: 0 }, { type: "read", offset: 2 });
    // A FIFO near empty or near full is enough to reach each configuration.
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
  const reachedStates = new Map<string, SerialState>();
  const visitState = (state: SerialState): void => {
    if (state.inBuffer.length <= 2 && !reachedStates.has(abstractStateJson(state)))
      reachedStates.set(abstractStateJson(state), state);
  };
  visitState(model.state());
  for (const state of reachedStates.values())
    for (const input of SMALL_SCOPE.inputs) {
      model.restore(state);
      visitState(model.step(stepOf(input)).state);
    }
  return new Set(reachedStates.keys());
}

function stepOf(input: Input): SerialStep {
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
