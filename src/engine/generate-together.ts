import type { MicrostepWriter } from "./generate-microstep.js";
import type { Demands } from "./generate-steps.js";
import { leavable, transitionAt } from "./layout.js";
import type { ProgramTransition } from "./program.js";

/** Writes what several eventless transitions do that are taken at once: `n` of them stand in `r.found`, slot by slot. */
export class TogetherWriter {
  private readonly micro: MicrostepWriter;
  private readonly slots: readonly (readonly number[])[];
  private readonly all: readonly ProgramTransition[];

  constructor(
    micro: MicrostepWriter,
    slots: readonly (readonly number[])[],
    all: readonly ProgramTransition[],
  ) {
    this.micro = micro;
    this.slots = slots;
    this.all = all;
  }

  write(demands: Demands): void {
    const { text, layout, steps } = this.micro;
    const apart = this.isApart();
    if (!apart) {
      this.each("leave", "", (transition) => steps.leave(text, transition, demands));
      if (layout.ends) {
        this.each("clear", "", ({ sets }) => {
          for (const [variable] of sets) steps.setVariable(text, variable, 0, demands);
        });
      }
    }
    this.each("act", "", ({ actions }) => steps.steps(text, actions, demands));
    this.each("enter", apart ? "" : ", completed", (transition) => {
      steps.enter(text, transition, demands);
      steps.sets(text, transition, demands);
    });
    this.each("age", "", (transition) => steps.age(text, transition));
    text.line("");
    text.fn("together", "r, n", () => (apart ? this.apart() : this.entangled()));
  }

  /**
   * Whether transitions of different slots have nothing to do with each other: none keeps another from being taken, nothing is done
   * on leaving, and their slots' order is the order in which they enter.
   */
  private isApart(): boolean {
    const { layout, program } = this.micro;
    if (layout.ends || this.all.length < this.slots.flat().length) return false;
    const leaves = ({ domain }: ProgramTransition) =>
      domain !== undefined && leavable(program, domain).some(({ exit }) => exit.length > 0);
    if (this.all.some(leaves)) return false;
    let last = -1;
    for (const slot of this.slots) {
      const held = slot.map((index) => transitionAt(program, index));
      const domains = held.flatMap(({ domain }) => (domain === undefined ? [] : [domain]));
      if (domains.some((domain) => domain < last)) return false;
      if (held.some(({ conflicts }) => conflicts.some((other) => !slot.includes(other)))) return false;
      last = Math.max(last, ...domains);
    }
    return true;
  }

  /** The older the leaf that has found a transition, the earlier it acts. */
  private apart(): void {
    const { text } = this.micro;
    text.line("const t = r.found, ages = r.ages, order = r.order;");
    text.block("for (let i = 0; i < n; i++)", () => {
      text.line("let at = i;");
      text.line("for (; at > 0 && ages[order[at - 1]] > ages[i]; at--) order[at] = order[at - 1];");
      text.line("order[at] = i;");
    });
    text.line("if (r.taken !== undefined) for (let i = 0; i < n; i++) told(r, t[order[i]]);");
    text.line("for (let i = 0; i < n; i++) act(r, t[order[i]]);");
    text.line("for (let i = 0; i < n; i++) enter(r, t[i]);");
    text.line("if (r.moved) for (let i = 0; i < n; i++) age(r, t[i]);");
  }

  private entangled(): void {
    const { text, layout } = this.micro;
    text.line("const leaves = [];");
    text.line("for (let i = 0; i < n; i++) leaves.push({ age: r.ages[i], t: r.found[i] });");
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

  /** A function that does its part for any of the transitions. */
  private each(name: string, parameters: string, write: (transition: ProgramTransition) => void): void {
    const { text } = this.micro;
    text.line("");
    text.fn(name, `r, t${parameters}`, () => {
      this.micro.scope();
      text.block("switch (t)", () => {
        for (const transition of this.all) {
          text.block(`case ${transition.index}:`, () => {
            write(transition);
            text.line("break;");
          });
        }
      });
    });
  }
}
