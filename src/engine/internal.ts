/** The parts of the compiler that other folders of this package build upon. */
export { compileLowered } from "./compile.js";
export { declaredReads } from "./frontend/declared-reads.js";
export { type LoweredMachine, lowerMachine, refusalsOf } from "./frontend/lower-machine.js";
export { descriptorFor, isReserved } from "./ir/event-descriptors.js";
export type {
  Effect,
  Guard,
  Operand,
  Program,
  ProgramNode,
  ProgramTransition,
  UserFunction,
} from "./ir/program.js";
export { contextKeys, generateModule } from "./javascript/generate.js";
export { executionFacts } from "./passes/execution-facts.js";
export { planMachine } from "./passes/plan-machine.js";
export { LivelockError } from "./runtime/run-errors.js";
export { tableExecutable } from "./table/table-executable.js";
export { explainMachine } from "./words/explain.js";
export {
  activeNodes,
  combinatorOf,
  type RawAction,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
  type RawTransition,
  raw,
} from "./xstate/machine-internals.js";
