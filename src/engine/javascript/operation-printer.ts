import type { Branch, Operation, Operations, Plan, Test } from "../ir/plan.js";
import type { Operand } from "../ir/program.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";
import { identifier, propertyAccess } from "./text.js";

/** The number of flags that one field of a run holds. */
export const FLAGS_A_FIELD = 30;

type EmitOperation = Extract<Operation, { op: "emit" }>;

/** Prints operations as JavaScript. In scope: `r` the run, `c` its context, `A` the arguments. */
export class OperationPrinter {
  private readonly plan: Plan;
  private readonly builder: SourceBuilder;

  constructor(plan: Plan, builder: SourceBuilder) {
    this.plan = plan;
    this.builder = builder;
  }

  functionName(functionIndex: number): string {
    return `f${functionIndex}_${identifier(this.plan.functions[functionIndex] ?? "")}`;
  }

  valueName(valueIndex: number): string {
    return `v${valueIndex}_${identifier(this.plan.values[valueIndex] ?? "")}`;
  }

  functionCall(functionIndex: number, params: Operand | undefined): string {
    const paramsArgument = params === undefined ? "" : `, ${this.operandText(params, undefined)}`;
    return `${this.functionName(functionIndex)}(A${paramsArgument})`;
  }

  private operandText(operand: Operand, params: Operand | undefined): string {
    return "fn" in operand ? this.functionCall(operand.fn, params) : this.valueName(operand.value);
  }

  testText(test: Test): string {
    switch (test.test) {
      case "constant":
        return String(test.value);
      case "state":
        return `r.s${test.variable} === ${test.value}`;
      case "flag":
        return `(r.o${Math.floor(test.flag / FLAGS_A_FIELD)} & ${1 << (test.flag % FLAGS_A_FIELD)}) !== 0`;
      case "not":
        return `!(${this.testText(test.of)})`;
      case "all":
      case "any":
        return `(${test.of.map((inner) => this.testText(inner)).join(test.test === "all" ? " && " : " || ")})`;
      case "call":
        return this.functionCall(test.fn, test.params);
      case "missing":
        return `env.missingGuard(${quote(String(test.name))})`;
      case "shared":
        return `g${test.index}(r, A)`;
      case "empty":
        return test.slots.map((slot) => `q${slot} < 0`).join(" && ");
      case "undecided":
        return test.slots.map((slot) => `q${slot} === -2`).join(" || ");
      case "holds":
        return test.transitions === undefined
          ? `q${test.slot} >= 0`
          : test.transitions.map((transition) => `q${test.slot} === ${transition}`).join(" || ");
      case "moved":
        return "r.moved";
      case "done":
        return "r.done";
    }
  }

  print(operations: Operations): void {
    for (const operation of operations) this.printOperation(operation);
  }

  private printOperation(operation: Operation): void {
    const { builder } = this;
    switch (operation.op) {
      case "choose":
        builder.chain(
          operation.branches.map(
            (branch) => [this.branchTest(branch), () => this.print(branch.body)] as const,
          ),
        );
        break;
      case "switch": {
        const { on } = operation;
        builder.choose(
          "slot" in on ? `q${on.slot}` : `r.s${on.variable}`,
          operation.branches.map(([value, body]) => [value, () => this.print(body)] as const),
        );
        break;
      }
      case "scope":
        builder.block("", () => this.print(operation.body));
        break;
      case "block":
        builder.block("done:", () => this.print(operation.body));
        break;
      case "leave":
        builder.line("break done;");
        break;
      case "declare":
        builder.line(`let ${operation.slots.map((slot) => `q${slot} = -1`).join(", ")};`);
        break;
      case "fill": {
        const { slots, from } = operation;
        const value = typeof from === "number" ? String(from) : `q${from.slot}`;
        builder.line(slots.map((slot) => `q${slot} = ${value};`).join(" "));
        break;
      }
      case "noteAge":
        builder.line(`r.ages${operation.slot} = r.k${operation.age};`);
        break;
      case "answer":
        this.printAnswer(operation);
        break;
      case "forgetName":
        builder.line("at = -1;");
        break;
      case "record":
        builder.line(
          `if (r.taken !== undefined) told(r, ${operation.transitions
            .map((transition) => (typeof transition === "number" ? transition : `q${transition.slot}`))
            .join(", ")});`,
        );
        break;
      case "beginMove":
        builder.line("r.moved = false; r.assigned = false;");
        break;
      case "remember":
        builder.line("const before = read(r);");
        break;
      case "compare":
        builder.line("r.moved = changed(r, before);");
        break;
      case "beginCompletion":
        builder.line("const completed = new Set();");
        break;
      case "assign":
        this.printAssignments(operation);
        break;
      case "merge":
        builder.line(`merge(r, ${this.functionCall(operation.fn, operation.params)}, ${operation.logs});`);
        break;
      case "emit":
        this.printEmission(operation);
        break;
      case "raise":
        builder.line(`r.queue.push(${this.operandText(operation.event, operation.params)});`);
        break;
      case "call":
        if (operation.fn !== undefined) builder.line(`${this.functionCall(operation.fn, operation.params)};`);
        else if (operation.params !== undefined && "fn" in operation.params)
          builder.line(`${this.functionCall(operation.params.fn, undefined)};`);
        break;
      case "mark":
        builder.line(this.markText(operation));
        break;
      case "assigned":
        builder.line("r.assigned = true;");
        break;
      case "number":
        this.printNumber(operation);
        break;
      case "renewAge":
        builder.line(`r.k${operation.age} = ++r.clock;`);
        break;
      case "complete":
        builder.line(`complete(r, ${operation.node}, completed);`);
        break;
      case "exitAll":
        builder.line("exitAll(r);");
    }
  }

  private branchTest({ test, names }: Branch): string | undefined {
    if (test === undefined) return undefined;
    return names === undefined ? this.testText(test) : `(at = ${names}, ${this.testText(test)})`;
  }

  private markText({ dirty, clean }: Extract<Operation, { op: "mark" }>): string {
    if (clean === 0) return `r.dirty |= ${dirty};`;
    return dirty === 0 ? `r.dirty &= ~${clean};` : `r.dirty = r.dirty & ~${clean} | ${dirty};`;
  }

  private printNumber({ variable, value, moves }: Extract<Operation, { op: "number" }>): void {
    const assignment = `r.s${variable} = ${value};`;
    if (moves === "test")
      this.builder.line(`if (r.s${variable} !== ${value}) { ${assignment} r.moved = true; }`);
    else this.builder.line(moves === "yes" ? `${assignment} r.moved = true;` : assignment);
  }

  private printAnswer({ firstSlot, slotCount, ages }: Extract<Operation, { op: "answer" }>): void {
    const { builder } = this;
    if (slotCount === 1) {
      builder.line(`return q${firstSlot};`);
      return;
    }
    builder.line(`let n = ${firstSlot};`);
    for (let slot = firstSlot; slot < firstSlot + slotCount; slot++)
      builder.line(
        `if (q${slot} >= 0) { ${ages ? `r.ages[n] = r.ages${slot}; ` : ""}r.found[n++] = q${slot}; }`,
      );
    builder.line(firstSlot === 0 ? "return n;" : `return n - ${firstSlot};`);
  }

  private printEmission({ kind, payload, key, params, route }: EmitOperation): void {
    const { builder } = this;
    const event = payload === undefined ? "undefined" : this.operandText(payload, params);
    const text = key === undefined ? event : propertyAccess(event, key);
    const give = (value: string) => `r.given = ${value}; k = ${kind};`;
    const list = (value: string) => `r.rest.add(${kind}, ${value});`;
    if (route === "returned") builder.line(give(text));
    else if (route === "listed") builder.line(list(text));
    else builder.line(`{ const x = ${text}; if (k < 0) { ${give("x")} } else ${list("x")} }`);
  }

  private printAssignments({ keys, params }: Extract<Operation, { op: "assign" }>): void {
    const { builder } = this;
    const [first] = keys;
    const valueText = (operand: Operand, paramsName: string) =>
      "fn" in operand ? `${this.functionName(operand.fn)}(A${paramsName})` : this.valueName(operand.value);
    const property = (key: string) => propertyAccess("c", key);
    if (params === undefined && keys.length === 1 && first !== undefined) {
      builder.line(`${property(first.key)} = ${valueText(first.to, "")};`);
      return;
    }
    builder.block("", () => {
      if (params !== undefined) builder.line(`const p = ${this.operandText(params, undefined)};`);
      const paramsName = params === undefined ? "" : ", p";
      for (const [index, { to }] of keys.entries())
        builder.line(`const w${index} = ${valueText(to, paramsName)};`);
      for (const [index, { key }] of keys.entries()) builder.line(`${property(key)} = w${index};`);
    });
  }
}
