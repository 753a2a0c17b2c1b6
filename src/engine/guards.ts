import { UnsupportedError } from "./errors.js";
import { conjunction, disjunction, FALSE, negation, TRUE } from "./guard-logic.js";
import type { RawFunction, RawGuard, RawMachine, RawNode } from "./internals.js";
import type { Linker } from "./linker.js";
import type { Guard } from "./program.js";

/** Splits `a.b\.c` at its dots, as XState does; a backslash keeps the next character. */
const splitPath = (path: string): string[] => {
  const parts = [""];
  for (let i = 0; i < path.length; i++) {
    const character = path[i] as string;
    if (character === ".") parts.push("");
    else parts[parts.length - 1] += character === "\\" ? (path[++i] ?? "undefined") : character;
  }
  return parts;
};

type IndexOf = (node: RawNode) => number;

const hasOwnAtomicValue = (node: RawNode): boolean => node.type === "atomic" || node.type === "final";

/**
 * Which of XState's combinators made a guard, by what it says of no guards at all: `and` yes, `or` no, and `not` fails.
 * Its name does not survive minifying, and its identity not a second copy of XState.
 */
export const combinatorOf = (guard: RawFunction): "and" | "or" | "not" => {
  const check = guard.check as (snapshot: object, args: object, resolved: object) => boolean;
  try {
    return check({ machine: { implementations: { guards: {} } } }, {}, { guards: [] }) ? "and" : "or";
  } catch {
    return "not";
  }
};

/** Turns the guards of one machine into expressions over its state variables and calls of its functions. */
export class GuardReader {
  private readonly machine: RawMachine;
  private readonly linker: Linker;
  private readonly indexOf: IndexOf;

  constructor(machine: RawMachine, linker: Linker, indexOf: IndexOf) {
    this.machine = machine;
    this.linker = linker;
    this.indexOf = indexOf;
  }

  read(guard: RawGuard, place: string): Guard {
    if (guard === null || guard === undefined) return TRUE;
    if (typeof guard === "function") return this.readFunction(guard, undefined, place, undefined);
    const name = typeof guard === "string" ? guard : guard.type;
    const found = this.machine.implementations.guards[name];
    if (!found) return { kind: "missing", name };
    if (typeof found !== "function") return this.read(found, place);
    const params =
      typeof guard === "object" && "params" in guard
        ? this.linker.operand(guard.params, `params of ${name}`)
        : undefined;
    return this.readFunction(found, name, place, params);
  }

  private readFunction(
    guard: RawFunction,
    name: string | undefined,
    place: string,
    params: Extract<Guard, { kind: "call" }>["params"],
  ): Guard {
    if (!("check" in guard)) {
      const fn =
        name === undefined
          ? this.linker.inline(guard, "guard")
          : this.linker.named(`guard:${name}`, name, guard);
      return { kind: "call", fn, ...(params === undefined ? {} : { params }) };
    }
    if ("stateValue" in guard) return this.readStateIn(guard.stateValue, place);
    const guards = guard.guards ?? [];
    switch (combinatorOf(guard)) {
      case "and":
        return conjunction(guards.map((inner) => this.read(inner, place)));
      case "or":
        return disjunction(guards.map((inner) => this.read(inner, place)));
      case "not":
        return negation(this.read(guards[0], place));
    }
  }

  private readStateIn(value: unknown, place: string): Guard {
    if (typeof value === "string" && value.startsWith("#")) {
      let node: RawNode;
      try {
        node = this.machine.getStateNodeById(value);
      } catch {
        throw new UnsupportedError(`stateIn of a state that does not exist, "${value}"`, place);
      }
      return this.isIn(node);
    }
    return this.matches(this.machine.root, value);
  }

  private isIn(node: RawNode): Guard {
    return node.parent === undefined ? TRUE : { kind: "in", node: this.indexOf(node) };
  }

  /** What `snapshot.matches` says of the value that an active `node` has. */
  private matches(node: RawNode, value: unknown): Guard {
    if (typeof value === "string") {
      const [head, ...rest] = splitPath(value) as [string, ...string[]];
      let nested: unknown = head;
      if (rest.length > 0) {
        nested = rest.pop();
        for (const part of [head, ...rest].reverse()) nested = { [part]: nested };
      }
      if (typeof nested !== "string") return this.matches(node, nested);
      const child = Object.hasOwn(node.states, head) ? node.states[head] : undefined;
      if (child === undefined) return FALSE;
      return node.type === "parallel" ? TRUE : this.isIn(child);
    }
    if (typeof value !== "object" || value === null) return FALSE;
    const keys = Object.keys(value) as (keyof typeof value)[];
    if (node.type !== "compound")
      return conjunction(keys.map((key) => this.matchesChild(node, key, value[key])));
    // A compound node whose active child is atomic has a string for a value: an object never matches it.
    const deep = Object.values(node.states).filter((child) => !hasOwnAtomicValue(child));
    if (keys.length === 0) return disjunction(deep.map((child) => this.isIn(child)));
    return conjunction(
      keys.map((key) => {
        const child = Object.hasOwn(node.states, key) ? node.states[key] : undefined;
        if (child === undefined || hasOwnAtomicValue(child)) return FALSE;
        return conjunction([this.isIn(child), this.matches(child, value[key])]);
      }),
    );
  }

  private matchesChild(node: RawNode, key: string, value: unknown): Guard {
    const child = Object.hasOwn(node.states, key) ? node.states[key] : undefined;
    return child === undefined ? FALSE : this.matches(child, value);
  }
}
