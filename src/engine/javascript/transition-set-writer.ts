import type { ProgramTransition } from "../ir/program.js";
import { exitableNodes, transitionAt } from "../ir/program-queries.js";
import type { EffectOptions } from "./effect-writer.js";
import type { MicrostepWriter } from "./microstep-writer.js";

/** Writes the microstep of several eventless transitions: `n` of them are in `r.found`, slot by slot. */
export class TransitionSetWriter {
  private readonly microstepWriter: MicrostepWriter;
  private readonly slots: readonly (readonly number[])[];
  private readonly transitions: readonly ProgramTransition[];

  constructor(
    microstepWriter: MicrostepWriter,
    slots: readonly (readonly number[])[],
    transitions: readonly ProgramTransition[],
  ) {
    this.microstepWriter = microstepWriter;
    this.slots = slots;
    this.transitions = transitions;
  }

  writeFunctions(options: EffectOptions): void {
    const { builder, plan, effectWriter } = this.microstepWriter;
    const isIndependent = this.isIndependent();
    if (!isIndependent) {
      this.transitionSwitch("leave", "", (transition) =>
        effectWriter.exitStates(builder, transition, options),
      );
      if (plan.canFinish) {
        this.transitionSwitch("clear", "", ({ sets }) => {
          for (const [variable] of sets) effectWriter.setVariable(builder, variable, 0, options);
        });
      }
    }
    this.transitionSwitch("act", "", ({ actions }) => effectWriter.writeEffects(builder, actions, options));
    this.transitionSwitch("enter", isIndependent ? "" : ", completed", (transition) => {
      effectWriter.enterStates(builder, transition, options);
      effectWriter.setVariables(builder, transition, options);
    });
    this.transitionSwitch("age", "", (transition) => effectWriter.renewAges(builder, transition));
    builder.line("");
    builder.fn("together", "r, n", () => (isIndependent ? this.runIndependent() : this.runDependent()));
  }

  /**
   * Returns true if transitions of different slots are independent: they cannot conflict, there are no exit actions,
   * and states are entered in the order of the slots.
   */
  private isIndependent(): boolean {
    const { plan, program } = this.microstepWriter;
    if (plan.canFinish || this.transitions.length < this.slots.flat().length) return false;
    const hasExitActions = ({ domain }: ProgramTransition) =>
      domain !== undefined && exitableNodes(program, domain).some(({ exit }) => exit.length > 0);
    if (this.transitions.some(hasExitActions)) return false;
    let lastDomain = -1;
    for (const slotTransitions of this.slots) {
      const transitions = slotTransitions.map((transitionIndex) => transitionAt(program, transitionIndex));
      const domains = transitions.flatMap(({ domain }) => (domain === undefined ? [] : [domain]));
      if (domains.some((domain) => domain < lastDomain)) return false;
      if (
        transitions.some(({ conflicts }) =>
          conflicts.some((otherIndex) => !slotTransitions.includes(otherIndex)),
        )
      )
        return false;
      lastDomain = Math.max(lastDomain, ...domains);
    }
    return true;
  }

  /** Writes the microstep of independent transitions: the older the selecting leaf, the earlier its actions. */
  private runIndependent(): void {
    const { builder } = this.microstepWriter;
    builder.line("const t = r.found, ages = r.ages, order = r.order;");
    builder.block("for (let i = 0; i < n; i++)", () => {
      builder.line("let at = i;");
      builder.line("for (; at > 0 && ages[order[at - 1]] > ages[i]; at--) order[at] = order[at - 1];");
      builder.line("order[at] = i;");
    });
    builder.line("if (r.taken !== undefined) for (let i = 0; i < n; i++) told(r, t[order[i]]);");
    builder.line("for (let i = 0; i < n; i++) act(r, t[order[i]]);");
    builder.line("for (let i = 0; i < n; i++) enter(r, t[i]);");
    builder.line("if (r.moved) for (let i = 0; i < n; i++) age(r, t[i]);");
  }

  private runDependent(): void {
    const { builder, plan } = this.microstepWriter;
    builder.line("const leaves = [];");
    builder.line("for (let i = 0; i < n; i++) leaves.push({ age: r.ages[i], t: r.found[i] });");
    builder.line("leaves.sort((x, y) => x.age - y.age);");
    builder.line("const chosen = env.withoutConflicts([...new Set(leaves.map(({ t }) => t))]);");
    builder.line("const ordered = env.byDomain(chosen);");
    builder.line("if (r.taken !== undefined) for (const t of chosen) told(r, t);");
    if (plan.canFinish) builder.line("const before = read(r);");
    builder.line("for (let i = ordered.length - 1; i >= 0; i--) leave(r, ordered[i]);");
    if (plan.canFinish) builder.line("for (const t of ordered) clear(r, t);");
    builder.line("for (const t of chosen) act(r, t);");
    builder.line("const completed = new Set();");
    builder.line("for (const t of ordered) enter(r, t, completed);");
    if (plan.canFinish) {
      builder.line("r.moved = changed(r, before);");
      builder.line("if (r.done) exitAll(r);");
    }
    builder.line("if (r.moved) for (const t of ordered) age(r, t);");
  }

  /** Writes a function that runs one phase of any of the transitions. */
  private transitionSwitch(
    functionName: string,
    parameters: string,
    writeTransition: (transition: ProgramTransition) => void,
  ): void {
    const { builder } = this.microstepWriter;
    builder.line("");
    builder.fn(functionName, `r, t${parameters}`, () => {
      this.microstepWriter.declareArguments();
      builder.block("switch (t)", () => {
        for (const transition of this.transitions) {
          builder.block(`case ${transition.index}:`, () => {
            writeTransition(transition);
            builder.line("break;");
          });
        }
      });
    });
  }
}
