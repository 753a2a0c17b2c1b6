import type { RawNode } from "../../../engine/internals.js";
import { initialOf, within } from "./structure.js";

/** A state's name in Promela: its path, `receiveFifo_holding`. */
export const nameOf = (node: RawNode): string => node.path.join("_") || node.key;

/** The variable that says which state of a compound one is active. */
export const variableOf = (node: RawNode): string =>
  node.parent?.type === "compound" ? `within_${nameOf(node)}` : nameOf(node);

/** The condition that a state is active. */
export function isIn(node: RawNode): string {
  const { parent } = node;
  if (parent === undefined) return "true";
  return parent.type === "compound" ? `(${variableOf(parent)} == ${nameOf(node)})` : isIn(parent);
}

/** The states that have one of several active: each is a variable, 0 while it is not active itself. */
export const variablesOf = (root: RawNode): RawNode[] =>
  within(root).filter(({ type }) => type === "compound");

/** The states in which a chart begins. */
export function begun(root: RawNode): ReadonlySet<RawNode> {
  const nodes = new Set<RawNode>([root]);
  for (const node of nodes) for (const child of initialOf(node)) nodes.add(child);
  return nodes;
}

/** Each region as a type of its own and a variable of that type. */
export function declarations(root: RawNode): string[] {
  const first = begun(root);
  return variablesOf(root).flatMap((node) => {
    const name = variableOf(node);
    const children = Object.values(node.states);
    const initial = children.find((child) => first.has(child));
    return [
      `mtype:${name} = { ${children.map(nameOf).join(", ")} };`,
      `mtype:${name} ${name}${initial ? ` = ${nameOf(initial)}` : ""};`,
    ];
  });
}
