import type { AnyStateMachine } from "xstate";
import { type OutlineState, outlineArrowsOf, outlineOf, stateLines } from "./outline.js";

/** Replaces Mermaid's special characters by entities. */
const escapeText = (text: string): string =>
  text.replace(/[#;"<>:]/g, (character) => `#${character.charCodeAt(0)};`);
const joinLines = (lines: readonly string[]): string => lines.map(escapeText).join("<br/>");

const identifierOf = (state: OutlineState): string => state.id.replace(/\W/g, "_");
const anyStateOf = (state: OutlineState): string =>
  state.states.length > 0 ? `${identifierOf(state)}_any` : identifierOf(state);

function stateDeclaration(state: OutlineState, indent: string): string[] {
  const headLine = `${indent}state "${joinLines(stateLines(state))}" as ${identifierOf(state)}`;
  if (state.states.length === 0) return [headLine];
  const innerIndent = `${indent}  `;
  const { initial } = state;
  const ownArrowLines =
    state.transitions.length > 0
      ? [`${innerIndent}state "any" as ${anyStateOf(state)}`, ...arrowLines(state, innerIndent)]
      : [];
  const children = state.states.map((child) => [
    ...stateDeclaration(child, innerIndent),
    ...leafArrowLines(child, innerIndent),
  ]);
  const bodyLines =
    state.type === "parallel"
      ? children.flatMap((region, index) => (index === 0 ? region : [`${innerIndent}--`, ...region]))
      : children.flat();
  return [
    `${headLine} {`,
    ...(initial ? [`${innerIndent}[*] --> ${identifierOf(initial)}`] : []),
    ...ownArrowLines,
    ...bodyLines,
    `${indent}}`,
  ];
}

/** Returns the arrows of an atomic state; those of a compound one are inside it. */
const leafArrowLines = (state: OutlineState, indent: string): string[] =>
  state.states.length > 0 ? [] : arrowLines(state, indent);

const arrowLines = (state: OutlineState, indent: string): string[] =>
  outlineArrowsOf(state).map(
    ({ to, stays, transitionLines: lines }) =>
      `${indent}${anyStateOf(state)} --> ${stays ? anyStateOf(state) : identifierOf(to)} : ${joinLines(lines)}`,
  );

/**
 * Returns a chart's definition as a Mermaid state diagram, which GitHub draws in a fenced block named `mermaid`: a line for each transition with
 * event, [guard], / actions and (rules). Transitions that a region takes in every state leave from "any".
 */
export function toMermaid(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  return `${["stateDiagram-v2", "  direction LR", ...stateDeclaration(outline, "  ")].join("\n")}\n`;
}
