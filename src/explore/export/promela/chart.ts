import type { RawAction, RawMachine, RawNode, RawTransition } from "../../../engine/internal.js";
import { ExportError } from "../export-error.js";
import { selfAndDescendants } from "./structure.js";

const UNTRANSLATED_FEATURES = ["invoke", "after"] as const;

/** Checks that a chart has no unsupported feature. @throws ExportError that names it. */
export function checkChart(machine: RawMachine): void {
  for (const stateNode of selfAndDescendants(machine.root)) {
    const location = stateNode.path.join(".") || "the root";
    const refuse = (unsupported: string): never => {
      throw new ExportError(`${machine.id}: ${unsupported} is not translated to Promela (${location})`);
    };
    if (stateNode.type === "history" || stateNode.type === "final") refuse(`a ${stateNode.type} state`);
    for (const feature of UNTRANSLATED_FEATURES)
      if (feature === "invoke" ? stateNode.invoke.length > 0 : stateNode.config.after !== undefined)
        refuse(feature);
    for (const event of stateNode.transitions.keys())
      if (event.includes("*")) refuse(`the wildcard ${event}`);
    // XState tries the `always` of a state once for each active atomic state: here, once for each region.
    if (stateNode.always?.length && selfAndDescendants(stateNode).some(({ type }) => type === "parallel"))
      refuse("always of a state that has regions");
  }
}

/** Returns the name of an action. */
export function actionName(action: RawAction, location: string): string {
  if (typeof action === "string") return action;
  if (typeof action === "function")
    throw new ExportError(`${location}: expected actions by name, got a function`);
  if (action.params !== undefined)
    throw new ExportError(`${location}: expected actions without parameters, got some of ${action.type}`);
  return action.type;
}

/** Returns every transition, in document order. */
const allTransitionsOf = (root: RawNode): RawTransition[] =>
  selfAndDescendants(root).flatMap((stateNode) => [
    ...[...stateNode.transitions.values()].flat(),
    ...(stateNode.always ?? []),
  ]);

/** Returns every event that some state takes, in document order; "" for eventless transitions. */
export const eventsOf = (machine: RawMachine): string[] => [
  ...new Set(allTransitionsOf(machine.root).map(({ eventType }) => eventType)),
];

/** Returns the transitions of a state on an event, in order. */
export const transitionsOn = (stateNode: RawNode, event: string): readonly RawTransition[] =>
  (event === "" ? stateNode.always : stateNode.transitions.get(event)) ?? [];
