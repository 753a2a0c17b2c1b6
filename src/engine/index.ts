export { type CompileOptions, type ContextOption, compile } from "./compile.js";
export type { EmissionKind } from "./ir/emission-kind.js";
export { StaleSourceError, UnsupportedError } from "./ir/errors.js";
export { type GenerateOptions, generate } from "./javascript/generate.js";
export { type Collector, Emissions } from "./runtime/emissions.js";
export type {
  ChartTransition,
  CompiledEngine,
  CompiledRun,
  Configuration,
  Engine,
  EventDispatcher,
  EventHandler,
  EventPort,
  Run,
} from "./runtime/engine.js";
export type { EventGroup, GeneratedSource } from "./runtime/executable.js";
export { interpret } from "./runtime/interpreter.js";
