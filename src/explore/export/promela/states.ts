import type { RawNode } from "../../../engine/internal.js";
import { initialChildrenOf, selfAndDescendants } from "./structure.js";

/** Returns a state's name in Promela: its path, `receiveFifo_holding`. */
export const stateIdentifier = (stateNode: RawNode): string => stateNode.path.join("_") || stateNode.key;

/** Returns the variable for the active child of a compound state. */
export const stateVariable = (stateNode: RawNode): string =>
  stateNode.parent?.type === "compound" ? `within_${stateIdentifier(stateNode)}` : stateIdentifier(stateNode);

/** Returns the condition that a state is active. */
export function activeCondition(stateNode: RawNode): string {
  const { parent } = stateNode;
  if (parent === undefined) return "true";
  return parent.type === "compound"
    ? `(${stateVariable(parent)} == ${stateIdentifier(stateNode)})`
    : activeCondition(parent);
}

/** Returns the compound states: each is a variable, 0 while the state is not active. */
export const compoundStatesOf = (rootNode: RawNode): RawNode[] =>
  selfAndDescendants(rootNode).filter(({ type }) => type === "compound");

/** Returns the states of the initial configuration. */
function initialStatesOf(rootNode: RawNode): ReadonlySet<RawNode> {
  const stateNodes = new Set<RawNode>([rootNode]);
  for (const stateNode of stateNodes)
    for (const childNode of initialChildrenOf(stateNode)) stateNodes.add(childNode);
  return stateNodes;
}

/** Returns a type and a variable for each compound state. */
export function regionDeclarations(rootNode: RawNode): string[] {
  const initialStates = initialStatesOf(rootNode);
  return compoundStatesOf(rootNode).flatMap((stateNode) => {
    const variableName = stateVariable(stateNode);
    const children = Object.values(stateNode.states);
    const initial = children.find((childNode) => initialStates.has(childNode));
    return [
      `mtype:${variableName} = { ${children.map(stateIdentifier).join(", ")} };`,
      `mtype:${variableName} ${variableName}${initial ? ` = ${stateIdentifier(initial)}` : ""};`,
    ];
  });
}
