import type { AnyStateMachine } from "xstate";
import { lowerMachine } from "../frontend/lower-machine.js";
import type {
  CaseDecision,
  EventPlan,
  Operations,
  PartPlan,
  Plan,
  RunOrder,
  Test,
  UndoPlan,
} from "../ir/plan.js";
import type { Operand, Program } from "../ir/program.js";
import { contextKeys } from "../javascript/generate.js";
import { planMachine } from "../passes/plan-machine.js";
import { expectMachine } from "../runtime/argument-checks.js";

/**
 * Describes in words what a machine compiles to: its program and its plan.
 *
 * @param machine - an XState machine without child actors, delays and history.
 * @throws {TypeError} if `machine` is no machine.
 * @throws {UnsupportedError} if the machine uses a feature that cannot be compiled.
 */
export const explainMachine = (machine: AnyStateMachine): string => {
  expectMachine(machine);
  const { program } = lowerMachine(machine);
  return explainPlan(program, planMachine(program, [], contextKeys(machine)));
};

/** Describes a program and its plan in words. */
export const explainPlan = (program: Program, plan: Plan): string =>
  `${new PlanWriter(program, plan).write().join("\n")}\n`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const listed = (items: readonly string[], none = "none"): string =>
  items.length === 0 ? none : items.join(", ");

const RUN_ORDER_TEXT: Readonly<Record<RunOrder, string>> = {
  any: "runs before the parts after it",
  "by age": "runs before the parts after it, if its leaf is older",
  "in phases": "runs with other parts phase by phase",
};

/** Writes a plan in words, a line for each statement. */
class PlanWriter {
  private readonly program: Program;
  private readonly plan: Plan;
  private readonly lines: string[] = [];

  constructor(program: Program, plan: Plan) {
    this.program = program;
    this.plan = plan;
  }

  write(): readonly string[] {
    const { program, plan } = this;
    const undeclared = program.functions.filter((_, index) => this.isGuard(index) && !program.reads[index]);
    this.line(0, `machine ${JSON.stringify(program.id)}`);
    this.line(
      1,
      `${counted(program.nodes.length, "state")}, ${counted(plan.variableCount, "state variable")}, ${counted(program.transitions.length, "transition")}, ${counted(program.functions.length, "function")}`,
    );
    this.line(1, `guards that declare nothing, and read everything: ${listed([...new Set(undeclared)])}`);
    this.line(1, `constant guards: ${listed(plan.constants.map(({ fn }) => this.functionName(fn)))}`);
    if (plan.constants.length > 0)
      this.line(1, `  evaluated when a run starts, as no action writes ${listed(plan.constantFields)}`);
    if (plan.eventless === undefined) this.line(1, "no eventless transitions");
    else this.eventless(plan.eventless.parts);
    for (const event of plan.events) this.event(event);
    for (const { index, routine, changes } of plan.eventless?.transitions ?? []) {
      this.line(0, `eventless ${this.transitionName(index)}`);
      this.operations(2, routine.body);
      if (changes !== true)
        this.line(2, changes ? "changes the state if it was another" : "changes nothing: nothing follows it");
    }
    return this.lines;
  }

  private line(depth: number, text: string): void {
    this.lines.push(`${"  ".repeat(depth)}${text}`);
  }

  private isGuard(functionIndex: number): boolean {
    return JSON.stringify(this.program.transitions.map(({ guard }) => guard ?? null)).includes(
      `"kind":"call","fn":${functionIndex}`,
    );
  }

  private functionName(functionIndex: number): string {
    return this.plan.functions[functionIndex] || `function ${functionIndex}`;
  }

  private operandName(operand: Operand): string {
    return "fn" in operand
      ? this.functionName(operand.fn)
      : this.plan.values[operand.value] || `value ${operand.value}`;
  }

  private stateName(variable: number, value: number): string {
    return value === 0
      ? `nothing of variable ${variable}`
      : JSON.stringify(this.plan.states[variable]?.[value - 1] ?? `${variable}=${value}`);
  }

  private transitionName(index: number): string {
    const { place, guardName } = this.program.transitions[index] as Program["transitions"][number];
    return `transition ${index} (${place}${guardName === undefined ? "" : `, guard ${guardName}`})`;
  }

  private partsOf(bits: number): string {
    const parts = this.plan.eventless?.parts ?? [];
    return listed(
      parts.filter(({ bit }) => (bit & bits) !== 0).map(({ path }) => (path === "" ? "the chart" : path)),
    );
  }

  private eventless(parts: readonly PartPlan[]): void {
    this.line(1, `${counted(parts.length, "part")} with eventless transitions:`);
    for (const { path, reads, order, quiet } of parts) {
      const states = [
        ...reads.entered.map(([variable, value]) => `${this.stateName(variable, value)} is entered`),
        ...reads.left.map(([variable, value]) => `${this.stateName(variable, value)} is left`),
      ];
      const inputs = [
        ...(reads.fields === undefined ? ["any field"] : reads.fields),
        ...(reads.event ? ["the event"] : []),
      ];
      this.line(2, path === "" ? "the chart" : path);
      this.line(3, `looks when ${listed(states, "no state changes")}`);
      this.line(3, `reads ${listed(inputs, "states alone")}`);
      if (quiet.length > 0)
        this.line(
          3,
          `need not look again after ${listed(quiet.map((index) => this.transitionName(index)))}, unless another transition changes what it reads`,
        );
      if (parts.length > 1) this.line(3, RUN_ORDER_TEXT[order]);
    }
  }

  private event({ descriptor, cases, decision }: EventPlan): void {
    this.line(0, `event ${JSON.stringify(descriptor)}`);
    if (decision !== undefined) this.decision(1, decision, cases);
  }

  private decision(depth: number, decision: CaseDecision, cases: EventPlan["cases"]): void {
    if ("variable" in decision) {
      for (const [value, inner] of decision.branches) {
        this.line(depth, `in ${this.stateName(decision.variable, value)}`);
        this.decision(depth + 1, inner, cases);
      }
      return;
    }
    const casePlan = cases[decision.case];
    if (casePlan === undefined) return;
    this.operations(depth, casePlan.microstep.body);
    if (casePlan.undo !== undefined) this.line(depth, `an error undoes ${this.undo(casePlan.undo)}`);
    if (casePlan.follow === undefined) this.line(depth, "nothing follows");
    else
      this.line(
        depth,
        `eventless transitions may follow; an error undoes ${casePlan.follow === "all" ? "everything" : this.undo(casePlan.follow)}${casePlan.sharesUndo ? ", and whatever has followed" : ""}`,
      );
  }

  private undo({ keys, variables, merges }: UndoPlan): string {
    return listed(
      [
        ...keys,
        ...(variables.length === 0 ? [] : [counted(variables.length, "state variable")]),
        ...(merges ? ["fields that functions return"] : []),
      ],
      "nothing",
    );
  }

  private operations(depth: number, operations: Operations): void {
    for (const operation of operations) {
      switch (operation.op) {
        case "choose":
          for (const { test, body } of operation.branches) {
            this.line(depth, test === undefined ? "else" : `if ${this.test(test)}`);
            this.operations(depth + 1, body);
          }
          break;
        case "switch":
          for (const [value, body] of operation.branches) {
            const { on } = operation;
            this.line(
              depth,
              "slot" in on
                ? `if ${this.transitionName(value)} is selected`
                : `in ${this.stateName(on.variable, value)}`,
            );
            this.operations(depth + 1, body);
          }
          break;
        case "scope":
        case "block":
          this.operations(depth, operation.body);
          break;
        case "fill":
          if (typeof operation.from === "number" && operation.from >= 0)
            this.line(depth, `select ${this.transitionName(operation.from)}`);
          break;
        case "assign":
          for (const { key, to } of operation.keys) this.line(depth, `${key} = ${this.operandName(to)}`);
          break;
        case "merge":
          this.line(depth, `assign the fields that ${this.functionName(operation.fn)} returns`);
          break;
        case "emit":
          this.line(
            depth,
            `emit ${operation.payload === undefined ? "an event without payload" : this.operandName(operation.payload)}`,
          );
          break;
        case "raise":
          this.line(depth, `raise ${this.operandName(operation.event)}`);
          break;
        case "call":
          if (operation.fn !== undefined) this.line(depth, `call ${this.functionName(operation.fn)}`);
          break;
        case "number":
          this.line(depth, `enter ${this.stateName(operation.variable, operation.value)}`);
          break;
        case "mark":
          if (operation.dirty !== 0) this.line(depth, `then look: ${this.partsOf(operation.dirty)}`);
          if (operation.clean !== 0) this.line(depth, `need not look: ${this.partsOf(operation.clean)}`);
      }
    }
  }

  private test(test: Test): string {
    switch (test.test) {
      case "constant":
        return String(test.value);
      case "state":
        return this.stateName(test.variable, test.value);
      case "flag":
        return `${this.functionName(this.plan.constants[test.flag]?.fn ?? -1)} (constant)`;
      case "not":
        return `not ${this.test(test.of)}`;
      case "all":
      case "any":
        return `(${test.of.map((inner) => this.test(inner)).join(test.test === "all" ? " and " : " or ")})`;
      case "call":
        return this.functionName(test.fn);
      case "missing":
        return `${test.name}, which is not implemented`;
      case "shared":
        return this.test(this.plan.sharedTests[test.index] as Test);
      case "empty":
        return "none is selected";
      case "undecided":
        return "a leaf has selected none";
      case "holds":
        return `${listed((test.transitions ?? []).map(String), "one")} is selected`;
      case "moved":
        return "the configuration has changed";
      case "done":
        return "the machine has ended";
    }
  }
}
