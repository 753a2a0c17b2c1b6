import type { Selection } from "./events.js";
import { guardUnder, type Known, neededBy, neverHolds } from "./guard-logic.js";
import { activity, nodeAt, transitionAt } from "./layout.js";
import type { Program } from "./program.js";

/** One case of an event: where to look for transitions while some state variables have known values. */
export interface Case {
  readonly known: Known;
  readonly selection: Selection;
}

/** Cases, told apart by the value of a variable. For a value without a branch nothing happens. */
export interface Split {
  readonly variable: number;
  readonly branches: readonly (readonly [value: number, cases: Cases])[];
}

export type Cases = Case | Split;

/**
 * An event's selection, split by state variables as long as every transition needs one value of the variable: so each
 * transition comes in one case only, and the text grows with their number.
 */
export const casesOf = (program: Program, selection: Selection, known: Known = new Map()): Cases => {
  const variable = deciding(program, selection, known);
  if (variable === undefined) return { known, selection };
  const values = new Set(needs(program, selection).map((need) => need.get(variable) as number));
  const branches = [...values]
    .sort((a, b) => a - b)
    .flatMap((value) => {
      const more = new Map([...known, [variable, value]]);
      const left = under(program, selection, more);
      return left === undefined ? [] : [[value, casesOf(program, left, more)] as const];
    });
  return { variable, branches };
};

/** Every case, in the order of the branches. */
export const eachCase = (cases: Cases): readonly Case[] =>
  "branches" in cases ? cases.branches.flatMap(([, inner]) => eachCase(inner)) : [cases];

/** The first variable of which every transition needs one value, and which is not known yet. */
const deciding = (program: Program, selection: Selection, known: Known): number | undefined => {
  const [first, ...others] = needs(program, selection);
  return [...(first?.keys() ?? [])].find(
    (variable) => !known.has(variable) && others.every((other) => other.has(variable)),
  );
};

/** For each transition the variables' values without which it is not taken, and calls nothing. */
const needs = (
  program: Program,
  { node, inner, own }: Selection,
  above: readonly (readonly [number, number])[] = [],
): ReadonlyMap<number, number>[] => {
  const found = activity(program, node);
  const here = found === undefined ? above : [...above, found];
  return [
    ...inner.flatMap((child) => needs(program, child, here)),
    ...own.map((index) => new Map([...neededBy(program, transitionAt(program, index).guard), ...here])),
  ];
};

/** What is left of a selection where variables are known; nothing where no transition is. */
const under = (program: Program, selection: Selection, known: Known): Selection | undefined => {
  const { type, variable } = nodeAt(program, selection.node);
  const value = known.get(variable);
  const inner = selection.inner
    .filter((child) => value === undefined || nodeAt(program, child.node).value === value)
    .map((child) => under(program, child, known))
    .filter((child) => child !== undefined);
  const own: number[] = [];
  for (const index of selection.own) {
    const { guard } = transitionAt(program, index);
    const left = guard && guardUnder(program, guard, known);
    if (left !== undefined && neverHolds(left)) continue;
    own.push(index);
    if (left === undefined || (left.kind === "constant" && left.value)) break;
  }
  if (inner.length === 0 && own.length === 0) return undefined;
  const widths = inner.map(({ width }) => width);
  const width = type === "parallel" ? widths.reduce((sum, each) => sum + each, 0) : Math.max(1, ...widths);
  return { node: selection.node, inner, own, width: Math.max(1, width) };
};

/** For each slot that certainly holds a transition, which: nothing is asked before it is taken. */
export const certainSlots = (program: Program, { known, selection }: Case): ReadonlyMap<number, number> => {
  const certain = new Map<number, number>();
  const visit = ({ node, inner, own }: Selection, base: number): void => {
    const { variable } = nodeAt(program, node);
    if (inner.length === 0) {
      const [first] = own;
      const guard = first === undefined ? undefined : transitionAt(program, first).guard;
      const left = guard && guardUnder(program, guard, known);
      const holds = left === undefined || (left.kind === "constant" && left.value);
      if (first !== undefined && holds) certain.set(base, first);
    } else if (variable < 0) {
      let at = base;
      for (const child of inner) {
        visit(child, at);
        at += child.width;
      }
    } else if (known.has(variable)) for (const child of inner) visit(child, base);
  };
  visit(selection, 0);
  return certain;
};
