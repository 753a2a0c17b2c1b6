import { guardCanThrow, type KnownNumbers, simplifyGuard } from "../ir/guard-logic.js";
import { nodeAt, transitionAt } from "../ir/program-queries.js";
import type { EventCase } from "../passes/case-split.js";
import type { SelectionTree } from "../passes/selection-tree.js";
import type { EffectWriter } from "./effect-writer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";

const NO_NUMBERS: KnownNumbers = new Map();

/** A set of slot indexes. */
type SlotIndexes = Pick<ReadonlySet<number>, "has">;

/** Writes the selection of the transitions of an event. */
export class SelectionWriter {
  private readonly effectWriter: EffectWriter;

  constructor(effectWriter: EffectWriter) {
    this.effectWriter = effectWriter;
  }

  /** Returns the condition of a guard, which records its transition in `at` if it can throw. */
  private guardCondition(
    transitionIndex: number,
    recordsIndex: boolean,
    knownNumbers: KnownNumbers,
  ): string | undefined {
    const { guard } = transitionAt(this.effectWriter.program, transitionIndex);
    if (guard === undefined) return undefined;
    const residualGuard = simplifyGuard(this.effectWriter.program, guard, knownNumbers);
    if (residualGuard.kind === "constant" && residualGuard.value) return undefined;
    const text = this.effectWriter.guardCondition(residualGuard);
    return recordsIndex && guardCanThrow(residualGuard) ? `(at = ${transitionIndex}, ${text})` : text;
  }

  /** Writes the visit of the active child, or of all children. */
  private visitChildren(
    builder: SourceBuilder,
    selection: SelectionTree,
    knownNumbers: KnownNumbers,
    visitChild: (child: SelectionTree, baseSlot: number) => void,
  ): void {
    const { program } = this.effectWriter;
    const { variable } = nodeAt(program, selection.nodeIndex);
    if (knownNumbers.has(variable)) {
      for (const child of selection.childSelections) visitChild(child, 0);
      return;
    }
    if (variable >= 0) {
      builder.choose(
        `r.s${variable}`,
        selection.childSelections.map(
          (child) => [nodeAt(program, child.nodeIndex).value, () => visitChild(child, 0)] as const,
        ),
      );
      return;
    }
    let childSlot = 0;
    for (const child of selection.childSelections) {
      visitChild(child, childSlot);
      childSlot += child.slotCount;
    }
  }

  /** Writes the selection of at most one transition: `takeTransition` writes its effects, and must leave the block. */
  selectOne(
    builder: SourceBuilder,
    { knownNumbers, selection }: EventCase,
    takeTransition: (index: number) => void,
  ): void {
    this.visitChildren(builder, selection, knownNumbers, (child) =>
      this.selectOne(builder, { knownNumbers, selection: child }, takeTransition),
    );
    for (const transitionIndex of selection.ownTransitions) {
      const condition = this.guardCondition(transitionIndex, true, knownNumbers);
      builder.block(condition === undefined ? "" : `if (${condition})`, () =>
        takeTransition(transitionIndex),
      );
    }
  }

  /** Writes the selection of a deferred region: `takeTransition` writes the effects. */
  selectDeferred(
    builder: SourceBuilder,
    { knownNumbers, selection }: EventCase,
    takeTransition: (index: number) => void,
  ): void {
    this.visitChildren(builder, selection, knownNumbers, (child) =>
      this.selectDeferred(builder, { knownNumbers, selection: child }, takeTransition),
    );
    builder.chain(
      selection.ownTransitions.map(
        (index) => [this.guardCondition(index, true, knownNumbers), () => takeTransition(index)] as const,
      ),
    );
  }

  /**
   * Writes the selection of several transitions: the variables `q0`, `q1`, ... get them in document order. `certain` slots are
   * skipped.
   */
  selectSlots(
    builder: SourceBuilder,
    { knownNumbers, selection }: EventCase,
    certain: SlotIndexes,
    baseSlot = 0,
  ): void {
    const { ownTransitions, slotCount, childSelections } = selection;
    if (certain.has(baseSlot) && slotCount === 1) return;
    this.visitChildren(builder, selection, knownNumbers, (child, offset) =>
      this.selectSlots(builder, { knownNumbers, selection: child }, certain, baseSlot + offset),
    );
    const isCertain = Array.from({ length: slotCount }, (_, slotIndex) => baseSlot + slotIndex).some(
      (slotIndex) => certain.has(slotIndex),
    );
    if (ownTransitions.length === 0 || isCertain) return;
    const writeBody = () => this.assignFirstEnabled(builder, ownTransitions, true, [baseSlot], knownNumbers);
    if (childSelections.length === 0) writeBody();
    else
      builder.block(
        `if (${slotNames(baseSlot, slotCount)
          .map((name) => `${name} < 0`)
          .join(" && ")})`,
        writeBody,
      );
  }

  /**
   * Writes the selection of eventless transitions: each active leaf selects its own, upwards. A slot is -2 if a leaf has
   * selected none, and -1 if there is no leaf. `a0`, `a1`, ... get the ages of the leaves.
   */
  selectEventless(builder: SourceBuilder, selection: SelectionTree, baseSlot = 0): void {
    const { ownTransitions, childSelections } = selection;
    const readAge = (leafSelection: SelectionTree) => {
      const slotIndex = this.effectWriter.plan.ageSlots.get(leafSelection.nodeIndex);
      if (slotIndex !== undefined) builder.line(`a${baseSlot} = r.k${slotIndex};`);
    };
    const isIdleLeaf = (childSelection: SelectionTree) =>
      childSelection.childSelections.length === 0 && childSelection.ownTransitions.length === 0;
    if (childSelections.length === 0) {
      builder.line(`q${baseSlot} = -2;`);
      readAge(selection);
      this.assignFirstEnabled(builder, ownTransitions, false, [baseSlot], NO_NUMBERS);
      return;
    }
    const [first] = childSelections;
    const coversChildren =
      nodeAt(this.effectWriter.program, selection.nodeIndex).children.length === childSelections.length;
    if (
      first !== undefined &&
      coversChildren &&
      selection.slotCount === 1 &&
      childSelections.every(isIdleLeaf)
    ) {
      builder.line(`q${baseSlot} = -2;`);
      readAge(first);
    } else {
      this.visitChildren(builder, selection, NO_NUMBERS, (child, offset) =>
        this.selectEventless(builder, child, baseSlot + offset),
      );
    }
    if (ownTransitions.length === 0) return;
    const slots = slotNames(baseSlot, selection.slotCount);
    builder.block(`if (${slots.map((name) => `${name} === -2`).join(" || ")})`, () => {
      if (slots.length === 1) {
        this.assignFirstEnabled(builder, ownTransitions, false, [baseSlot], NO_NUMBERS);
        return;
      }
      builder.line("let q = -2;");
      for (const [position, transitionIndex] of ownTransitions.entries()) {
        const condition = this.guardCondition(transitionIndex, false, NO_NUMBERS);
        builder.line(
          `${position === 0 ? "" : "else "}${condition === undefined ? "" : `if (${condition}) `}q = ${transitionIndex};`,
        );
        if (condition === undefined) break;
      }
      for (const name of slots) builder.line(`if (${name} === -2) ${name} = q;`);
    });
  }

  private assignFirstEnabled(
    builder: SourceBuilder,
    ownTransitions: readonly number[],
    recordsIndex: boolean,
    slots: readonly number[],
    knownNumbers: KnownNumbers,
  ): void {
    for (const [position, transitionIndex] of ownTransitions.entries()) {
      const condition = this.guardCondition(transitionIndex, recordsIndex, knownNumbers);
      const assignment = slots.map((slotIndex) => `q${slotIndex} = ${transitionIndex};`).join(" ");
      builder.line(
        `${position === 0 ? "" : "else "}${condition === undefined ? "" : `if (${condition}) `}${assignment}`,
      );
      // Transitions after one that is always enabled are never tried.
      if (condition === undefined) break;
    }
  }
}

/** Returns the names of `slotCount` slots from `baseSlot`. */
export const slotNames = (baseSlot: number, slotCount: number, prefix = "q"): string[] =>
  Array.from({ length: slotCount }, (_, offset) => `${prefix}${baseSlot + offset}`);

/** Returns for each slot the transitions that it can hold. */
export const transitionsBySlot = (
  selection: SelectionTree,
  isParallel: (nodeIndex: number) => boolean,
  perLeaf: boolean,
): number[][] => {
  const slots: Set<number>[] = Array.from({ length: selection.slotCount }, () => new Set<number>());
  const visit = (parentSelection: SelectionTree, baseSlot: number): void => {
    let offset = 0;
    for (const child of parentSelection.childSelections) {
      visit(child, baseSlot + (isParallel(parentSelection.nodeIndex) ? offset : 0));
      offset += child.slotCount;
    }
    const reachableSlots = perLeaf ? parentSelection.slotCount : 1;
    for (let slotIndex = baseSlot; slotIndex < baseSlot + reachableSlots; slotIndex++)
      for (const transitionIndex of parentSelection.ownTransitions) slots[slotIndex]?.add(transitionIndex);
  };
  visit(selection, 0);
  return slots.map((transitions) => [...transitions].sort((a, b) => a - b));
};

/** Returns the condition for `type` matching a wildcard. */
export const wildcardCondition = (wildcard: string): string => {
  if (wildcard === "*") return "true";
  const prefix = wildcard.slice(0, -2);
  return `type === ${quote(prefix)} || type.startsWith(${quote(`${prefix}.`)})`;
};
