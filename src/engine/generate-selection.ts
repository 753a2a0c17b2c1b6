import type { Selection } from "./events.js";
import type { Case } from "./generate-cases.js";
import type { StepWriter } from "./generate-steps.js";
import type { Text } from "./generate-text.js";
import { guardCanThrow, guardUnder, type Known } from "./guard-logic.js";
import { nodeAt, transitionAt } from "./layout.js";

const NOTHING: Known = new Map();

/** Slots by their places. */
type Slots = Pick<ReadonlySet<number>, "has">;

/** Writes the text that finds out which transitions an event takes. */
export class SelectionWriter {
  private readonly steps: StepWriter;

  constructor(steps: StepWriter) {
    this.steps = steps;
  }

  /** A guard as a condition that notes, in `at`, whose it is while it can throw. */
  private condition(index: number, noted: boolean, known: Known): string | undefined {
    const { guard } = transitionAt(this.steps.program, index);
    if (guard === undefined) return undefined;
    const left = guardUnder(this.steps.program, guard, known);
    if (left.kind === "constant" && left.value) return undefined;
    const text = this.steps.guard(left);
    return noted && guardCanThrow(left) ? `(at = ${index}, ${text})` : text;
  }

  /** Visits the active child, or all of them. */
  private visit(
    text: Text,
    selection: Selection,
    known: Known,
    inner: (child: Selection, base: number) => void,
  ): void {
    const { program } = this.steps;
    const { variable } = nodeAt(program, selection.node);
    if (known.has(variable)) {
      for (const child of selection.inner) inner(child, 0);
      return;
    }
    if (variable >= 0) {
      text.choose(
        `r.s${variable}`,
        selection.inner.map((child) => [nodeAt(program, child.node).value, () => inner(child, 0)] as const),
      );
      return;
    }
    let base = 0;
    for (const child of selection.inner) {
      inner(child, base);
      base += child.width;
    }
  }

  /** For a case that takes one transition at most: `take` writes what happens, and must leave the block. */
  direct(text: Text, { known, selection }: Case, take: (index: number) => void): void {
    this.visit(text, selection, known, (child) => this.direct(text, { known, selection: child }, take));
    for (const index of selection.own) {
      const condition = this.condition(index, true, known);
      text.block(condition === undefined ? "" : `if (${condition})`, () => take(index));
    }
  }

  /** For a region of which {@link latePartsOf} says that it may look late: `take` writes what happens then. */
  late(text: Text, { known, selection }: Case, take: (index: number) => void): void {
    this.visit(text, selection, known, (child) => this.late(text, { known, selection: child }, take));
    text.chain(
      selection.own.map((index) => [this.condition(index, true, known), () => take(index)] as const),
    );
  }

  /**
   * For a case that takes several: the variables `q0`, `q1`, ... get the transitions in document order. For `certain` slots nothing
   * is looked up.
   */
  slots(text: Text, { known, selection }: Case, certain: Slots, base = 0): void {
    const { own, width, inner } = selection;
    if (certain.has(base) && width === 1) return;
    this.visit(text, selection, known, (child, offset) =>
      this.slots(text, { known, selection: child }, certain, base + offset),
    );
    const isCertain = Array.from({ length: width }, (_, at) => base + at).some((at) => certain.has(at));
    if (own.length === 0 || isCertain) return;
    const write = () => this.chain(text, own, true, [base], known);
    if (inner.length === 0) write();
    else
      text.block(
        `if (${names(base, width)
          .map((name) => `${name} < 0`)
          .join(" && ")})`,
        write,
      );
  }

  /**
   * For eventless transitions: each active leaf looks for its own, upwards. A slot is -2 where a leaf has found
   * nothing, and -1 where there is no leaf. `a0`, `a1`, ... get the ages of the leaves.
   */
  eventless(text: Text, selection: Selection, base = 0): void {
    const { own, inner } = selection;
    const slotted = (leaf: Selection) => {
      const slot = this.steps.layout.slots.get(leaf.node);
      if (slot !== undefined) text.line(`a${base} = r.k${slot};`);
    };
    const isIdleLeaf = (each: Selection) => each.inner.length === 0 && each.own.length === 0;
    if (inner.length === 0) {
      text.line(`q${base} = -2;`);
      slotted(selection);
      this.chain(text, own, false, [base], NOTHING);
      return;
    }
    const [first] = inner;
    const whole = nodeAt(this.steps.program, selection.node).children.length === inner.length;
    if (first !== undefined && whole && selection.width === 1 && inner.every(isIdleLeaf)) {
      text.line(`q${base} = -2;`);
      slotted(first);
    } else {
      this.visit(text, selection, NOTHING, (child, offset) => this.eventless(text, child, base + offset));
    }
    if (own.length === 0) return;
    const slots = names(base, selection.width);
    text.block(`if (${slots.map((name) => `${name} === -2`).join(" || ")})`, () => {
      if (slots.length === 1) {
        this.chain(text, own, false, [base], NOTHING);
        return;
      }
      text.line("let q = -2;");
      for (const [at, index] of own.entries()) {
        const condition = this.condition(index, false, NOTHING);
        text.line(
          `${at === 0 ? "" : "else "}${condition === undefined ? "" : `if (${condition}) `}q = ${index};`,
        );
        if (condition === undefined) break;
      }
      for (const name of slots) text.line(`if (${name} === -2) ${name} = q;`);
    });
  }

  private chain(
    text: Text,
    own: readonly number[],
    noted: boolean,
    slots: readonly number[],
    known: Known,
  ): void {
    for (const [at, index] of own.entries()) {
      const condition = this.condition(index, noted, known);
      const assignment = slots.map((slot) => `q${slot} = ${index};`).join(" ");
      text.line(
        `${at === 0 ? "" : "else "}${condition === undefined ? "" : `if (${condition}) `}${assignment}`,
      );
      // What stands behind one that always holds is never tried.
      if (condition === undefined) break;
    }
  }
}

/** The names of `count` slots from `base`. */
export const names = (base: number, count: number, letter = "q"): string[] =>
  Array.from({ length: count }, (_, offset) => `${letter}${base + offset}`);

/** For each slot the transitions that it can hold. */
export const holders = (
  selection: Selection,
  isParallel: (node: number) => boolean,
  perLeaf: boolean,
): number[][] => {
  const slots: Set<number>[] = Array.from({ length: selection.width }, () => new Set<number>());
  const visit = (at: Selection, base: number): void => {
    let offset = 0;
    for (const child of at.inner) {
      visit(child, base + (isParallel(at.node) ? offset : 0));
      offset += child.width;
    }
    const reach = perLeaf ? at.width : 1;
    for (let slot = base; slot < base + reach; slot++) for (const index of at.own) slots[slot]?.add(index);
  };
  visit(selection, 0);
  return slots.map((slot) => [...slot].sort((a, b) => a - b));
};

/** Whether a wildcard covers `type`, as JavaScript. */
export const coverCondition = (wildcard: string): string => {
  if (wildcard === "*") return "true";
  const prefix = wildcard.slice(0, -2);
  return `type === ${JSON.stringify(prefix)} || type.startsWith(${JSON.stringify(`${prefix}.`)})`;
};
