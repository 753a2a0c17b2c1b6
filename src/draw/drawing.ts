import type { IState, IStateMachine, ITransition } from "state-machine-cat";
import type { AnyStateMachine } from "xstate";
import { REGISTERS } from "../../machines/index.js";

type StateNode = AnyStateMachine["root"];
type TransitionDefinition = StateNode extends { transitions: Map<string, (infer T)[]> } ? T : never;

/** The options of a drawing of a chart. */
export interface DrawingOptions {
  /** True if states list their self-transitions; by default only arrows between states are drawn. */
  readonly showsSelfTransitions?: boolean;
  /** Ids of states that are boxes here, as they have their own drawings. */
  readonly apartIds?: readonly string[];
  /** Another revision of the same chart: arrows that it does not have are coloured. */
  readonly comparedTo?: AnyStateMachine;
}

/** The colour of arrows that {@link DrawingOptions.comparedTo} lacks. */
export const ADDED_COLOUR = "#0969da";

const UPPER_CASE_NAMES = new Set([...Object.keys(REGISTERS), "FIFO", "FIFOS"]);

/** Returns a name from the chart as words: `receiveFifo` is "receive FIFO", `thrEmpty` is "THR empty". */
export function nameInWords(name: string): string {
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])/);
  return parts
    .map((part) => {
      const upperCase = part.toUpperCase();
      return part === upperCase || UPPER_CASE_NAMES.has(upperCase) ? upperCase : part.toLowerCase();
    })
    .join(" ");
}

/** Returns an event's type as words; "always" for an eventless transition. */
const eventInWords = (type: string): string =>
  type === "" ? "always" : type.replace(".", " ").replace("_", "/");

const guardName = (arrow: TransitionDefinition): string => {
  const { guard } = arrow;
  return typeof guard === "object" && "type" in guard ? guard.type : typeof guard === "string" ? guard : "";
};

const arrowLabel = (arrow: TransitionDefinition): string => {
  const guard = guardName(arrow);
  return guard ? `${eventInWords(arrow.eventType)}\n[${nameInWords(guard)}]` : eventInWords(arrow.eventType);
};

const arrowsOf = (stateNode: StateNode): TransitionDefinition[] => [
  ...[...stateNode.transitions.values()].flat(),
  ...((stateNode.always ?? []) as TransitionDefinition[]),
];

const arrowIdentity = (arrow: TransitionDefinition): string =>
  [arrow.source.id, arrow.eventType, guardName(arrow), arrow.target?.map(({ id }) => id)].join(" ");

function allArrows(stateNode: StateNode): TransitionDefinition[] {
  return [...arrowsOf(stateNode), ...Object.values(stateNode.states).flatMap(allArrows)];
}

/** Returns the targets of an arrow, without its source. */
const otherTargets = (arrow: TransitionDefinition): StateNode[] =>
  (arrow.target ?? []).filter((target) => target !== arrow.source);

/** Returns a state and all its descendants. */
export const selfAndDescendants = (stateNode: StateNode): StateNode[] => [
  stateNode,
  ...Object.values(stateNode.states).flatMap(selfAndDescendants),
];

const isInside = (stateNode: StateNode, outerNode: StateNode): boolean =>
  stateNode === outerNode || (stateNode.parent !== undefined && isInside(stateNode.parent, outerNode));

/** Returns the arrows from outside a state to a state inside it. */
const enteringArrows = (stateNode: StateNode): TransitionDefinition[] =>
  allArrows(stateNode.machine.root).filter(
    ({ source, target = [] }) =>
      !isInside(source, stateNode) &&
      target.some((ancestor) => ancestor !== stateNode && isInside(ancestor, stateNode)),
  );

/** Returns a state's self-transitions, a line each. */
export function selfTransitionLines(stateNode: StateNode): string[] {
  return arrowsOf(stateNode)
    .filter((arrow) => otherTargets(arrow).length === 0)
    .map(
      (arrow) => `${eventInWords(arrow.eventType)}: ${arrow.description ?? nameInWords(guardName(arrow))}`,
    );
}

/**
 * Returns one compound state as a state-machine-cat model: its children, and every arrow that begins in it or enters one of them.
 *
 * Arrows with the same two ends are one arrow with several lines of label; the state's own transitions, which it takes whichever child it
 * is in, leave from "any".
 */
export function modelOf(stateNode: StateNode, options: DrawingOptions = {}): IStateMachine {
  const comparedArrows = options.comparedTo
    ? new Set(allArrows(options.comparedTo.root).map(arrowIdentity))
    : undefined;
  const states: IState[] = [];
  const transitionsByKey = new Map<string, ITransition>();
  const addTransition = (sourceId: string, targetId: string, labelText: string, isAdded: boolean): void => {
    const transitionKey = `${sourceId} ${targetId} ${isAdded}`;
    const sameEnds = transitionsByKey.get(transitionKey);
    if (sameEnds) sameEnds.label = `${sameEnds.label}\n${labelText}`;
    else
      transitionsByKey.set(transitionKey, {
        id: transitionsByKey.size,
        from: sourceId,
        to: targetId,
        label: labelText,
        ...(isAdded ? { color: ADDED_COLOUR } : {}),
      });
  };
  const isApart = (ancestor: StateNode): boolean =>
    ancestor !== stateNode && (options.apartIds?.includes(ancestor.id) ?? false);
  const borderStates = new Map<string, IState>();
  /** Returns the box at the border for a state of another drawing. */
  const borderStateFor = (state: StateNode): string => {
    const name = `${state.id} outside`;
    borderStates.set(name, { name, type: "regular", label: nameInWords(state.key), class: "any" });
    return name;
  };
  /** Returns the box that represents a state: one that contains it, or one at the border. */
  const boxIdOf = (target: StateNode): string => {
    if (!isInside(target, stateNode)) return borderStateFor(target);
    let outermost = target;
    for (
      let ancestor: StateNode | undefined = target;
      ancestor && ancestor !== stateNode;
      ancestor = ancestor.parent
    )
      if (isApart(ancestor)) outermost = ancestor;
    return outermost.id;
  };
  const addArrows = (sourceId: string, arrows: readonly TransitionDefinition[]): void => {
    for (const arrow of arrows)
      for (const target of otherTargets(arrow))
        addTransition(
          sourceId,
          boxIdOf(target),
          arrowLabel(arrow),
          comparedArrows !== undefined && !comparedArrows.has(arrowIdentity(arrow)),
        );
  };
  /** Returns the arrows that leave a box. */
  const leavingArrows = (childNode: StateNode): TransitionDefinition[] =>
    allArrows(childNode).filter((arrow) =>
      otherTargets(arrow).some((target) => !isInside(target, childNode)),
    );
  const childStates = (parentNode: StateNode): IState[] =>
    Object.values(parentNode.states).map((childNode) => {
      addArrows(childNode.id, isApart(childNode) ? leavingArrows(childNode) : arrowsOf(childNode));
      const activityLines = options.showsSelfTransitions ? selfTransitionLines(childNode) : [];
      const innerStates = isApart(childNode) ? [] : childStates(childNode);
      return {
        name: childNode.id,
        label: nameInWords(childNode.key),
        type: childNode.type === "parallel" ? "parallel" : childNode.type === "final" ? "final" : "regular",
        ...(activityLines.length > 0
          ? { actions: activityLines.map((body) => ({ type: "activity", body })) }
          : {}),
        ...(innerStates.length > 0 ? { statemachine: { states: innerStates } } : {}),
      };
    });

  const initialTarget = stateNode.type === "compound" ? stateNode.initial.target?.[0] : undefined;
  if (initialTarget) {
    const name = `${stateNode.id} initial`;
    states.push({ name, type: "initial" });
    addTransition(name, boxIdOf(initialTarget), "", false);
  }
  if (arrowsOf(stateNode).some((arrow) => otherTargets(arrow).length > 0)) {
    const name = `${stateNode.id} any`;
    states.push({ name, type: "regular", label: "any", class: "any" });
    addArrows(name, arrowsOf(stateNode));
  }
  states.push(...childStates(stateNode));
  for (const arrow of enteringArrows(stateNode)) addArrows(borderStateFor(arrow.source), [arrow]);
  states.push(...borderStates.values());
  // Graphviz ranks states in the order of their first arrow: sorting makes that the chart's order.
  const documentOrder = selfAndDescendants(stateNode).map(({ id }) => id);
  const transitions = [...transitionsByKey.values()].sort(
    (a, b) => documentOrder.indexOf(a.to) - documentOrder.indexOf(b.to),
  );
  return { states, transitions };
}
