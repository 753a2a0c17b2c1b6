import type { Plan } from "../ir/plan.js";
import type { EventGroup } from "../runtime/executable.js";
import type { EventPrinter } from "./event-printer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";
import { propertyAccess, wildcardCondition } from "./text.js";

/** The number of event types that one method of a port handles. */
const TYPES_PER_METHOD = 3;

/** Prints the ways into a module: by the type of an event, by its number, and for one type alone. */
export class PortPrinter {
  private readonly plan: Plan;
  private readonly builder: SourceBuilder;
  private readonly events: EventPrinter;

  constructor(plan: Plan, builder: SourceBuilder, events: EventPrinter) {
    this.plan = plan;
    this.builder = builder;
    this.events = events;
  }

  private nameOf(descriptor: string): string {
    return this.events.names.get(descriptor) as string;
  }

  /** Prints `send`, which calls the function of the event's type. */
  sendFunction(): void {
    const { builder, plan, events } = this;
    builder.line("");
    builder.fn("send", "r, event, emitted, taken", () => {
      builder.line("begin(r, event, taken);");
      builder.line("const type = event.type;");
      builder.block("switch (type)", () => {
        for (const type of plan.types)
          builder.line(`case ${quote(type)}: ${events.handlerCall(this.nameOf(type))} return;`);
      });
      builder.line("env.refuseType(type);");
      for (const wildcard of plan.wildcards)
        builder.line(
          `if (${wildcardCondition(wildcard)}) { ${events.handlerCall(this.nameOf(wildcard))} return; }`,
        );
      builder.line(events.handlerCall("unhandled"));
    });
  }

  /** Prints `bind`, which returns the handler of a type for one state. Each calls its own function, which V8 can inline. */
  bindFunction(): void {
    const { builder, plan, events } = this;
    const boundHandler = (functionName: string) =>
      `return (event, emitted, taken) => { begin(r, event, taken); ${events.handlerCall(functionName)} };`;
    builder.line("");
    builder.fn("bind", "r, type", () => {
      builder.block("switch (type)", () => {
        for (const type of plan.types)
          builder.line(`case ${quote(type)}: ${boundHandler(this.nameOf(type))}`);
      });
      builder.line("env.refuseType(type);");
      for (const wildcard of plan.wildcards)
        builder.line(`if (${wildcardCondition(wildcard)}) ${boundHandler(this.nameOf(wildcard))}`);
      builder.line(boundHandler("unhandled"));
    });
  }

  /**
   * Prints for each list of types a class with one reused event for each type. It is a class so that V8
   * knows the methods of an object by its hidden class.
   */
  portClasses(eventGroups: readonly EventGroup[]): void {
    const { builder, plan } = this;
    builder.line("");
    builder.line(`const groups = ${quote(eventGroups)};`);
    for (const [groupIndex, { types, payload, often }] of eventGroups.entries()) {
      builder.line("");
      builder.block(`class Port${groupIndex}`, () => {
        builder.block("constructor(r)", () => {
          builder.line("this.r = r;");
          builder.line("this.rest = r.rest;");
          // In a literal this key alone would be no key.
          const payloadKey = payload === "__proto__" ? '["__proto__"]' : quote(payload ?? "");
          const payloadField = payload === undefined ? "" : `, ${payloadKey}: 0`;
          for (const [typeIndex, type] of types.entries()) {
            builder.line(`this.E${typeIndex} = { type: ${quote(type)}${payloadField} };`);
            if (!plan.canContinue)
              builder.line(`this.A${typeIndex} = new env.Arguments(r.context, this.E${typeIndex});`);
          }
        });
        builder.line("get given() { return this.r.given; }");
        this.takeMethods(types, payload, often);
      });
    }
    builder.line("");
    builder.line(`const ports = [${eventGroups.map((_, groupIndex) => `Port${groupIndex}`).join(", ")}];`);
    builder.line("const port = (r, group) => new ports[group](r);");
  }

  /**
   * Prints the `take` methods of a port. The types are divided among several methods, as V8 inlines only short ones that are
   * called often.
   */
  private takeMethods(
    types: readonly string[],
    payload: string | undefined,
    frequentType: string | undefined,
  ): void {
    const { builder, plan } = this;
    const takeStatement = (typeIndex: number) => {
      const name = this.nameOf(types[typeIndex] as string);
      const setPayload =
        payload === undefined ? "" : `${propertyAccess(`this.E${typeIndex}`, payload)} = value; `;
      return `${setPayload}${
        plan.canContinue
          ? `r.args.event = this.E${typeIndex}; return ${name}(r);`
          : `return ${name}(r, this.A${typeIndex});`
      }`;
    };
    const takeSwitch = (startIndex: number, endIndex: number) => {
      builder.line("const r = this.r;");
      builder.block("switch (at)", () => {
        for (let typeIndex = startIndex; typeIndex < endIndex; typeIndex++)
          builder.line(`case ${typeIndex}: ${takeStatement(typeIndex)}`);
      });
    };
    const methodStarts = Array.from(
      { length: Math.ceil(types.length / TYPES_PER_METHOD) },
      (_, methodIndex) => methodIndex * TYPES_PER_METHOD,
    );
    if (methodStarts.length === 1) {
      builder.block("take(at, value)", () => takeSwitch(0, types.length));
      return;
    }
    const dispatchMethods = () => {
      for (const methodStart of methodStarts.slice(1))
        builder.line(
          `if (at < ${methodStart}) return this.take${methodStart - TYPES_PER_METHOD}(at, value);`,
        );
      builder.line(`return this.take${methodStarts.at(-1)}(at, value);`);
    };
    const frequentIndex = types.indexOf(frequentType ?? "");
    if (frequentIndex < 0) builder.block("take(at, value)", dispatchMethods);
    else {
      builder.block("take(at, value)", () => {
        builder.line(`if (at !== ${frequentIndex}) return this.others(at, value);`);
        builder.line("const r = this.r;");
        builder.line(takeStatement(frequentIndex));
      });
      builder.block("others(at, value)", dispatchMethods);
    }
    for (const methodStart of methodStarts)
      builder.block(`take${methodStart}(at, value)`, () =>
        takeSwitch(methodStart, Math.min(methodStart + TYPES_PER_METHOD, types.length)),
      );
  }
}
