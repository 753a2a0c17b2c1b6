import type { Guard, Program } from "../ir/program.js";
import { activeCondition, allEffects, nodeAt, transitionAt } from "../ir/program-queries.js";
import { eventlessSelection, type SelectionTree } from "./selection-tree.js";

/** Facts about a program that both back ends use. */
export interface ExecutionFacts {
  readonly eventless: SelectionTree | undefined;
  /** True if anything can follow the first microstep of an event. */
  readonly canContinue: boolean;
  /** True if a microstep can leave events in the raise queue. */
  readonly usesRaiseQueue: boolean;
  /** True if the machine, or a state of it, can reach a final state. */
  readonly canFinish: boolean;
  /**
   * The age slot of each leaf whose age orders its eventless transition, if two can be selected at once. XState
   * tries the leaf that was entered first before the others, so this order is part of a run's state.
   */
  readonly ageSlots: ReadonlyMap<number, number>;
  readonly ageSlotCount: number;
  /** The inputs of eventless guards; absent if there are none. */
  readonly eventlessInputs: GuardInputs | undefined;
}

/** The inputs that decide if the transitions of a selection are enabled. */
interface GuardInputs {
  /** State variables. */
  readonly variables: ReadonlySet<number>;
  /** True if guards call functions, which may read the context and the event. */
  readonly callsFunctions: boolean;
}

const variablesOf = (program: Program, guard: Guard | undefined): number[] => {
  switch (guard?.kind) {
    case undefined:
    case "constant":
      return [];
    case "in": {
      const activation = activeCondition(program, guard.node);
      return activation === undefined ? [] : [activation[0]];
    }
    case "not":
      return variablesOf(program, guard.guard);
    case "and":
    case "or":
      return guard.guards.flatMap((innerGuard) => variablesOf(program, innerGuard));
    default:
      return [];
  }
};

const callsFunction = (guard: Guard | undefined): boolean => {
  if (guard?.kind === "not") return callsFunction(guard.guard);
  if (guard?.kind === "and" || guard?.kind === "or") return guard.guards.some(callsFunction);
  return guard?.kind === "call" || guard?.kind === "missing";
};

/** Returns the inputs of a selection's states and guards. */
export const guardInputsOf = (program: Program, selection: SelectionTree): GuardInputs => {
  const stateVariables = new Set<number>();
  let callsFunctions = false;
  const visit = ({ nodeIndex, childSelections, ownTransitions }: SelectionTree): void => {
    const activation = activeCondition(program, nodeIndex);
    if (activation !== undefined) stateVariables.add(activation[0]);
    for (const transitionIndex of ownTransitions) {
      const { guard } = transitionAt(program, transitionIndex);
      callsFunctions ||= callsFunction(guard);
      for (const variable of variablesOf(program, guard)) stateVariables.add(variable);
    }
    childSelections.forEach(visit);
  };
  visit(selection);
  return { variables: stateVariables, callsFunctions };
};

const ageSlotsOf = (program: Program, selection: SelectionTree): Map<number, number> => {
  const ageSlots = new Map<number, number>();
  const slotByOwner = new Map<number, number>();
  const visit = ({ nodeIndex, childSelections }: SelectionTree): void => {
    const { type: nodeType, value: stateNumber, parent } = nodeAt(program, nodeIndex);
    if (nodeType === "atomic" || nodeType === "final") {
      // Leaves of one compound state exclude each other, so they share a slot.
      const ownerIndex = stateNumber === 0 ? nodeIndex : parent;
      if (!slotByOwner.has(ownerIndex)) slotByOwner.set(ownerIndex, slotByOwner.size);
      ageSlots.set(nodeIndex, slotByOwner.get(ownerIndex) as number);
    }
    childSelections.forEach(visit);
  };
  visit(selection);
  return ageSlots;
};

/** Returns the facts of a program. */
export const executionFacts = (program: Program): ExecutionFacts => {
  const eventless = eventlessSelection(program);
  const canFinish = program.nodes.some(({ type: nodeType }) => nodeType === "final");
  const ageSlots =
    eventless !== undefined && eventless.slotCount > 1
      ? ageSlotsOf(program, eventless)
      : new Map<number, number>();
  const usesRaiseQueue = canFinish || allEffects(program).some(({ kind }) => kind === "raise");
  return {
    eventless,
    canFinish,
    usesRaiseQueue,
    canContinue: eventless !== undefined || usesRaiseQueue,
    ageSlots,
    ageSlotCount: new Set(ageSlots.values()).size,
    eventlessInputs: eventless === undefined ? undefined : guardInputsOf(program, eventless),
  };
};
