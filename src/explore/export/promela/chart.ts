import type { RawAction, RawMachine, RawNode, RawTransition } from "../../../engine/internals.js";
import { ExportError } from "../export-error.js";
import { within } from "./structure.js";

const NEVER = ["invoke", "after"] as const;

/** Refuses, by name, what of a chart the translation does not have. */
export function checkChart(machine: RawMachine): void {
  for (const node of within(machine.root)) {
    const place = node.path.join(".") || "the root";
    const refuse = (what: string): never => {
      throw new ExportError(`${machine.id}: ${what} is not translated to Promela (${place})`);
    };
    if (node.type === "history" || node.type === "final") refuse(`a ${node.type} state`);
    for (const feature of NEVER)
      if (feature === "invoke" ? node.invoke.length > 0 : node.config.after !== undefined) refuse(feature);
    for (const event of node.transitions.keys()) if (event.includes("*")) refuse(`the wildcard ${event}`);
    // XState tries the `always` of a state once for each atomic state within: here, once for each region.
    if (node.always?.length && within(node).some(({ type }) => type === "parallel"))
      refuse("always of a state that has regions");
  }
}

/** The name of an action, which is all that the translation knows of it. */
export function actionName(action: RawAction, place: string): string {
  if (typeof action === "string") return action;
  if (typeof action === "function")
    throw new ExportError(`${place}: expected actions by name, got a function`);
  if (action.params !== undefined)
    throw new ExportError(`${place}: expected actions without parameters, got some of ${action.type}`);
  return action.type;
}

/** Every transition, in document order. */
const transitionsWithin = (root: RawNode): RawTransition[] =>
  within(root).flatMap((node) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])]);

/** Every event that some state takes, in document order. An eventless transition has the event "". */
export const eventsOf = (machine: RawMachine): string[] => [
  ...new Set(transitionsWithin(machine.root).map(({ eventType }) => eventType)),
];

/** The transitions of a state on an event, in their order. */
export const candidates = (node: RawNode, event: string): readonly RawTransition[] =>
  (event === "" ? node.always : node.transitions.get(event)) ?? [];
