import type { AnyStateMachine } from "xstate";
import { type CompiledEngine, compile, type Engine, interpret } from "../engine/index.js";
import { formatValue } from "../journal/internal.js";
import type { Chart } from "./device.js";

/** An engine for charts: the code compiled from them, or XState's own interpreter. */
export type EngineOption = "compiled" | "xstate";

const compiledEngines = new WeakMap<AnyStateMachine, CompiledEngine<AnyStateMachine>>();

/**
 * Returns the engine for a chart.
 *
 * @throws RangeError if there is no such engine.
 */
export function engineFor(chart: Chart, engineOption: EngineOption = "compiled"): Engine<AnyStateMachine> {
  if (engineOption === "xstate") return interpret(chart.machine);
  if (engineOption !== "compiled")
    throw new RangeError(`engine: expected one of compiled, xstate, got ${formatValue(engineOption)}`);
  return compiledEngineFor(chart);
}

/**
 * Returns the compiled code of a chart. Each machine is compiled once. Functions get the live context only in the machines for which code has
 * been generated: those are ours, and keep none.
 */
export function compiledEngineFor(chart: Pick<Chart, "machine" | "source">): CompiledEngine<AnyStateMachine> {
  const compiledEngine = compiledEngines.get(chart.machine) ?? compileChart(chart);
  compiledEngines.set(chart.machine, compiledEngine);
  return compiledEngine;
}

const compileChart = ({ machine, source }: Pick<Chart, "machine" | "source">) =>
  source === undefined ? compile(machine) : compile(machine, { source, context: "live" });
