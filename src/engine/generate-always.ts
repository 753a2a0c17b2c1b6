import type { Selection } from "./events.js";
import type { MicrostepWriter } from "./generate-microstep.js";
import { holders, names } from "./generate-selection.js";
import type { Demands } from "./generate-steps.js";
import { TogetherWriter } from "./generate-together.js";
import { nodeAt, transitionAt } from "./layout.js";
import type { ProgramTransition } from "./program.js";

/** A part of the configuration that looks for eventless transitions by itself, and the first of its slots. */
interface Part {
  readonly selection: Selection;
  readonly base: number;
}

/** Writes the functions that take eventless transitions. */
export class AlwaysWriter {
  private readonly micro: MicrostepWriter;

  constructor(micro: MicrostepWriter) {
    this.micro = micro;
  }

  /** Takes eventless transitions: 0 if there are none, 1 if nothing has changed by them, else 2. */
  always(): void {
    const { text, layout, program, steps } = this.micro;
    const { eventless } = layout;
    if (eventless === undefined) return;
    const demands: Demands = { undo: true, track: true };
    const slots = holders(eventless, (node) => nodeAt(program, node).type === "parallel", true);
    const all = [...new Set(slots.flat())].sort((a, b) => a - b).map((index) => transitionAt(program, index));
    const several = slots.length > 1;
    for (const transition of all) this.alone(transition, demands);
    text.line("");
    text.fn("one", "r, t", () => {
      text.block("switch (t)", () => {
        for (const { index } of all) text.line(`case ${index}: return take${index}(r);`);
      });
    });
    if (several) new TogetherWriter(this.micro, slots, all).write(demands);
    const parts = this.parts(eventless);
    const shared = steps.share(() => {
      for (const part of parts) this.look(part, several);
    });
    for (const [condition, name] of shared) {
      text.line(`const ${name} = (r, A) => ${condition};`);
    }
    text.line("");
    text.fn("always", "r", () => {
      const watching = this.micro.watched?.calls ?? false;
      if (watching) text.line("r.asked = false;");
      text.line(`const A = r.${watching ? "watching" : "args"}, t = r.found;`);
      text.line("let n = 0;");
      for (const part of parts) this.gather(part, several);
      text.line("if (n === 0) return 0;");
      text.line("r.moved = false;");
      text.line("r.assigned = false;");
      text.line(several ? "if (n === 1) one(r, t[0]); else together(r, n);" : "one(r, t[0]);");
      text.line(`return r.moved || r.assigned${layout.ends ? " || r.done" : ""} ? 2 : 1;`);
    });
  }

  /** What a transition does where it is the only one. */
  private alone(transition: ProgramTransition, demands: Demands): void {
    const { text } = this.micro;
    text.line("");
    text.fn(`take${transition.index}`, "r", () => {
      this.micro.scope();
      this.micro.take(transition.index);
      this.micro.body(transition, demands);
    });
  }

  /** The regions, where the root has no eventless transition of its own; else all is one part. */
  private parts(eventless: Selection): Part[] {
    const { own, inner, node } = eventless;
    const { type } = nodeAt(this.micro.program, node);
    if (own.length > 0 || type !== "parallel") return [{ selection: eventless, base: 0 }];
    let base = 0;
    return inner.map((selection) => {
      const part = { selection, base };
      base += selection.width;
      return part;
    });
  }

  /** Looks for the transitions of one part; a short function each, as V8 leaves long ones unoptimised. */
  private look({ selection, base }: Part, several: boolean): void {
    const { text } = this.micro;
    const slots = selection.width;
    const declared = names(base, slots).map((name) => `${name} = -1`);
    const ages = several ? names(base, slots, "a").map((name) => `${name} = 0`) : [];
    text.line("");
    text.fn(`look${base}`, `r, A${slots > 1 ? ", n" : ""}`, () => {
      text.line(`let ${[...declared, ...ages].join(", ")};`);
      this.micro.selections.eventless(text, selection, base);
      if (slots === 1) {
        if (several) text.line(`r.age${base} = a${base};`);
        text.line(`return q${base};`);
        return;
      }
      for (let at = base; at < base + slots; at++) {
        text.line(`if (q${at} >= 0) { r.found[n] = q${at}; r.ages[n++] = a${at}; }`);
      }
      text.line("return n;");
    });
  }

  /** Calls {@link look} and notes what it has found. */
  private gather({ selection, base }: Part, several: boolean): void {
    const { text } = this.micro;
    if (selection.width > 1) {
      text.line(`n = look${base}(r, A, n);`);
      return;
    }
    const age = several ? `r.ages[n] = r.age${base}; ` : "";
    text.line(`const q${base} = look${base}(r, A);`);
    text.line(`if (q${base} >= 0) { ${age}t[n++] = q${base}; }`);
  }
}
