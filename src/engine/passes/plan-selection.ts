import { guardCanThrow, type KnownNumbers, simplifyGuard } from "../ir/guard-logic.js";
import {
  type Branch,
  NO_TRANSITION,
  type Operation,
  type Operations,
  type Test,
  UNDECIDED,
} from "../ir/plan.js";
import type { Program } from "../ir/program.js";
import { nodeAt, transitionAt } from "../ir/program-queries.js";
import type { EventCase } from "./case-split.js";
import { withCommonConditions } from "./common-conditions.js";
import type { ExecutionFacts } from "./execution-facts.js";
import { chooseOne, runIf, switchOn, testOf } from "./plan-tests.js";
import type { SelectionTree } from "./selection-tree.js";
import { slotsFrom } from "./slots.js";

const NO_NUMBERS: KnownNumbers = new Map();

/** A set of slots. */
type SlotSet = Pick<ReadonlySet<number>, "has">;

/** Plans the selection of transitions. */
export class SelectionPlanner {
  private readonly program: Program;
  private readonly facts: ExecutionFacts;

  constructor(program: Program, facts: ExecutionFacts) {
    this.program = program;
    this.facts = facts;
  }

  /** Returns the test of a transition's guard, with the transition that an error names; no test if it always holds. */
  private guardOf(
    transitionIndex: number,
    namesError: boolean,
    knownNumbers: KnownNumbers,
  ): Pick<Branch, "test" | "names"> {
    const { guard } = transitionAt(this.program, transitionIndex);
    if (guard === undefined) return {};
    const residual = simplifyGuard(this.program, guard, knownNumbers);
    if (residual.kind === "constant" && residual.value) return {};
    const test = testOf(this.program, residual);
    return namesError && guardCanThrow(residual) ? { test, names: transitionIndex } : { test };
  }

  /** Plans the visit of the active child, or of all children. */
  private visitChildren(
    selection: SelectionTree,
    knownNumbers: KnownNumbers,
    visitChild: (child: SelectionTree, baseSlot: number) => Operations,
  ): Operations {
    const { variable } = nodeAt(this.program, selection.nodeIndex);
    if (knownNumbers.has(variable)) return selection.childSelections.flatMap((child) => visitChild(child, 0));
    if (variable >= 0)
      return switchOn(
        { variable },
        selection.childSelections.map(
          (child) => [nodeAt(this.program, child.nodeIndex).value, visitChild(child, 0)] as const,
        ),
      );
    let childSlot = 0;
    return selection.childSelections.flatMap((child) => {
      const operations = visitChild(child, childSlot);
      childSlot += child.slotCount;
      return operations;
    });
  }

  /** Plans the selection of at most one transition: `take` plans its effects, which leave the block. */
  selectOne({ knownNumbers, selection }: EventCase, take: (index: number) => Operations): Operations {
    return [
      ...this.visitChildren(selection, knownNumbers, (child) =>
        this.selectOne({ knownNumbers, selection: child }, take),
      ),
      ...selection.ownTransitions.flatMap((index): Operations => {
        const guard = this.guardOf(index, true, knownNumbers);
        const body = take(index);
        return guard.test === undefined
          ? [{ op: "scope", body }]
          : [{ op: "choose", branches: [{ ...guard, body }] }];
      }),
    ];
  }

  /** Plans the selection of a deferred region: `take` plans the effects. */
  selectDeferred({ knownNumbers, selection }: EventCase, take: (index: number) => Operations): Operations {
    return [
      ...this.visitChildren(selection, knownNumbers, (child) =>
        this.selectDeferred({ knownNumbers, selection: child }, take),
      ),
      ...this.chooseFirst(
        selection.ownTransitions.map((index) => ({
          ...this.guardOf(index, true, knownNumbers),
          body: take(index),
        })),
      ),
    ];
  }

  /** Plans the selection of several transitions: the slots get them in document order. `certain` slots are skipped. */
  selectSlots({ knownNumbers, selection }: EventCase, certain: SlotSet, baseSlot = 0): Operations {
    const { ownTransitions, slotCount, childSelections } = selection;
    if (certain.has(baseSlot) && slotCount === 1) return [];
    const children = this.visitChildren(selection, knownNumbers, (child, offset) =>
      this.selectSlots({ knownNumbers, selection: child }, certain, baseSlot + offset),
    );
    const slots = slotsFrom(baseSlot, slotCount);
    if (ownTransitions.length === 0 || slots.some((slot) => certain.has(slot))) return children;
    const own = this.fillFirstEnabled(ownTransitions, true, [baseSlot], knownNumbers);
    return [...children, ...(childSelections.length === 0 ? own : runIf({ test: "empty", slots }, own))];
  }

  /**
   * Plans the selection of eventless transitions: each active leaf selects its own, upwards. A slot is undecided if a leaf has
   * selected none, and empty if there is no leaf.
   */
  selectEventless(selection: SelectionTree, baseSlot: number, spareSlot: number): Operations {
    const { ownTransitions, childSelections } = selection;
    const undecided: Operation = { op: "fill", slots: [baseSlot], from: UNDECIDED };
    const noteAge = (leaf: SelectionTree): Operations => {
      const age = this.facts.ageSlots.get(leaf.nodeIndex);
      return age === undefined ? [] : [{ op: "noteAge", slot: baseSlot, age }];
    };
    if (childSelections.length === 0)
      return [
        undecided,
        ...noteAge(selection),
        ...this.fillFirstEnabled(ownTransitions, false, [baseSlot], NO_NUMBERS),
      ];
    const isIdleLeaf = (child: SelectionTree) =>
      child.childSelections.length === 0 && child.ownTransitions.length === 0;
    const [first] = childSelections;
    const coversChildren =
      nodeAt(this.program, selection.nodeIndex).children.length === childSelections.length;
    const children =
      first !== undefined && coversChildren && selection.slotCount === 1 && childSelections.every(isIdleLeaf)
        ? [undecided, ...noteAge(first)]
        : this.visitChildren(selection, NO_NUMBERS, (child, offset) =>
            this.selectEventless(child, baseSlot + offset, spareSlot),
          );
    if (ownTransitions.length === 0) return children;
    const slots = slotsFrom(baseSlot, selection.slotCount);
    const isUndecided: Test = { test: "undecided", slots };
    if (slots.length === 1)
      return [
        ...children,
        ...runIf(isUndecided, this.fillFirstEnabled(ownTransitions, false, slots, NO_NUMBERS)),
      ];
    return [
      ...children,
      ...runIf(isUndecided, [
        { op: "fill", slots: [spareSlot], from: UNDECIDED },
        ...this.fillFirstEnabled(ownTransitions, false, [spareSlot], NO_NUMBERS),
        ...slots.flatMap((slot) =>
          runIf({ test: "undecided", slots: [slot] }, [
            { op: "fill", slots: [slot], from: { slot: spareSlot } },
          ]),
        ),
      ]),
    ];
  }

  private fillFirstEnabled(
    ownTransitions: readonly number[],
    namesError: boolean,
    slots: readonly number[],
    knownNumbers: KnownNumbers,
  ): Operations {
    return this.chooseFirst(
      ownTransitions.map((index) => ({
        ...this.guardOf(index, namesError, knownNumbers),
        body: [{ op: "fill", slots, from: index } as const],
      })),
    );
  }

  private chooseFirst(branches: readonly Branch[]): Operations {
    return chooseOne(withCommonConditions(this.program, branches));
  }
}

/** Returns operations that empty a slot. */
export const emptySlot = (slot: number): Operation => ({ op: "fill", slots: [slot], from: NO_TRANSITION });
