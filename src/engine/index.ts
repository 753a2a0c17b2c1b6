export type { ChartTransition, Engine, Run } from "./engine.js";
export { interpret } from "./interpreter.js";
