import type { AnyStateMachine } from "xstate";
import { combinatorOf } from "../../engine/guards.js";
import {
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
  raw,
} from "../../engine/internals.js";
import { ExportError } from "./export-error.js";
import { type OutlineState, type OutlineTransition, outlineOf } from "./outline.js";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const attribute = (name: string, value: string): string =>
  ` ${name}="${value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")}"`;

/** A comment cannot hold two hyphens in a row. */
const comment = (description: string, rules: readonly string[], indent: string): string[] => {
  const text = `${description}${rules.length > 0 ? ` (${rules.join(" ")})` : ""}`.trim();
  return text === "" ? [] : [`${indent}<!-- ${text.replace(/-(?=-)/g, "- ")} -->`];
};

/** A guard as an expression: In() for states, && || ! for joined ones, a call for any other. */
class Conditions {
  readonly #machine: RawMachine;

  constructor(machine: RawMachine) {
    this.#machine = machine;
  }

  of(guard: RawGuard): string {
    if (typeof guard === "function" && "check" in guard) return this.#joined(guard);
    const name = typeof guard === "string" ? guard : ((guard as { type?: string } | null)?.type ?? "");
    const found = this.#machine.implementations.guards[name];
    if (typeof found === "function" && "check" in found) return this.#joined(found);
    if (!/^[A-Za-z_$][\w$]*$/.test(name))
      throw new ExportError(
        `${this.#machine.id}: expected guards whose names are identifiers, got "${name}"`,
      );
    const params = typeof guard === "object" && guard !== null ? guard.params : undefined;
    return params === undefined ? `${name}(_event)` : `${name}(_event, ${JSON.stringify(params)})`;
  }

  #joined(guard: RawFunction): string {
    if ("stateValue" in guard) return this.#state(guard.stateValue);
    const parts = (guard.guards ?? []).map((inner) => this.of(inner));
    const kind = combinatorOf(guard);
    if (kind === "not") return `!${parts[0]}`;
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(kind === "and" ? " && " : " || ")})`;
  }

  #state(value: unknown): string {
    const matches = (node: RawNode, inner: unknown): string[] => {
      if (typeof inner === "string")
        return matches(
          node,
          inner.split(".").reduceRight<object>((deeper, key) => ({ [key]: deeper }), {}),
        );
      return Object.entries(inner as object).flatMap(([key, deeper]) => {
        const child = node.states[key];
        if (!child)
          throw new ExportError(`${this.#machine.id}: a guard asks of a state "${key}" that is not there`);
        return Object.keys(deeper).length === 0 ? [`In('${child.path.join(".")}')`] : matches(child, deeper);
      });
    };
    if (typeof value === "string" && value.startsWith("#"))
      return `In('${this.#machine.getStateNodeById(value).path.join(".")}')`;
    const parts = matches(this.#machine.root, value);
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" && ")})`;
  }
}

class Writer {
  readonly #conditions: Conditions;

  constructor(machine: RawMachine) {
    this.#conditions = new Conditions(machine);
  }

  state(state: OutlineState, indent: string): string[] {
    const name = { parallel: "parallel", final: "final" }[state.type as string] ?? "state";
    const inner = `${indent}  `;
    const initial = state.initial ? attribute("initial", state.initial.id) : "";
    return [
      ...comment(state.description, state.rules, indent),
      `${indent}<${name}${attribute("id", state.id)}${initial}>`,
      ...this.#actions("onentry", state.entry, inner),
      ...this.#actions("onexit", state.exit, inner),
      ...state.transitions.flatMap((transition) => this.#transition(transition, state, inner)),
      ...state.states.flatMap((child) => this.state(child, inner)),
      `${indent}</${name}>`,
    ];
  }

  #transition(transition: OutlineTransition, source: OutlineState, indent: string): string[] {
    const { event, actions, description, rules, raw: one } = transition;
    const attributes = [
      event === "always" ? "" : attribute("event", event),
      one.guard ? attribute("cond", this.#conditions.of(one.guard)) : "",
      this.#target(transition, source),
    ].join("");
    const head = `${indent}<transition${attributes}`;
    return [
      ...comment(description, rules, indent),
      ...(actions.length === 0
        ? [`${head}/>`]
        : [`${head}>`, ...scripts(actions, `${indent}  `), `${indent}</transition>`]),
    ];
  }

  /** XState leaves a state only where it must: SCXML does so for a target within, by "internal", and stays for itself. */
  #target({ targets, raw: { reenter } }: OutlineTransition, source: OutlineState): string {
    const inside = targets.map((target) =>
      target === source && !reenter ? (target.initial ?? target) : target,
    );
    const itself = inside.length > 0 && inside.every((target) => target === source);
    if (inside.length === 0 || (itself && !reenter)) return "";
    const ids = attribute("target", inside.map(({ id }) => id).join(" "));
    return reenter ? ids : `${ids} type="internal"`;
  }

  #actions(name: string, actions: readonly string[], indent: string): string[] {
    return actions.length === 0
      ? []
      : [`${indent}<${name}>`, ...scripts(actions, `${indent}  `), `${indent}</${name}>`];
  }
}

const scripts = (actions: readonly string[], indent: string): string[] =>
  actions.map((action) => `${indent}<script>${action}(_event)</script>`);

/**
 * A chart's definition as SCXML, the W3C's format: states, regions, transitions with their priorities. A guard that asks for states, or joins
 * others, is an expression; any other guard, and every action, is a call of a function of that name with the event, for whoever runs it to
 * define. Descriptions and rules are comments.
 *
 * SCXML tries the transitions of a state that has regions once for each of them, XState only where no region takes the event: a chart
 * where that makes a difference goes on otherwise there.
 *
 * @throws ExportError if a guard has no name, or one that is no identifier.
 */
export function toScxml(machine: AnyStateMachine): string {
  const outline = outlineOf(machine);
  const name = attribute("name", outline.id) + attribute("initial", outline.id);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript"${name}>`,
    ...new Writer(raw(machine)).state(outline, "  "),
    "</scxml>",
  ].join("\n")}\n`;
}
