import type { RawNode, RawTransition } from "../../../engine/internal.js";

/** Returns a state and all its descendants, in document order. */
export const selfAndDescendants = (stateNode: RawNode): RawNode[] => [
  stateNode,
  ...Object.values(stateNode.states).flatMap(selfAndDescendants),
];

/** Returns the ancestors of a state, the nearest first, up to `endNode`, which is left out. */
function ancestorsOf(stateNode: RawNode, endNode?: RawNode): RawNode[] {
  const stateNodes: RawNode[] = [];
  for (
    let ancestor = stateNode.parent;
    ancestor !== undefined && ancestor !== endNode;
    ancestor = ancestor.parent
  )
    stateNodes.push(ancestor);
  return stateNodes;
}

const isDescendant = (stateNode: RawNode, outerNode: RawNode): boolean =>
  ancestorsOf(stateNode).includes(outerNode);

/** Returns the domain of a transition: the least common ancestor of its source and its targets. */
function domainOf({ source, target, reenter }: RawTransition): RawNode | undefined {
  const [firstTarget, ...otherTargets] = target ?? [];
  if (firstTarget === undefined) return undefined;
  const staysInSource = (target ?? []).every(
    (stateNode) => stateNode === source || isDescendant(stateNode, source),
  );
  if (!reenter && staysInSource) return source;
  const commonAncestor = ancestorsOf(firstTarget).find((outerNode) =>
    [...otherTargets, source].every((stateNode) => isDescendant(stateNode, outerNode)),
  );
  return commonAncestor ?? ancestorsOf(source).at(-1) ?? source;
}

/** Returns true if a transition exits its own source and enters it again. */
const leavesItself = (transition: RawTransition): boolean =>
  transition.reenter && domainOf(transition) === transition.source;

/** Returns true if the exit sets of two transitions intersect: then only the first is taken. */
export function isConflict(earlier: RawTransition, laterTransition: RawTransition): boolean {
  const [earlierDomain, laterDomain] = [domainOf(earlier), domainOf(laterTransition)];
  if (earlierDomain === undefined || laterDomain === undefined) return false;
  if (
    earlierDomain !== laterDomain &&
    !isDescendant(earlierDomain, laterDomain) &&
    !isDescendant(laterDomain, earlierDomain)
  )
    return false;
  const [innerDomain, transition] = isDescendant(laterDomain, earlierDomain)
    ? [laterDomain, laterTransition]
    : [earlierDomain, earlier];
  return innerDomain.type === "atomic" ? earlierDomain !== laterDomain && leavesItself(transition) : true;
}

/** Returns the states that a transition may exit, in exit order. */
export function exitSetOf(transition: RawTransition): RawNode[] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const stateNodes = selfAndDescendants(domain);
  return (leavesItself(transition) ? stateNodes : stateNodes.slice(1)).reverse();
}

/** Returns the states that a transition enters, in document order. */
export function entrySetOf(transition: RawTransition): RawNode[] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const stateNodes = new Set<RawNode>();
  for (const target of transition.target ?? []) {
    const isSelfTarget = target === transition.source && target === domain;
    if (!isSelfTarget || transition.reenter) stateNodes.add(target);
  }
  const addDefaultEntry = (stateNode: RawNode): void => {
    for (const childNode of initialChildrenOf(stateNode)) {
      stateNodes.add(childNode);
      addDefaultEntry(childNode);
    }
  };
  const isEntered = (childNode: RawNode): boolean =>
    stateNodes.has(childNode) || [...stateNodes].some((stateNode) => isDescendant(stateNode, childNode));
  const nodesBetween = (target: RawNode): RawNode[] => (target === domain ? [] : ancestorsOf(target, domain));
  for (const target of transition.target ?? []) {
    addDefaultEntry(target);
    for (const stateNode of nodesBetween(target)) stateNodes.add(stateNode);
  }
  for (const target of transition.target ?? [])
    for (const stateNode of [...nodesBetween(target), domain])
      if (stateNode.type === "parallel" && stateNode !== target)
        for (const childNode of Object.values(stateNode.states))
          if (!isEntered(childNode)) {
            stateNodes.add(childNode);
            addDefaultEntry(childNode);
          }
  return selfAndDescendants(domain).filter((stateNode) => stateNodes.has(stateNode));
}

/** Returns the children that are entered by default: none, one, or each region. */
export function initialChildrenOf(stateNode: RawNode): readonly RawNode[] {
  if (stateNode.type === "parallel") return Object.values(stateNode.states);
  return stateNode.type === "compound" ? stateNode.initial.target : [];
}

/** Returns the active child of each compound state in a transition's domain after it was taken; undefined if the state is not active. */
export function childUpdatesOf(transition: RawTransition): [node: RawNode, child: RawNode | undefined][] {
  const domain = domainOf(transition);
  if (domain === undefined) return [];
  const stateNodes = new Set(entrySetOf(transition));
  return selfAndDescendants(domain)
    .filter(({ type }) => type === "compound")
    .map((stateNode) => [
      stateNode,
      Object.values(stateNode.states).find((childNode) => stateNodes.has(childNode)),
    ]);
}
