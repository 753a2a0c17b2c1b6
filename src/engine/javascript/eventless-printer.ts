import type { EventlessPlan, PartPlan, PhasePlan, Plan, Routine, TogetherPlan } from "../ir/plan.js";
import type { OperationPrinter } from "./operation-printer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";

/** Returns the text that asks if the transition found, of some possible ones, is one of a list. */
const oneOfText = (found: string, possible: readonly number[], list: readonly number[]): string => {
  const others = possible.filter((transition) => !list.includes(transition));
  return others.length < list.length
    ? others.map((transition) => `${found} !== ${transition}`).join(" && ")
    : list.map((transition) => `${found} === ${transition}`).join(" || ");
};

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
  private selectionFunction({ path, firstSlot, selection }: PartPlan): void {
    const { builder } = this;
    builder.line("");
    builder.line(`// ${quote(path)}`);
    builder.fn(`look${firstSlot}`, "r, A", () => this.operations.print(selection.body));
  }

  /** Prints the function that runs a transition of one part. */
  private runFunction({ firstSlot, transitions }: PartPlan): void {
    const { builder } = this;
    builder.line("");
    builder.fn(`run${firstSlot}`, "r, t", () => {
      builder.choose(
        "t",
        transitions.map((index) => [index, () => builder.line(`return take${index}(r);`)] as const),
      );
      builder.line("return 0;");
    });
  }

  private always({ parts, together }: EventlessPlan): void {
    const { builder } = this;
    for (const part of parts) this.runFunction(part);
    const isSorted = parts.some(({ order }) => order !== "in phases");
    builder.line("");
    builder.fn("always", "r", () => {
      builder.line("const A = r.args;");
      builder.line(
        `let d = r.dirty, n = 0, k = 0${isSorted ? ", age = -1, sorted = r.taken === undefined" : ""};`,
      );
      builder.line(
        `let ${parts.map(({ firstSlot, slotCount }) => (slotCount > 1 ? `m${firstSlot} = 0` : `q${firstSlot} = -1`)).join(", ")};`,
      );
      for (const bit of new Set(parts.map((part) => part.bit))) {
        const sharing = parts.filter((part) => part.bit === bit);
        builder.block(`if ((d & ${bit}) !== 0)`, () => {
          if (sharing.length > 1) builder.line("const before = n;");
          for (const part of sharing) this.look(part, isSorted, sharing.length === 1);
          if (sharing.length > 1) builder.line(`if (n === before) d ^= ${bit};`);
        });
      }
      builder.line("r.dirty = d;");
      builder.line("if (n === 0) return 0;");
      if (together !== undefined)
        builder.block(isSorted ? "if (n > 1 && !sorted)" : "if (n > 1)", () => this.listFound(parts));
      for (const { firstSlot, slotCount } of parts) {
        const transition = slotCount > 1 ? `r.found[${firstSlot}]` : `q${firstSlot}`;
        const isFound = slotCount > 1 ? `m${firstSlot} > 0` : `q${firstSlot} >= 0`;
        builder.line(`if (${isFound}) k |= run${firstSlot}(r, ${transition});`);
      }
      builder.line("return k;");
    });
  }

  /** Prints how a part looks for its transitions; `clears` if it is then clean unless it has found one. */
  private look(part: PartPlan, isSorted: boolean, clears: boolean): void {
    const { bit, firstSlot, quiet, slotCount, transitions } = part;
    const { builder } = this;
    const note = isSorted ? this.orderText(part) : "";
    const otherwise = clears ? ` else d ^= ${bit};` : "";
    if (slotCount === 1) {
      builder.line(`q${firstSlot} = look${firstSlot}(r, A);`);
      if (clears && quiet.length === transitions.length) {
        builder.line(`d ^= ${bit};`);
        builder.line(`if (q${firstSlot} >= 0) { n++;${note} }`);
        return;
      }
      const found = `q${firstSlot}`;
      const cleans = quiet.length === 0 ? "" : ` if (${oneOfText(found, transitions, quiet)}) d ^= ${bit};`;
      builder.line(`if (${found} >= 0) { n++;${note}${cleans} }${otherwise}`);
      return;
    }
    builder.line(`m${firstSlot} = look${firstSlot}(r, A);`);
    builder.line(`if (m${firstSlot} > 0) { n += m${firstSlot};${note} }${otherwise}`);
    if (isSorted) builder.line(`if (m${firstSlot} > 1) sorted = false;`);
  }

  /** Returns the text that notes if the transition found may run as a whole before those of later parts. */
  private orderText(part: PartPlan): string {
    const { firstSlot, slotCount, order, transitions, acting } = part;
    if (order === "any") return "";
    if (order === "in phases") return " sorted = false;";
    const found = slotCount > 1 ? `r.found[${firstSlot}]` : `q${firstSlot}`;
    const age = slotCount > 1 ? `r.ages[${firstSlot}]` : `r.ages${firstSlot}`;
    const ageTest = `if (${age} < age) sorted = false; else age = ${age};`;
    if (acting.length === transitions.length) return ` ${ageTest}`;
    return ` if (${oneOfText(found, transitions, acting)}) { ${ageTest} }`;
  }

  /** Prints how the transitions found, which cannot run one after the other, are listed and run together. */
  private listFound(parts: readonly PartPlan[]): void {
    const { builder } = this;
    builder.line("const t = r.found, ages = r.ages;");
    builder.line("n = 0;");
    for (const part of parts) {
      const { firstSlot, slotCount } = part;
      builder.line(
        slotCount > 1
          ? `for (let i = ${firstSlot}; i < ${firstSlot} + m${firstSlot}; i++) { ages[n] = ages[i]; t[n++] = t[i]; }`
          : `if (q${firstSlot} >= 0) { ages[n] = r.ages${firstSlot}; t[n++] = q${firstSlot}; }`,
      );
    }
    builder.line("return together(r, n);");
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
  private runIndependent({ notesMoves }: TogetherPlan): void {
    const { builder } = this;
    const renewal = notesMoves ? "if (r.moved) for (let i = 0; i < n; i++) renew(r, t[i]);" : "";
    builder.line("const t = r.found, ages = r.ages, order = r.order;");
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
