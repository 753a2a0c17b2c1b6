import type { Selection } from "./events.js";
import type { MicrostepWriter, Overwritten } from "./generate-microstep.js";
import { coverCondition } from "./generate-selection.js";
import { property } from "./generate-steps.js";

/** Writes the functions of a generated module. */
export class FunctionWriter {
  private readonly micro: MicrostepWriter;

  constructor(micro: MicrostepWriter) {
    this.micro = micro;
  }

  constants(): void {
    const { text, program } = this.micro;
    for (const index of program.functions.keys())
      text.line(`const ${this.micro.steps.functionName(index)} = functions[${index}];`);
    for (const index of program.values.keys())
      text.line(`const ${this.micro.steps.valueName(index)} = values[${index}];`);
    for (const index of program.transitions.keys()) text.line(`const t${index} = transitions[${index}];`);
  }

  /** The class of states, and how its numbers are read and written. */
  state(): void {
    const { text } = this.micro;
    const fields = this.fields();
    text.line("");
    text.block("class Now extends State", () => {
      text.block("constructor(context)", () => {
        text.line("super(context);");
        for (const field of fields) text.line(`this.${field} = 0;`);
      });
    });
    text.line("const create = (context) => new Now(context);");
    text.line(`const read = (r) => [${fields.map((field) => `r.${field}`).join(", ")}];`);
    text.block(
      "const write = (r, n) =>",
      () => {
        for (const [at, field] of fields.entries()) text.line(`r.${field} = n[${at}];`);
      },
      "};",
    );
    text.block(
      "const put = (r, what, value) =>",
      () => {
        text.choose(
          "what",
          fields.map((field, at) => [at, () => text.line(`r.${field} = value;`)] as const),
        );
      },
      "};",
    );
    text.block(
      "const fail = (r, emitted, n, taken, m) =>",
      () => {
        text.line("env.rollBack(r, put);");
        text.line("emitted.length = n;");
        text.line("if (taken !== undefined) taken.length = m;");
      },
      "};",
    );
    if (this.micro.layout.ends) {
      const variables = this.micro.program.variables.map((_, at) => at);
      text.line(`const complete = env.completer((r, variable) => read(r)[variable]);`);
      text.line(
        `const changed = (r, before) => ${variables.map((at) => `r.s${at} !== before[${at}]`).join(" || ") || "false"};`,
      );
      text.block("function exitAll(r, emitted)", () => {
        text.line("const A = r.args, c = r.context;");
        this.micro.steps.exits(text, this.micro.program.nodes, { undo: true, track: true });
      });
    }
  }

  private fields(): string[] {
    return [
      ...this.micro.program.variables.map((_, at) => `s${at}`),
      ...Array.from({ length: this.micro.layout.slotCount }, (_, slot) => `k${slot}`),
    ];
  }

  /** One microstep for an event, for machines that raise some. */
  step(name: string, selection: Selection | undefined): void {
    const { text } = this.micro;
    const track = this.micro.layout.slotCount > 0;
    text.line("");
    text.block(`function ${name}(r, event, emitted, taken)`, () => {
      if (selection === undefined) return;
      this.micro.scope();
      if (track) text.line("r.moved = false;");
      const guarded = this.micro.guards(selection);
      if (!guarded) {
        this.micro.microstep(selection, { undo: true, track });
        return;
      }
      text.line("let at = -1;");
      text.block("try", () => this.micro.microstep(selection, { undo: true, track }), "} catch (error) {");
      text.line("  throw at < 0 ? error : env.guardError(at, event, error);");
      text.line("}");
    });
  }

  /** What takes one type of event from its arrival to its end. */
  handler(name: string, step: string | undefined, selection: Selection | undefined): void {
    const { text, layout } = this.micro;
    const track = layout.slotCount > 0;
    text.block(`function ${name}(r, event, emitted, taken)`, () => {
      if (layout.ends) text.line("if (r.done) return;");
      if (selection === undefined && !this.micro.follows) return;
      this.micro.scope();
      text.line("A.event = event;");
      const throwing = this.micro.follows || (selection !== undefined && this.micro.throws(selection));
      const direct = step === undefined ? selection : undefined;
      const guarded = direct !== undefined && this.micro.guards(direct);
      const watched = step === undefined ? layout.watched : undefined;
      const kept = throwing && direct !== undefined ? this.micro.overwritten(direct) : undefined;
      if (throwing) {
        text.line("const n = emitted.length, m = taken === undefined ? 0 : taken.length;");
        text.line("r.undoSize = 0;");
        if (guarded) text.line("let at = -1;");
      }
      if (kept !== undefined) this.keep(kept);
      if (watched !== undefined) text.line("let dirty = !r.settled;");
      if (track) text.line("r.moved = false;");
      const inner = () => {
        if (step !== undefined) text.line(`${step}(r, event, emitted, taken);`);
        else if (selection !== undefined) {
          const demands = { undo: this.micro.follows, kept: kept !== undefined, track, watched };
          this.micro.microstep(selection, demands);
        }
        if (!this.micro.follows) return;
        if (watched !== undefined) text.line("if (dirty) settle(r, emitted, taken);");
        else text.line("settle(r, emitted, taken);");
      };
      if (!throwing) {
        inner();
        return;
      }
      text.block("try", inner, "} catch (error) {");
      text.line("  fail(r, emitted, n, taken, m);");
      if (kept !== undefined) this.putBack(kept);
      text.line(guarded ? "  throw at < 0 ? error : env.guardError(at, event, error);" : "  throw error;");
      text.line("}");
    });
  }

  /** Keeps what an event may overwrite. A key of the context that is not there must not be there again. */
  private keep({ keys, variables }: Overwritten): void {
    const { text } = this.micro;
    for (const variable of variables) text.line(`const b${variable} = r.s${variable};`);
    for (const [at, key] of keys.entries()) {
      text.line(
        `const c${at} = ${property(key)}, h${at} = c${at} !== undefined || ${JSON.stringify(key)} in c;`,
      );
    }
  }

  private putBack({ keys, variables }: Overwritten): void {
    const { text } = this.micro;
    for (const variable of variables) text.line(`  r.s${variable} = b${variable};`);
    for (const [at, key] of keys.entries()) {
      text.line(`  if (h${at}) ${property(key)} = c${at}; else delete ${property(key)};`);
    }
  }

  /** What follows the first microstep. */
  settle(): void {
    const { text, layout } = this.micro;
    if (!this.micro.follows) return;
    text.line("");
    text.block("function settle(r, emitted, taken)", () => {
      text.line("let n = 0, more = true;");
      text.line("r.settled = false;");
      text.block(`while (${layout.ends ? "!r.done" : "true"})`, () => {
        text.line("if (++n > env.maxIterations) throw env.iterationError(env.maxIterations);");
        if (layout.eventless !== undefined) {
          text.line("const k = more ? always(r, emitted, taken) : 0;");
          text.line("if (k !== 0) { more = k === 2; continue; }");
        }
        if (!layout.queues) {
          text.line("r.settled = more;");
          text.line("break;");
          return;
        }
        text.line("if (r.queue.length === 0) { r.settled = more; break; }");
        text.line("const event = r.queue.shift();");
        text.line("r.args.event = event;");
        text.line("step(r, event, emitted, taken);");
        text.line("more = true;");
      });
      if (layout.queues) text.line("r.queue.length = 0;");
    });
  }

  /** The function for a type, found once, for one state. Each calls its own, which V8 can then put in its place. */
  bind(functions: ReadonlyMap<string, string>): void {
    const { text, program } = this.micro;
    const bound = (name: string) => `return (event, emitted, taken) => ${name}(r, event, emitted, taken);`;
    text.line("");
    text.block("function bind(r, type)", () => {
      text.block("switch (type)", () => {
        for (const type of program.events)
          text.line(`case ${JSON.stringify(type)}: ${bound(functions.get(type) as string)}`);
      });
      text.line("env.refuseType(type);");
      for (const wildcard of program.wildcards) {
        text.line(`if (${coverCondition(wildcard)}) ${bound(functions.get(wildcard) as string)}`);
      }
      text.line(bound("unhandled"));
    });
  }
}
