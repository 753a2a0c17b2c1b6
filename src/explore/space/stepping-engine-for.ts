import type { Chart } from "../../device/index.js";
import { CompiledSteppingEngine } from "./compiled-stepping-engine.js";
import { ExploreError } from "./explore-error.js";
import { actorsOf } from "./machine-chart.js";
import { LayoutChange, type StateLayout } from "./state-layout.js";
import type { SteppingEngine } from "./stepping-engine.js";
import type { ValueIdentity } from "./value-identity.js";
import { XStateSteppingEngine } from "./xstate/xstate-stepping-engine.js";

/** Exploring begins again whenever there is a new one. */
const MOST_EVENTS = 500;

/**
 * Returns the engine that takes the steps of a chart: compiled code where the chart can be compiled, and XState itself otherwise.
 *
 * The engine throws a LayoutChange where the machine's environment turns out to have more events than the layout.
 */
export function steppingEngineFor(
  chart: Chart,
  identity: ValueIdentity,
  layout: StateLayout,
): SteppingEngine {
  const actors = actorsOf(chart);
  if (!actors) return CompiledSteppingEngine.of(chart);
  return new XStateSteppingEngine(chart, actors, identity, (events) => {
    const knownEvents = layout.environment;
    const newEvents = events.filter(
      ({ kind, key }) => !knownEvents.some((known) => known.kind === kind && known.key === key),
    );
    if (knownEvents.length + newEvents.length > MOST_EVENTS)
      throw new ExploreError(
        `the machine's timers and actors: expected at most ${MOST_EVENTS} different events, got more, such as ${newEvents.at(-1)?.event.type}`,
        [],
      );
    if (newEvents.length > 0)
      throw new LayoutChange(chart, { ...layout, environment: [...knownEvents, ...newEvents] });
  });
}
