export { type PlicMachine, type PlicMeta, plicMachine } from "./machine.js";
export { PLIC_RULES, type PlicRule } from "./rules.js";
