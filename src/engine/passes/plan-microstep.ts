import { guardCanThrow, simplifyGuard } from "../ir/guard-logic.js";
import type { Operation, Operations } from "../ir/plan.js";
import type { Program, ProgramTransition } from "../ir/program.js";
import {
  canThrow,
  effectsOf,
  nodeAt,
  runInOrder,
  runsOnlyItsActions,
  transitionAt,
} from "../ir/program-queries.js";
import { certainSlots, type EventCase } from "./case-split.js";
import { deferredSelections } from "./deferred-selection.js";
import type { ExecutionFacts } from "./execution-facts.js";
import type { EffectOptions, EffectPlanner } from "./plan-effects.js";
import { emptySlot, SelectionPlanner } from "./plan-selection.js";
import { runIf, switchOn } from "./plan-tests.js";
import type { SelectionTree } from "./selection-tree.js";
import { transitionsBySlot } from "./slots.js";

/** Plans one microstep: the selection of its transitions, and their effects. */
export class MicrostepPlanner {
  readonly program: Program;
  readonly facts: ExecutionFacts;
  readonly effects: EffectPlanner;
  readonly selection: SelectionPlanner;

  constructor(effects: EffectPlanner) {
    this.program = effects.program;
    this.facts = effects.facts;
    this.effects = effects;
    this.selection = new SelectionPlanner(effects.program, effects.facts);
  }

  /** Plans the effects of a transition that is taken alone. */
  transitionBody(transition: ProgramTransition, options: EffectOptions): Operations {
    const { effects, facts, program } = this;
    const entryThrows = transition.entered.some((nodeIndex) => {
      const { entry, initial } = nodeAt(program, nodeIndex);
      return [...entry, ...initial].some(canThrow);
    });
    const comparesMoves = facts.canFinish && options.notesMoves && transition.sets.length > 0;
    const entersFinal = this.entersFinalState(transition);
    const renewed = effects.certainlyMoves(transition)
      ? effects.renewAges(transition)
      : runIf({ test: "moved" }, effects.renewAges(transition));
    return [
      ...when(comparesMoves, { op: "remember" }),
      ...effects.exitStates(transition, options),
      ...(facts.canFinish ? effects.clearVariables(transition, options) : []),
      ...effects.effects(transition.actions, {
        ...options,
        logsMerges: options.logsMerges || entryThrows,
      }),
      ...when(entersFinal, { op: "beginCompletion" }),
      ...effects.enterStates(transition, options),
      ...effects.setVariables(transition, options),
      ...when(comparesMoves, { op: "compare" }),
      ...(entersFinal && !runsOnlyItsActions(program, transition)
        ? runIf({ test: "done" }, [{ op: "exitAll" }])
        : []),
      ...renewed,
    ];
  }

  private entersFinalState({ entered }: ProgramTransition): boolean {
    return entered.some((nodeIndex) => nodeAt(this.program, nodeIndex).type === "final");
  }

  /** Plans one case of an event, from its selection to its end. */
  microstep(eventCase: EventCase, options: EffectOptions): Operations {
    return eventCase.selection.slotCount === 1
      ? this.singleTransition(eventCase, options)
      : this.transitionSet(eventCase, options);
  }

  private singleTransition(eventCase: EventCase, options: EffectOptions): Operations {
    const callsGuards = this.callsGuards(eventCase);
    const take = (transitionIndex: number): Operations => {
      options.route?.begin();
      return [
        ...when(callsGuards, { op: "forgetName" }),
        ...this.transitionBody(transitionAt(this.program, transitionIndex), options),
        { op: "record", transitions: [transitionIndex] },
      ];
    };
    const certain = certainSlots(this.program, eventCase).get(0);
    if (certain !== undefined) return take(certain);
    return [
      {
        op: "block",
        body: this.selection.selectOne(eventCase, (index) => [...take(index), { op: "leave" }]),
      },
    ];
  }

  private transitionSet(eventCase: EventCase, options: EffectOptions): Operations {
    const { facts, program } = this;
    const slots = this.slotTransitionsOf(eventCase);
    const canConflict = this.canConflict(slots);
    const certain = canConflict ? new Map<number, number>() : certainSlots(program, eventCase);
    const openSlots = [...slots.keys()].filter((slot) => !certain.has(slot));
    const deferred =
      canConflict || facts.canFinish
        ? new Map<number, SelectionTree>()
        : deferredSelections(program, eventCase, certain);
    const callsGuards = this.callsGuards(eventCase);
    const record: Operation = {
      op: "record",
      transitions: [...slots.keys()].map((slot) => certain.get(slot) ?? { slot }),
    };
    const planDeferred = (
      slot: number,
      planTransition: (transition: ProgramTransition) => Operations,
    ): Operations | undefined => {
      const selection = deferred.get(slot);
      if (selection === undefined) return undefined;
      const chosen: number[] = [];
      const branchCase = { knownNumbers: eventCase.knownNumbers, selection };
      this.selection.selectDeferred(branchCase, (index) => {
        chosen.push(index);
        return [];
      });
      const bodies = alternatives(
        options,
        chosen.map((index) => () => planTransition(transitionAt(program, index))),
      );
      let next = 0;
      return [
        ...this.selection.selectDeferred(branchCase, (index) => [
          { op: "fill", slots: [slot], from: index },
          ...when(callsGuards && slot === 0, { op: "forgetName" }),
          ...(bodies[next++] as Operations),
        ]),
        // A guard may have been evaluated and false.
        ...when(callsGuards && slot === 0, { op: "forgetName" }),
      ];
    };
    return [
      ...when(openSlots.length > 0, { op: "declare", slots: openSlots }),
      ...this.selection.selectSlots(eventCase, new Set([...certain.keys(), ...deferred.keys()])),
      ...when(callsGuards && !deferred.has(0), { op: "forgetName" }),
      ...when(canConflict, record),
      ...this.removeConflicts(slots),
      ...this.runTransitionSet(slots, certain, options, planDeferred),
      ...when(!canConflict, record),
    ];
  }

  /** Returns for each slot of a case the transitions that it can hold. */
  slotTransitionsOf({ selection }: EventCase): number[][] {
    return transitionsBySlot(
      selection,
      (nodeIndex) => nodeAt(this.program, nodeIndex).type === "parallel",
      false,
    );
  }

  /** Returns true if transitions of two slots can conflict. */
  canConflict(slots: readonly (readonly number[])[]): boolean {
    const slotTransitions = slots.flat();
    return slotTransitions.some((transitionIndex) =>
      transitionAt(this.program, transitionIndex).conflicts.some((otherIndex) =>
        slotTransitions.includes(otherIndex),
      ),
    );
  }

  /** Plans the removal of transitions that conflict with an earlier slot: no source is a descendant of another. */
  private removeConflicts(slots: readonly (readonly number[])[]): Operations {
    return slots.flatMap((slotTransitions, slot) =>
      slots.slice(0, slot).flatMap((earlierTransitions, earlierSlot): Operations => {
        const conflictsOf = (transitionIndex: number) =>
          transitionAt(this.program, transitionIndex).conflicts.filter((otherIndex) =>
            earlierTransitions.includes(otherIndex),
          );
        const branches = slotTransitions
          .filter((transitionIndex) => conflictsOf(transitionIndex).length > 0)
          .map(
            (transitionIndex) =>
              [
                transitionIndex,
                runIf({ test: "holds", slot: earlierSlot, transitions: conflictsOf(transitionIndex) }, [
                  emptySlot(slot),
                ]),
              ] as const,
          );
        return runIf({ test: "holds", slot: earlierSlot }, switchOn({ slot }, branches));
      }),
    );
  }

  /** Plans the effects of the transitions in the slots. */
  private runTransitionSet(
    slots: readonly (readonly number[])[],
    certain: ReadonlyMap<number, number>,
    options: EffectOptions,
    planDeferred: (
      slot: number,
      planTransition: (transition: ProgramTransition) => Operations,
    ) => Operations | undefined,
  ): Operations {
    const { effects, facts, program } = this;
    const slotLists = slots.map((slotTransitions) =>
      slotTransitions.map((transitionIndex) => transitionAt(program, transitionIndex)),
    );
    const forSlot = (
      slot: number,
      planTransition: (transition: ProgramTransition) => Operations,
    ): Operations => {
      const found = certain.get(slot);
      if (found !== undefined) return planTransition(transitionAt(program, found));
      const transitions = slotLists[slot] ?? [];
      const bodies = alternatives(
        options,
        transitions.map((transition) => () => planTransition(transition)),
      );
      return switchOn(
        { slot },
        transitions.map(({ index }, branch) => [index, bodies[branch] as Operations] as const),
      );
    };
    const inOrder = (planTransition: (transition: ProgramTransition) => Operations): Operations =>
      [...slotLists.keys()].flatMap((slot) => forSlot(slot, planTransition));
    const all = slotLists.flat();
    const comparesMoves = facts.canFinish && options.notesMoves;
    const logged = { ...options, logsMerges: true };
    const body: Operations =
      runInOrder(program, slotLists) && !facts.canFinish
        ? [...slotLists.keys()].flatMap((slot) => {
            const laterThrows = slotLists
              .slice(slot + 1)
              .flat()
              .some((transition) => effectsOf(program, transition).some(canThrow));
            const innerOptions = { ...options, logsMerges: options.logsMerges || laterThrows };
            const planTransition = (transition: ProgramTransition): Operations => [
              ...effects.effects(transition.actions, innerOptions),
              ...effects.enterStates(transition, innerOptions),
              ...effects.setVariables(transition, innerOptions),
              ...(options.notesMoves ? [] : effects.renewAges(transition)),
            ];
            return planDeferred(slot, planTransition) ?? forSlot(slot, planTransition);
          })
        : [
            ...when(comparesMoves, { op: "remember" }),
            ...[...slotLists.keys()]
              .reverse()
              .flatMap((slot) => forSlot(slot, (transition) => effects.exitStates(transition, logged))),
            ...(facts.canFinish ? inOrder((transition) => effects.clearVariables(transition, logged)) : []),
            ...inOrder(({ actions }) => effects.effects(actions, logged)),
            ...when(
              all.some((transition) => this.entersFinalState(transition)),
              { op: "beginCompletion" },
            ),
            ...inOrder((transition) => [
              ...effects.enterStates(transition, logged),
              ...effects.setVariables(transition, logged),
              ...(options.notesMoves ? [] : effects.renewAges(transition)),
            ]),
            ...when(comparesMoves, { op: "compare" }),
            ...(facts.canFinish ? runIf({ test: "done" }, [{ op: "exitAll" }]) : []),
          ];
    const renewsAges = options.notesMoves && all.some((transition) => effects.entersAgedLeaf(transition));
    return [
      ...body,
      ...(renewsAges
        ? runIf(
            { test: "moved" },
            inOrder((transition) => effects.renewAges(transition)),
          )
        : []),
    ];
  }

  /** Returns true if the selection calls functions of the machine. */
  callsGuards({ knownNumbers, selection }: EventCase): boolean {
    const callsGuard = (transitionIndex: number) => {
      const { guard } = transitionAt(this.program, transitionIndex);
      return guard !== undefined && guardCanThrow(simplifyGuard(this.program, guard, knownNumbers));
    };
    return (
      selection.ownTransitions.some(callsGuard) ||
      selection.childSelections.some((child) => this.callsGuards({ knownNumbers, selection: child }))
    );
  }
}

/** Returns an operation if a condition of the plan holds. */
const when = (isWanted: boolean, operation: Operation): Operations => (isWanted ? [operation] : []);

/** Plans alternatives, of which at most one runs. */
const alternatives = (
  { route }: EffectOptions,
  branches: readonly (() => Operations)[],
): readonly Operations[] =>
  route === undefined ? branches.map((planBranch) => planBranch()) : route.alternatives(branches);
