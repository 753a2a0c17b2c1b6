import type { EventObject } from "xstate";
import { emissionKindOf } from "../ir/emission-kind.js";
import { UnsupportedError } from "../ir/errors.js";
import type { Effect, Operand } from "../ir/program.js";
import type { RawAction, RawFunction, RawMachine } from "../xstate/machine-internals.js";
import { type SymbolTable, symbolKeyOf } from "./symbol-table.js";

type EmitEffect = Extract<Effect, { kind: "emit" }>;

/** Lowers the actions of one machine to effects. */
export class ActionLowering {
  private readonly machine: RawMachine;
  private readonly symbols: SymbolTable;

  constructor(machine: RawMachine, symbols: SymbolTable) {
    this.machine = machine;
    this.symbols = symbols;
  }

  lowerActions(actions: readonly RawAction[], location: string): Effect[] {
    return actions.map((action) => this.lowerAction(action, location));
  }

  private lowerAction(action: RawAction, location: string): Effect {
    if (typeof action === "function") return this.lowerFunction(action, undefined, undefined, location);
    const actionName = typeof action === "string" ? action : action.type;
    const implementation = this.machine.implementations.actions[actionName];
    const params =
      typeof action === "object" && "params" in action
        ? this.symbols.addOperand(action.params, `params of ${actionName}`)
        : undefined;
    // XState ignores an action without an implementation.
    if (!implementation) return { kind: "call", ...(params === undefined ? {} : { params }) };
    if (typeof implementation !== "function") {
      throw new UnsupportedError(`action "${actionName}", whose implementation is no function`, location);
    }
    return this.lowerFunction(implementation, actionName, params, location);
  }

  /** Returns the kind of an emitted event: of a constant, or of an expression that declares its own. */
  private emissionShape(
    event: unknown,
    actionName: string,
    symbolKey: string | undefined,
  ): Pick<EmitEffect, "shape"> {
    if (typeof event === "function") {
      const { emission } = event as RawFunction;
      if (emission === undefined) return {};
      const { type, payload, of } = emission;
      const operand = this.symbols.addOperand(
        of,
        `${actionName}.${payload}`,
        symbolKey === undefined ? undefined : symbolKeyOf(symbolKey, payload),
      );
      return "fn" in operand ? { shape: { type, payload, fn: operand.fn } } : {};
    }
    const emissionKind = emissionKindOf(event as EventObject);
    return emissionKind === undefined ? {} : { shape: emissionKind };
  }

  private lowerFunction(
    action: RawFunction,
    actionName: string | undefined,
    params: Operand | undefined,
    location: string,
  ): Effect {
    const withParams = params === undefined ? {} : { params };
    const symbolKey = actionName === undefined ? undefined : symbolKeyOf("action", actionName);
    const link = (userFunction: RawFunction, fallback: string) =>
      symbolKey === undefined
        ? this.symbols.inlineFunction(userFunction, fallback)
        : this.symbols.namedFunction(symbolKey, actionName ?? fallback, userFunction);
    if (!("resolve" in action)) return { kind: "call", fn: link(action, "action"), ...withParams };
    switch (action.type) {
      case "xstate.assign": {
        const { assignment } = action;
        if (typeof assignment === "function") {
          return { kind: "assign", fn: link(assignment as RawFunction, "assign"), ...withParams };
        }
        if (Object.hasOwn(assignment as object, "__proto__"))
          throw new UnsupportedError('an assign to "__proto__"', location);
        const assignments = Object.entries(assignment as Record<string, unknown>).map(
          ([property, operand]) => ({
            key: property,
            to: this.symbols.addOperand(
              operand,
              `${actionName ?? "assign"}.${property}`,
              symbolKey === undefined ? undefined : symbolKeyOf(symbolKey, property),
            ),
          }),
        );
        return { kind: "set", keys: assignments, ...withParams };
      }
      case "xstate.emit":
        return {
          kind: "emit",
          event: this.symbols.addOperand(action.event, actionName ?? "emit", symbolKey),
          ...withParams,
          ...this.emissionShape(action.event, actionName ?? "emit", symbolKey),
        };
      case "xstate.raise":
        if (action.delay !== undefined) throw new UnsupportedError("raise with a delay", location);
        if (typeof action.event === "string") throw new UnsupportedError("raise of a string", location);
        return {
          kind: "raise",
          event: this.symbols.addOperand(action.event, actionName ?? "raise", symbolKey),
          ...withParams,
        };
      default:
        throw new UnsupportedError(
          `the action ${action.type?.replace("xstate.", "") ?? "of an unknown kind"}`,
          location,
        );
    }
  }
}
