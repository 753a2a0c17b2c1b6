import type { Input } from "../../journal/index.js";
import { exploredSpaceOf } from "../space/graph.js";
import { isDevice } from "../space/scope.js";
import type { Graph } from "../space/types.js";
import type { Claim } from "./claims.js";

/** Returns the first input of the scope that no state of the chart has a transition for; undefined if there is none. */
export function unknownInputOf<TState>(graph: Graph<TState>): Input | undefined {
  if (isDevice(graph.chart)) return undefined;
  const { engine } = exploredSpaceOf(graph).space;
  return graph.scope.inputs.find(({ type }) => !engine.handles(type));
}

/** Returns what a verdict on a graph assumes, a sentence each. */
export function assumptionsOf<TState>(graph: Graph<TState>, { formula }: Claim<TState>): string[] {
  const { space, tests } = exploredSpaceOf(graph);
  const assumptions: string[] = [];
  if (graph.leaving > 0)
    assumptions.push(
      `runs stay within the scope: ${count(graph.leaving, "input")} ${graph.leaving === 1 ? "leads" : "lead"} out of it`,
    );
  if ("fairly" in formula)
    for (const { name } of formula.fairly) assumptions.push(`this happens again and again: ${name}`);
  const abstracted = Object.keys(graph.scope.abstract ?? {});
  if (abstracted.length > 0)
    assumptions.push(`no guard depends on the data that is abstracted away: ${abstracted.join(", ")}`);
  if (tests.observed < tests.steps)
    assumptions.push(
      `guards and actions are functions of the context and the event: ${tests.observed.toLocaleString("en")} of ${tests.steps.toLocaleString("en")} steps were taken twice`,
    );
  if (tests.reversed < tests.doubtful)
    assumptions.push(
      `the order in which regions were entered affects only the order of emissions: ${tests.reversed.toLocaleString("en")} of ${tests.doubtful.toLocaleString("en")} steps were also taken in the opposite order`,
    );
  const { environment } = space.layout;
  if (environment.some(({ kind }) => kind === "timer"))
    assumptions.push(
      "a timer goes off at any time, but not before one that certainly ends earlier; of equal timers at most two run at once",
    );
  const actorIds = new Set(environment.flatMap((event) => (event.kind === "actor" ? [event.actorId] : [])));
  if (actorIds.size > 0)
    assumptions.push(`the scope has everything that the actors may do: ${[...actorIds].join(", ")}`);
  if (space.states.hasObjects)
    assumptions.push("objects are compared by their content: no guard or action asks which object one is");
  return assumptions;
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
