import type { CaseDecision, CasePlan, EventPlan, Routine, UndoPlan } from "../ir/plan.js";
import { effectsOf, transitionAt } from "../ir/program-queries.js";
import { type CaseTree, type EventCase, flattenCases, splitCases } from "./case-split.js";
import { RouteTracker } from "./plan-effects.js";
import type { MicrostepPlanner } from "./plan-microstep.js";
import { routineOf } from "./routine.js";
import { selectionFor } from "./selection-tree.js";
import { planMacrostepUndo, planMicrostepUndo, planStepUndo } from "./undo-plan.js";

/** Of an event that shares code, and answers by an emission: the values that it may save for itself. */
const SMALL_UNDO = 7;

const sizeOfUndo = ({ keys, variables, ages }: UndoPlan): number =>
  keys.length + variables.length + ages.length;

/** Plans the cases of events. */
export class CasePlanner {
  private readonly microsteps: MicrostepPlanner;

  constructor(microsteps: MicrostepPlanner) {
    this.microsteps = microsteps;
  }

  /** @param sharesUndo - true if what follows the event undoes its changes in code that events share. */
  event(descriptor: string, sharesUndo: boolean): EventPlan {
    const { program } = this.microsteps;
    const selection = selectionFor(program, descriptor);
    if (selection === undefined) return { descriptor, decision: undefined, cases: [] };
    const cases = splitCases(program, selection);
    let caseIndex = 0;
    const decide = (tree: CaseTree): CaseDecision =>
      "branches" in tree
        ? {
            variable: tree.variable,
            branches: tree.branches.map(([value, inner]) => [value, decide(inner)] as const),
          }
        : { case: caseIndex++ };
    return {
      descriptor,
      decision: decide(cases),
      cases: flattenCases(cases).map((eventCase) => this.eventCase(eventCase, sharesUndo)),
    };
  }

  private eventCase(eventCase: EventCase, sharesUndo: boolean): CasePlan {
    const { program, facts, effects } = this.microsteps;
    const slotTransitions = this.microsteps.slotTransitionsOf(eventCase);
    const slots = slotTransitions.map((indexes) => indexes.map((index) => transitionAt(program, index)));
    // The first emission of a raised event would come after those of the events before it.
    const returnsEmission =
      !facts.usesRaiseQueue &&
      slots.flat().some((transition) => effectsOf(program, transition).some(({ kind }) => kind === "emit"));
    const whole = facts.canContinue
      ? planMacrostepUndo(program, facts, effects.parts, slots.flat())
      : undefined;
    const step = whole && sharesUndo ? planStepUndo(program, facts, slots.flat()) : undefined;
    const sharesFollowing = step !== undefined && returnsEmission && sizeOfUndo(step) <= SMALL_UNDO;
    const follow = step !== undefined && !sharesFollowing ? "all" : (step ?? whole);
    const notesMoves = effects.mustNoteMoves(slots.flat());
    const body = this.microsteps.microstep(eventCase, {
      logsMerges: follow !== undefined,
      notesMoves,
      notesAssigns: false,
      route: returnsEmission ? new RouteTracker() : undefined,
    });
    const microstep: Routine = routineOf(notesMoves ? [{ op: "beginMove" }, ...body] : body);
    return {
      known: [...eventCase.knownNumbers],
      microstep,
      undo:
        follow === undefined
          ? planMicrostepUndo(program, slots, this.microsteps.canConflict(slotTransitions))
          : undefined,
      follow,
      sharesUndo: sharesFollowing,
      returnsEmission,
      namesErrors: this.microsteps.callsGuards(eventCase),
    };
  }
}
