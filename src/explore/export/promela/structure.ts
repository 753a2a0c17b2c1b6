import type { RawNode, RawTransition } from "../../../engine/internals.js";

/** A state and all within it, in document order. */
export const within = (node: RawNode): RawNode[] => [node, ...Object.values(node.states).flatMap(within)];

/** The states round a state, the nearest first, up to `end`, which is left out. */
function around(node: RawNode, end?: RawNode): RawNode[] {
  const nodes: RawNode[] = [];
  for (let at = node.parent; at !== undefined && at !== end; at = at.parent) nodes.push(at);
  return nodes;
}

export const isWithin = (node: RawNode, outer: RawNode): boolean => around(node).includes(outer);

/** The state that a transition leaves nothing outside of: the least one round its source and its targets. */
export function domainOf({ source, target, reenter }: RawTransition): RawNode | undefined {
  const [head, ...tail] = target ?? [];
  if (head === undefined) return undefined;
  const stays = (target ?? []).every((node) => node === source || isWithin(node, source));
  if (!reenter && stays) return source;
  const common = around(head).find((outer) => [...tail, source].every((node) => isWithin(node, outer)));
  return common ?? around(source).at(-1) ?? source;
}

/** Whether a transition leaves its own source to come back to it. */
const leavesItself = (transition: RawTransition): boolean =>
  transition.reenter && domainOf(transition) === transition.source;

/** Whether two transitions taken at once would leave a state in common: then the one that comes first is taken alone. */
export function conflict(one: RawTransition, other: RawTransition): boolean {
  const [a, b] = [domainOf(one), domainOf(other)];
  if (a === undefined || b === undefined) return false;
  if (a !== b && !isWithin(a, b) && !isWithin(b, a)) return false;
  const [inner, transition] = isWithin(b, a) ? [b, other] : [a, one];
  return inner.type === "atomic" ? a !== b && leavesItself(transition) : true;
}

/** The states that a transition may leave, in the order of leaving. */
export function left(transition: RawTransition): RawNode[] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const nodes = within(domain);
  return (leavesItself(transition) ? nodes : nodes.slice(1)).reverse();
}

/** The states that a transition enters, in document order. */
export function entered(transition: RawTransition): RawNode[] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const nodes = new Set<RawNode>();
  for (const target of transition.target ?? []) {
    const itself = target === transition.source && target === domain;
    if (!itself || transition.reenter) nodes.add(target);
  }
  const byDefault = (node: RawNode): void => {
    for (const child of initialOf(node)) {
      nodes.add(child);
      byDefault(child);
    }
  };
  const chosen = (child: RawNode): boolean =>
    nodes.has(child) || [...nodes].some((node) => isWithin(node, child));
  const between = (target: RawNode): RawNode[] => (target === domain ? [] : around(target, domain));
  for (const target of transition.target ?? []) {
    byDefault(target);
    for (const node of between(target)) nodes.add(node);
  }
  for (const target of transition.target ?? [])
    for (const node of [...between(target), domain])
      if (node.type === "parallel" && node !== target)
        for (const child of Object.values(node.states))
          if (!chosen(child)) {
            nodes.add(child);
            byDefault(child);
          }
  return within(domain).filter((node) => nodes.has(node));
}

/** The states in which one begins that is in this one: none, one, or each of its regions. */
export function initialOf(node: RawNode): readonly RawNode[] {
  if (node.type === "parallel") return Object.values(node.states);
  return node.type === "compound" ? node.initial.target : [];
}

/** The state of each compound state within a transition's domain once it is taken; undefined of one that is not active. */
export function moves(transition: RawTransition): [node: RawNode, child: RawNode | undefined][] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const nodes = new Set(entered(transition));
  return within(domain)
    .filter(({ type }) => type === "compound")
    .map((node) => [node, Object.values(node.states).find((child) => nodes.has(child))]);
}
