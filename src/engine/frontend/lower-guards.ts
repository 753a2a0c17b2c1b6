import { UnsupportedError } from "../ir/errors.js";
import { conjunction, disjunction, FALSE, negation, TRUE } from "../ir/guard-logic.js";
import type { Guard } from "../ir/program.js";
import {
  combinatorOf,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
} from "../xstate/machine-internals.js";
import type { SymbolTable } from "./symbol-table.js";

/** Splits `a.b\.c` at its dots, as XState does; a backslash keeps the next character. */
const splitPath = (statePath: string): string[] => {
  const segments = [""];
  for (let i = 0; i < statePath.length; i++) {
    const character = statePath[i] as string;
    if (character === ".") segments.push("");
    else segments[segments.length - 1] += character === "\\" ? (statePath[++i] ?? "undefined") : character;
  }
  return segments;
};

type NodeIndexOf = (rawNode: RawNode) => number;

const hasOwnAtomicValue = (rawNode: RawNode): boolean =>
  rawNode.type === "atomic" || rawNode.type === "final";

/** Lowers the guards of one machine to expressions over its state variables and calls of its functions. */
export class GuardLowering {
  private readonly machine: RawMachine;
  private readonly symbols: SymbolTable;
  private readonly indexOf: NodeIndexOf;

  constructor(machine: RawMachine, symbols: SymbolTable, indexOf: NodeIndexOf) {
    this.machine = machine;
    this.symbols = symbols;
    this.indexOf = indexOf;
  }

  lowerGuard(guard: RawGuard, location: string): Guard {
    if (guard === null || guard === undefined) return TRUE;
    if (typeof guard === "function") return this.lowerFunction(guard, undefined, location, undefined);
    const guardName = typeof guard === "string" ? guard : guard.type;
    const implementation = this.machine.implementations.guards[guardName];
    if (!implementation) return { kind: "missing", name: guardName };
    if (typeof implementation !== "function") return this.lowerGuard(implementation, location);
    const params =
      typeof guard === "object" && "params" in guard
        ? this.symbols.addOperand(guard.params, `params of ${guardName}`)
        : undefined;
    return this.lowerFunction(implementation, guardName, location, params);
  }

  private lowerFunction(
    guard: RawFunction,
    guardName: string | undefined,
    location: string,
    params: Extract<Guard, { kind: "call" }>["params"],
  ): Guard {
    if (!("check" in guard)) {
      const functionIndex =
        guardName === undefined
          ? this.symbols.inlineFunction(guard, "guard")
          : this.symbols.namedFunction(`guard:${guardName}`, guardName, guard);
      return { kind: "call", fn: functionIndex, ...(params === undefined ? {} : { params }) };
    }
    if ("stateValue" in guard) return this.lowerStateIn(guard.stateValue, location);
    const guards = guard.guards ?? [];
    switch (combinatorOf(guard)) {
      case "and":
        return conjunction(guards.map((innerGuard) => this.lowerGuard(innerGuard, location)));
      case "or":
        return disjunction(guards.map((innerGuard) => this.lowerGuard(innerGuard, location)));
      case "not":
        return negation(this.lowerGuard(guards[0], location));
    }
  }

  private lowerStateIn(value: unknown, location: string): Guard {
    if (typeof value === "string" && value.startsWith("#")) {
      let rawNode: RawNode;
      try {
        rawNode = this.machine.getStateNodeById(value);
      } catch {
        throw new UnsupportedError(`stateIn of a state that does not exist, "${value}"`, location);
      }
      return this.activeGuard(rawNode);
    }
    return this.matchesValue(this.machine.root, value);
  }

  private activeGuard(rawNode: RawNode): Guard {
    return rawNode.parent === undefined ? TRUE : { kind: "in", node: this.indexOf(rawNode) };
  }

  /** Returns a guard that equals `snapshot.matches` for the value of an active node. */
  private matchesValue(rawNode: RawNode, value: unknown): Guard {
    if (typeof value === "string") {
      const [firstSegment, ...remainingSegments] = splitPath(value) as [string, ...string[]];
      let nestedValue: unknown = firstSegment;
      if (remainingSegments.length > 0) {
        nestedValue = remainingSegments.pop();
        for (const segment of [firstSegment, ...remainingSegments].reverse())
          nestedValue = { [segment]: nestedValue };
      }
      if (typeof nestedValue !== "string") return this.matchesValue(rawNode, nestedValue);
      const child = Object.hasOwn(rawNode.states, firstSegment) ? rawNode.states[firstSegment] : undefined;
      if (child === undefined) return FALSE;
      return rawNode.type === "parallel" ? TRUE : this.activeGuard(child);
    }
    if (typeof value !== "object" || value === null) return FALSE;
    const keys = Object.keys(value) as (keyof typeof value)[];
    if (rawNode.type !== "compound")
      return conjunction(keys.map((key) => this.matchesChild(rawNode, key, value[key])));
    // A compound node whose active child is atomic has a string for a value: an object never matches it.
    const nestedChildren = Object.values(rawNode.states).filter((child) => !hasOwnAtomicValue(child));
    if (keys.length === 0) return disjunction(nestedChildren.map((child) => this.activeGuard(child)));
    return conjunction(
      keys.map((key) => {
        const child = Object.hasOwn(rawNode.states, key) ? rawNode.states[key] : undefined;
        if (child === undefined || hasOwnAtomicValue(child)) return FALSE;
        return conjunction([this.activeGuard(child), this.matchesValue(child, value[key])]);
      }),
    );
  }

  private matchesChild(rawNode: RawNode, stateKey: string, value: unknown): Guard {
    const child = Object.hasOwn(rawNode.states, stateKey) ? rawNode.states[stateKey] : undefined;
    return child === undefined ? FALSE : this.matchesValue(child, value);
  }
}
