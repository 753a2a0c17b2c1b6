import type { EventObject } from "xstate";
import { UnsupportedError } from "./errors.js";
import type { RawAction, RawFunction, RawMachine } from "./internals.js";
import { shapeOf } from "./kinds.js";
import type { Linker } from "./linker.js";
import type { Operand, Step } from "./program.js";

type EmitStep = Extract<Step, { kind: "emit" }>;

/** Turns the actions of one machine into steps. */
export class ActionReader {
  private readonly machine: RawMachine;
  private readonly linker: Linker;

  constructor(machine: RawMachine, linker: Linker) {
    this.machine = machine;
    this.linker = linker;
  }

  readAll(actions: readonly RawAction[], place: string): Step[] {
    return actions.map((action) => this.read(action, place));
  }

  private read(action: RawAction, place: string): Step {
    if (typeof action === "function") return this.readFunction(action, undefined, undefined, place);
    const name = typeof action === "string" ? action : action.type;
    const found = this.machine.implementations.actions[name];
    const params =
      typeof action === "object" && "params" in action
        ? this.linker.operand(action.params, `params of ${name}`)
        : undefined;
    // XState passes over an action that nothing implements.
    if (!found) return { kind: "call", ...(params === undefined ? {} : { params }) };
    if (typeof found !== "function") {
      throw new UnsupportedError(`action "${name}", whose implementation is no function`, place);
    }
    return this.readFunction(found, name, params, place);
  }

  /** What an emitted event looks like: one that is given as it is, or by a function that says so of itself. */
  private shape(event: unknown, name: string, key: string | undefined): Pick<EmitStep, "shape"> {
    if (typeof event === "function") {
      const { emission } = event as RawFunction;
      if (emission === undefined) return {};
      const { type, payload, of } = emission;
      const operand = this.linker.operand(
        of,
        `${name}.${payload}`,
        key === undefined ? undefined : `${key}\u0000${payload}`,
      );
      return "fn" in operand ? { shape: { type, payload, fn: operand.fn } } : {};
    }
    const shape = shapeOf(event as EventObject);
    return shape === undefined ? {} : { shape };
  }

  private readFunction(
    action: RawFunction,
    name: string | undefined,
    params: Operand | undefined,
    place: string,
  ): Step {
    const withParams = params === undefined ? {} : { params };
    const key = name === undefined ? undefined : `action:${name}`;
    const link = (fn: RawFunction, fallback: string) =>
      key === undefined ? this.linker.inline(fn, fallback) : this.linker.named(key, name ?? fallback, fn);
    if (!("resolve" in action)) return { kind: "call", fn: link(action, "action"), ...withParams };
    switch (action.type) {
      case "xstate.assign": {
        const { assignment } = action;
        if (typeof assignment === "function") {
          return { kind: "assign", fn: link(assignment as RawFunction, "assign"), ...withParams };
        }
        const keys = Object.entries(assignment as Record<string, unknown>).map(([property, to]) => ({
          key: property,
          to: this.linker.operand(
            to,
            `${name ?? "assign"}.${property}`,
            key === undefined ? undefined : `${key}\u0000${property}`,
          ),
        }));
        return { kind: "set", keys, ...withParams };
      }
      case "xstate.emit":
        return {
          kind: "emit",
          event: this.linker.operand(action.event, name ?? "emit", key),
          ...withParams,
          ...this.shape(action.event, name ?? "emit", key),
        };
      case "xstate.raise":
        if (action.delay !== undefined) throw new UnsupportedError("raise with a delay", place);
        if (typeof action.event === "string") throw new UnsupportedError("raise of a string", place);
        return {
          kind: "raise",
          event: this.linker.operand(action.event, name ?? "raise", key),
          ...withParams,
        };
      default:
        throw new UnsupportedError(
          `the action ${action.type?.replace("xstate.", "") ?? "of an unknown kind"}`,
          place,
        );
    }
  }
}
