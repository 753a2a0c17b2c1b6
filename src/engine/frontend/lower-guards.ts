import { UnsupportedError } from "../ir/errors.js";
import { conjunction, disjunction, negation, TRUE } from "../ir/guard-logic.js";
import type { Guard } from "../ir/program.js";
import {
  combinatorOf,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
} from "../xstate/machine-internals.js";
import { matchingGuard } from "./state-matching.js";
import { type SymbolTable, symbolKeyOf } from "./symbol-table.js";

type NodeIndexOf = (rawNode: RawNode) => number;

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
          : this.symbols.namedFunction(symbolKeyOf("guard", guardName), guardName, guard);
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
    try {
      return matchingGuard(this.machine.root, value, (rawNode) => this.activeGuard(rawNode));
    } catch {
      // XState's own comparison throws: the guard would fail with every event.
      throw new UnsupportedError(`stateIn of what is no state value, ${String(value)}`, location);
    }
  }

  private activeGuard(rawNode: RawNode): Guard {
    return rawNode.parent === undefined ? TRUE : { kind: "in", node: this.indexOf(rawNode) };
  }
}
