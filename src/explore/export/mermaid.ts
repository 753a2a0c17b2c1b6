import type { AnyStateMachine } from "xstate";
import { arrowsOf, type OutlineState, outlineOf, stateLines } from "./outline.js";

/** Characters that mean something in Mermaid's texts, as its entities. */
const escaped = (text: string): string =>
  text.replace(/[#;"<>:]/g, (character) => `#${character.charCodeAt(0)};`);
const joined = (lines: readonly string[]): string => lines.map(escaped).join("<br/>");

const idOf = (state: OutlineState): string => state.id.replace(/\W/g, "_");
const anyOf = (state: OutlineState): string => (state.states.length > 0 ? `${idOf(state)}_any` : idOf(state));

function declared(state: OutlineState, indent: string): string[] {
  const head = `${indent}state "${joined(stateLines(state))}" as ${idOf(state)}`;
  if (state.states.length === 0) return [head];
  const inner = `${indent}  `;
  const { initial } = state;
  const own =
    state.transitions.length > 0 ? [`${inner}state "any" as ${anyOf(state)}`, ...drawn(state, inner)] : [];
  const children = state.states.map((child) => [...declared(child, inner), ...leaving(child, inner)]);
  const body =
    state.type === "parallel"
      ? children.flatMap((region, index) => (index === 0 ? region : [`${inner}--`, ...region]))
      : children.flat();
  return [
    `${head} {`,
    ...(initial ? [`${inner}[*] --> ${idOf(initial)}`] : []),
    ...own,
    ...body,
    `${indent}}`,
  ];
}

/** The arrows of a state that has none within; those of another one stand inside it. */
const leaving = (state: OutlineState, indent: string): string[] =>
  state.states.length > 0 ? [] : drawn(state, indent);

const drawn = (state: OutlineState, indent: string): string[] =>
  arrowsOf(state).map(
    ({ to, stays, lines }) =>
      `${indent}${anyOf(state)} --> ${stays ? anyOf(state) : idOf(to)} : ${joined(lines)}`,
  );

/**
 * A chart's definition as a Mermaid state diagram, which GitHub draws in a fenced block named `mermaid`: a line for each transition with
 * event, [guard], / actions and (rules). What a region takes in whichever state leaves from "any".
 */
export function toMermaid(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  return `${["stateDiagram-v2", "  direction LR", ...declared(outline, "  ")].join("\n")}\n`;
}
