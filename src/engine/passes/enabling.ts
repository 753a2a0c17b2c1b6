import type { Program, ProgramTransition } from "../ir/program.js";
import { activeCondition, nodeAt, numbersAtSource, transitionAt } from "../ir/program-queries.js";
import { allOf, answered, anyOf, callsWhere, type Formula, formulaOf, isSatisfiable } from "./formula.js";
import type { SelectionTree } from "./selection-tree.js";

const stateKey = (variable: number, value: number): string => `${variable}=${value}`;

/**
 * Decides which eventless transitions a transition can enable, by what is certain when it is taken: its guard held, its states are entered, and no
 * transient state is active unless it has just been entered.
 *
 * It holds for machines whose eventless transitions cannot conflict.
 */
export class Enabling {
  private readonly program: Program;
  /** For each transition the variables that others may set in the same microstep. */
  private readonly unstable: readonly ReadonlySet<number>[];
  /** State numbers that the next eventless microstep certainly leaves. */
  private readonly transient: ReadonlySet<string>;
  /** By transition: the formula of {@link wanted}. */
  private readonly formulas = new Map<number, Formula>();

  constructor(program: Program, parts: readonly SelectionTree[]) {
    this.program = program;
    this.unstable = unstableVariables(program);
    this.transient = transientStates(program, parts);
  }

  /** Returns true unless an eventless transition is certainly disabled after a transition, and its guard calls no function. */
  canEnable(transition: ProgramTransition, eventlessIndex: number): boolean {
    const unstable = this.unstable[transition.index] as ReadonlySet<number>;
    // Other transitions of the microstep, and this one, may have changed what the guard has found.
    const facts = answered(this.before(transition), (variable) => unstable.has(variable) || undefined);
    return this.isEnabledAfter(transition, eventlessIndex, facts);
  }

  /**
   * Returns true unless an eventless transition of the same part is certainly disabled after a transition of the part, and its guard calls no
   * function, as far as the latter transition goes. What other transitions of the microstep change is theirs to say.
   */
  canGoOn(transition: ProgramTransition, eventlessIndex: number): boolean {
    const { program } = this;
    const { always } = nodeAt(program, transition.source);
    const earlier = always
      .slice(0, always.indexOf(transition.index))
      .map((index) => formulaOf(program, transitionAt(program, index).guard, true));
    return this.isEnabledAfter(transition, eventlessIndex, allOf([this.before(transition), ...earlier]));
  }

  /** Returns what held when a transition was selected. */
  private before(transition: ProgramTransition): Formula {
    const { program } = this;
    const source = [...numbersAtSource(program, transition)].map(
      ([variable, value]): Formula => ({ variable, value, holds: true }),
    );
    return allOf([...source, formulaOf(program, transition.guard)]);
  }

  /** Returns true if an eventless transition can be enabled after a transition, where some facts held before. */
  private isEnabledAfter({ sets }: ProgramTransition, eventlessIndex: number, facts: Formula): boolean {
    const numbers = new Map(sets);
    const entersTransient = sets.some(([variable, value]) => this.transient.has(stateKey(variable, value)));
    const answer = (variable: number, value: number, holds: boolean): boolean | undefined => {
      const number = numbers.get(variable);
      if (number !== undefined) return (number === value) === holds;
      return holds && !entersTransient && this.transient.has(stateKey(variable, value)) ? false : undefined;
    };
    return isSatisfiable(allOf([facts, answered(this.wanted(eventlessIndex), answer)]));
  }

  /** Returns a formula that holds wherever a transition can be enabled, or its guard calls a function. */
  private wanted(transitionIndex: number): Formula {
    const known = this.formulas.get(transitionIndex);
    if (known !== undefined) return known;
    const { source, guard } = transitionAt(this.program, transitionIndex);
    const condition = activeCondition(this.program, source);
    const isActive: Formula = condition === undefined || {
      variable: condition[0],
      value: condition[1],
      holds: true,
    };
    const formula = allOf([
      isActive,
      anyOf([formulaOf(this.program, guard), callsWhere(this.program, guard)]),
    ]);
    this.formulas.set(transitionIndex, formula);
    return formula;
  }
}

/** Returns for each transition the variables that transitions of the same microstep, itself included, may set. */
const unstableVariables = (program: Program): readonly ReadonlySet<number>[] => {
  const groups = new Map<string, number[]>();
  const groupsOf = program.transitions.map((): string[] => []);
  const add = (group: string, transitionIndex: number) => {
    groups.set(group, [...(groups.get(group) ?? []), transitionIndex]);
    groupsOf[transitionIndex]?.push(group);
  };
  for (const { on, always } of program.nodes) {
    for (const index of always) add("always", index);
    // A wildcard's transitions may be taken together with those of any event.
    for (const { event, transitions } of on)
      for (const index of transitions) add(program.wildcards.length > 0 ? "on" : `on ${event}`, index);
  }
  const variables = new Map(
    [...groups].map(([group, indexes]) => [
      group,
      indexes.flatMap((index) => transitionAt(program, index).sets.map(([variable]) => variable)),
    ]),
  );
  return groupsOf.map((own) => new Set(own.flatMap((group) => variables.get(group) ?? [])));
};

/**
 * Returns the state numbers that every eventless microstep leaves in which they are active: all that can be selected there leaves them, and one is
 * without a guard.
 */
const transientStates = (program: Program, parts: readonly SelectionTree[]): ReadonlySet<string> => {
  const isLeft = (
    nodeIndex: number,
    [variable, value]: readonly [number, number],
    outer: readonly number[],
  ): boolean => {
    const { always, children, type: nodeType, variable: ownVariable } = nodeAt(program, nodeIndex);
    const candidates = [...always, ...outer];
    if (children.length > 0)
      return (
        nodeType !== "parallel" &&
        ownVariable >= 0 &&
        children.every((child) => isLeft(child, [variable, value], candidates))
      );
    const last = candidates.findIndex((index) => transitionAt(program, index).guard === undefined);
    return (
      last >= 0 &&
      candidates
        .slice(0, last + 1)
        .every((index) =>
          transitionAt(program, index).sets.some(([set, number]) => set === variable && number !== value),
        )
    );
  };
  const transient = new Set<string>();
  for (const { index } of program.nodes) {
    const condition = activeCondition(program, index);
    const isOwn = condition !== undefined && nodeAt(program, index).value !== 0;
    const hasPart = parts.some(({ nodeIndex, slotCount }) => {
      const { last } = nodeAt(program, nodeIndex);
      return slotCount === 1 && index >= nodeIndex && index <= last;
    });
    if (isOwn && hasPart && isLeft(index, condition, [])) transient.add(stateKey(...condition));
  }
  return transient;
};
