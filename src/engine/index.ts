export type { EventGroup } from "./code.js";
export { type CompileOptions, compile } from "./compile.js";
export { type Collector, Emissions } from "./emissions.js";
export type {
  ChartTransition,
  CompiledEngine,
  CompiledRun,
  Engine,
  EventDispatcher,
  EventHandler,
  EventPort,
  Place,
  Run,
} from "./engine.js";
export { StaleSourceError, UnsupportedError } from "./errors.js";
export { type GenerateOptions, generate } from "./generate.js";
export { interpret } from "./interpreter.js";
export type { EmissionKind } from "./kinds.js";
export type { GeneratedSource } from "./link.js";
