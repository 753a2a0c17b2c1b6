import { StateMachine } from "xstate";
import { formatValue } from "../journal/internal.js";

/** Checks a chart. @throws TypeError unless it is a machine of XState's. */
export function checkMachine(machine: unknown): void {
  let isMachine = false;
  try {
    isMachine = machine instanceof StateMachine;
  } catch {
    // A proxy that nobody can read.
  }
  if (!isMachine) throw new TypeError(`machine: expected an XState machine, got ${formatValue(machine)}`);
}
