import type { Program, ProgramNode } from "./program.js";

/** Whether a descriptor stands for more events than the one it spells. */
export const isWildcard = (descriptor: string): boolean => {
  if (descriptor === "*") return true;
  const parts = descriptor.split(".");
  return parts.length > 1 && parts.indexOf("*") === parts.length - 1;
};

/** Whether XState keeps events of `type` for actors, which a machine alone does not have. */
export const isReserved = (type: string): boolean =>
  type === "xstate.init" || type === "xstate.stop" || type.startsWith("xstate.error.actor");

/** Whether a wildcard descriptor stands for events of `type`: `a.*` does for `a`, `a.b` and `a.b.c`. */
export const covers = (wildcard: string, type: string): boolean => {
  if (wildcard === "*") return true;
  const prefix = wildcard.slice(0, -2);
  return type === prefix || (type.startsWith(prefix) && type[prefix.length] === ".");
};

/**
 * The descriptor that decides what an event of `type` does: the type itself where some state spells it, else the
 * longest wildcard that covers it. Two events with the same one have the same candidates in every state.
 */
export const classOf = (program: Program, type: string): string | undefined =>
  program.events.includes(type) ? type : program.wildcards.find((wildcard) => covers(wildcard, type));

/** The transitions of a node for an event of `type`, in the order in which they are tried. */
const candidates = (program: Program, node: ProgramNode, type: string): number[] => {
  const found = [
    ...node.on.filter(({ event }) => event === type),
    ...node.on
      .filter(({ event }) => event !== type && isWildcard(event) && covers(event, type))
      .sort((a, b) => b.event.length - a.event.length),
  ].flatMap(({ transitions }) => transitions);
  return reachable(program, found);
};

/** What stands behind a transition without a guard is never tried. */
const reachable = (program: Program, transitions: readonly number[]): number[] => {
  const end = transitions.findIndex((index) => program.transitions[index]?.guard === undefined);
  return end < 0 ? [...transitions] : transitions.slice(0, end + 1);
};

/** Where to look for transitions: only the nodes that have some, or that lead to such. */
export interface Selection {
  readonly node: number;
  /** The children worth visiting. */
  readonly inner: readonly Selection[];
  /** Tried after the children have given nothing, in order. */
  readonly own: readonly number[];
  /** How many transitions at most can be selected here at once. */
  readonly width: number;
}

/** Where to look for transitions for an event of `type`; nothing where no state handles it. */
export const selectionFor = (program: Program, type: string): Selection | undefined => {
  const visit = (index: number): Selection | undefined => {
    const node = program.nodes[index] as ProgramNode;
    const inner = node.children.map(visit).filter((found) => found !== undefined);
    const own = candidates(program, node, type);
    if (inner.length === 0 && own.length === 0) return undefined;
    const widths = inner.map(({ width }) => width);
    const width =
      node.type === "parallel" ? widths.reduce((sum, each) => sum + each, 0) : Math.max(1, ...widths);
    return { node: index, inner, own, width: Math.max(1, width) };
  };
  return visit(0);
};

/**
 * Where to look for eventless transitions. Each active leaf looks for its own, upwards, so a leaf without any is
 * here where a state above it has some.
 */
export const eventlessSelection = (program: Program): Selection | undefined => {
  const visit = (index: number, wanted: boolean): Selection | undefined => {
    const node = program.nodes[index] as ProgramNode;
    const own = reachable(program, node.always);
    const here = wanted || own.length > 0;
    const inner = node.children.map((child) => visit(child, here)).filter((found) => found !== undefined);
    if (!here && inner.length === 0) return undefined;
    const widths = inner.map(({ width }) => width);
    const width =
      node.type === "parallel" ? widths.reduce((sum, each) => sum + each, 0) : Math.max(1, ...widths);
    return { node: index, inner, own, width: Math.max(1, width) };
  };
  return visit(0, false);
};
