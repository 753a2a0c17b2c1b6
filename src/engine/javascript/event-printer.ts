import { NO_EMISSION } from "../ir/emission-kind.js";
import type { CaseDecision, CasePlan, EventPlan, Plan, UndoPlan } from "../ir/plan.js";
import type { OperationPrinter } from "./operation-printer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";
import { wildcardCondition } from "./text.js";
import { UndoPrinter } from "./undo-printer.js";

/** Prints the functions of events. Each case is a function, so that none is long. */
export class EventPrinter {
  private readonly plan: Plan;
  private readonly builder: SourceBuilder;
  private readonly operations: OperationPrinter;
  private readonly undo: UndoPrinter;
  /** The names of the events' functions, by descriptor. */
  readonly names: ReadonlyMap<string, string>;

  constructor(plan: Plan, builder: SourceBuilder, operations: OperationPrinter) {
    this.plan = plan;
    this.builder = builder;
    this.operations = operations;
    this.undo = new UndoPrinter(builder, plan);
    this.names = new Map(
      plan.events.map(({ descriptor }, index) => [
        descriptor,
        `on${index}_${descriptor.replace(/\W+/g, "_")}`,
      ]),
    );
  }

  /** The parameters of an event's function: if nothing follows an event, its arguments are one. */
  get parameters(): string {
    return this.plan.canContinue ? "r" : "r, A";
  }

  /** Returns the call of an event's function, after which its emissions are passed on. */
  handlerCall(name: string): string {
    return `finish(r, emitted, ${name}(r${this.plan.canContinue ? "" : ", r.args"}));`;
  }

  print(): void {
    const { builder, plan } = this;
    for (const event of plan.events) {
      builder.line("");
      builder.line(`// ${quote(event.descriptor)}`);
      this.cases(event);
    }
    if (!plan.canContinue) {
      builder.fn("unhandled", this.parameters, () => builder.line(`return ${NO_EMISSION};`));
      return;
    }
    this.raisedFunction();
    this.settleFunction();
    if (plan.events.some(({ cases }) => cases.some(({ sharesUndo }) => sharesUndo))) this.settleAllFunction();
    this.generalFunction();
    for (const event of plan.events) this.macrosteps(event);
    builder.line("");
    builder.fn("unhandled", "r", () => {
      if (plan.canFinish) builder.line(`if (r.done) return ${NO_EMISSION};`);
      builder.line(
        plan.eventParts !== 0
          ? "return general(r, -1);"
          : `return r.dirty === 0 ? ${NO_EMISSION} : general(r, -1);`,
      );
    });
  }

  private nameOf(descriptor: string): string {
    return this.names.get(descriptor) as string;
  }

  /** The name of the function of an event's first microstep. */
  private stepName(descriptor: string): string {
    return this.plan.canContinue ? `step_${this.nameOf(descriptor)}` : this.nameOf(descriptor);
  }

  /** Prints the microstep of one event. */
  private cases({ descriptor, cases, decision }: EventPlan): void {
    const { builder } = this;
    const name = this.stepName(descriptor);
    if (decision !== undefined && "case" in decision) {
      for (const casePlan of cases) builder.fn(name, this.parameters, () => this.microstep(casePlan));
      return;
    }
    for (const [index, casePlan] of cases.entries()) {
      if (casePlan.known.length > 0) builder.line(`// ${this.describeStates(casePlan)}`);
      builder.fn(`${name}_${index}`, this.parameters, () => this.microstep(casePlan));
    }
    builder.fn(name, this.parameters, () => {
      if (decision !== undefined)
        this.decide(decision, (index) => `return ${name}_${index}(${this.parameters});`);
      builder.line(`return ${NO_EMISSION};`);
    });
  }

  private decide(decision: CaseDecision, caseText: (index: number) => string): void {
    if ("case" in decision) {
      this.builder.line(caseText(decision.case));
      return;
    }
    this.builder.choose(
      `r.s${decision.variable}`,
      decision.branches.map(([value, inner]) => [value, () => this.decide(inner, caseText)] as const),
    );
  }

  /** Returns the states of a case, for a comment. */
  private describeStates({ known }: CasePlan): string {
    return known
      .map(([variable, value]) => quote(this.plan.states[variable]?.[value - 1] ?? "").slice(1, -1))
      .join(", ");
  }

  private microstep({ microstep, undo, returnsEmission, namesErrors }: CasePlan): void {
    const { builder, operations, plan } = this;
    const usesArguments = microstep.usesArguments || namesErrors;
    const usesContext = microstep.usesContext || (undo !== undefined && undo.keys.length > 0);
    if (usesArguments && plan.canContinue) builder.line("const A = r.args;");
    // Read as the functions read it, so that V8 loads it only once.
    if (usesContext) builder.line(`const c = ${plan.canContinue ? "r" : "A"}.context;`);
    if (returnsEmission) builder.line("let k = -1;");
    const writeReturn = () => builder.line(`return ${returnsEmission ? "k" : NO_EMISSION};`);
    if (!namesErrors && undo === undefined) {
      operations.print(microstep.body);
      writeReturn();
      return;
    }
    if (namesErrors) builder.line("let at = -1;");
    if (undo !== undefined) this.undo.save(undo);
    builder.block("try", () => operations.print(microstep.body), "} catch (error) {");
    if (undo !== undefined) this.undo.restore(undo);
    builder.line(namesErrors ? "throw at < 0 ? error : env.guardError(at, A.event, error);" : "throw error;");
    builder.line("}");
    writeReturn();
  }

  /** Prints `step`, which runs the microstep of a raised event. */
  private raisedFunction(): void {
    const { builder, plan } = this;
    if (!plan.usesRaiseQueue) return;
    builder.line("");
    builder.fn("step", "r", () => {
      builder.line("const type = r.args.event.type;");
      builder.block("switch (type)", () => {
        for (const type of plan.types) builder.line(`case ${quote(type)}: return ${this.stepName(type)}(r);`);
      });
      for (const wildcard of plan.wildcards)
        builder.line(`if (${wildcardCondition(wildcard)}) return ${this.stepName(wildcard)}(r);`);
      builder.line(`return ${NO_EMISSION};`);
    });
  }

  /** Prints `settle`, which runs the microsteps after the first. */
  private settleFunction(): void {
    const { builder, plan } = this;
    builder.line("");
    builder.fn("settle", "r", () => {
      builder.line("let n = 0, more = true;");
      builder.block(`while (${plan.canFinish ? "!r.done" : "true"})`, () => {
        builder.line("if (++n > env.maxIterations) throw env.iterationError(env.maxIterations);");
        if (plan.eventless !== undefined)
          builder.block("if (more && r.dirty !== 0)", () => {
            builder.line("const k = always(r);");
            builder.line("if (k !== 0) { more = k > 1; continue; }");
          });
        if (!plan.usesRaiseQueue) {
          builder.line("return;");
          return;
        }
        builder.line("if (r.queue.length === 0) break;");
        builder.line("r.args.event = r.queue.shift();");
        if (plan.eventParts !== 0) builder.line(`r.dirty |= ${plan.eventParts};`);
        builder.line("step(r);");
        builder.line("more = true;");
      });
      if (plan.usesRaiseQueue) builder.line("r.queue.length = 0;");
    });
  }

  /**
   * Prints `settleAll`, which undoes the changes of the microsteps after the first if one throws; the event that calls it undoes those of
   * the first, and what is logged. It is short rather than fast: what follows takes longer.
   */
  private settleAllFunction(): void {
    const { builder } = this;
    builder.line("");
    builder.fn("settleAll", "r", () => {
      builder.line("const n = r.rest.length, m = r.taken === undefined ? 0 : r.taken.length;");
      builder.line("const numbers = read(r), fields = { ...r.context };");
      builder.block("try", () => builder.line("settle(r);"), "} catch (error) {");
      builder.line("r.rest.length = n;");
      builder.line("if (r.taken !== undefined) r.taken.length = m;");
      builder.line("write(r, numbers);");
      builder.line("env.restoreFields(r.context, fields);");
      builder.line("throw error;");
      builder.line("}");
    });
  }

  /** Prints `general`, which runs the macrostep of an event while parts are dirty. */
  private generalFunction(): void {
    const { builder, plan } = this;
    builder.line("");
    builder.fn("general", "r, event", () => {
      this.macrostep(plan.undoAll, true, () => {
        builder.line("let k = -1;");
        builder.block("switch (event)", () => {
          for (const [index, { descriptor }] of plan.events.entries())
            builder.line(`case ${index}: k = ${this.stepName(descriptor)}(r); break;`);
        });
      });
    });
  }

  /** Prints a macrostep, which undoes its changes if it throws. */
  private macrostep(
    undo: UndoPlan,
    mayBeDirty: boolean,
    writeMicrostep: () => void,
    settle = "settle(r)",
  ): void {
    const { builder, plan } = this;
    if (undo.keys.length > 0) builder.line("const c = r.context;");
    if (mayBeDirty) builder.line("const d = r.dirty;");
    this.undo.save(undo);
    builder.block(
      "try",
      () => {
        if (plan.eventParts !== 0) builder.line(`r.dirty |= ${plan.eventParts};`);
        writeMicrostep();
        builder.line(plan.usesRaiseQueue ? `${settle};` : `if (r.dirty !== 0) ${settle};`);
        builder.line("return k;");
      },
      "} catch (error) {",
    );
    this.undo.restore(undo);
    builder.line(`r.dirty = ${mayBeDirty ? "d" : "0"};`);
    if (plan.usesRaiseQueue) builder.line("r.queue.length = 0;");
    if (plan.canFinish) builder.line("r.done = false; r.output = undefined;");
    builder.line("throw error;");
    builder.line("}");
  }

  /** Prints the macrosteps of one event. */
  private macrosteps({ descriptor, cases, decision }: EventPlan): void {
    const { builder, plan } = this;
    const name = this.nameOf(descriptor);
    const isAlone = decision !== undefined && "case" in decision;
    const stepOf = (index: number) => `${this.stepName(descriptor)}${isAlone ? "" : `_${index}`}`;
    builder.line("");
    for (const [index, { follow, sharesUndo }] of cases.entries())
      if (follow !== undefined && follow !== "all")
        builder.fn(`${name}_${index}`, "r", () =>
          this.macrostep(
            follow,
            false,
            () => builder.line(`const k = ${stepOf(index)}(r);`),
            sharesUndo ? "settleAll(r)" : "settle(r)",
          ),
        );
    builder.fn(name, "r", () => {
      if (plan.canFinish) builder.line(`if (r.done) return ${NO_EMISSION};`);
      const eventIndex = plan.events.findIndex((event) => event.descriptor === descriptor);
      if (plan.eventless !== undefined) builder.line(`if (r.dirty !== 0) return general(r, ${eventIndex});`);
      if (decision !== undefined)
        this.decide(decision, (index) => {
          const follow = cases[index]?.follow;
          if (follow === "all") return `return general(r, ${eventIndex});`;
          return `return ${follow === undefined ? stepOf(index) : `${name}_${index}`}(r);`;
        });
      if (!isAlone)
        builder.line(plan.eventParts === 0 ? `return ${NO_EMISSION};` : `return general(r, ${eventIndex});`);
    });
  }
}
