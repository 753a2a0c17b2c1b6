import type {
  EventlessPlan,
  PartPlan,
  PhasePlan,
  RunOrder,
  TogetherPlan,
  TransitionPlan,
} from "../ir/plan.js";
import type { ProgramTransition } from "../ir/program.js";
import { exitableNodes, nodeAt, transitionAt } from "../ir/program-queries.js";
import { type DirtyPart, numbersAtSource } from "./dirty-parts.js";
import type { EffectOptions } from "./plan-effects.js";
import type { MicrostepPlanner } from "./plan-microstep.js";
import type { SharedTests } from "./plan-tests.js";
import { routineOf } from "./routine.js";
import { runOrders } from "./run-order.js";
import { slotsFrom, transitionsBySlot } from "./slots.js";

/** Plans the eventless transitions of a machine. */
export class EventlessPlanner {
  private readonly microsteps: MicrostepPlanner;

  constructor(microsteps: MicrostepPlanner) {
    this.microsteps = microsteps;
  }

  plan(sharedTests: SharedTests): EventlessPlan | undefined {
    const { facts, program, effects } = this.microsteps;
    const { eventless } = facts;
    if (eventless === undefined) return undefined;
    const slots = transitionsBySlot(
      eventless,
      (nodeIndex) => nodeAt(program, nodeIndex).type === "parallel",
      true,
    );
    const transitions = [...new Set(slots.flat())]
      .sort((a, b) => a - b)
      .map((transitionIndex) => transitionAt(program, transitionIndex));
    const { parts } = effects.parts;
    const slotsOf = ({ firstSlot, selection }: DirtyPart) =>
      slots.slice(firstSlot, firstSlot + selection.slotCount);
    const transitionsByPart = parts.map((part) =>
      [...new Set(slotsOf(part).flat())].map((transitionIndex) => transitionAt(program, transitionIndex)),
    );
    const together = slots.length > 1 ? this.together(slots, transitions) : undefined;
    const orders = runOrders(program, effects, transitionsByPart);
    return {
      slotCount: slots.length,
      parts: parts.map((part, index) => ({
        ...this.part(part, slots.length, sharedTests),
        transitions: (transitionsByPart[index] ?? []).map((transition) => transition.index),
        acting: (transitionsByPart[index] ?? [])
          .filter(({ actions }) => actions.length > 0)
          .map((transition) => transition.index),
        order: together?.isIndependent ? (orders[index] as RunOrder) : "in phases",
      })),
      transitions: transitions.map((transition) => this.transition(transition)),
      together,
    };
  }

  private part(
    { selection, bit, reads, firstSlot }: DirtyPart,
    slotCount: number,
    sharedTests: SharedTests,
  ): Omit<PartPlan, "transitions" | "acting" | "order"> {
    const own = slotsFrom(firstSlot, selection.slotCount);
    const body = this.microsteps.selection.selectEventless(selection, firstSlot, slotCount);
    return {
      path: nodeAt(this.microsteps.program, selection.nodeIndex).path,
      bit,
      reads,
      firstSlot,
      slotCount: selection.slotCount,
      selection: routineOf([
        { op: "declare", slots: own.length > 1 ? [...own, slotCount] : own },
        ...sharedTests.share(body),
        { op: "answer", firstSlot, slotCount: selection.slotCount, ages: slotCount > 1 },
      ]),
    };
  }

  /** Plans a transition that is taken alone. What is certain need not be noted while it runs. */
  private transition(transition: ProgramTransition): TransitionPlan {
    const { program, facts, effects } = this.microsteps;
    const known = numbersAtSource(program, transition);
    const assigns = [
      ...transition.actions,
      ...transition.entered.flatMap((nodeIndex) => nodeAt(program, nodeIndex).entry),
    ].some(({ kind }) => kind === "set" || kind === "assign");
    const isCertain = ([variable]: readonly [number, number]) => known.has(variable);
    const moves = effects.certainlyMoves(transition);
    const cannotMove =
      !facts.canFinish &&
      transition.sets.every((set) => isCertain(set) && known.get(set[0]) === set[1]) &&
      (transition.domain === undefined ||
        exitableNodes(program, transition.domain).every(({ exit }) => exit.length === 0));
    const changes = assigns || moves ? true : cannotMove ? false : "unknown";
    const isNoted = !moves && (changes === "unknown" || (!cannotMove && effects.entersAgedLeaf(transition)));
    const options: EffectOptions = {
      logsMerges: true,
      notesMoves: isNoted,
      notesAssigns: changes === "unknown",
    };
    return {
      index: transition.index,
      changes,
      routine: routineOf([
        { op: "record", transitions: [transition.index] },
        ...(isNoted ? [{ op: "beginMove" } as const] : []),
        ...this.microsteps.transitionBody(transition, options),
      ]),
    };
  }

  private together(
    slots: readonly (readonly number[])[],
    transitions: readonly ProgramTransition[],
  ): TogetherPlan {
    const { effects, facts } = this.microsteps;
    const isIndependent = this.isIndependent(slots, transitions);
    const changes = transitions.every((transition) => this.transition(transition).changes === true);
    const notesMoves = !changes || effects.mustNoteMoves(transitions);
    const options: EffectOptions = { logsMerges: true, notesMoves, notesAssigns: !changes };
    const phase = (planTransition: (transition: ProgramTransition) => ReturnType<typeof routineOf>["body"]) =>
      transitions
        .map((transition) => [transition.index, routineOf(planTransition(transition))] as const)
        .filter(([, { body }]) => body.length > 0);
    const none: PhasePlan = [];
    return {
      isIndependent,
      changes,
      notesMoves,
      leave: isIndependent ? none : phase((transition) => effects.exitStates(transition, options)),
      clear:
        isIndependent || !facts.canFinish
          ? none
          : phase((transition) => effects.clearVariables(transition, options)),
      act: phase(({ actions }) => effects.effects(actions, options)),
      enter: phase((transition) => [
        ...effects.enterStates(transition, options),
        ...effects.setVariables(transition, options),
        ...(notesMoves ? [] : effects.renewAges(transition)),
      ]),
      renew: notesMoves ? phase((transition) => effects.renewAges(transition)) : none,
    };
  }

  /**
   * Returns true if transitions of different slots are independent: they cannot conflict, there are no exit actions,
   * and states are entered in the order of the slots.
   */
  private isIndependent(
    slots: readonly (readonly number[])[],
    transitions: readonly ProgramTransition[],
  ): boolean {
    const { facts, program } = this.microsteps;
    if (facts.canFinish || transitions.length < slots.flat().length) return false;
    const hasExitActions = ({ domain }: ProgramTransition) =>
      domain !== undefined && exitableNodes(program, domain).some(({ exit }) => exit.length > 0);
    if (transitions.some(hasExitActions)) return false;
    let lastDomain = -1;
    for (const slotTransitions of slots) {
      const own = slotTransitions.map((transitionIndex) => transitionAt(program, transitionIndex));
      const domains = own.flatMap(({ domain }) => (domain === undefined ? [] : [domain]));
      if (domains.some((domain) => domain < lastDomain)) return false;
      if (own.some(({ conflicts }) => conflicts.some((other) => !slotTransitions.includes(other))))
        return false;
      lastDomain = Math.max(lastDomain, ...domains);
    }
    return true;
  }
}
