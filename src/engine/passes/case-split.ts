import { type KnownNumbers, neverHolds, requiredStates, simplifyGuard } from "../ir/guard-logic.js";
import type { Program } from "../ir/program.js";
import { activeCondition, nodeAt, transitionAt } from "../ir/program-queries.js";
import type { SelectionTree } from "./selection-tree.js";

/** One case of an event: the transitions to try while some state variables have known state numbers. */
export interface EventCase {
  readonly knownNumbers: KnownNumbers;
  readonly selection: SelectionTree;
}

/** Cases distinguished by the state number of a variable. A number without a branch selects nothing. */
interface CaseSplit {
  readonly variable: number;
  readonly branches: readonly (readonly [value: number, cases: CaseTree])[];
}

export type CaseTree = EventCase | CaseSplit;

/**
 * Splits an event's selection by state variables, as long as every transition requires one number of the variable. Each
 * transition is in one case only, so the text grows with the number of transitions.
 */
export const splitCases = (
  program: Program,
  selection: SelectionTree,
  knownNumbers: KnownNumbers = new Map(),
): CaseTree => {
  const variable = decidingVariable(program, selection, knownNumbers);
  if (variable === undefined) return { knownNumbers, selection };
  const values = new Set(
    requiredNumbers(program, selection).map((requirement) => requirement.get(variable) as number),
  );
  const branches = [...values]
    .sort((a, b) => a - b)
    .flatMap((stateNumber) => {
      const branchNumbers = new Map([...knownNumbers, [variable, stateNumber]]);
      const restricted = restrictSelection(program, selection, branchNumbers);
      return restricted === undefined
        ? []
        : [[stateNumber, splitCases(program, restricted, branchNumbers)] as const];
    });
  return { variable, branches };
};

/** Returns every case, in the order of the branches. */
export const flattenCases = (cases: CaseTree): readonly EventCase[] =>
  "branches" in cases ? cases.branches.flatMap(([, caseTree]) => flattenCases(caseTree)) : [cases];

/** Returns the first unknown variable of which every transition requires one number. */
const decidingVariable = (
  program: Program,
  selection: SelectionTree,
  knownNumbers: KnownNumbers,
): number | undefined => {
  const [firstRequirement, ...otherRequirements] = requiredNumbers(program, selection);
  return [...(firstRequirement?.keys() ?? [])].find(
    (variable) => !knownNumbers.has(variable) && otherRequirements.every((other) => other.has(variable)),
  );
};

/** Returns for each transition the state numbers without which it is disabled before any function is called. */
const requiredNumbers = (
  program: Program,
  { nodeIndex, childSelections, ownTransitions }: SelectionTree,
  ancestorStates: readonly (readonly [number, number])[] = [],
): ReadonlyMap<number, number>[] => {
  const activation = activeCondition(program, nodeIndex);
  const activeStates = activation === undefined ? ancestorStates : [...ancestorStates, activation];
  return [
    ...childSelections.flatMap((child) => requiredNumbers(program, child, activeStates)),
    ...ownTransitions.map(
      (transitionIndex) =>
        new Map([...requiredStates(program, transitionAt(program, transitionIndex).guard), ...activeStates]),
    ),
  ];
};

/** Returns a selection reduced to what known state numbers allow; undefined if no transition is left. */
const restrictSelection = (
  program: Program,
  selection: SelectionTree,
  knownNumbers: KnownNumbers,
): SelectionTree | undefined => {
  const { type: nodeType, variable } = nodeAt(program, selection.nodeIndex);
  const value = knownNumbers.get(variable);
  const childSelections = selection.childSelections
    .filter((child) => value === undefined || nodeAt(program, child.nodeIndex).value === value)
    .map((child) => restrictSelection(program, child, knownNumbers))
    .filter((child) => child !== undefined);
  const ownTransitions: number[] = [];
  for (const transitionIndex of selection.ownTransitions) {
    const { guard } = transitionAt(program, transitionIndex);
    const residualGuard = guard && simplifyGuard(program, guard, knownNumbers);
    if (residualGuard !== undefined && neverHolds(residualGuard)) continue;
    ownTransitions.push(transitionIndex);
    if (residualGuard === undefined || (residualGuard.kind === "constant" && residualGuard.value)) break;
  }
  if (childSelections.length === 0 && ownTransitions.length === 0) return undefined;
  const widths = childSelections.map(({ slotCount }) => slotCount);
  const width =
    nodeType === "parallel"
      ? widths.reduce((sum, childWidth) => sum + childWidth, 0)
      : Math.max(1, ...widths);
  return { nodeIndex: selection.nodeIndex, childSelections, ownTransitions, slotCount: Math.max(1, width) };
};

/** Returns the transition of each slot that certainly holds one: no guard needs evaluating. */
export const certainSlots = (
  program: Program,
  { knownNumbers, selection }: EventCase,
): ReadonlyMap<number, number> => {
  const certain = new Map<number, number>();
  const visit = ({ nodeIndex, childSelections, ownTransitions }: SelectionTree, baseSlot: number): void => {
    const { variable } = nodeAt(program, nodeIndex);
    if (childSelections.length === 0) {
      const [firstItem] = ownTransitions;
      const guard = firstItem === undefined ? undefined : transitionAt(program, firstItem).guard;
      const residualGuard = guard && simplifyGuard(program, guard, knownNumbers);
      const holds = residualGuard === undefined || (residualGuard.kind === "constant" && residualGuard.value);
      if (firstItem !== undefined && holds) certain.set(baseSlot, firstItem);
    } else if (variable < 0) {
      let index = baseSlot;
      for (const child of childSelections) {
        visit(child, index);
        index += child.slotCount;
      }
    } else if (knownNumbers.has(variable)) for (const child of childSelections) visit(child, baseSlot);
  };
  visit(selection, 0);
  return certain;
};
