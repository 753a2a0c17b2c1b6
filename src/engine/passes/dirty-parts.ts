import { guardCanThrow } from "../ir/guard-logic.js";
import type { PartReads } from "../ir/plan.js";
import type { DeclaredReads, Effect, Guard, Program, ProgramTransition } from "../ir/program.js";
import { activeCondition, effectsOf, nodeAt, numbersAtSource, transitionAt } from "../ir/program-queries.js";
import { callsIn } from "./constant-guards.js";
import { Enabling } from "./enabling.js";
import type { ExecutionFacts } from "./execution-facts.js";
import { hasIndependentSlots } from "./independence.js";
import { type SelectionTree, transitionsOf } from "./selection-tree.js";

/** The number of bits that hold which parts are dirty: V8 keeps so many in a small integer. */
const BIT_COUNT = 30;

type StateNumber = readonly [variable: number, value: number];

/** A part of the eventless selection, with its bit and what it reads. */
export interface DirtyPart {
  readonly selection: SelectionTree;
  readonly firstSlot: number;
  readonly bit: number;
  readonly reads: PartReads;
  /** The same for each of its transitions, by index. */
  readonly readsByTransition: ReadonlyMap<number, PartReads>;
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

/** Returns what can enable an eventless transition, or have its guard call a function. */
const readsOf = (program: Program, transitionIndex: number): PartReads => {
  const collector = new ReadCollector();
  const { source, guard } = transitionAt(program, transitionIndex);
  collector.add("entered", activeCondition(program, source));
  addStates(program, guard, collector, false, guardCanThrow(guard));
  for (const { fn, params } of callsIn(guard)) {
    collector.addFunction(program.reads[fn]);
    if (params !== undefined && "fn" in params) collector.addFunction(program.reads[params.fn]);
  }
  return collector.reads;
};

/** Returns what can enable any of some transitions. */
const union = (all: readonly PartReads[]): PartReads => {
  const distinct = (numbers: readonly StateNumber[]) => [
    ...new Map(numbers.map((stateNumber) => [stateNumber.join(), stateNumber])).values(),
  ];
  return {
    entered: distinct(all.flatMap(({ entered }) => entered)),
    left: distinct(all.flatMap(({ left }) => left)),
    fields: all.some(({ fields }) => fields === undefined)
      ? undefined
      : [...new Set(all.flatMap(({ fields }) => fields ?? []))].sort(),
    event: all.some(({ event }) => event),
  };
};

/** The parts of the eventless selection, and which of them a transition makes dirty. */
export class DirtyParts {
  readonly parts: readonly DirtyPart[];
  /** The bits of all parts. */
  readonly all: number;
  /** The bits of those that read the event. */
  readonly event: number;
  private readonly program: Program;
  private readonly enabling: Enabling | undefined;
  /** The results of {@link dirtiedBy}, by transition. */
  private readonly dirtied = new Map<number, number>();

  constructor(program: Program, facts: ExecutionFacts) {
    const { eventless } = facts;
    this.program = program;
    const selections = eventless === undefined ? [] : partsOf(program, eventless);
    let firstSlot = 0;
    this.parts = selections.map((selection, index) => {
      const readsByTransition = new Map(
        transitionsOf(selection).map((transitionIndex) => [
          transitionIndex,
          readsOf(program, transitionIndex),
        ]),
      );
      const part: DirtyPart = {
        selection,
        firstSlot,
        // Of more parts than there are bits, neighbours share one.
        bit:
          1 << (selections.length <= BIT_COUNT ? index : Math.floor((index * BIT_COUNT) / selections.length)),
        reads: union([...readsByTransition.values()]),
        readsByTransition,
      };
      firstSlot += selection.slotCount;
      return part;
    });
    this.enabling = hasIndependentSlots(program, facts) ? new Enabling(program, selections) : undefined;
    this.all = this.bitsWhere(() => true);
    this.event = this.bitsWhere(({ reads }) => reads.event);
  }

  /** Returns the transitions of a part after which it need not look, unless another transition makes it dirty. */
  quietOf(part: DirtyPart): readonly number[] {
    return transitionsOf(part.selection).filter((index) =>
      this.isQuiet(part, transitionAt(this.program, index)),
    );
  }

  /** Returns the bits of the parts that must look after a transition: it changes what they read, and can enable a transition there. */
  dirtiedBy(transition: ProgramTransition): number {
    const known = this.dirtied.get(transition.index);
    if (known !== undefined) return known;
    const bits = this.bitsWhere(
      (part) =>
        !this.isQuiet(part, transition) &&
        [...part.readsByTransition].some(
          ([index, reads]) =>
            this.changes(transition, reads) && this.enabling?.canEnable(transition, index) !== false,
        ),
    );
    this.dirtied.set(transition.index, bits);
    return bits;
  }

  /** Returns true if a part need not look after a transition of its own. */
  private isQuiet(part: DirtyPart, transition: ProgramTransition): boolean {
    const { bit, selection } = part;
    return (
      this.enabling !== undefined &&
      selection.slotCount === 1 &&
      this.parts.every((other) => other === part || other.bit !== bit) &&
      transitionsOf(selection).includes(transition.index) &&
      !transitionsOf(selection).some((index) => this.enabling?.canGoOn(transition, index))
    );
  }

  /** Returns true if a transition changes something that is read, so that it may enable what reads it. */
  private changes(transition: ProgramTransition, { entered, left, fields }: PartReads): boolean {
    const known = numbersAtSource(this.program, transition);
    return (
      effectsOf(this.program, transition).some((effect) => changesFields(effect, fields)) ||
      transition.sets.some(([variable, value]) => {
        const before = known.get(variable);
        return (
          before !== value &&
          (entered.some((read) => read[0] === variable && read[1] === value) ||
            left.some(
              (read) =>
                read[0] === variable && (before === undefined ? read[1] !== value : read[1] === before),
            ))
        );
      })
    );
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

  private bitsWhere(isIncluded: (part: DirtyPart) => boolean): number {
    return this.parts.filter(isIncluded).reduce((bits, { bit }) => bits | bit, 0);
  }
}

/** Returns true if an effect may change one of some fields, or undefined for any. */
const changesFields = (effect: Effect, fields: PartReads["fields"]): boolean => {
  switch (effect.kind) {
    case "set":
      return fields === undefined || effect.keys.some(({ key }) => fields.includes(key));
    case "assign":
      return fields === undefined || fields.length > 0;
    case "call":
      // A plain function may change data that an undeclared guard reads.
      return fields === undefined;
    default:
      return false;
  }
};

const holds = ({ ownTransitions, childSelections }: SelectionTree, transitionIndex: number): boolean =>
  ownTransitions.includes(transitionIndex) || childSelections.some((child) => holds(child, transitionIndex));

/** Returns the regions of the root, if it has no eventless transition of its own; else one part. */
const partsOf = (program: Program, eventless: SelectionTree): readonly SelectionTree[] =>
  eventless.ownTransitions.length > 0 || nodeAt(program, eventless.nodeIndex).type !== "parallel"
    ? [eventless]
    : eventless.childSelections;
