import type { RawMachine, RawNode, RawTransition } from "../../../engine/internal.js";
import type { PromelaBodies } from "./bodies.js";
import { actionName, eventsOf, transitionsOn } from "./chart.js";
import { guardReference } from "./guards.js";
import { type ChoiceOption, choiceLines, inlineLines, joinStatements, type PromelaLines } from "./lines.js";
import { activeCondition, stateIdentifier, stateVariable } from "./states.js";
import { childUpdatesOf, entrySetOf, exitSetOf, isConflict, selfAndDescendants } from "./structure.js";

/** Returns an event's name in Promela. */
export const eventName = (event: string): string => event.replace(/\W/g, "_");

/** Returns the name of the inline that handles an event. */
export const handlerName = (event: string): string => (event === "" ? "settle" : `on_${eventName(event)}`);

/** A region's choice among its transitions on one event: at most one is taken. */
interface RegionChoice {
  readonly variable: string;
  readonly transitions: RawTransition[];
}

const transitionIdOf = ({ source, guard }: RawTransition): string => {
  const name = typeof guard === "object" && guard !== null ? guard.type : guard;
  return `${source.path.join(".")}${name ? ` [${String(name)}]` : ""}`;
};

/** The translation of one event: each region's choice, then the execution of the chosen transitions. */
class EventTranslator {
  readonly #machine: RawMachine;
  readonly #event: string;
  readonly #bodies: PromelaBodies;
  /** The regions in the order in which their transitions are executed. */
  readonly regions: RegionChoice[] = [];

  constructor(machine: RawMachine, event: string, bodies: PromelaBodies) {
    this.#machine = machine;
    this.#event = event;
    this.#bodies = bodies;
  }

  /** Returns the number of a transition, from 1; 0 means none. */
  transitionNumber(region: RegionChoice, transition: RawTransition): number {
    const knownIndex = region.transitions.indexOf(transition);
    return knownIndex >= 0 ? knownIndex + 1 : region.transitions.push(transition);
  }

  /** Selects children's transitions first, and the state's own if none of those is taken; each region chooses by itself. */
  selectionLines(stateNode: RawNode, region: RegionChoice): PromelaLines[] {
    const ownTransitions = transitionsOn(stateNode, this.#event);
    const relevantChildren = Object.values(stateNode.states).filter((childNode) =>
      this.#hasTransitions(childNode),
    );
    if (stateNode.type === "parallel") {
      const regionCount = this.regions.length;
      const parts = relevantChildren.flatMap((childNode) => {
        const innerRegions: RegionChoice = {
          variable: `chosen_${stateIdentifier(childNode)}`,
          transitions: [],
        };
        const lines = this.selectionLines(childNode, innerRegions);
        this.regions.push(innerRegions);
        return lines;
      });
      return [
        ...parts,
        ...this.#ownTransitionLines(ownTransitions, region, [...this.regions.slice(regionCount), region]),
      ];
    }
    if (relevantChildren.length === 0) return this.#ownTransitionLines(ownTransitions, region, []);
    const regionCount = this.regions.length;
    const options: ChoiceOption[] = relevantChildren.map((childNode) => ({
      condition: activeCondition(childNode),
      statements: joinStatements(this.selectionLines(childNode, region)),
    }));
    return [
      choiceLines(options),
      ...this.#ownTransitionLines(ownTransitions, region, [...this.regions.slice(regionCount), region]),
    ];
  }

  #hasTransitions(stateNode: RawNode): boolean {
    return selfAndDescendants(stateNode).some(
      (innerNode) => transitionsOn(innerNode, this.#event).length > 0,
    );
  }

  /** @param inner - the regions that come first. */
  #ownTransitionLines(
    ownTransitions: readonly RawTransition[],
    region: RegionChoice,
    innerRegions: readonly RegionChoice[],
  ): PromelaLines[] {
    if (ownTransitions.length === 0) return [];
    const lines = this.#firstEnabledLines(ownTransitions, region);
    if (innerRegions.length === 0) return [lines];
    return [
      choiceLines([
        { condition: innerRegions.map(({ variable }) => `${variable} == 0`).join(" && "), statements: lines },
      ]),
    ];
  }

  /** Selects the first transition whose guard holds. */
  #firstEnabledLines(
    [transition, ...otherTransitions]: readonly RawTransition[],
    region: RegionChoice,
  ): PromelaLines {
    if (transition === undefined) return [];
    const takeStatements = [`${region.variable} = ${this.transitionNumber(region, transition)}`];
    if (transition.guard === undefined || transition.guard === null) return takeStatements;
    const location = `${this.#machine.id}, ${transitionIdOf(transition)} ${this.#event || "always"}`;
    return choiceLines(
      [{ condition: guardReference(transition.guard, this.#bodies, location), statements: takeStatements }],
      this.#firstEnabledLines(otherTransitions, region),
    );
  }

  /** Resolves conflicts: of two transitions that would leave the same state, the first in document order is taken. */
  conflictLines(): PromelaLines[] {
    return this.regions.flatMap((laterRegion, location) =>
      laterRegion.transitions.flatMap((transition, index) => {
        const earlierConditions = this.regions
          .slice(0, location)
          .flatMap((region) =>
            region.transitions
              .filter((otherTransition) => isConflict(transition, otherTransition))
              .map(
                (otherTransition) =>
                  `${region.variable} == ${this.transitionNumber(region, otherTransition)}`,
              ),
          );
        if (earlierConditions.length === 0) return [];
        const condition = `${laterRegion.variable} == ${index + 1} && (${earlierConditions.join(" || ")})`;
        return [choiceLines([{ condition, statements: [`${laterRegion.variable} = 0`] }])];
      }),
    );
  }

  /** Returns the statements of the chosen transitions, region by region. */
  executionLines(linesOf: (transition: RawTransition) => readonly PromelaLines[]): PromelaLines[] {
    return this.regions.flatMap(({ variable, transitions }) => {
      const options = transitions.map((transition, index) => ({
        transition,
        index,
        done: linesOf(transition),
      }));
      if (options.every(({ done: execution }) => execution.length === 0)) return [];
      return [
        choiceLines(
          options
            .filter(({ done: execution }) => execution.length > 0)
            .map(({ transition, index, done: execution }) => ({
              condition: `${variable} == ${index + 1} /* ${transitionIdOf(transition)} */`,
              statements: joinStatements(execution),
            })),
        ),
      ];
    });
  }
}

const actionCalls = (actions: RawTransition["actions"], location: string): PromelaLines[] =>
  actions.map((action) => [`${actionName(action, location)}()`]);

const exitLines = (transition: RawTransition): PromelaLines[] =>
  exitSetOf(transition)
    .filter((stateNode) => stateNode.exit.length > 0)
    .map((stateNode) =>
      choiceLines([
        {
          condition: activeCondition(stateNode),
          statements: joinStatements(actionCalls(stateNode.exit, stateIdentifier(stateNode))),
        },
      ]),
    );

const entryLines = (transition: RawTransition): PromelaLines[] => [
  ...childUpdatesOf(transition).map(([stateNode, childNode]) => [
    `${stateVariable(stateNode)} = ${childNode ? stateIdentifier(childNode) : 0}`,
  ]),
  ...entrySetOf(transition).flatMap((stateNode) => actionCalls(stateNode.entry, stateIdentifier(stateNode))),
];

/** Returns the handlers of all events, and the variables for the regions' choices. */
export function translateEvents(
  machine: RawMachine,
  bodies: PromelaBodies,
): { readonly choiceVariables: readonly string[]; readonly handlers: readonly PromelaLines[] } {
  const choiceVariables = new Set<string>();
  const handlers = eventsOf(machine).map((event) => {
    const translator = new EventTranslator(machine, event, bodies);
    const wholeChart: RegionChoice = { variable: `chosen_${machine.root.key}`, transitions: [] };
    const selection = translator.selectionLines(machine.root, wholeChart);
    if (wholeChart.transitions.length > 0) translator.regions.push(wholeChart);
    const { regions } = translator;
    for (const { variable } of regions) choiceVariables.add(variable);
    const actions = (transition: RawTransition) =>
      actionCalls(transition.actions, transitionIdOf(transition));
    const exitSteps = translator.executionLines(exitLines);
    const hasEntryActions = regions.some(({ transitions }) =>
      transitions.some((it) => entrySetOf(it).some(hasEntry)),
    );
    const execution = hasEntryActions
      ? [...translator.executionLines(actions), ...translator.executionLines(entryLines)]
      : translator.executionLines((transition) => [...actions(transition), ...entryLines(transition)]);
    const resetLines = regions.map(({ variable }) => [`${variable} = 0`]);
    const stepLines = [
      ...resetLines,
      ...selection,
      ...translator.conflictLines(),
      ...exitSteps,
      ...execution,
    ];
    return event === "" ? settling(stepLines, regions) : inlineLines(handlerName(event), stepLines);
  });
  return { choiceVariables: [...choiceVariables], handlers };
}

const hasEntry = (stateNode: RawNode): boolean => stateNode.entry.length > 0;

/** Takes eventless transitions until none is enabled. */
function settling(stepLines: readonly PromelaLines[], regions: readonly RegionChoice[]): PromelaLines {
  const noneChosen = regions.map(({ variable }) => `${variable} == 0`).join(" && ");
  const settleOnce = inlineLines("settle_once", stepLines);
  return [
    ...settleOnce,
    "inline settle() {",
    "  settle_once();",
    "  do",
    `  :: ${noneChosen} -> break`,
    "  :: else -> settle_once()",
    // A loop's end must lie within its d_step.
    "  od;",
    "  skip",
    "}",
  ];
}
