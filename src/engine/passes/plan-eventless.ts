import type {
  EventlessPlan,
  Operations,
  PartPlan,
  PhasePlan,
  RunOrder,
  Test,
  TogetherPlan,
  TransitionPlan,
} from "../ir/plan.js";
import type { ProgramTransition } from "../ir/program.js";
import { entryEffects, exitableNodes, nodeAt, numbersAtSource, transitionAt } from "../ir/program-queries.js";
import type { DirtyPart } from "./dirty-parts.js";
import { eventlessSlots, hasIndependentSlots } from "./independence.js";
import type { EffectOptions } from "./plan-effects.js";
import type { MicrostepPlanner } from "./plan-microstep.js";
import { SharedTests } from "./plan-tests.js";
import { routineOf } from "./routine.js";
import { runOrders } from "./run-order.js";
import { slotsFrom } from "./slots.js";

/** Plans the eventless transitions of a machine. */
export class EventlessPlanner {
  private readonly microsteps: MicrostepPlanner;

  constructor(microsteps: MicrostepPlanner) {
    this.microsteps = microsteps;
  }

  /** Plans them, and the conditions that their selections share. */
  plan(): { readonly eventless: EventlessPlan | undefined; readonly sharedTests: readonly Test[] } {
    const { facts, program, effects } = this.microsteps;
    if (facts.eventless === undefined) return { eventless: undefined, sharedTests: [] };
    const slots = eventlessSlots(program, facts);
    const transitions = [...new Set(slots.flat())]
      .sort((a, b) => a - b)
      .map((transitionIndex) => transitionAt(program, transitionIndex));
    const { parts } = effects.parts;
    const slotsOf = ({ firstSlot, selection }: DirtyPart) =>
      slots.slice(firstSlot, firstSlot + selection.slotCount);
    const transitionsByPart = parts.map((part) =>
      [...new Set(slotsOf(part).flat())].map((transitionIndex) => transitionAt(program, transitionIndex)),
    );
    const together = slots.length > 1 ? this.together(transitions) : undefined;
    const orders = runOrders(program, effects, transitionsByPart);
    const selections = parts.map(({ selection, firstSlot }) =>
      this.microsteps.selection.selectEventless(selection, firstSlot, slots.length),
    );
    const sharedTests = new SharedTests(selections);
    const eventless: EventlessPlan = {
      slotCount: slots.length,
      parts: parts.map((part, index) => ({
        ...this.part(part, slots.length, sharedTests.share(selections[index] as Operations)),
        transitions: (transitionsByPart[index] ?? []).map((transition) => transition.index),
        acting: (transitionsByPart[index] ?? [])
          .filter(({ actions }) => actions.length > 0)
          .map((transition) => transition.index),
        quiet: effects.parts.quietOf(part),
        order: together?.isIndependent ? (orders[index] as RunOrder) : "in phases",
      })),
      transitions: transitions.map((transition) => this.transition(transition)),
      together,
    };
    return { eventless, sharedTests: sharedTests.tests };
  }

  private part(
    { selection, bit, reads, firstSlot }: DirtyPart,
    slotCount: number,
    body: Operations,
  ): Omit<PartPlan, "transitions" | "acting" | "quiet" | "order"> {
    const own = slotsFrom(firstSlot, selection.slotCount);
    return {
      path: nodeAt(this.microsteps.program, selection.nodeIndex).path,
      bit,
      reads,
      firstSlot,
      slotCount: selection.slotCount,
      selection: routineOf([
        { op: "declare", slots: own.length > 1 ? [...own, slotCount] : own },
        ...body,
        { op: "answer", firstSlot, slotCount: selection.slotCount, ages: slotCount > 1 },
      ]),
    };
  }

  /** Plans a transition that is taken alone. What is certain need not be noted while it runs. */
  private transition(transition: ProgramTransition): TransitionPlan {
    const { program, facts, effects } = this.microsteps;
    const known = numbersAtSource(program, transition);
    const assigns = [...transition.actions, ...entryEffects(program, transition)].some(
      ({ kind }) => kind === "set" || kind === "assign",
    );
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

  private together(transitions: readonly ProgramTransition[]): TogetherPlan {
    const { effects, facts, program } = this.microsteps;
    const isIndependent = hasIndependentSlots(program, facts);
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
}
