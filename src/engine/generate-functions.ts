import type { EventGroup } from "./code.js";
import type { Selection } from "./events.js";
import { CaseWriter } from "./generate-case.js";
import { type Cases, casesOf, eachCase } from "./generate-cases.js";
import type { MicrostepWriter } from "./generate-microstep.js";
import { coverCondition } from "./generate-selection.js";
import { member } from "./generate-steps.js";
import { NOTHING } from "./kinds.js";
import { everyStep } from "./layout.js";

/** How many places of a port one of its methods takes. */
const PLACES = 3;

/** Writes the functions of a generated module. */
export class FunctionWriter {
  private readonly micro: MicrostepWriter;
  private readonly cases: CaseWriter;

  constructor(micro: MicrostepWriter) {
    this.micro = micro;
    this.cases = new CaseWriter(micro);
  }

  constants(): void {
    const { text, program } = this.micro;
    for (const index of program.functions.keys())
      text.line(`const ${this.micro.steps.functionName(index)} = functions[${index}];`);
    for (const index of program.values.keys())
      text.line(`const ${this.micro.steps.valueName(index)} = values[${index}];`);
  }

  /** The class of states, and how its numbers are read and written. */
  state(): void {
    const { text } = this.micro;
    const fields = this.fields();
    text.line("");
    text.block("class Now extends State", () => {
      text.block("constructor(context)", () => {
        text.line("super(context, kinds);");
        for (const field of fields) text.line(`this.${field} = 0;`);
        this.scratch();
        if (this.micro.watched?.calls) text.line("this.watching = new env.WatchingArguments(this);");
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
    const variables = this.micro.program.variables.map((_, at) => `r.s${at} === n[${at}]`);
    text.line(`const stands = (r, n) => ${variables.join(" && ") || "true"};`);
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
      "const fail = (r, n, m) =>",
      () => {
        text.line("env.rollBack(r, put);");
        text.line("r.out.length = n;");
        text.line("if (r.taken !== undefined) r.taken.length = m;");
      },
      "};",
    );
    if (this.micro.layout.ends) {
      const variables = this.micro.program.variables.map((_, at) => at);
      text.line(`const complete = env.completer((r, variable) => read(r)[variable]);`);
      text.line(
        `const changed = (r, before) => ${variables.map((at) => `r.s${at} !== before[${at}]`).join(" || ") || "false"};`,
      );
      text.fn("exitAll", "r", () => {
        text.line("const A = r.args, c = r.context;");
        this.micro.steps.exits(text, this.micro.program.nodes, { undo: true, track: true });
      });
    }
  }

  /**
   * How a context with these keys is copied, compared and filled: into an object that is laid out alike every time, so that V8 finds its
   * properties where they were in the last one. Left out where an action may add a key.
   */
  copy(keys: readonly string[]): void {
    const { text, program } = this.micro;
    const set = everyStep(program).flatMap((step) => (step.kind === "set" ? step.keys : []));
    const closed =
      keys.length > 0 && !keys.includes("__proto__") && set.every(({ key }) => keys.includes(key));
    text.line(`const keys = ${closed ? JSON.stringify(keys) : "undefined"};`);
    const properties = keys.map((key) => `${JSON.stringify(key)}: ${member("c", key)}`);
    text.line(`const copy = ${closed ? `(c) => ({ ${properties.join(", ")} })` : "undefined"};`);
    const values = keys.map((key) => member("c", key));
    const tests = values.map(
      (value, at) => `if (${value} !== v[${at}]) { p[n] = ${at}; f[n++] = ${value}; }`,
    );
    const differ = `(c, v, p, f) => { let n = 0; ${tests.join(" ")} return n; }`;
    text.line(`const differ = ${closed ? differ : "undefined"};`);
    const stores = values.map((value, at) => `${value} = v[${at}];`);
    text.line(`const fill = ${closed ? `(c, v) => { ${stores.join(" ")} }` : "undefined"};`);
  }

  /** Where eventless transitions that are found together are noted, with the ages of their leaves. */
  private scratch(): void {
    const { eventless } = this.micro.layout;
    if (eventless === undefined) return;
    for (const list of ["found", "ages", "order"])
      this.micro.text.line(`this.${list} = new Array(${eventless.width}).fill(0);`);
    for (let at = 0; at < eventless.width; at++) this.micro.text.line(`this.age${at} = 0;`);
  }

  private fields(): string[] {
    return [
      ...this.micro.program.variables.map((_, at) => `s${at}`),
      ...Array.from({ length: this.micro.layout.slotCount }, (_, slot) => `k${slot}`),
    ];
  }

  /** One microstep for one type of event. Its cases are functions of their own, so that none is long. */
  step(name: string, selection: Selection | undefined): void {
    const { text, program, follows } = this.micro;
    const parameters = follows ? "r" : "r, A";
    const cases = selection === undefined ? undefined : casesOf(program, selection);
    if (cases !== undefined && !("branches" in cases)) {
      text.fn(name, parameters, () => this.cases.body(cases));
      return;
    }
    const all = cases === undefined ? [] : eachCase(cases);
    for (const [at, one] of all.entries()) {
      text.line(`// ${this.cases.words(one)}`);
      text.fn(`${name}_${at}`, parameters, () => this.cases.body(one));
    }
    let at = 0;
    const write = (inner: Cases): void => {
      if ("branches" in inner) {
        text.choose(
          `r.s${inner.variable}`,
          inner.branches.map(([value, next]) => [value, () => write(next)] as const),
        );
      } else text.line(`return ${name}_${at++}(${parameters});`);
    };
    text.fn(name, parameters, () => {
      if (cases !== undefined) write(cases);
      if (!follows) text.line(`return ${NOTHING};`);
    });
  }

  /** What takes one type of event from its arrival to its end, where something can follow its first microstep. */
  handler(name: string, step: string | undefined): void {
    const { text, layout } = this.micro;
    text.fn(name, "r", () => {
      if (layout.ends) text.line("if (r.done) return;");
      text.line("const n = r.out.length, m = r.taken === undefined ? 0 : r.taken.length;");
      text.line("r.undoSize = 0;");
      text.block(
        "try",
        () => {
          if (step !== undefined) text.line(`${step}(r);`);
          text.line(`${this.micro.watched === undefined ? "" : "if (!r.settled) "}settle(r);`);
        },
        "} catch (error) {",
      );
      text.line("  fail(r, n, m);");
      text.line("  throw error;");
      text.line("}");
    });
  }

  /** What follows the first microstep. */
  settle(): void {
    const { text, layout } = this.micro;
    if (!this.micro.follows) return;
    text.line("");
    text.fn("settle", "r", () => {
      text.line("let n = 0, more = true;");
      text.line("r.settled = false;");
      text.block(`while (${layout.ends ? "!r.done" : "true"})`, () => {
        text.line("if (++n > env.maxIterations) throw env.iterationError(env.maxIterations);");
        if (layout.eventless !== undefined) {
          text.line("const k = more ? always(r) : 0;");
          text.line("if (k !== 0) { more = k === 2; continue; }");
        }
        if (!layout.queues) {
          text.line(`r.settled = more${layout.watched?.calls ? " && !r.asked" : ""};`);
          text.line("break;");
          return;
        }
        text.line("if (r.queue.length === 0) { r.settled = more; break; }");
        text.line("r.args.event = r.queue.shift();");
        text.line("step(r);");
        text.line("more = true;");
      });
      if (layout.queues) text.line("r.queue.length = 0;");
    });
  }

  /** The function for a type, found once, for one state. Each calls its own, which V8 can then put in its place. */
  bind(functions: ReadonlyMap<string, string>): void {
    const { text, program } = this.micro;
    const bound = (name: string) =>
      `return (event, emitted, taken) => { begin(r, event, ${this.micro.out}, taken); ${this.micro.handle(name)} };`;
    text.line("");
    text.fn("bind", "r, type", () => {
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

  /** For each list of types one function that calls theirs by their places in it. */
  dispatcher(functions: ReadonlyMap<string, string>, groups: readonly EventGroup[]): void {
    const { text } = this.micro;
    text.line("");
    text.line(`const groups = ${JSON.stringify(groups)};`);
    text.fn("dispatcher", "r, group", () => {
      for (const [at, { types }] of groups.entries()) {
        text.block(
          `if (group === ${at}) return (at, event, emitted, taken) =>`,
          () => {
            text.line(`begin(r, event, ${this.micro.out}, taken);`);
            text.block("switch (at)", () => {
              for (const [place, type] of types.entries())
                text.line(`case ${place}: ${this.micro.handle(functions.get(type) as string)} return;`);
            });
          },
          "};",
        );
      }
    });
  }

  /**
   * The same with events that are made once and for all, each with what its type's functions are called with. A class, so
   * that what one of its objects calls is known when V8 sees its shape.
   */
  port(functions: ReadonlyMap<string, string>, groups: readonly EventGroup[]): void {
    const { text, follows } = this.micro;
    for (const [at, { types, payload, often }] of groups.entries()) {
      text.line("");
      text.block(`class Port${at}`, () => {
        text.block("constructor(r)", () => {
          text.line("this.r = r;");
          text.line("this.rest = r.rest;");
          const key = payload === undefined ? "" : `, ${JSON.stringify(payload)}: 0`;
          for (const [place, type] of types.entries()) {
            text.line(`this.E${place} = { type: ${JSON.stringify(type)}${key} };`);
            if (!follows) text.line(`this.A${place} = new env.Arguments(r.context, this.E${place});`);
          }
        });
        text.line("get given() { return this.r.given; }");
        this.takes(functions, types, payload, often);
      });
    }
    text.line("");
    text.line(`const ports = [${groups.map((_, at) => `Port${at}`).join(", ")}];`);
    text.line("const port = (r, group) => new ports[group](r);");
  }

  /**
   * How a port takes an event. The places are divided among several methods: V8 puts only those that are called often into the
   * caller, and has room for little.
   */
  private takes(
    functions: ReadonlyMap<string, string>,
    types: readonly string[],
    payload: string | undefined,
    often: string | undefined,
  ): void {
    const { text, follows } = this.micro;
    const one = (place: number) => {
      const name = functions.get(types[place] as string) as string;
      const set = payload === undefined ? "" : `${member(`this.E${place}`, payload)} = value; `;
      const call = follows
        ? `r.args.event = this.E${place}; ${name}(r); return ${NOTHING};`
        : `return ${name}(r, this.A${place});`;
      return `${set}${call}`;
    };
    const run = () => {
      text.line("const r = this.r;");
      if (follows) text.line("r.out = this.rest;");
    };
    const some = (from: number, until: number) => {
      run();
      text.block("switch (at)", () => {
        for (let place = from; place < until; place++) text.line(`case ${place}: ${one(place)}`);
      });
    };
    const starts = Array.from({ length: Math.ceil(types.length / PLACES) }, (_, at) => at * PLACES);
    if (starts.length === 1) {
      text.block("take(at, value)", () => some(0, types.length));
      return;
    }
    const divide = () => {
      for (const start of starts.slice(1))
        text.line(`if (at < ${start}) return this.take${start - PLACES}(at, value);`);
      text.line(`return this.take${starts.at(-1)}(at, value);`);
    };
    const first = types.indexOf(often ?? "");
    if (first < 0) text.block("take(at, value)", divide);
    else {
      text.block("take(at, value)", () => {
        text.line(`if (at !== ${first}) return this.others(at, value);`);
        run();
        text.line(one(first));
      });
      text.block("others(at, value)", divide);
    }
    for (const start of starts)
      text.block(`take${start}(at, value)`, () => some(start, Math.min(start + PLACES, types.length)));
  }
}
