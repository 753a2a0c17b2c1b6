import type { AnyStateMachine } from "xstate";
import type { Chart, Resolved } from "../device/index.js";
import type { Input } from "../journal/index.js";
import { check, claim, explore, type Formula, type Graph } from "./index.js";

/** Returns a chart of any machine: it has no registers, so its inputs are the machine's events. */
export const chartOfMachine = (machine: AnyStateMachine): Chart<AnyStateMachine, unknown> => ({
  id: machine.id,
  machine,
  options: {},
  clock: 1,
  interrupt: "pulse",
  registers: [],
  rules: {},
  // Whatever the machine has no transition for is for the explorer to report.
  inputs: { includes: () => true } as never,
  characters: "bytes",
  divisorLatchOpen: () => false,
  stateOf: (context) => context,
  snapshotOf: (state) => machine.resolveState(state as Resolved),
});

/** Returns events without a payload. */
export const eventsOf = (...types: string[]) =>
  types.map((type) => ({ type })) as readonly { type: string }[] as Input[];

/** Explores any machine with events without a payload. */
export const exploreMachine = (machine: unknown, ...types: string[]) =>
  explore(chartOfMachine(machine as AnyStateMachine), { name: "events", inputs: eventsOf(...types) });

/** Decides a formula. */
export const decide = (graph: Graph, formula: Formula) => check(graph, claim("C", "A claim.", formula));

/** Returns true in the state "bad". */
export const isBad = ({ value }: { readonly value: unknown }) => value === "bad";
