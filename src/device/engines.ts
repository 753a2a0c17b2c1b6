import type { AnyStateMachine } from "xstate";
import { type CompiledEngine, compile, type Engine, interpret } from "../engine/index.js";
import { shown } from "../journal/index.js";
import type { Chart } from "./device.js";

/** What runs a chart: the code compiled from it, or XState's own interpreter. */
export type EngineOption = "compiled" | "xstate";

const compiled = new WeakMap<AnyStateMachine, CompiledEngine<AnyStateMachine>>();

/**
 * The engine for a chart.
 *
 * @throws RangeError if there is no such engine.
 */
export function engineFor(chart: Chart, option: EngineOption = "compiled"): Engine<AnyStateMachine> {
  if (option === "xstate") return interpret(chart.machine);
  if (option !== "compiled")
    throw new RangeError(`engine: expected one of compiled, xstate, got ${shown(option)}`);
  return compiledEngineFor(chart);
}

/** The compiled code of a chart. A machine is compiled once, whoever asks. */
export function compiledEngineFor(chart: Pick<Chart, "machine" | "source">): CompiledEngine<AnyStateMachine> {
  const known = compiled.get(chart.machine) ?? compile(chart.machine, chart);
  compiled.set(chart.machine, known);
  return known;
}
