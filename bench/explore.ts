/** The speed of exploration: every state of `serial` beside `xstate/graph` on the same chart, with the same inputs, in one run. */
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

const smallScope = {
  ...serialScope,
  inputs: serialScope.inputs.filter((input) => input.type !== "receive" || input.characters.length <= 1),
  restores: false,
  within: ({ inBuffer }: SerialState) => inBuffer.length <= LONGEST,
};
const eventList = smallScope.inputs.map(eventOf);
/** It counts the states that lead out of the scope, too. States are told apart by what `serialScope` tells them apart by. */
const options: TraversalOptions<SnapshotFrom<SerialMachine>, SerialEvent, unknown> = {
  events: eventList,
  serializeState: ({ value, context: { IER, LCR, MCR, LSR, IIR, MSR, receiveFifo } }) =>
    JSON.stringify([value, IER, LCR, MCR, LSR, IIR, MSR, receiveFifo.length]),
  stopWhen: ({ context }) => context.receiveFifo.length > LONGEST,
  limit: 1_000_000,
};

/** The machine as `xstate/graph` takes it: nobody listens to what it emits. */
const actorLogic = serialMachine as unknown as ActorLogic<SnapshotFrom<SerialMachine>, SerialEvent, unknown>;

interface RoundCounts {
  readonly states: number;
  readonly transitions: number;
  readonly milliseconds: number;
}

function ownExploration(): RoundCounts {
  const started = performance.now();
  const stateGraph = explore(serialChart(), smallScope);
  return {
    states: stateGraph.states.length,
    transitions: stateGraph.transitions.length + stateGraph.leaving,
    milliseconds: performance.now() - started,
  };
}

function runXStateGraph(): RoundCounts {
  const started = performance.now();
  const states = Object.values(getAdjacencyMap(actorLogic, options));
  const transitions = states.reduce((sum, state) => sum + Object.keys(state.transitions).length, 0);
  return { states: states.length, transitions, milliseconds: performance.now() - started };
}

const rounds: Record<"explore" | "xstate/graph", RoundCounts[]> = { explore: [], "xstate/graph": [] };
for (let roundIndex = 0; roundIndex < ROUNDS; roundIndex++) {
  rounds.explore.push(ownExploration());
  rounds["xstate/graph"].push(runXStateGraph());
}
const rateLines = Object.entries(rounds).map(([contestantName, finishedRounds]) => {
  const medianRate = median(
    finishedRounds.map(({ transitions, milliseconds }) => (1000 * transitions) / milliseconds),
  );
  const [{ states, transitions }] = finishedRounds as [RoundCounts];
  console.log(
    `${contestantName}: ${Math.round(medianRate)} transitions/s, median of ${ROUNDS}; ${states} states, ${transitions} transitions`,
  );
  return medianRate;
}) as [number, number];
console.log(`explore is ${(rateLines[0] / rateLines[1]).toFixed(1)} times as fast`);
