import type { Case } from "./generate-cases.js";
import { type Early, earlyOf } from "./generate-early.js";
import { First } from "./generate-first.js";
import type { MicrostepWriter } from "./generate-microstep.js";
import { canThrow, property } from "./generate-steps.js";
import { NOTHING } from "./kinds.js";
import { isPlain, nodeAt, stepsOf, transitionAt } from "./layout.js";
import type { ProgramTransition } from "./program.js";

/** Writes one case of an event as the body of a function, which leaves everything as it was where it throws. */
export class CaseWriter {
  private readonly micro: MicrostepWriter;

  constructor(micro: MicrostepWriter) {
    this.micro = micro;
  }

  body(one: Case): void {
    const { text, layout, follows, watched } = this.micro;
    const track = layout.slotCount > 0;
    const slots = this.micro
      .slotsOf(one)
      .map((held) => held.map((index) => transitionAt(this.micro.program, index)));
    const guarded = this.micro.guards(one);
    // Where some may be dropped, all are told before the first does anything.
    const tells = this.micro.canClash(this.micro.slotsOf(one));
    this.scope(slots.flat(), guarded);
    if (track) text.line("r.moved = false;");
    // What follows can throw too, so whoever calls this takes everything back.
    const early = follows ? undefined : earlyOf(this.micro.program, slots);
    const first = this.givesBack(slots.flat()) ? new First() : undefined;
    if (first !== undefined) text.line("let k = -1;");
    const inner = () =>
      this.micro.microstep(one, { undo: follows, kept: early !== undefined, track, watched, first });
    const end = () => {
      if (!follows) text.line(`return ${first === undefined ? NOTHING : "k"};`);
    };
    const back = early === undefined ? [] : this.back(early, tells);
    if (!guarded && back.length === 0) {
      inner();
      end();
      return;
    }
    if (guarded) text.line("let at = -1;");
    if (early !== undefined) this.keep(early, tells);
    text.block("try", inner, "} catch (error) {");
    for (const line of back) text.line(`  ${line}`);
    text.line(guarded ? "  throw at < 0 ? error : env.guardError(at, A.event, error);" : "  throw error;");
    text.line("}");
    end();
  }

  /** Whether a case can emit, and only among the actions of transitions. */
  private givesBack(transitions: readonly ProgramTransition[]): boolean {
    const { program, follows } = this.micro;
    return (
      !follows &&
      transitions.every((transition) => isPlain(program, transition)) &&
      transitions.some(({ actions }) => actions.some(({ kind }) => kind === "emit"))
    );
  }

  /** The states that a case is about. */
  words({ known }: Case): string {
    const { program } = this.micro;
    return [...known]
      .map(([variable, value]) => {
        const node = nodeAt(program, program.variables[variable] as number);
        return node.children.map((child) => nodeAt(program, child)).find((child) => child.value === value);
      })
      .map((node) => JSON.stringify(node?.path).slice(1, -1))
      .join(", ");
  }

  private scope(transitions: readonly ProgramTransition[], guarded: boolean): void {
    const { text, program } = this.micro;
    const steps = transitions.flatMap((transition) => stepsOf(program, transition));
    const calls = guarded || steps.some(canThrow);
    const sets = steps.some(({ kind }) => kind === "set");
    // Where nothing follows, the arguments are a parameter.
    if (calls && this.micro.follows) text.line("const A = r.args;");
    // As the functions find it, so that V8 need look it up only once.
    if (sets) text.line(`const c = ${this.micro.follows ? "r" : "A"}.context;`);
  }

  /** Keeps what may have to be taken back. A key of the context that is not there must not be there again. */
  private keep({ keys, variables, merges, emits }: Early, tells: boolean): void {
    const { text } = this.micro;
    if (emits) text.line("const n = r.rest.length;");
    if (tells) text.line("const m = r.taken === undefined ? 0 : r.taken.length;");
    if (merges) text.line("r.undoSize = 0;");
    for (const variable of variables) text.line(`const b${variable} = r.s${variable};`);
    for (const [at, key] of keys.entries()) {
      text.line(
        `const c${at} = ${property(key)}, h${at} = c${at} !== undefined || ${JSON.stringify(key)} in c;`,
      );
    }
  }

  /** What takes it back. */
  private back({ keys, variables, merges, emits }: Early, tells: boolean): string[] {
    return [
      ...(merges ? ["env.rollBack(r, put);"] : []),
      ...(emits ? ["r.rest.length = n;"] : []),
      ...(tells ? ["if (r.taken !== undefined) r.taken.length = m;"] : []),
      ...variables.map((variable) => `r.s${variable} = b${variable};`),
      ...keys.map((key, at) => `if (h${at}) ${property(key)} = c${at}; else delete ${property(key)};`),
    ];
  }
}
