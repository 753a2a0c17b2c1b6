import type { EventObject } from "xstate";
import { descriptorFor, refuseReservedType } from "../ir/event-descriptors.js";
import type { Links, Program, ProgramNode, ProgramTransition } from "../ir/program.js";
import { exitableNodes, nodeAt, runsOnlyItsActions } from "../ir/program-queries.js";
import { executionFacts } from "../passes/execution-facts.js";
import { type SelectionTree, selectionFor } from "../passes/selection-tree.js";
import { createCompletion } from "../runtime/completion.js";
import { removeConflicts, sortByDomain } from "../runtime/conflicts.js";
import type { Collector } from "../runtime/emissions.js";
import type { EventFunction, Executable } from "../runtime/executable.js";
import { guardError, iterationError } from "../runtime/run-errors.js";
import type { Context } from "../runtime/run-state.js";
import { logStateNumber, rollBack } from "../runtime/undo-log.js";
import { ClosureCompiler, type EffectClosure, type GuardClosure, TableState } from "./closures.js";

interface TableTransition {
  readonly index: number;
  readonly guard: GuardClosure | undefined;
  readonly runsOnlyActions: boolean;
  readonly actions: readonly EffectClosure[];
  readonly sets: ProgramTransition["sets"];
  /** Exit actions of nodes that may be active, innermost first. */
  readonly exits: readonly {
    readonly isActive: GuardClosure | undefined;
    readonly effects: readonly EffectClosure[];
  }[];
  readonly entries: readonly {
    readonly node: number;
    /** The variable of the parent and its new value. */
    readonly variable: number;
    readonly value: number;
    readonly effects: readonly EffectClosure[];
    readonly final: boolean;
  }[];
  /** The indexes of the ages of the entered leaves. */
  readonly ageIndexes: readonly number[];
}

interface TableSelection {
  /** The variable that selects the child; -1 if all children are visited. */
  readonly variable: number;
  /** The children by the variable's value, or all. */
  readonly childSelections: readonly (TableSelection | undefined)[];
  readonly ownTransitions: readonly TableTransition[];
  readonly ageIndex: number;
}

/** Returns an executable that walks a table: it needs no `eval` and works under any content security policy. */
export const tableExecutable = (program: Program, links: Links): Executable<TableState> => {
  const plan = executionFacts(program);
  const closures = new ClosureCompiler(program, links);
  const variableCount = program.variables.length;
  const complete = createCompletion<TableState>(
    program,
    links,
    (runState, variable) => runState.stateNumbers[variable] ?? 0,
  );

  const exitsOf = (nodes: readonly ProgramNode[]) =>
    nodes
      .filter(({ exit }) => exit.length > 0)
      .reverse()
      .map((stateNode) => ({
        isActive: closures.activeTest(stateNode.index),
        effects: closures.compileEffects(stateNode.exit),
      }));
  const allExits = exitsOf(program.nodes);

  const transitions = program.transitions.map((transition): TableTransition => {
    const { index, guard, domain, sets } = transition;
    return {
      index,
      guard: guard === undefined ? undefined : closures.compileGuard(guard),
      runsOnlyActions: runsOnlyItsActions(program, transition) && !plan.canFinish,
      actions: closures.compileEffects(transition.actions),
      sets,
      exits: domain === undefined ? [] : exitsOf(exitableNodes(program, domain)),
      entries: transition.entered.map((nodeIndex) => {
        const { value: stateNumber, parent, entry, initial, type: nodeType } = nodeAt(program, nodeIndex);
        return {
          node: nodeIndex,
          variable: stateNumber === 0 ? -1 : nodeAt(program, parent).variable,
          value: stateNumber,
          effects: closures.compileEffects(
            transition.initials.includes(nodeIndex) ? [...entry, ...initial] : entry,
          ),
          final: nodeType === "final",
        };
      }),
      ageIndexes: transition.entered
        .map((nodeIndex) => plan.ageSlots.get(nodeIndex))
        .filter((slotIndex) => slotIndex !== undefined)
        .map((slotIndex) => variableCount + slotIndex),
    };
  });

  const selectionOf = (selection: SelectionTree | undefined): TableSelection | undefined => {
    if (selection === undefined) return undefined;
    const { variable, children } = nodeAt(program, selection.nodeIndex);
    const slotIndex = plan.ageSlots.get(selection.nodeIndex);
    const childSelections: (TableSelection | undefined)[] = [];
    if (variable >= 0)
      for (let stateNumber = 0; stateNumber <= children.length; stateNumber++)
        childSelections.push(undefined);
    for (const childSelection of selection.childSelections) {
      const childEntry = selectionOf(childSelection);
      if (variable < 0) childSelections.push(childEntry);
      else childSelections[nodeAt(program, childSelection.nodeIndex).value] = childEntry;
    }
    return {
      variable,
      childSelections,
      ownTransitions: selection.ownTransitions.map(
        (transitionIndex) => transitions[transitionIndex] as TableTransition,
      ),
      ageIndex: slotIndex === undefined ? variableCount : variableCount + slotIndex,
    };
  };

  const selectionsByType = new Map(
    [...program.events, ...program.wildcards].map((eventType) => [
      eventType,
      selectionOf(selectionFor(program, eventType)),
    ]),
  );
  const selectionForType = (eventType: string): TableSelection | undefined => {
    const knownSelection = selectionsByType.get(eventType);
    if (knownSelection !== undefined || selectionsByType.has(eventType)) return knownSelection;
    const descriptor = descriptorFor(program, eventType);
    return descriptor === undefined ? undefined : selectionsByType.get(descriptor);
  };
  const eventless = selectionOf(plan.eventless);

  const select = (selection: TableSelection, runState: TableState, selected: TableTransition[]): boolean => {
    const { variable, childSelections, ownTransitions } = selection;
    if (variable >= 0) {
      const child = childSelections[runState.stateNumbers[variable] as number];
      if (child !== undefined && select(child, runState, selected)) return true;
    } else {
      let hasSelected = false;
      for (const child of childSelections)
        if (select(child as TableSelection, runState, selected)) hasSelected = true;
      if (hasSelected) return true;
    }
    for (const transition of ownTransitions) {
      if (transition.guard === undefined || isEnabled(transition, runState)) {
        selected.push(transition);
        return true;
      }
    }
    return false;
  };

  const isEnabled = (transition: TableTransition, runState: TableState): unknown => {
    try {
      return transition.guard?.(runState);
    } catch (error) {
      throw guardError(program, transition.index, runState.args.event, error);
    }
  };

  /** Returns the first enabled eventless transition of every active leaf, from the leaf upwards. */
  const selectEventless = (runState: TableState): TableTransition[] => {
    const enabled: { readonly age: number; readonly transition: TableTransition }[] = [];
    const visit = (selection: TableSelection, ancestorTransitions: readonly TableTransition[]): void => {
      const { variable, childSelections, ownTransitions, ageIndex } = selection;
      const candidates =
        ownTransitions.length === 0 ? ancestorTransitions : [...ownTransitions, ...ancestorTransitions];
      const visited =
        variable >= 0 ? [childSelections[runState.stateNumbers[variable] as number]] : childSelections;
      if (childSelections.length > 0) {
        for (const child of visited) if (child !== undefined) visit(child, candidates);
        return;
      }
      const transition = candidates.find(({ guard }) => guard === undefined || guard(runState));
      if (transition !== undefined) enabled.push({ age: runState.stateNumbers[ageIndex] ?? 0, transition });
    };
    if (eventless !== undefined) visit(eventless, []);
    if (enabled.length > 1) enabled.sort((a, b) => a.age - b.age);
    return [...new Set(enabled.map(({ transition }) => transition))];
  };

  const withoutConflicts = (selected: readonly TableTransition[]): readonly TableTransition[] =>
    selected.length < 2
      ? selected
      : removeConflicts(
          program,
          selected.map(({ index }) => index),
        ).map((transitionIndex) => transitions[transitionIndex] as TableTransition);

  const setNumber = (runState: TableState, numberIndex: number, stateNumber: number): void => {
    const previousValue = runState.stateNumbers[numberIndex] as number;
    if (previousValue === stateNumber) return;
    logStateNumber(runState, numberIndex, previousValue);
    runState.stateNumbers[numberIndex] = stateNumber;
    runState.moved = true;
  };

  const renewAges = (runState: TableState, ageIndexes: readonly number[]): void => {
    for (const ageIndex of ageIndexes) {
      logStateNumber(runState, ageIndex, runState.stateNumbers[ageIndex] as number);
      runState.stateNumbers[ageIndex] = ++runState.clock;
    }
  };

  const runEffects = (
    effects: readonly EffectClosure[],
    runState: TableState,
    emitted: Collector<EventObject>,
  ): void => {
    for (const effect of effects) effect(runState, emitted);
  };

  const runExits = (
    exits: TableTransition["exits"],
    runState: TableState,
    emitted: Collector<EventObject>,
  ): void => {
    for (const { isActive, effects } of exits)
      if (isActive === undefined || isActive(runState)) runEffects(effects, runState, emitted);
  };

  const microstep = (
    selected: readonly TableTransition[],
    runState: TableState,
    emitted: Collector<EventObject>,
  ): void => {
    runState.moved = false;
    runState.assigned = false;
    const ordered =
      selected.length < 2
        ? selected
        : sortByDomain(
            program,
            selected.map(({ index }) => index),
          ).map((transitionIndex) => transitions[transitionIndex] as TableTransition);
    if (selected.every(({ runsOnlyActions: onlyActions }) => onlyActions)) {
      for (const { actions } of selected) runEffects(actions, runState, emitted);
      for (const { sets } of selected)
        for (const [variable, stateNumber] of sets) setNumber(runState, variable, stateNumber);
    } else {
      const previousNumbers = runState.stateNumbers.slice(0, variableCount);
      for (let index = ordered.length - 1; index >= 0; index--) {
        runExits((ordered[index] as TableTransition).exits, runState, emitted);
      }
      for (const { sets } of ordered) for (const [variable] of sets) setNumber(runState, variable, 0);
      for (const { actions } of selected) runEffects(actions, runState, emitted);
      const completed = new Set<number>();
      for (const { entries } of ordered) {
        for (const { node: nodeIndex, variable, value: stateNumber, effects, final } of entries) {
          if (variable >= 0) setNumber(runState, variable, stateNumber);
          runEffects(effects, runState, emitted);
          if (final) complete(runState, nodeIndex, completed);
        }
      }
      runState.moved = previousNumbers.some(
        (stateNumber, variable) => stateNumber !== runState.stateNumbers[variable],
      );
      if (runState.done) runExits(allExits, runState, emitted);
    }
    if (runState.moved) for (const { ageIndexes } of ordered) renewAges(runState, ageIndexes);
  };

  const recordSelected = (selected: readonly TableTransition[], recorded: object[] | undefined): void => {
    if (recorded !== undefined)
      for (const { index: transitionIndex } of selected)
        recorded.push(links.transitions[transitionIndex] as object);
  };

  const selectAndRun = (
    selection: TableSelection | undefined,
    runState: TableState,
    emitted: Collector<EventObject>,
    selected: object[] | undefined,
  ): void => {
    if (selection === undefined) return;
    const enabled: TableTransition[] = [];
    select(selection, runState, enabled);
    if (enabled.length === 0) return;
    recordSelected(enabled, selected);
    microstep(withoutConflicts(enabled), runState, emitted);
  };

  const runToStable = (
    runState: TableState,
    emitted: Collector<EventObject>,
    selected: object[] | undefined,
  ): void => {
    let iterations = 0;
    let tryEventless = true;
    while (!runState.done) {
      if (++iterations > links.maxIterations) throw iterationError(links.maxIterations);
      const enabled =
        tryEventless && eventless !== undefined ? withoutConflicts(selectEventless(runState)) : [];
      if (enabled.length > 0) {
        microstep(enabled, runState, emitted);
        recordSelected(enabled, selected);
        tryEventless = runState.moved || runState.assigned || runState.done;
        continue;
      }
      const event = runState.queue.shift();
      if (event === undefined) break;
      runState.args.event = event;
      selectAndRun(selectionForType(event.type), runState, emitted, selected);
      tryEventless = true;
    }
    runState.queue.length = 0;
  };

  const restoreNumber = (runState: TableState, numberIndex: number, stateNumber: number): void => {
    runState.stateNumbers[numberIndex] = stateNumber;
  };

  const handlerFor =
    (selection: TableSelection | undefined): EventFunction<TableState> =>
    (runState, event, emitted, selected) => {
      if (runState.done) return;
      const emittedBefore = emitted.length;
      const selectedBefore = selected?.length ?? 0;
      runState.undoSize = 0;
      runState.dirty = -1;
      runState.args.event = event;
      try {
        selectAndRun(selection, runState, emitted, selected);
        if (eventless !== undefined || plan.usesRaiseQueue) runToStable(runState, emitted, selected);
      } catch (error) {
        rollBack(runState, restoreNumber);
        emitted.length = emittedBefore;
        if (selected !== undefined) selected.length = selectedBefore;
        throw error;
      }
    };

  const handlers = new Map(
    [...selectionsByType].map(([eventType, selection]) => [eventType, handlerFor(selection)]),
  );
  const unhandled = handlerFor(undefined);
  const handler = (eventType: string): EventFunction<TableState> => {
    const knownHandler = handlers.get(eventType);
    if (knownHandler !== undefined && eventType !== "*") return knownHandler;
    refuseReservedType(eventType);
    const descriptor = descriptorFor(program, eventType);
    return (descriptor === undefined ? undefined : handlers.get(descriptor)) ?? unhandled;
  };

  return {
    create(context: Context) {
      const runState = new TableState(context);
      runState.stateNumbers = new Array<number>(variableCount + plan.ageSlotCount).fill(0);
      return runState;
    },
    read: (runState) => runState.stateNumbers.slice(),
    write(runState, stateNumbers) {
      runState.stateNumbers = stateNumbers.slice();
    },
    stands: (runState, stateNumbers) => {
      for (let index = 0; index < variableCount; index++)
        if (runState.stateNumbers[index] !== stateNumbers[index]) return false;
      return true;
    },
    send: (runState, event, emitted, selected) => handler(event.type)(runState, event, emitted, selected),
    groups: [],
    kinds: [],
    port: throwNoGroup,
    bind: (runState, eventType) => {
      const take = handler(eventType);
      return (event, emitted, selected) => take(runState, event, emitted, selected);
    },
  };
};

const throwNoGroup = (): never => {
  throw new Error("There is no such group");
};
