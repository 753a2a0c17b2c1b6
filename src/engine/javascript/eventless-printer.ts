import type { EventlessPlan, PartPlan, PhasePlan, Plan, Routine, TogetherPlan } from "../ir/plan.js";
import type { OperationPrinter } from "./operation-printer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";

/** Prints the functions that select and run eventless transitions. */
export class EventlessPrinter {
  private readonly plan: Plan;
  private readonly builder: SourceBuilder;
  private readonly operations: OperationPrinter;

  constructor(plan: Plan, builder: SourceBuilder, operations: OperationPrinter) {
    this.plan = plan;
    this.builder = builder;
    this.operations = operations;
  }

  /** Prints `always`, which runs eventless transitions: it returns 0 if none is enabled, 1 if nothing has changed, else 2. */
  print(): void {
    const { eventless, sharedTests } = this.plan;
    if (eventless === undefined) return;
    const { builder, operations } = this;
    builder.line("");
    for (const [index, test] of sharedTests.entries())
      builder.line(`const g${index} = (r, A) => ${operations.testText(test)};`);
    for (const part of eventless.parts) this.selectionFunction(part);
    for (const { index, routine, changes } of eventless.transitions) {
      builder.line("");
      builder.fn(`take${index}`, "r", () => {
        this.declare(routine);
        operations.print(routine.body);
        builder.line(`return ${changes === "unknown" ? this.changeText() : changes ? 2 : 1};`);
      });
    }
    builder.line("");
    builder.fn("one", "r, t", () => {
      builder.block("switch (t)", () => {
        for (const { index } of eventless.transitions) builder.line(`case ${index}: return take${index}(r);`);
      });
      builder.line("return 0;");
    });
    if (eventless.together !== undefined) this.together(eventless.together);
    this.always(eventless);
  }

  private changeText(): string {
    return `r.moved || r.assigned${this.plan.canFinish ? " || r.done" : ""} ? 2 : 1`;
  }

  private declare({ usesArguments, usesContext }: Routine): void {
    const names = [...(usesArguments ? ["A = r.args"] : []), ...(usesContext ? ["c = r.context"] : [])];
    if (names.length > 0) this.builder.line(`const ${names.join(", ")};`);
  }

  /** Prints the selection of one part; a short function each, as V8 leaves long ones unoptimised. */
  private selectionFunction({ path, firstSlot, slotCount, selection }: PartPlan): void {
    const { builder } = this;
    builder.line("");
    builder.line(`// ${quote(path)}`);
    builder.fn(`look${firstSlot}`, `r, A${slotCount > 1 ? ", n" : ""}`, () =>
      this.operations.print(selection.body),
    );
  }

  private always({ parts, together }: EventlessPlan): void {
    const { builder } = this;
    builder.line("");
    builder.fn("always", "r", () => {
      builder.line("const A = r.args, t = r.found;");
      builder.line("let n = 0, d = r.dirty;");
      for (const bit of new Set(parts.map((part) => part.bit)))
        builder.block(`if ((d & ${bit}) !== 0)`, () => {
          const sharing = parts.filter((part) => part.bit === bit);
          const isAlone = sharing.length === 1 && sharing[0]?.slotCount === 1;
          if (!isAlone) builder.line("const before = n;");
          for (const { firstSlot, slotCount } of sharing) {
            if (slotCount > 1) {
              builder.line(`n = look${firstSlot}(r, A, n);`);
              continue;
            }
            const age = together === undefined ? "" : `r.ages[n] = r.ages${firstSlot}; `;
            builder.line(`const q${firstSlot} = look${firstSlot}(r, A);`);
            builder.line(
              `if (q${firstSlot} >= 0) { ${age}t[n++] = q${firstSlot}; }${isAlone ? ` else d ^= ${bit};` : ""}`,
            );
          }
          if (!isAlone) builder.line(`if (n === before) d ^= ${bit};`);
        });
      builder.line("r.dirty = d;");
      builder.line("if (n === 0) return 0;");
      builder.line(
        together === undefined ? "return one(r, t[0]);" : "return n === 1 ? one(r, t[0]) : together(r, n);",
      );
    });
  }

  private together(plan: TogetherPlan): void {
    const { builder } = this;
    this.phase("leave", "", plan.leave);
    this.phase("clear", "", plan.clear);
    this.phase("act", "", plan.act);
    this.phase("enter", plan.isIndependent ? "" : ", completed", plan.enter);
    if (plan.notesMoves) this.phase("renew", "", plan.renew);
    builder.line("");
    builder.fn("together", "r, n", () => {
      if (!plan.changes || plan.notesMoves) builder.line("r.moved = false; r.assigned = false;");
      if (plan.isIndependent) this.runIndependent(plan);
      else this.runDependent(plan);
      builder.line(`return ${plan.changes ? 2 : this.changeText()};`);
    });
  }

  /** Prints the microstep of independent transitions: the older the selecting leaf, the earlier its actions. */
  private runIndependent({ changes, notesMoves }: TogetherPlan): void {
    const { builder } = this;
    const renewal = notesMoves ? "if (r.moved) for (let i = 0; i < n; i++) renew(r, t[i]);" : "";
    builder.line("const t = r.found, ages = r.ages, order = r.order;");
    builder.block("if (n === 2)", () => {
      builder.line("const first = ages[1] < ages[0] ? 1 : 0, a = t[0], b = t[1];");
      builder.line("if (r.taken !== undefined) { told(r, t[first]); told(r, t[1 - first]); }");
      builder.line("if (first === 0) { act(r, a); act(r, b); } else { act(r, b); act(r, a); }");
      builder.line("enter(r, a); enter(r, b);");
      if (notesMoves) builder.line("if (r.moved) { renew(r, a); renew(r, b); }");
      builder.line(`return ${changes ? 2 : this.changeText()};`);
    });
    builder.block("for (let i = 0; i < n; i++)", () => {
      builder.line("let at = i;");
      builder.line("for (; at > 0 && ages[order[at - 1]] > ages[i]; at--) order[at] = order[at - 1];");
      builder.line("order[at] = i;");
    });
    builder.line("if (r.taken !== undefined) for (let i = 0; i < n; i++) told(r, t[order[i]]);");
    builder.line("for (let i = 0; i < n; i++) act(r, t[order[i]]);");
    builder.line("for (let i = 0; i < n; i++) enter(r, t[i]);");
    if (renewal !== "") builder.line(renewal);
  }

  private runDependent({ clear, notesMoves }: TogetherPlan): void {
    const { builder, plan } = this;
    builder.line("const leaves = [];");
    builder.line("for (let i = 0; i < n; i++) leaves.push({ age: r.ages[i], t: r.found[i] });");
    builder.line("leaves.sort((x, y) => x.age - y.age);");
    builder.line("const chosen = env.withoutConflicts([...new Set(leaves.map(({ t }) => t))]);");
    builder.line("const ordered = env.byDomain(chosen);");
    builder.line("if (r.taken !== undefined) for (const t of chosen) told(r, t);");
    if (plan.canFinish) builder.line("const before = read(r);");
    builder.line("for (let i = ordered.length - 1; i >= 0; i--) leave(r, ordered[i]);");
    if (clear.length > 0) builder.line("for (const t of ordered) clear(r, t);");
    builder.line("for (const t of chosen) act(r, t);");
    builder.line("const completed = new Set();");
    builder.line("for (const t of ordered) enter(r, t, completed);");
    if (plan.canFinish) {
      builder.line("r.moved = changed(r, before);");
      builder.line("if (r.done) exitAll(r);");
    }
    if (notesMoves) builder.line("if (r.moved) for (const t of ordered) renew(r, t);");
  }

  /** Prints a function that runs one phase of any of the transitions. */
  private phase(functionName: string, parameters: string, phasePlan: PhasePlan): void {
    const { builder } = this;
    builder.line("");
    builder.fn(functionName, `r, t${parameters}`, () => {
      builder.block("switch (t)", () => {
        for (const [transition, routine] of phasePlan)
          builder.block(`case ${transition}:`, () => {
            this.declare(routine);
            this.operations.print(routine.body);
            builder.line("return;");
          });
      });
    });
  }
}
