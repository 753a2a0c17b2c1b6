import { eventlessSelection, type Selection } from "./events.js";
import type { Guard, Program, ProgramNode, ProgramTransition, Step } from "./program.js";

/** What both executors work out from a program before they make code of it. */
export interface Layout {
  readonly eventless: Selection | undefined;
  /** Whether anything can follow the first microstep of an event. */
  readonly follows: boolean;
  /** Whether a microstep can leave events in the queue. */
  readonly queues: boolean;
  /** Whether the machine, or a state of it, can come to its end. */
  readonly ends: boolean;
  /**
   * The slot of each leaf whose age decides when its eventless transition comes, where two can come at once. XState
   * tries the leaf that was entered first before the others, so this order is part of a run's state.
   */
  readonly slots: ReadonlyMap<number, number>;
  readonly slotCount: number;
  /** What eventless guards ask for; absent where there are none. */
  readonly watched: Watched | undefined;
}

/** What decides whether an eventless transition is enabled. */
export interface Watched {
  /** State variables. */
  readonly variables: ReadonlySet<number>;
  /** Whether guards call functions, which may look at the context and at the event. */
  readonly calls: boolean;
}

/** Every step that a transition may run, whatever is active. */
export const stepsOf = (program: Program, transition: ProgramTransition): Step[] => {
  const { domain, entered, initials } = transition;
  const steps = [...transition.actions];
  if (domain === undefined) return steps;
  for (const node of leavable(program, domain)) steps.push(...node.exit);
  for (const index of entered) steps.push(...nodeAt(program, index).entry);
  for (const index of initials) steps.push(...nodeAt(program, index).initial);
  return steps;
};

/** Every step of a program. */
export const everyStep = ({ nodes, transitions }: Program): Step[] => [
  ...transitions.flatMap(({ actions }) => actions),
  ...nodes.flatMap(({ entry, exit, initial }) => [...entry, ...exit, ...initial]),
];

export const nodeAt = (program: Program, index: number): ProgramNode => program.nodes[index] as ProgramNode;

export const transitionAt = (program: Program, index: number): ProgramTransition =>
  program.transitions[index] as ProgramTransition;

/** A node and all below it, in document order. */
export const subtree = (program: Program, index: number): readonly ProgramNode[] =>
  program.nodes.slice(index, nodeAt(program, index).last + 1);

/** The nodes that a transition with this domain leaves where they are active. */
export const leavable = (program: Program, domain: number): readonly ProgramNode[] =>
  domain < 0 ? program.nodes : subtree(program, domain).slice(1);

/**
 * What must hold for a node to be active: a variable's value, or nothing if it always is. A variable is 0 while its
 * node is not active, so one comparison says it of any depth.
 */
export const activity = (
  program: Program,
  index: number,
): readonly [variable: number, value: number] | undefined => {
  const node = nodeAt(program, index);
  if (node.parent < 0) return undefined;
  if (node.value === 0) return activity(program, node.parent);
  return [nodeAt(program, node.parent).variable, node.value];
};

/** Whether a transition does nothing but its own actions: it leaves and enters states that have none. */
export const isPlain = (program: Program, transition: ProgramTransition): boolean =>
  transition.domain === undefined ||
  (leavable(program, transition.domain).every((node) => node.exit.length === 0) &&
    transition.entered.every((index) => {
      const node = nodeAt(program, index);
      return node.entry.length === 0 && node.initial.length === 0 && node.type !== "final";
    }));

const variablesOf = (program: Program, guard: Guard | undefined): number[] => {
  switch (guard?.kind) {
    case undefined:
    case "constant":
      return [];
    case "in": {
      const found = activity(program, guard.node);
      return found === undefined ? [] : [found[0]];
    }
    case "not":
      return variablesOf(program, guard.guard);
    case "and":
    case "or":
      return guard.guards.flatMap((inner) => variablesOf(program, inner));
    default:
      return [];
  }
};

const calls = (guard: Guard | undefined): boolean => {
  if (guard?.kind === "not") return calls(guard.guard);
  if (guard?.kind === "and" || guard?.kind === "or") return guard.guards.some(calls);
  return guard?.kind === "call" || guard?.kind === "missing";
};

/** What a selection's states and guards ask for. */
export const watchedBy = (program: Program, selection: Selection): Watched => {
  const variables = new Set<number>();
  let any = false;
  const visit = ({ node, inner, own }: Selection): void => {
    const found = activity(program, node);
    if (found !== undefined) variables.add(found[0]);
    for (const index of own) {
      const { guard } = transitionAt(program, index);
      any ||= calls(guard);
      for (const variable of variablesOf(program, guard)) variables.add(variable);
    }
    inner.forEach(visit);
  };
  visit(selection);
  return { variables, calls: any };
};

const leafSlots = (program: Program, selection: Selection): Map<number, number> => {
  const slots = new Map<number, number>();
  const byPlace = new Map<number, number>();
  const visit = ({ node, inner }: Selection): void => {
    const { type, value, parent } = nodeAt(program, node);
    if (type === "atomic" || type === "final") {
      // Leaves of one compound state exclude each other, so they share a slot.
      const place = value === 0 ? node : parent;
      if (!byPlace.has(place)) byPlace.set(place, byPlace.size);
      slots.set(node, byPlace.get(place) as number);
    }
    inner.forEach(visit);
  };
  visit(selection);
  return slots;
};

export const layoutOf = (program: Program): Layout => {
  const eventless = eventlessSelection(program);
  const ends = program.nodes.some(({ type }) => type === "final");
  const slots =
    eventless !== undefined && eventless.width > 1
      ? leafSlots(program, eventless)
      : new Map<number, number>();
  const queues = ends || everyStep(program).some(({ kind }) => kind === "raise");
  return {
    eventless,
    ends,
    queues,
    follows: eventless !== undefined || queues,
    slots,
    slotCount: new Set(slots.values()).size,
    watched: eventless === undefined ? undefined : watchedBy(program, eventless),
  };
};
