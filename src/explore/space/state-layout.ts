import type { EnvironmentEvent } from "./environment.js";

/** The target of an edge that leads out of the scope. */
export const OUT_OF_SCOPE = -1;
/** The target of an edge that leads to a new state beyond the limit. */
export const OVER_LIMIT = -2;
/** The target of an edge on which the chart fails. */
export const FAILED = -3;
/** The target of an edge that there is not: its event is not possible in its state. */
export const IMPOSSIBLE = -4;

/** The parts of a chart's states, as far as they were found while exploring. */
export interface StateLayout {
  /** Fields of the context that are not in the initial one. */
  readonly laterFields: readonly string[];
  /** True if the order in which states were entered is part of a state. */
  readonly hasOrder: boolean;
  /** The events of the machine's environment, which come after the inputs of the scope. */
  readonly environment: readonly EnvironmentEvent[];
}

/** The layout of a chart about which nothing else is known. */
export const INITIAL_LAYOUT: StateLayout = { laterFields: [], hasOrder: false, environment: [] };

/** Thrown where states turn out to have another layout: exploring begins again with this one. */
export class LayoutChange extends Error {
  readonly chart: unknown;
  readonly layout: StateLayout;

  constructor(chart: unknown, layout: StateLayout) {
    super("the states have other parts than those found before");
    this.chart = chart;
    this.layout = layout;
  }
}
