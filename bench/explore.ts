/** How fast a chart is explored: every state of `serial` beside `xstate/graph` on the same chart, with the same inputs, in one run. */
import type { ActorLogic, SnapshotFrom } from "xstate";
import { getAdjacencyMap, type TraversalOptions } from "xstate/graph";
import {
  READ_NAMES,
  type SerialEvent,
  type SerialMachine,
  serialMachine,
  WRITE_NAMES,
} from "../machines/index.js";
import { type SerialState, serialChart } from "../src/device/index.js";
import { explore, serialScope } from "../src/explore/index.js";
import type { Input } from "../src/journal/index.js";
import { median } from "./median.js";

const ROUNDS = 5;
/** `xstate/graph` is given two bytes at most: it keeps each state's whole path. */
const LONGEST = 2;

function eventOf(input: Input): SerialEvent {
  if (input.type === "read") return { type: `read.${READ_NAMES[input.offset] ?? "unmapped"}` };
  if (input.type === "write")
    return { type: `write.${WRITE_NAMES[input.offset] ?? "unmapped"}`, value: input.value };
  if (input.type === "receive") return { type: "receive", characters: [...input.characters] as number[] };
  throw new Error(`inputs: expected reads, writes and characters, got ${input.type}`);
}

const small = {
  ...serialScope,
  inputs: serialScope.inputs.filter((input) => input.type !== "receive" || input.characters.length <= 1),
  restores: false,
  within: ({ inBuffer }: SerialState) => inBuffer.length <= LONGEST,
};
const events = small.inputs.map(eventOf);
/** It counts the states that lead out of the scope, too. States are told apart by what `serialScope` tells them apart by. */
const options: TraversalOptions<SnapshotFrom<SerialMachine>, SerialEvent, unknown> = {
  events,
  serializeState: ({ value, context: { IER, LCR, MCR, LSR, IIR, MSR, receiveFifo } }) =>
    JSON.stringify([value, IER, LCR, MCR, LSR, IIR, MSR, receiveFifo.length]),
  stopWhen: ({ context }) => context.receiveFifo.length > LONGEST,
  limit: 1_000_000,
};

/** The machine as `xstate/graph` takes it: nobody listens to what it emits. */
const logic = serialMachine as unknown as ActorLogic<SnapshotFrom<SerialMachine>, SerialEvent, unknown>;

interface Round {
  readonly states: number;
  readonly transitions: number;
  readonly milliseconds: number;
}

function ours(): Round {
  const started = performance.now();
  const graph = explore(serialChart(), small);
  return {
    states: graph.states.length,
    transitions: graph.transitions.length + graph.leaving,
    milliseconds: performance.now() - started,
  };
}

function theirs(): Round {
  const started = performance.now();
  const states = Object.values(getAdjacencyMap(logic, options));
  const transitions = states.reduce((sum, state) => sum + Object.keys(state.transitions).length, 0);
  return { states: states.length, transitions, milliseconds: performance.now() - started };
}

const rounds: Record<"explore" | "xstate/graph", Round[]> = { explore: [], "xstate/graph": [] };
for (let round = 0; round < ROUNDS; round++) {
  rounds.explore.push(ours());
  rounds["xstate/graph"].push(theirs());
}
const rates = Object.entries(rounds).map(([name, done]) => {
  const rate = median(done.map(({ transitions, milliseconds }) => (1000 * transitions) / milliseconds));
  const [{ states, transitions }] = done as [Round];
  console.log(
    `${name}: ${Math.round(rate)} transitions/s, median of ${ROUNDS}; ${states} states, ${transitions} transitions`,
  );
  return rate;
}) as [number, number];
console.log(`explore is ${(rates[0] / rates[1]).toFixed(1)} times as fast`);
