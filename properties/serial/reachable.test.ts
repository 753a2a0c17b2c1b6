/** xstate/graph walks the plain machine, and finds the configurations that the model has. */
import { describe, expect, it } from "vitest";
import type { SnapshotFrom } from "xstate";
import { getShortestPaths, type TraversalOptions } from "xstate/graph";
import type { SerialEvent, SerialMachine } from "../../machines/index.js";
import { SerialModel } from "../model/serial-model.js";
import { eventOf, MACHINES } from "../support/chart.js";
import { regionsOf } from "../support/regions.js";
import type { RegisterState, Revision, Step } from "../support/steps.js";

const write = (offset: number, value: number): Step => ({ op: "write", offset, value });
const read = (offset: number): Step => ({ op: "read", offset });

/** What moves a region: each enable, DLAB and LOOP set and cleared, bytes in and out, one and many. */
const STEPS: readonly Step[] = [
  ...[0, 1, 2, 3].map((enables) => write(1, enables)),
  ...[0x03, 0x83].map((lineControl) => write(3, lineControl)),
  ...[0x08, 0x18].map((modemControl) => write(4, modemControl)),
  write(0, 0x41),
  read(0),
  read(2),
  { op: "enqueue", bytes: [0x42] },
  { op: "enqueue", bytes: Array.from({ length: 64 }, () => 0x43) },
];

/**
 * All that the model can reach, told apart by what can matter later: the four switches, what is pending, the length of the FIFO.
 * The bytes in it do not decide anything.
 */
function reachableByModel(revision: Revision): Set<string> {
  const seen = new Map<string, RegisterState>();
  const open: RegisterState[] = [];
  const visit = (state: RegisterState): void => {
    const key = JSON.stringify([regionsOf(state), state.inBuffer.length]);
    if (seen.has(key)) return;
    seen.set(key, state);
    open.push(state);
  };
  const model = new SerialModel(revision);
  visit(model.state());
  for (let state = open.pop(); state; state = open.pop()) {
    for (const step of STEPS) {
      model.restore(state);
      visit(model.step(step).state);
    }
  }
  return new Set([...seen.values()].map((state) => JSON.stringify(regionsOf(state))));
}

describe.each([
  ["0.8.1", 160],
  ["0.8.2", 148],
] as const)("the serial chart of %s", (revision, configurations) => {
  const machine = MACHINES[revision];
  const options: TraversalOptions<SnapshotFrom<SerialMachine>, SerialEvent, unknown> = {
    events: STEPS.flatMap((step) => eventOf(step) ?? []),
    serializeState: ({ value }) => JSON.stringify(value),
    limit: 10_000,
  };

  it(`has a shortest path to ${configurations} configurations, those that the model reaches`, () => {
    const paths = getShortestPaths(machine, options);
    const found = paths.map(({ state }) => JSON.stringify(state.value));
    expect(found.toSorted()).toEqual([...reachableByModel(revision)].toSorted());
    expect(found).toHaveLength(configurations);
    expect(Math.max(...paths.map(({ steps }) => steps.length))).toBeLessThanOrEqual(9);
  });
});
