import type { AnyStateMachine } from "xstate";
import { arrowsOf, type OutlineState, outlineOf, stateLines, withinOutline } from "./outline.js";

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
const lines = (texts: readonly string[]): string => quoted(texts.join("\n"));

/** The node that stands for a state in an arrow: of one with others within, a point inside its box. */
const startOf = (state: OutlineState): string => (state.states.length > 0 ? `${state.id} start` : state.id);
const anyOf = (state: OutlineState): string => (state.states.length > 0 ? `${state.id} any` : state.id);
const boxOf = (state: OutlineState): string => `cluster ${state.id}`;

function declared(state: OutlineState, indent: string): string[] {
  const tooltip = `tooltip=${quoted(state.description)}`;
  if (state.states.length === 0)
    return [`${indent}${quoted(state.id)} [label=${lines(stateLines(state))}, ${tooltip}];`];
  const inner = `${indent}  `;
  const { initial } = state;
  return [
    `${indent}subgraph ${quoted(boxOf(state))} {`,
    `${inner}label=${lines(stateLines(state))}; ${tooltip};`,
    ...(initial || state.type === "parallel"
      ? [`${inner}${quoted(startOf(state))} [shape=point, label=""];`]
      : []),
    ...(state.transitions.length > 0
      ? [`${inner}${quoted(anyOf(state))} [label="any", style="rounded,dashed"];`]
      : []),
    ...state.states.flatMap((child) => declared(child, inner)),
    ...(initial ? [`${inner}${arrow(startOf(state), initial)}`] : []),
    `${indent}}`,
  ];
}

const arrow = (from: string, to: OutlineState, attributes: readonly string[] = []): string => {
  const all = [...attributes, ...(to.states.length > 0 ? [`lhead=${quoted(boxOf(to))}`] : [])];
  return `${quoted(from)} -> ${quoted(startOf(to))}${all.length > 0 ? ` [${all.join(", ")}]` : ""};`;
};

/**
 * A chart's definition for Graphviz: a box a region, an arrow for the transitions that lead from one state to another, a line each with
 * event, [guard], / actions and (rules). What a region takes in whichever state leaves from "any"; dashed arrows stay.
 */
export function toDot(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  const arrows = withinOutline(outline).flatMap((state) =>
    arrowsOf(state).map(({ to, stays, lines: texts }) => {
      const label = `label=${lines(texts)}`;
      return stays
        ? `  ${quoted(anyOf(state))} -> ${quoted(anyOf(state))} [${label}, style=dashed];`
        : `  ${arrow(anyOf(state), to, [label])}`;
    }),
  );
  return `${[
    `digraph ${quoted(outline.id)} {`,
    '  compound=true; rankdir=LR; labelloc="t"; fontname="Helvetica";',
    `  label=${quoted(outline.description || outline.id)};`,
    '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=12];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...declared(outline, "  "),
    ...arrows,
    "}",
  ].join("\n")}\n`;
}
