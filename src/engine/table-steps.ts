import type { EventObject } from "xstate";
import type { Collector } from "./emissions.js";
import { activity } from "./layout.js";
import type { Guard, Links, Operand, Program, Step, UserFunction } from "./program.js";
import { type Arguments, merge, missingGuard, note, State } from "./runtime.js";

/** The state of a run on the table. */
export class TableState extends State {
  numbers: number[] = [];
}

export type Test = (state: TableState) => unknown;
export type Act = (state: TableState, emitted: Collector<EventObject>) => void;

type Call = (args: Arguments, params: unknown) => unknown;

/** Makes closures of a program's guards and steps. */
export class Steps {
  private readonly program: Program;
  private readonly links: Links;

  constructor(program: Program, links: Links) {
    this.program = program;
    this.links = links;
  }

  /** Whether a node is active; nothing where it always is. */
  isActive(index: number): Test | undefined {
    const found = activity(this.program, index);
    if (found === undefined) return undefined;
    const [variable, value] = found;
    return (state) => state.numbers[variable] === value;
  }

  guard(guard: Guard): Test {
    switch (guard.kind) {
      case "constant":
        return () => guard.value;
      case "in":
        return this.isActive(guard.node) ?? (() => true);
      case "not": {
        const inner = this.guard(guard.guard);
        return (state) => !inner(state);
      }
      case "and": {
        const inner = guard.guards.map((each) => this.guard(each));
        return (state) => inner.every((each) => each(state));
      }
      case "or": {
        const inner = guard.guards.map((each) => this.guard(each));
        return (state) => inner.some((each) => each(state));
      }
      case "missing":
        return () => missingGuard(guard.name);
      case "call": {
        const fn = this.call(guard.fn);
        const params = this.operand(guard.params);
        return params === undefined
          ? ({ args }) => fn(args, undefined)
          : ({ args }) => fn(args, params(args, undefined));
      }
    }
  }

  steps(steps: readonly Step[]): readonly Act[] {
    return steps.map((step) => this.step(step));
  }

  private call(index: number): Call {
    return this.links.functions[index] as UserFunction as Call;
  }

  /** What an operand gives when it is called with arguments and params. */
  private operand(operand: Operand | undefined): Call | undefined {
    if (operand === undefined) return undefined;
    if ("fn" in operand) return this.call(operand.fn);
    const value = this.links.values[operand.value];
    return () => value;
  }

  private step(step: Step): Act {
    const params = this.operand(step.params) ?? (() => undefined);
    switch (step.kind) {
      case "assign": {
        const fn = this.call(step.fn);
        return (state) => {
          merge(state, fn(state.args, params(state.args, undefined)), true);
          state.assigned = true;
        };
      }
      case "set":
        return this.set(step.keys, params);
      case "emit": {
        const event = this.operand(step.event) as Call;
        return ({ args }, emitted) => {
          emitted.push(event(args, params(args, undefined)) as EventObject);
        };
      }
      case "raise": {
        const event = this.operand(step.event) as Call;
        return ({ args, queue }) => {
          queue.push(event(args, params(args, undefined)) as EventObject);
        };
      }
      case "call": {
        const fn = step.fn === undefined ? () => undefined : this.call(step.fn);
        return ({ args }) => {
          fn(args, params(args, undefined));
        };
      }
    }
  }

  private set(keys: Extract<Step, { kind: "set" }>["keys"], params: Call): Act {
    const properties = keys.map(({ key, to }) => ({ key, to: this.operand(to) as Call }));
    const [only] = properties;
    if (properties.length === 1 && only !== undefined) {
      return (state) => {
        const value = only.to(state.args, params(state.args, undefined));
        note(state, only.key);
        state.context[only.key] = value;
        state.assigned = true;
      };
    }
    return (state) => {
      const given = params(state.args, undefined);
      const values = properties.map(({ to }) => to(state.args, given));
      for (const [index, { key }] of properties.entries()) {
        note(state, key);
        state.context[key] = values[index];
      }
      state.assigned = true;
    };
  }
}
