/** xstate/graph walks the plain machine, and finds the configurations that the model has. */
import { describe, expect, it } from "vitest";
import type { SnapshotFrom } from "xstate";
import { getShortestPaths, type TraversalOptions } from "xstate/graph";
import type { SerialEvent, SerialMachine } from "../../machines/index.js";
import { SerialModel } from "../model/serial-model.js";
import { eventOf, MACHINES } from "../support/chart.js";
import { regionsOf } from "../support/regions.js";
import type { RegisterState, Revision, SerialStep } from "../support/steps.js";

const write = (offset: number, value: number): SerialStep => ({ op: "write", offset, value });
const read = (offset: number): SerialStep => ({ op: "read", offset });

/** The steps that move a region: each enable, DLAB and LOOP set and cleared, bytes in and out, one and many. */
const STEPS: readonly SerialStep[] = [
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
  const visited = new Map<string, RegisterState>();
  const frontier: RegisterState[] = [];
  const visit = (registers: RegisterState): void => {
    const stateKey = JSON.stringify([regionsOf(registers), registers.inBuffer.length]);
    if (visited.has(stateKey)) return;
    visited.set(stateKey, registers);
    frontier.push(registers);
  };
  const referenceModel = new SerialModel(revision);
  visit(referenceModel.state());
  for (let registers = frontier.pop(); registers; registers = frontier.pop()) {
    for (const serialStep of STEPS) {
      referenceModel.restore(registers);
      visit(referenceModel.step(serialStep).state);
    }
  }
  return new Set([...visited.values()].map((registers) => JSON.stringify(regionsOf(registers))));
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
    const shortestPaths = getShortestPaths(machine, options);
    const actualNames = shortestPaths.map(({ state }) => JSON.stringify(state.value));
    expect(actualNames.toSorted()).toEqual([...reachableByModel(revision)].toSorted());
    expect(actualNames).toHaveLength(configurations);
    expect(Math.max(...shortestPaths.map(({ steps }) => steps.length))).toBeLessThanOrEqual(9);
  });
});
