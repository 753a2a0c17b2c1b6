import { guardCanThrow } from "../ir/guard-logic.js";
import type { PartReads } from "../ir/plan.js";
import type { DeclaredReads, Effect, Guard, Program, ProgramTransition } from "../ir/program.js";
import { activeCondition, effectsOf, nodeAt, transitionAt } from "../ir/program-queries.js";
import { callsIn } from "./constant-guards.js";
import type { SelectionTree } from "./selection-tree.js";

/** The number of bits that hold which parts are dirty: V8 keeps so many in a small integer. */
const BIT_COUNT = 30;

type StateNumber = readonly [variable: number, value: number];

/** A part of the eventless selection, with its bit and what it reads. */
export interface DirtyPart {
  readonly selection: SelectionTree;
  readonly firstSlot: number;
  readonly bit: number;
  readonly reads: PartReads;
}

/** Reads that are being collected. */
class ReadCollector {
  readonly entered = new Map<string, StateNumber>();
  readonly left = new Map<string, StateNumber>();
  readonly fields = new Set<string>();
  readsAnyField = false;
  event = false;

  add(target: "entered" | "left", stateNumber: StateNumber | undefined): void {
    if (stateNumber !== undefined) this[target].set(stateNumber.join(), stateNumber);
  }

  addFunction(reads: DeclaredReads | null | undefined): void {
    if (!reads) {
      this.readsAnyField = true;
      this.event = true;
      return;
    }
    for (const field of reads.context) this.fields.add(field);
    this.event ||= reads.event.length > 0;
  }

  get reads(): PartReads {
    return {
      entered: [...this.entered.values()],
      left: [...this.left.values()],
      fields: this.readsAnyField ? undefined : [...this.fields].sort(),
      event: this.event,
    };
  }
}

/**
 * Adds the states on which a guard depends: those that may make it true by becoming active, and by becoming inactive. If it
 * calls functions then whether they are called depends on states as well, and they may throw: both count.
 */
const addStates = (
  program: Program,
  guard: Guard | undefined,
  collector: ReadCollector,
  isNegated: boolean,
  countsBoth: boolean,
): void => {
  switch (guard?.kind) {
    case "in": {
      const condition = activeCondition(program, guard.node);
      if (!isNegated || countsBoth) collector.add("entered", condition);
      if (isNegated || countsBoth) collector.add("left", condition);
      break;
    }
    case "not":
      addStates(program, guard.guard, collector, !isNegated, countsBoth);
      break;
    case "and":
    case "or":
      for (const inner of guard.guards) addStates(program, inner, collector, isNegated, countsBoth);
  }
};

/** Returns what can enable an eventless transition of a selection. */
const readsOf = (program: Program, selection: SelectionTree): PartReads => {
  const collector = new ReadCollector();
  const visit = ({ nodeIndex, childSelections, ownTransitions }: SelectionTree): void => {
    if (ownTransitions.length > 0) collector.add("entered", activeCondition(program, nodeIndex));
    for (const transitionIndex of ownTransitions) {
      const { guard } = transitionAt(program, transitionIndex);
      addStates(program, guard, collector, false, guardCanThrow(guard));
      for (const { fn, params } of callsIn(guard)) {
        collector.addFunction(program.reads[fn]);
        if (params !== undefined && "fn" in params) collector.addFunction(program.reads[params.fn]);
      }
    }
    childSelections.forEach(visit);
  };
  visit(selection);
  return collector.reads;
};

/** The parts of the eventless selection, and which of them a transition makes dirty. */
export class DirtyParts {
  readonly parts: readonly DirtyPart[];
  /** The bits of all parts. */
  readonly all: number;
  /** The bits of those that read the event. */
  readonly event: number;
  private readonly program: Program;

  constructor(program: Program, eventless: SelectionTree | undefined) {
    this.program = program;
    const selections = eventless === undefined ? [] : partsOf(program, eventless);
    let firstSlot = 0;
    this.parts = selections.map((selection, index) => {
      const part: DirtyPart = {
        selection,
        firstSlot,
        // Of more parts than there are bits, neighbours share one.
        bit:
          1 << (selections.length <= BIT_COUNT ? index : Math.floor((index * BIT_COUNT) / selections.length)),
        reads: readsOf(program, selection),
      };
      firstSlot += selection.slotCount;
      return part;
    });
    this.all = this.bitsWhere(() => true);
    this.event = this.bitsWhere(({ reads }) => reads.event);
  }

  /** Returns the bits of the parts that must look after a transition. */
  dirtiedBy(transition: ProgramTransition): number {
    const known = numbersAtSource(this.program, transition);
    let bits = 0;
    for (const effect of effectsOf(this.program, transition)) bits |= this.dirtiedByEffect(effect);
    for (const [variable, value] of transition.sets) {
      const before = known.get(variable);
      if (before === value) continue;
      bits |= this.bitsWhere(
        ({ reads }) =>
          reads.entered.some((read) => read[0] === variable && read[1] === value) ||
          reads.left.some(
            (read) => read[0] === variable && (before === undefined ? read[1] !== value : read[1] === before),
          ),
      );
    }
    return bits;
  }

  /** Returns the bit of the part that a transition leaves without any eventless transition to try; 0 if that is not certain. */
  cleanedBy(transition: ProgramTransition): number {
    const part = this.parts.find(({ selection }) => holds(selection, transition.index));
    if (part === undefined || part.selection.slotCount > 1) return 0;
    if (this.parts.filter(({ bit }) => bit === part.bit).length > 1) return 0;
    const known = new Map([...numbersAtSource(this.program, transition), ...transition.sets]);
    const canSelect = ({ nodeIndex, ownTransitions, childSelections }: SelectionTree): boolean => {
      if (ownTransitions.length > 0) return true;
      const number = known.get(nodeAt(this.program, nodeIndex).variable);
      return childSelections.some(
        (child) =>
          (number === undefined || nodeAt(this.program, child.nodeIndex).value === number) &&
          canSelect(child),
      );
    };
    return canSelect(part.selection) ? 0 : part.bit;
  }

  private dirtiedByEffect(effect: Effect): number {
    switch (effect.kind) {
      case "set":
        return this.bitsWhere(
          ({ reads: { fields } }) =>
            fields === undefined || effect.keys.some(({ key }) => fields.includes(key)),
        );
      case "assign":
        return this.bitsWhere(({ reads: { fields } }) => fields === undefined || fields.length > 0);
      case "call":
        // A plain function may change data that an undeclared guard reads.
        return this.bitsWhere(({ reads: { fields } }) => fields === undefined);
      default:
        return 0;
    }
  }

  private bitsWhere(isIncluded: (part: DirtyPart) => boolean): number {
    return this.parts.filter(isIncluded).reduce((bits, { bit }) => bits | bit, 0);
  }
}

const holds = ({ ownTransitions, childSelections }: SelectionTree, transitionIndex: number): boolean =>
  ownTransitions.includes(transitionIndex) || childSelections.some((child) => holds(child, transitionIndex));

/** Returns the regions of the root, if it has no eventless transition of its own; else one part. */
const partsOf = (program: Program, eventless: SelectionTree): readonly SelectionTree[] =>
  eventless.ownTransitions.length > 0 || nodeAt(program, eventless.nodeIndex).type !== "parallel"
    ? [eventless]
    : eventless.childSelections;

/** Returns the state numbers that are certain while the source of a transition is active. */
export const numbersAtSource = (
  program: Program,
  { source }: ProgramTransition,
): ReadonlyMap<number, number> => {
  const known = new Map<number, number>();
  for (let node = nodeAt(program, source); node.parent >= 0; node = nodeAt(program, node.parent))
    if (node.value > 0) known.set(nodeAt(program, node.parent).variable, node.value);
  return known;
};
