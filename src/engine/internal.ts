/** The parts of the compiler that other folders of this package build upon. */
export { compileLowered } from "./compile.js";
export { declaredReads } from "./frontend/declared-reads.js";
export { lowerMachine } from "./frontend/lower-machine.js";
export type { Program, ProgramNode, ProgramTransition } from "./ir/program.js";
export { contextKeys, generateModule } from "./javascript/generate.js";
export { executionFacts } from "./passes/execution-facts.js";
export { tableExecutable } from "./table/table-executable.js";
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
