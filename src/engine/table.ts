import type { EventObject } from "xstate";
import type { Code, Handler } from "./code.js";
import { completer } from "./completion.js";
import type { Collector } from "./emissions.js";
import { classOf, isReserved, type Selection, selectionFor } from "./events.js";
import { isPlain, layoutOf, leavable, nodeAt } from "./layout.js";
import type { Links, Program, ProgramNode, ProgramTransition } from "./program.js";
import {
  byDomain,
  type Context,
  guardError,
  iterationError,
  noteNumber,
  rollBack,
  withoutConflicts,
} from "./runtime.js";
import { type Act, Steps, TableState, type Test } from "./table-steps.js";

interface TableTransition {
  readonly index: number;
  readonly guard: Test | undefined;
  readonly plain: boolean;
  readonly actions: readonly Act[];
  readonly sets: ProgramTransition["sets"];
  /** Exit actions of nodes that may be active, innermost first. */
  readonly exits: readonly { readonly active: Test | undefined; readonly acts: readonly Act[] }[];
  readonly entries: readonly {
    readonly node: number;
    /** The variable of the parent and what it becomes. */
    readonly variable: number;
    readonly value: number;
    readonly acts: readonly Act[];
    readonly final: boolean;
  }[];
  /** Where the ages of the leaves entered stand. */
  readonly ages: readonly number[];
}

interface TableSelection {
  /** -1 where all of `inner` is visited. */
  readonly variable: number;
  /** By the variable's value, or all. */
  readonly inner: readonly (TableSelection | undefined)[];
  readonly own: readonly TableTransition[];
  readonly leaf: number;
}

/** Runs a program by walking it: needs no `eval` and works under any content security policy. */
export const tableCode = (program: Program, links: Links): Code<TableState> => {
  const layout = layoutOf(program);
  const steps = new Steps(program, links);
  const count = program.variables.length;
  const complete = completer<TableState>(program, links, (state, variable) => state.numbers[variable] ?? 0);

  const exitsOf = (nodes: readonly ProgramNode[]) =>
    nodes
      .filter(({ exit }) => exit.length > 0)
      .reverse()
      .map((node) => ({ active: steps.isActive(node.index), acts: steps.steps(node.exit) }));
  const allExits = exitsOf(program.nodes);

  const transitions = program.transitions.map((transition): TableTransition => {
    const { index, guard, domain, sets } = transition;
    return {
      index,
      guard: guard === undefined ? undefined : steps.guard(guard),
      plain: isPlain(program, transition) && !layout.ends,
      actions: steps.steps(transition.actions),
      sets,
      exits: domain === undefined ? [] : exitsOf(leavable(program, domain)),
      entries: transition.entered.map((node) => {
        const { value, parent, entry, initial, type } = nodeAt(program, node);
        return {
          node,
          variable: value === 0 ? -1 : nodeAt(program, parent).variable,
          value,
          acts: steps.steps(transition.initials.includes(node) ? [...entry, ...initial] : entry),
          final: type === "final",
        };
      }),
      ages: transition.entered
        .map((node) => layout.slots.get(node))
        .filter((slot) => slot !== undefined)
        .map((slot) => count + slot),
    };
  });

  const selectionOf = (selection: Selection | undefined): TableSelection | undefined => {
    if (selection === undefined) return undefined;
    const { variable, children } = nodeAt(program, selection.node);
    const slot = layout.slots.get(selection.node);
    const inner: (TableSelection | undefined)[] = [];
    if (variable >= 0) for (let value = 0; value <= children.length; value++) inner.push(undefined);
    for (const each of selection.inner) {
      const made = selectionOf(each);
      if (variable < 0) inner.push(made);
      else inner[nodeAt(program, each.node).value] = made;
    }
    return {
      variable,
      inner,
      own: selection.own.map((index) => transitions[index] as TableTransition),
      leaf: slot === undefined ? count : count + slot,
    };
  };

  const classes = new Map(
    [...program.events, ...program.wildcards].map((type) => [type, selectionOf(selectionFor(program, type))]),
  );
  const lookUp = (type: string): TableSelection | undefined => {
    const known = classes.get(type);
    if (known !== undefined || classes.has(type)) return known;
    const found = classOf(program, type);
    return found === undefined ? undefined : classes.get(found);
  };
  const eventless = selectionOf(layout.eventless);

  const select = (selection: TableSelection, state: TableState, chosen: TableTransition[]): boolean => {
    const { variable, inner, own } = selection;
    if (variable >= 0) {
      const child = inner[state.numbers[variable] as number];
      if (child !== undefined && select(child, state, chosen)) return true;
    } else {
      let any = false;
      for (const child of inner) if (select(child as TableSelection, state, chosen)) any = true;
      if (any) return true;
    }
    for (const transition of own) {
      if (transition.guard === undefined || passes(transition, state)) {
        chosen.push(transition);
        return true;
      }
    }
    return false;
  };

  const passes = (transition: TableTransition, state: TableState): unknown => {
    try {
      return transition.guard?.(state);
    } catch (error) {
      throw guardError(program, transition.index, state.args.event, error);
    }
  };

  /** Every active leaf's first eventless transition that is enabled, from the leaf upwards. */
  const selectEventless = (state: TableState): TableTransition[] => {
    const found: { readonly age: number; readonly transition: TableTransition }[] = [];
    const visit = (selection: TableSelection, above: readonly TableTransition[]): void => {
      const { variable, inner, own, leaf } = selection;
      const candidates = own.length === 0 ? above : [...own, ...above];
      const next = variable >= 0 ? [inner[state.numbers[variable] as number]] : inner;
      if (inner.length > 0) {
        for (const child of next) if (child !== undefined) visit(child, candidates);
        return;
      }
      const transition = candidates.find(({ guard }) => guard === undefined || guard(state));
      if (transition !== undefined) found.push({ age: state.numbers[leaf] ?? 0, transition });
    };
    if (eventless !== undefined) visit(eventless, []);
    if (found.length > 1) found.sort((a, b) => a.age - b.age);
    return [...new Set(found.map(({ transition }) => transition))];
  };

  const prune = (chosen: readonly TableTransition[]): readonly TableTransition[] =>
    chosen.length < 2
      ? chosen
      : withoutConflicts(
          program,
          chosen.map(({ index }) => index),
        ).map((index) => transitions[index] as TableTransition);

  const setNumber = (state: TableState, what: number, value: number): void => {
    const before = state.numbers[what] as number;
    if (before === value) return;
    noteNumber(state, what, before);
    state.numbers[what] = value;
    state.moved = true;
  };

  const age = (state: TableState, ages: readonly number[]): void => {
    for (const at of ages) {
      noteNumber(state, at, state.numbers[at] as number);
      state.numbers[at] = ++state.clock;
    }
  };

  const run = (acts: readonly Act[], state: TableState, emitted: Collector<EventObject>): void => {
    for (const act of acts) act(state, emitted);
  };

  const runExits = (
    exits: TableTransition["exits"],
    state: TableState,
    emitted: Collector<EventObject>,
  ): void => {
    for (const { active, acts } of exits)
      if (active === undefined || active(state)) run(acts, state, emitted);
  };

  const microstep = (
    chosen: readonly TableTransition[],
    state: TableState,
    emitted: Collector<EventObject>,
  ): void => {
    state.moved = false;
    state.assigned = false;
    const ordered =
      chosen.length < 2
        ? chosen
        : byDomain(
            program,
            chosen.map(({ index }) => index),
          ).map((index) => transitions[index] as TableTransition);
    if (chosen.every(({ plain }) => plain)) {
      for (const { actions } of chosen) run(actions, state, emitted);
      for (const { sets } of chosen) for (const [variable, value] of sets) setNumber(state, variable, value);
    } else {
      const before = state.numbers.slice(0, count);
      for (let at = ordered.length - 1; at >= 0; at--) {
        runExits((ordered[at] as TableTransition).exits, state, emitted);
      }
      for (const { sets } of ordered) for (const [variable] of sets) setNumber(state, variable, 0);
      for (const { actions } of chosen) run(actions, state, emitted);
      const completed = new Set<number>();
      for (const { entries } of ordered) {
        for (const { node, variable, value, acts, final } of entries) {
          if (variable >= 0) setNumber(state, variable, value);
          run(acts, state, emitted);
          if (final) complete(state, node, completed);
        }
      }
      state.moved = before.some((value, variable) => value !== state.numbers[variable]);
      if (state.done) runExits(allExits, state, emitted);
    }
    if (state.moved) for (const { ages } of ordered) age(state, ages);
  };

  const take = (chosen: readonly TableTransition[], taken: object[] | undefined): void => {
    if (taken !== undefined) for (const { index } of chosen) taken.push(links.transitions[index] as object);
  };

  const stepOn = (
    selection: TableSelection | undefined,
    state: TableState,
    emitted: Collector<EventObject>,
    taken: object[] | undefined,
  ): void => {
    if (selection === undefined) return;
    const chosen: TableTransition[] = [];
    select(selection, state, chosen);
    if (chosen.length === 0) return;
    take(chosen, taken);
    microstep(prune(chosen), state, emitted);
  };

  const settle = (state: TableState, emitted: Collector<EventObject>, taken: object[] | undefined): void => {
    let iterations = 0;
    let tryEventless = true;
    state.settled = false;
    while (!state.done) {
      if (++iterations > links.maxIterations) throw iterationError(links.maxIterations);
      const chosen = tryEventless && eventless !== undefined ? prune(selectEventless(state)) : [];
      if (chosen.length > 0) {
        microstep(chosen, state, emitted);
        take(chosen, taken);
        tryEventless = state.moved || state.assigned || state.done;
        continue;
      }
      const event = state.queue.shift();
      if (event === undefined) break;
      state.args.event = event;
      stepOn(lookUp(event.type), state, emitted, taken);
      tryEventless = true;
    }
    state.queue.length = 0;
  };

  const put = (state: TableState, what: number, value: number): void => {
    state.numbers[what] = value;
  };

  const sendAs =
    (selection: TableSelection | undefined): Handler<TableState> =>
    (state, event, emitted, taken) => {
      if (state.done) return;
      const emittedBefore = emitted.length;
      const takenBefore = taken?.length ?? 0;
      state.undoSize = 0;
      state.args.event = event;
      try {
        stepOn(selection, state, emitted, taken);
        if (eventless !== undefined || layout.queues) settle(state, emitted, taken);
      } catch (error) {
        rollBack(state, put);
        emitted.length = emittedBefore;
        if (taken !== undefined) taken.length = takenBefore;
        throw error;
      }
    };

  const handlers = new Map([...classes].map(([type, selection]) => [type, sendAs(selection)]));
  const unhandled = sendAs(undefined);
  const handler = (type: string): Handler<TableState> => {
    const known = handlers.get(type);
    if (known !== undefined && type !== "*") return known;
    refuseType(type);
    const found = classOf(program, type);
    return (found === undefined ? undefined : handlers.get(found)) ?? unhandled;
  };

  return {
    create(context: Context) {
      const state = new TableState(context);
      state.numbers = new Array<number>(count + layout.slotCount).fill(0);
      return state;
    },
    read: (state) => state.numbers.slice(),
    write(state, numbers) {
      state.numbers = numbers.slice();
    },
    stands: (state, numbers) => {
      for (let at = 0; at < count; at++) if (state.numbers[at] !== numbers[at]) return false;
      return true;
    },
    send: (state, event, emitted, taken) => handler(event.type)(state, event, emitted, taken),
    groups: [],
    kinds: [],
    dispatcher: noGroup,
    port: noGroup,
    bind: (state, type) => {
      const take = handler(type);
      return (event, emitted, taken) => take(state, event, emitted, taken);
    },
  };
};

const noGroup = (): never => {
  throw new Error("There is no such group");
};

/** @throws Error for the types that no event may have. */
export const refuseType = (type: string): void => {
  if (type === "*") throw new Error("An event cannot have the wildcard type ('*')");
  if (isReserved(type))
    throw new Error(`An event cannot have the type '${type}': XState keeps it for actors`);
};
