import type { EventObject } from "xstate";
import type { Effect, Guard, Links, Operand, Program, UserFunction } from "../ir/program.js";
import { activeCondition } from "../ir/program-queries.js";
import type { Collector } from "../runtime/emissions.js";
import { throwMissingGuard } from "../runtime/run-errors.js";
import { type Arguments, RunState } from "../runtime/run-state.js";
import { assignToContext, logContextKey } from "../runtime/undo-log.js";

/** The state of a run of the table. */
export class TableState extends RunState {
  stateNumbers: number[] = [];
}

export type GuardClosure = (runState: TableState) => unknown;
export type EffectClosure = (runState: TableState, emitted: Collector<EventObject>) => void;

type OperandClosure = (args: Arguments, params: unknown) => unknown;

/** Compiles a program's guards and effects to closures. */
export class ClosureCompiler {
  private readonly program: Program;
  private readonly links: Links;

  constructor(program: Program, links: Links) {
    this.program = program;
    this.links = links;
  }

  /** Returns a test for a node being active; undefined if it always is. */
  activeTest(nodeIndex: number): GuardClosure | undefined {
    const activation = activeCondition(this.program, nodeIndex);
    if (activation === undefined) return undefined;
    const [variable, stateNumber] = activation;
    return (runState) => runState.stateNumbers[variable] === stateNumber;
  }

  compileGuard(guard: Guard): GuardClosure {
    switch (guard.kind) {
      case "constant":
        return () => guard.value;
      case "in":
        return this.activeTest(guard.node) ?? (() => true);
      case "not": {
        const inner = this.compileGuard(guard.guard);
        return (runState) => !inner(runState);
      }
      case "and": {
        const closures = guard.guards.map((innerGuard) => this.compileGuard(innerGuard));
        return (runState) => closures.every((test) => test(runState));
      }
      case "or": {
        const closures = guard.guards.map((innerGuard) => this.compileGuard(innerGuard));
        return (runState) => closures.some((test) => test(runState));
      }
      case "missing":
        return () => throwMissingGuard(guard.name);
      case "flag":
        throw new Error("The table takes a program before any pass");
      case "call": {
        const fn = this.compileCall(guard.fn);
        const params = this.compileOperand(guard.params);
        return params === undefined
          ? ({ args }) => fn(args, undefined)
          : ({ args }) => fn(args, params(args, undefined));
      }
    }
  }

  compileEffects(effects: readonly Effect[]): readonly EffectClosure[] {
    return effects.map((effect) => this.compileEffect(effect));
  }

  private compileCall(functionIndex: number): OperandClosure {
    return this.links.functions[functionIndex] as UserFunction as OperandClosure;
  }

  /** Returns a closure that evaluates an operand with arguments and params. */
  private compileOperand(operand: Operand | undefined): OperandClosure | undefined {
    if (operand === undefined) return undefined;
    if ("fn" in operand) return this.compileCall(operand.fn);
    const value = this.links.values[operand.value];
    return () => value;
  }

  private compileEffect(effect: Effect): EffectClosure {
    const params = this.compileOperand(effect.params) ?? (() => undefined);
    switch (effect.kind) {
      case "assign": {
        const fn = this.compileCall(effect.fn);
        return (runState) => {
          assignToContext(runState, fn(runState.args, params(runState.args, undefined)), true);
          runState.assigned = true;
        };
      }
      case "set":
        return this.compileAssignments(effect.keys, params);
      case "emit": {
        const event = this.compileOperand(effect.event) as OperandClosure;
        return ({ args }, emitted) => {
          emitted.push(event(args, params(args, undefined)) as EventObject);
        };
      }
      case "raise": {
        const event = this.compileOperand(effect.event) as OperandClosure;
        return ({ args, queue }) => {
          queue.push(event(args, params(args, undefined)) as EventObject);
        };
      }
      case "call": {
        const fn = effect.fn === undefined ? () => undefined : this.compileCall(effect.fn);
        return ({ args }) => {
          fn(args, params(args, undefined));
        };
      }
    }
  }

  private compileAssignments(
    assignments: Extract<Effect, { kind: "set" }>["keys"],
    params: OperandClosure,
  ): EffectClosure {
    const properties = assignments.map(({ key: contextKey, to: operand }) => ({
      key: contextKey,
      to: this.compileOperand(operand) as OperandClosure,
    }));
    const [onlyProperty] = properties;
    if (properties.length === 1 && onlyProperty !== undefined) {
      return (runState) => {
        const value = onlyProperty.to(runState.args, params(runState.args, undefined));
        logContextKey(runState, onlyProperty.key);
        runState.context[onlyProperty.key] = value;
        runState.assigned = true;
      };
    }
    return (runState) => {
      const paramsValue = params(runState.args, undefined);
      const contextValues = properties.map(({ to: operand }) => operand(runState.args, paramsValue));
      for (const [index, { key: contextKey }] of properties.entries()) {
        logContextKey(runState, contextKey);
        runState.context[contextKey] = contextValues[index];
      }
      runState.assigned = true;
    };
  }
}
