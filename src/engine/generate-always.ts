import type { MicrostepWriter } from "./generate-microstep.js";
import { holders, names } from "./generate-selection.js";
import type { Demands } from "./generate-steps.js";
import { nodeAt, transitionAt } from "./layout.js";
import type { ProgramTransition } from "./program.js";

/** Writes the functions that take eventless transitions. */
export class AlwaysWriter {
  private readonly micro: MicrostepWriter;

  constructor(micro: MicrostepWriter) {
    this.micro = micro;
  }

  /** Takes eventless transitions: 0 if there are none, 1 if nothing has changed by them, else 2. */
  always(): void {
    const { text, layout, steps } = this.micro;
    const { eventless } = layout;
    if (eventless === undefined) return;
    const demands: Demands = { undo: true, track: true };
    const slots = holders(eventless, (node) => nodeAt(this.micro.program, node).type === "parallel", true);
    const all = [...new Set(slots.flat())]
      .sort((a, b) => a - b)
      .map((index) => transitionAt(this.micro.program, index));
    const several = slots.length > 1;
    if (several) {
      this.part("leave", "", all, (transition) => steps.leave(text, transition, demands));
      if (layout.ends) {
        this.part("clear", "", all, ({ sets }) => {
          for (const [variable] of sets) steps.setVariable(text, variable, 0, demands);
        });
      }
      this.part("act", "", all, ({ actions }) => steps.steps(text, actions, demands));
      this.part("enter", ", completed", all, (transition) => {
        steps.enter(text, transition, demands);
        steps.sets(text, transition, demands);
      });
      this.part("age", "", all, (transition) => steps.age(text, transition));
    }
    text.line("");
    text.block("function always(r)", () => {
      if (this.micro.watched?.calls) {
        text.line("r.asked = false;");
        text.line("const A = r.watching, c = r.context;");
      } else this.micro.scope();
      text.line(
        `let ${names(0, slots.length)
          .map((name) => `${name} = -1`)
          .join(", ")};`,
      );
      if (several) text.line(`let ${slots.map((_, at) => `a${at} = 0`).join(", ")};`);
      this.micro.selections.eventless(text, eventless);
      if (several) {
        text.line("let found = 0, only = -1;");
        for (const at of slots.keys())
          text.line(`if (q${at} >= 0 && q${at} !== only) { found++; only = q${at}; }`);
        text.line("if (found === 0) return 0;");
      } else {
        text.line("const only = q0;");
        text.line("if (only < 0) return 0;");
      }
      text.line("r.moved = false;");
      text.line("r.assigned = false;");
      if (several) text.block("if (found > 1)", () => this.severalAlways(slots.length), "} else {");
      text.choose(
        "only",
        all.map(
          (transition) =>
            [
              transition.index,
              () => {
                this.micro.take(transition.index);
                this.micro.body(transition, demands);
              },
            ] as const,
        ),
      );
      if (several) text.line("}");
      text.line(`return r.moved || r.assigned${layout.ends ? " || r.done" : ""} ? 2 : 1;`);
    });
  }

  private severalAlways(count: number): void {
    const { text, layout } = this.micro;
    text.line("const leaves = [];");
    for (let at = 0; at < count; at++) text.line(`if (q${at} >= 0) leaves.push({ age: a${at}, t: q${at} });`);
    text.line("leaves.sort((x, y) => x.age - y.age);");
    text.line("const chosen = env.withoutConflicts([...new Set(leaves.map(({ t }) => t))]);");
    text.line("const ordered = env.byDomain(chosen);");
    text.line("if (r.taken !== undefined) for (const t of chosen) told(r, t);");
    if (layout.ends) text.line("const before = read(r);");
    text.line("for (let i = ordered.length - 1; i >= 0; i--) leave(r, ordered[i]);");
    if (layout.ends) text.line("for (const t of ordered) clear(r, t);");
    text.line("for (const t of chosen) act(r, t);");
    text.line("const completed = new Set();");
    text.line("for (const t of ordered) enter(r, t, completed);");
    if (layout.ends) {
      text.line("r.moved = changed(r, before);");
      text.line("if (r.done) exitAll(r);");
    }
    text.line("if (r.moved) for (const t of ordered) age(r, t);");
  }

  private part(
    name: string,
    parameters: string,
    all: readonly ProgramTransition[],
    write: (transition: ProgramTransition) => void,
  ): void {
    const { text } = this.micro;
    text.line("");
    text.block(`function ${name}(r, t${parameters})`, () => {
      this.micro.scope();
      text.block("switch (t)", () => {
        for (const transition of all) {
          text.block(`case ${transition.index}:`, () => {
            write(transition);
            text.line("break;");
          });
        }
      });
    });
  }
}
