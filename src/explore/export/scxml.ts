import type { AnyStateMachine } from "xstate";
import {
  combinatorOf,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
  raw,
} from "../../engine/internal.js";
import { ExportError } from "./export-error.js";
import { type OutlineState, type OutlineTransition, outlineOf } from "./outline.js";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const xmlAttribute = (name: string, value: string): string =>
  ` ${name}="${value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")}"`;

/** Returns a comment, with no two hyphens in a row. */
const commentLines = (description: string, rules: readonly string[], indent: string): string[] => {
  const text = `${description}${rules.length > 0 ? ` (${rules.join(" ")})` : ""}`.trim();
  return text === "" ? [] : [`${indent}<!-- ${text.replace(/-(?=-)/g, "- ")} -->`];
};

/** Writes guards as expressions: In() for states, && || ! for combinators, a call for any other. */
class ConditionWriter {
  readonly #machine: RawMachine;

  constructor(machine: RawMachine) {
    this.#machine = machine;
  }

  conditionOf(guard: RawGuard): string {
    if (typeof guard === "function" && "check" in guard) return this.#joinedCondition(guard);
    const name = typeof guard === "string" ? guard : ((guard as { type?: string } | null)?.type ?? "");
    const implementation = this.#machine.implementations.guards[name];
    if (typeof implementation === "function" && "check" in implementation)
      return this.#joinedCondition(implementation);
    if (!/^[A-Za-z_$][\w$]*$/.test(name))
      throw new ExportError(
        `${this.#machine.id}: expected guards whose names are identifiers, got "${name}"`,
      );
    const params = typeof guard === "object" && guard !== null ? guard.params : undefined;
    return params === undefined ? `${name}(_event)` : `${name}(_event, ${JSON.stringify(params)})`;
  }

  #joinedCondition(guard: RawFunction): string {
    if ("stateValue" in guard) return this.#stateCondition(guard.stateValue);
    const parts = (guard.guards ?? []).map((inner) => this.conditionOf(inner));
    const kind = combinatorOf(guard);
    if (kind === "not") return `!${parts[0]}`;
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(kind === "and" ? " && " : " || ")})`;
  }

  #stateCondition(value: unknown): string {
    const inConditions = (node: RawNode, inner: unknown): string[] => {
      if (typeof inner === "string")
        return inConditions(
          node,
          inner.split(".").reduceRight<object>((innerValue, key) => ({ [key]: innerValue }), {}),
        );
      return Object.entries(inner as object).flatMap(([key, innerValue]) => {
        const child = node.states[key];
        if (!child)
          throw new ExportError(`${this.#machine.id}: a guard asks of a state "${key}" that is not there`);
        return Object.keys(innerValue).length === 0
          ? [`In('${child.path.join(".")}')`]
          : inConditions(child, innerValue);
      });
    };
    if (typeof value === "string" && value.startsWith("#"))
      return `In('${this.#machine.getStateNodeById(value).path.join(".")}')`;
    const parts = inConditions(this.#machine.root, value);
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" && ")})`;
  }
}

class ScxmlWriter {
  readonly #conditions: ConditionWriter;

  constructor(machine: RawMachine) {
    this.#conditions = new ConditionWriter(machine);
  }

  writeState(state: OutlineState, indent: string): string[] {
    const name = { parallel: "parallel", final: "final" }[state.type as string] ?? "state";
    const inner = `${indent}  `;
    const initial = state.initial ? xmlAttribute("initial", state.initial.id) : "";
    return [
      ...commentLines(state.description, state.rules, indent),
      `${indent}<${name}${xmlAttribute("id", state.id)}${initial}>`,
      ...this.#actionLines("onentry", state.entry, inner),
      ...this.#actionLines("onexit", state.exit, inner),
      ...state.transitions.flatMap((transition) => this.#writeTransition(transition, state, inner)),
      ...state.states.flatMap((child) => this.writeState(child, inner)),
      `${indent}</${name}>`,
    ];
  }

  #writeTransition(transition: OutlineTransition, source: OutlineState, indent: string): string[] {
    const { event, actions, description, rules, raw: rawTransition } = transition;
    const attributes = [
      event === "always" ? "" : xmlAttribute("event", event),
      rawTransition.guard ? xmlAttribute("cond", this.#conditions.conditionOf(rawTransition.guard)) : "",
      this.#targetAttributes(transition, source),
    ].join("");
    const startTag = `${indent}<transition${attributes}`;
    return [
      ...commentLines(description, rules, indent),
      ...(actions.length === 0
        ? [`${startTag}/>`]
        : [`${startTag}>`, ...scriptLines(actions, `${indent}  `), `${indent}</transition>`]),
    ];
  }

  /** XState does not leave the source if it can stay: SCXML needs type "internal" for a target inside, and no target for the source itself. */
  #targetAttributes({ targets, raw: { reenter } }: OutlineTransition, source: OutlineState): string {
    const targetsInside = targets.map((target) =>
      target === source && !reenter ? (target.initial ?? target) : target,
    );
    const isSelfTarget = targetsInside.length > 0 && targetsInside.every((target) => target === source);
    if (targetsInside.length === 0 || (isSelfTarget && !reenter)) return "";
    const targetIds = xmlAttribute("target", targetsInside.map(({ id }) => id).join(" "));
    return reenter ? targetIds : `${targetIds} type="internal"`;
  }

  #actionLines(name: string, actions: readonly string[], indent: string): string[] {
    return actions.length === 0
      ? []
      : [`${indent}<${name}>`, ...scriptLines(actions, `${indent}  `), `${indent}</${name}>`];
  }
}

const scriptLines = (actions: readonly string[], indent: string): string[] =>
  actions.map((action) => `${indent}<script>${action}(_event)</script>`);

/**
 * Returns a chart's definition as SCXML, the W3C's format: states, regions, transitions with their priorities. A guard that reads states, or
 * combines others, is an expression; any other guard, and every action, is a call of a function of that name with the event, which the
 * interpreter's user defines. Descriptions and rules are comments.
 *
 * SCXML tries the transitions of a parallel state once for each region, XState only if no region takes the event: a chart for which that
 * matters behaves differently there.
 *
 * @throws ExportError if a guard has no name, or one that is no identifier.
 */
export function toScxml(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  const name = xmlAttribute("name", outline.id) + xmlAttribute("initial", outline.id);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript"${name}>`,
    ...new ScxmlWriter(raw(machine)).writeState(outline, "  "),
    "</scxml>",
  ].join("\n")}\n`;
}
