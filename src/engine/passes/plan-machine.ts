import type { EmissionKind } from "../ir/emission-kind.js";
import type { Plan } from "../ir/plan.js";
import type { Program } from "../ir/program.js";
import { allEffects, nodeAt } from "../ir/program-queries.js";
import { flagConstantGuards } from "./constant-guards.js";
import { DirtyParts } from "./dirty-parts.js";
import { executionFacts } from "./execution-facts.js";
import { normalizeGuards } from "./normal-guards.js";
import { CasePlanner } from "./plan-cases.js";
import { EffectPlanner } from "./plan-effects.js";
import { EventlessPlanner } from "./plan-eventless.js";
import { MicrostepPlanner } from "./plan-microstep.js";
import { planUndoAll } from "./undo-plan.js";

/**
 * Plans what a machine does: runs every pass.
 *
 * @param emissionKinds - the kinds of emissions that have a number.
 * @param contextKeys - the keys of the machine's context; none if they are not known.
 * @param frequentTypes - the types of events that have undo code of their own; by default all.
 */
export const planMachine = (
  source: Program,
  emissionKinds: readonly EmissionKind[] = [],
  contextKeys: readonly string[] = [],
  frequentTypes?: readonly string[],
): Plan => {
  const { program, constants, fields } = flagConstantGuards(normalizeGuards(source));
  const facts = executionFacts(program);
  const parts = new DirtyParts(program, facts);
  const effects = new EffectPlanner(program, facts, parts, emissionKinds);
  const microsteps = new MicrostepPlanner(effects);
  const cases = new CasePlanner(microsteps);
  const { eventless, sharedTests } = new EventlessPlanner(microsteps).plan();
  return {
    id: program.id,
    functions: program.functions,
    values: program.values,
    states: program.variables.map((nodeIndex) =>
      nodeAt(program, nodeIndex).children.map((child) => nodeAt(program, child).path),
    ),
    variableCount: program.variables.length,
    ageCount: facts.ageSlotCount,
    constants,
    constantFields: fields,
    sharedTests,
    canContinue: facts.canContinue,
    usesRaiseQueue: facts.usesRaiseQueue,
    canFinish: facts.canFinish,
    eventParts: parts.event,
    allParts: parts.all,
    eventless,
    events: [...new Set([...program.events, ...program.wildcards])].map((descriptor) =>
      cases.event(descriptor, frequentTypes?.includes(descriptor) === false),
    ),
    types: program.events,
    wildcards: program.wildcards,
    undoAll: planUndoAll(program, facts),
    exitAll: facts.canFinish
      ? effects.exitActions(program.nodes, { logsMerges: true, notesMoves: true, notesAssigns: true })
      : [],
    fixedKeys: fixedKeysOf(program, contextKeys),
  };
};

/** Returns the keys that every context has; undefined if an action may add one, or they are not known. */
const fixedKeysOf = (program: Program, contextKeys: readonly string[]): readonly string[] | undefined => {
  const assignments = allEffects(program).flatMap((effect) => (effect.kind === "set" ? effect.keys : []));
  const hasFixedKeys =
    contextKeys.length > 0 &&
    !contextKeys.includes("__proto__") &&
    assignments.every(({ key }) => contextKeys.includes(key));
  return hasFixedKeys ? contextKeys : undefined;
};
