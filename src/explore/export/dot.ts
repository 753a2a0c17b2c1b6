import type { AnyStateMachine } from "xstate";
import { type OutlineState, outlineArrowsOf, outlineOf, selfAndDescendants, stateLines } from "./outline.js";

const quoteText = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
const quoteLines = (textLines: readonly string[]): string => quoteText(textLines.join("\n"));

/** Returns the node at which arrows to a state end: for a compound state, a point inside its box. */
const startNodeOf = (state: OutlineState): string =>
  state.states.length > 0 ? `${state.id} start` : state.id;
const anyNodeOf = (state: OutlineState): string => (state.states.length > 0 ? `${state.id} any` : state.id);
const clusterOf = (state: OutlineState): string => `cluster ${state.id}`;

function stateDeclaration(state: OutlineState, indent: string): string[] {
  const tooltip = `tooltip=${quoteText(state.description)}`;
  if (state.states.length === 0)
    return [`${indent}${quoteText(state.id)} [label=${quoteLines(stateLines(state))}, ${tooltip}];`];
  const innerIndent = `${indent}  `;
  const { initial } = state;
  return [
    `${indent}subgraph ${quoteText(clusterOf(state))} {`,
    `${innerIndent}label=${quoteLines(stateLines(state))}; ${tooltip};`,
    ...(initial || state.type === "parallel"
      ? [`${innerIndent}${quoteText(startNodeOf(state))} [shape=point, label=""];`]
      : []),
    ...(state.transitions.length > 0
      ? [`${innerIndent}${quoteText(anyNodeOf(state))} [label="any", style="rounded,dashed"];`]
      : []),
    ...state.states.flatMap((child) => stateDeclaration(child, innerIndent)),
    ...(initial ? [`${innerIndent}${edgeStatement(startNodeOf(state), initial)}`] : []),
    `${indent}}`,
  ];
}

const edgeStatement = (sourceNode: string, to: OutlineState, attributes: readonly string[] = []): string => {
  const edgeAttributes = [
    ...attributes,
    ...(to.states.length > 0 ? [`lhead=${quoteText(clusterOf(to))}`] : []),
  ];
  return `${quoteText(sourceNode)} -> ${quoteText(startNodeOf(to))}${edgeAttributes.length > 0 ? ` [${edgeAttributes.join(", ")}]` : ""};`;
};

/**
 * Returns a chart's definition for Graphviz: a box for each region, an arrow for the transitions between two states, a line for each with
 * event, [guard], / actions and (rules). Transitions that a region takes in every state leave from "any"; dashed arrows are self-transitions.
 */
export function toDot(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  const edgeStatements = selfAndDescendants(outline).flatMap((state) =>
    outlineArrowsOf(state).map(({ to, stays, transitionLines: textLines }) => {
      const label = `label=${quoteLines(textLines)}`;
      return stays
        ? `  ${quoteText(anyNodeOf(state))} -> ${quoteText(anyNodeOf(state))} [${label}, style=dashed];`
        : `  ${edgeStatement(anyNodeOf(state), to, [label])}`;
    }),
  );
  return `${[
    `digraph ${quoteText(outline.id)} {`,
    '  compound=true; rankdir=LR; labelloc="t"; fontname="Helvetica";',
    `  label=${quoteText(outline.description || outline.id)};`,
    '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=12];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...stateDeclaration(outline, "  "),
    ...edgeStatements,
    "}",
  ].join("\n")}\n`;
}
