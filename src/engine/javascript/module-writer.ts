import { NO_EMISSION } from "../ir/emission-kind.js";
import { allEffects } from "../ir/program-queries.js";
import { type CaseTree, flattenCases, splitCases } from "../passes/case-split.js";
import type { SelectionTree } from "../passes/selection-tree.js";
import type { EventGroup } from "../runtime/executable.js";
import { CaseWriter } from "./case-writer.js";
import { propertyAccess } from "./effect-writer.js";
import type { MicrostepWriter } from "./microstep-writer.js";
import { quote } from "./quote.js";
import { wildcardCondition } from "./selection-writer.js";

/** The number of event types that one method of a port handles. */
const TYPES_PER_METHOD = 3;

/** Writes the functions of a generated module. */
export class ModuleWriter {
  private readonly microstepWriter: MicrostepWriter;
  private readonly caseWriter: CaseWriter;

  constructor(microstepWriter: MicrostepWriter) {
    this.microstepWriter = microstepWriter;
    this.caseWriter = new CaseWriter(microstepWriter);
  }

  constants(): void {
    const { builder, program } = this.microstepWriter;
    for (const functionIndex of program.functions.keys())
      builder.line(
        `const ${this.microstepWriter.effectWriter.functionName(functionIndex)} = functions[${functionIndex}];`,
      );
    for (const index of program.values.keys())
      builder.line(`const ${this.microstepWriter.effectWriter.valueName(index)} = values[${index}];`);
  }

  /** Writes the class of states, and the functions that read and write its numbers. */
  stateClass(): void {
    const { builder } = this.microstepWriter;
    const fields = this.stateFields();
    builder.line("");
    builder.block("class Now extends State", () => {
      builder.block("constructor(context)", () => {
        builder.line("super(context, kinds);");
        for (const field of fields) builder.line(`this.${field} = 0;`);
        this.scratchFields();
        if (this.microstepWriter.eventlessInputs?.callsFunctions)
          builder.line("this.watching = new env.WatchingArguments(this);");
      });
    });
    builder.line("const create = (context) => new Now(context);");
    builder.line(`const read = (r) => [${fields.map((field) => `r.${field}`).join(", ")}];`);
    builder.block(
      "const write = (r, n) =>",
      () => {
        for (const [fieldIndex, field] of fields.entries()) builder.line(`r.${field} = n[${fieldIndex}];`);
      },
      "};",
    );
    const variables = this.microstepWriter.program.variables.map(
      (_, variableIndex) => `r.s${variableIndex} === n[${variableIndex}]`,
    );
    builder.line(`const stands = (r, n) => ${variables.join(" && ") || "true"};`);
    builder.block(
      "const put = (r, what, value) =>",
      () => {
        builder.choose(
          "what",
          fields.map((field, fieldIndex) => [fieldIndex, () => builder.line(`r.${field} = value;`)] as const),
        );
      },
      "};",
    );
    builder.block(
      "const fail = (r, n, m) =>",
      () => {
        builder.line("env.rollBack(r, put);");
        builder.line("r.out.length = n;");
        builder.line("if (r.taken !== undefined) r.taken.length = m;");
      },
      "};",
    );
    if (this.microstepWriter.plan.canFinish) {
      const stateVariables = this.microstepWriter.program.variables.map((_, variableIndex) => variableIndex);
      builder.line(`const complete = env.completer((r, variable) => read(r)[variable]);`);
      builder.line(
        `const changed = (r, before) => ${stateVariables.map((variableIndex) => `r.s${variableIndex} !== before[${variableIndex}]`).join(" || ") || "false"};`,
      );
      builder.fn("exitAll", "r", () => {
        builder.line("const A = r.args, c = r.context;");
        this.microstepWriter.effectWriter.exitActions(builder, this.microstepWriter.program.nodes, {
          logsUndo: true,
          tracksChanges: true,
        });
      });
    }
  }

  /**
   * Writes the functions that copy, compare and fill a context with these keys. The copy has the same hidden class every time, which
   * keeps V8 on its fast path. They are omitted if an action may add a key.
   */
  contextFunctions(contextKeys: readonly string[]): void {
    const { builder, program } = this.microstepWriter;
    const assignments = allEffects(program).flatMap((effect) => (effect.kind === "set" ? effect.keys : []));
    const hasFixedKeys =
      contextKeys.length > 0 &&
      !contextKeys.includes("__proto__") &&
      assignments.every(({ key: contextKey }) => contextKeys.includes(contextKey));
    builder.line(`const keys = ${hasFixedKeys ? quote(contextKeys) : "undefined"};`);
    const properties = contextKeys.map(
      (contextKey) => `${quote(contextKey)}: ${propertyAccess("c", contextKey)}`,
    );
    builder.line(`const copy = ${hasFixedKeys ? `(c) => ({ ${properties.join(", ")} })` : "undefined"};`);
    const values = contextKeys.map((contextKey) => propertyAccess("c", contextKey));
    const comparisons = values.map(
      (value, index) => `if (${value} !== v[${index}]) { p[n] = ${index}; f[n++] = ${value}; }`,
    );
    const differ = `(c, v, p, f) => { let n = 0; ${comparisons.join(" ")} return n; }`;
    builder.line(`const differ = ${hasFixedKeys ? differ : "undefined"};`);
    const stores = values.map((value, valueIndex) => `${value} = v[${valueIndex}];`);
    builder.line(`const fill = ${hasFixedKeys ? `(c, v) => { ${stores.join(" ")} }` : "undefined"};`);
  }

  /** Writes the fields for eventless transitions that are selected together, with the ages of their leaves. */
  private scratchFields(): void {
    const { eventless } = this.microstepWriter.plan;
    if (eventless === undefined) return;
    for (const listField of ["found", "ages", "order"])
      this.microstepWriter.builder.line(`this.${listField} = new Array(${eventless.slotCount}).fill(0);`);
    for (let slotIndex = 0; slotIndex < eventless.slotCount; slotIndex++)
      this.microstepWriter.builder.line(`this.age${slotIndex} = 0;`);
  }

  private stateFields(): string[] {
    return [
      ...this.microstepWriter.program.variables.map((_, variableIndex) => `s${variableIndex}`),
      ...Array.from({ length: this.microstepWriter.plan.ageSlotCount }, (_, slotIndex) => `k${slotIndex}`),
    ];
  }

  /** Writes the microstep of one event type. Each case is a function, so that none is long. */
  microstepFunction(functionName: string, selection: SelectionTree | undefined): void {
    const { builder, program, canContinue } = this.microstepWriter;
    const parameters = canContinue ? "r" : "r, A";
    const cases = selection === undefined ? undefined : splitCases(program, selection);
    if (cases !== undefined && !("branches" in cases)) {
      builder.fn(functionName, parameters, () => this.caseWriter.caseBody(cases));
      return;
    }
    const eventCases = cases === undefined ? [] : flattenCases(cases);
    for (const [caseIndex, eventCase] of eventCases.entries()) {
      builder.line(`// ${this.caseWriter.describeStates(eventCase)}`);
      builder.fn(`${functionName}_${caseIndex}`, parameters, () => this.caseWriter.caseBody(eventCase));
    }
    let index = 0;
    const writeCases = (caseTree: CaseTree): void => {
      if ("branches" in caseTree) {
        builder.choose(
          `r.s${caseTree.variable}`,
          caseTree.branches.map(([value, branchCases]) => [value, () => writeCases(branchCases)] as const),
        );
      } else builder.line(`return ${functionName}_${index++}(${parameters});`);
    };
    builder.fn(functionName, parameters, () => {
      if (cases !== undefined) writeCases(cases);
      if (!canContinue) builder.line(`return ${NO_EMISSION};`);
    });
  }

  /** Writes the macrostep of one event type, if something can follow its first microstep. */
  macrostepFunction(functionName: string, stepName: string | undefined): void {
    const { builder, plan } = this.microstepWriter;
    builder.fn(functionName, "r", () => {
      if (plan.canFinish) builder.line("if (r.done) return;");
      builder.line("const n = r.out.length, m = r.taken === undefined ? 0 : r.taken.length;");
      builder.line("r.undoSize = 0;");
      builder.block(
        "try",
        () => {
          if (stepName !== undefined) builder.line(`${stepName}(r);`);
          builder.line(
            `${this.microstepWriter.eventlessInputs === undefined ? "" : "if (!r.settled) "}settle(r);`,
          );
        },
        "} catch (error) {",
      );
      builder.line("  fail(r, n, m);");
      builder.line("  throw error;");
      builder.line("}");
    });
  }

  /** Writes `settle`, which runs the microsteps after the first. */
  settleFunction(): void {
    const { builder, plan } = this.microstepWriter;
    if (!this.microstepWriter.canContinue) return;
    builder.line("");
    builder.fn("settle", "r", () => {
      builder.line("let n = 0, more = true;");
      builder.line("r.settled = false;");
      builder.block(`while (${plan.canFinish ? "!r.done" : "true"})`, () => {
        builder.line("if (++n > env.maxIterations) throw env.iterationError(env.maxIterations);");
        if (plan.eventless !== undefined) {
          builder.line("const k = more ? always(r) : 0;");
          builder.line("if (k !== 0) { more = k === 2; continue; }");
        }
        if (!plan.usesRaiseQueue) {
          builder.line(`r.settled = more${plan.eventlessInputs?.callsFunctions ? " && !r.asked" : ""};`);
          builder.line("break;");
          return;
        }
        builder.line("if (r.queue.length === 0) { r.settled = more; break; }");
        builder.line("r.args.event = r.queue.shift();");
        builder.line("step(r);");
        builder.line("more = true;");
      });
      if (plan.usesRaiseQueue) builder.line("r.queue.length = 0;");
    });
  }

  /** Writes `bind`, which returns the handler of a type for one state. Each calls its own function, which V8 can inline. */
  bindFunction(functions: ReadonlyMap<string, string>): void {
    const { builder, program } = this.microstepWriter;
    const boundHandler = (functionName: string) =>
      `return (event, emitted, taken) => { begin(r, event, ${this.microstepWriter.emissionTarget}, taken); ${this.microstepWriter.handlerCall(functionName)} };`;
    builder.line("");
    builder.fn("bind", "r, type", () => {
      builder.block("switch (type)", () => {
        for (const eventType of program.events)
          builder.line(`case ${quote(eventType)}: ${boundHandler(functions.get(eventType) as string)}`);
      });
      builder.line("env.refuseType(type);");
      for (const wildcard of program.wildcards) {
        builder.line(
          `if (${wildcardCondition(wildcard)}) ${boundHandler(functions.get(wildcard) as string)}`,
        );
      }
      builder.line(boundHandler("unhandled"));
    });
  }

  /** Writes for each list of types a function that calls theirs by index. */
  dispatcherFunction(functions: ReadonlyMap<string, string>, eventGroups: readonly EventGroup[]): void {
    const { builder } = this.microstepWriter;
    builder.line("");
    builder.line(`const groups = ${quote(eventGroups)};`);
    builder.fn("dispatcher", "r, group", () => {
      for (const [groupIndex, { types: eventTypes }] of eventGroups.entries()) {
        builder.block(
          `if (group === ${groupIndex}) return (at, event, emitted, taken) =>`,
          () => {
            builder.line(`begin(r, event, ${this.microstepWriter.emissionTarget}, taken);`);
            builder.block("switch (at)", () => {
              for (const [typeIndex, eventType] of eventTypes.entries())
                builder.line(
                  `case ${typeIndex}: ${this.microstepWriter.handlerCall(functions.get(eventType) as string)} return;`,
                );
            });
          },
          "};",
        );
      }
    });
  }

  /**
   * Writes for each list of types a class with one reused event for each type. It is a class so that V8
   * knows the methods of an object by its hidden class.
   */
  portClasses(functions: ReadonlyMap<string, string>, eventGroups: readonly EventGroup[]): void {
    const { builder, canContinue } = this.microstepWriter;
    for (const [groupIndex, { types: eventTypes, payload, often: frequentType }] of eventGroups.entries()) {
      builder.line("");
      builder.block(`class Port${groupIndex}`, () => {
        builder.block("constructor(r)", () => {
          builder.line("this.r = r;");
          builder.line("this.rest = r.rest;");
          // In a literal this key alone would be no key.
          const payloadKey = payload === "__proto__" ? '["__proto__"]' : quote(payload ?? "");
          const payloadField = payload === undefined ? "" : `, ${payloadKey}: 0`;
          for (const [typeIndex, eventType] of eventTypes.entries()) {
            builder.line(`this.E${typeIndex} = { type: ${quote(eventType)}${payloadField} };`);
            if (!canContinue)
              builder.line(`this.A${typeIndex} = new env.Arguments(r.context, this.E${typeIndex});`);
          }
        });
        builder.line("get given() { return this.r.given; }");
        this.takeMethods(functions, eventTypes, payload, frequentType);
      });
    }
    builder.line("");
    builder.line(`const ports = [${eventGroups.map((_, groupIndex) => `Port${groupIndex}`).join(", ")}];`);
    builder.line("const port = (r, group) => new ports[group](r);");
  }

  /**
   * Writes the `take` methods of a port. The types are divided among several methods, as V8 inlines only short ones that are
   * called often.
   */
  private takeMethods(
    functions: ReadonlyMap<string, string>,
    eventTypes: readonly string[],
    payload: string | undefined,
    frequentType: string | undefined,
  ): void {
    const { builder, canContinue } = this.microstepWriter;
    const takeStatement = (typeIndex: number) => {
      const functionName = functions.get(eventTypes[typeIndex] as string) as string;
      const setPayload =
        payload === undefined ? "" : `${propertyAccess(`this.E${typeIndex}`, payload)} = value; `;
      const takeCall = canContinue
        ? `r.args.event = this.E${typeIndex}; ${functionName}(r); return ${NO_EMISSION};`
        : `return ${functionName}(r, this.A${typeIndex});`;
      return `${setPayload}${takeCall}`;
    };
    const declareRun = () => {
      builder.line("const r = this.r;");
      if (canContinue) builder.line("r.out = this.rest;");
    };
    const takeSwitch = (startIndex: number, endIndex: number) => {
      declareRun();
      builder.block("switch (at)", () => {
        for (let typeIndex = startIndex; typeIndex < endIndex; typeIndex++)
          builder.line(`case ${typeIndex}: ${takeStatement(typeIndex)}`);
      });
    };
    const methodStarts = Array.from(
      { length: Math.ceil(eventTypes.length / TYPES_PER_METHOD) },
      (_, typeIndex) => typeIndex * TYPES_PER_METHOD,
    );
    if (methodStarts.length === 1) {
      builder.block("take(at, value)", () => takeSwitch(0, eventTypes.length));
      return;
    }
    const dispatchMethods = () => {
      for (const methodStart of methodStarts.slice(1))
        builder.line(
          `if (at < ${methodStart}) return this.take${methodStart - TYPES_PER_METHOD}(at, value);`,
        );
      builder.line(`return this.take${methodStarts.at(-1)}(at, value);`);
    };
    const frequentIndex = eventTypes.indexOf(frequentType ?? "");
    if (frequentIndex < 0) builder.block("take(at, value)", dispatchMethods);
    else {
      builder.block("take(at, value)", () => {
        builder.line(`if (at !== ${frequentIndex}) return this.others(at, value);`);
        declareRun();
        builder.line(takeStatement(frequentIndex));
      });
      builder.block("others(at, value)", dispatchMethods);
    }
    for (const methodStart of methodStarts)
      builder.block(`take${methodStart}(at, value)`, () =>
        takeSwitch(methodStart, Math.min(methodStart + TYPES_PER_METHOD, eventTypes.length)),
      );
  }
}
