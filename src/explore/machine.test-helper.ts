import type { AnyStateMachine } from "xstate";
import type { Chart } from "../device/index.js";

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
  snapshotOf: (state) => machine.resolveState(state as never),
});
