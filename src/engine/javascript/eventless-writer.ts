import type { ProgramTransition } from "../ir/program.js";
import { nodeAt, transitionAt } from "../ir/program-queries.js";
import type { SelectionTree } from "../passes/selection-tree.js";
import type { EffectOptions } from "./effect-writer.js";
import type { MicrostepWriter } from "./microstep-writer.js";
import { slotNames, transitionsBySlot } from "./selection-writer.js";
import { TransitionSetWriter } from "./transition-set-writer.js";

/** A part of the selection that is searched independently, with the first of its slots. */
interface SelectionPart {
  readonly selection: SelectionTree;
  readonly baseSlot: number;
}

/** Writes the functions that select and run eventless transitions. */
export class EventlessWriter {
  private readonly microstepWriter: MicrostepWriter;

  constructor(microstepWriter: MicrostepWriter) {
    this.microstepWriter = microstepWriter;
  }

  /** Writes `always`, which runs eventless transitions: it returns 0 if none is enabled, 1 if nothing has changed, else 2. */
  writeEventless(): void {
    const { builder, plan, program, effectWriter } = this.microstepWriter;
    const { eventless } = plan;
    if (eventless === undefined) return;
    const options: EffectOptions = { logsUndo: true, tracksChanges: true };
    const slots = transitionsBySlot(
      eventless,
      (nodeIndex) => nodeAt(program, nodeIndex).type === "parallel",
      true,
    );
    const transitions = [...new Set(slots.flat())]
      .sort((a, b) => a - b)
      .map((transitionIndex) => transitionAt(program, transitionIndex));
    const hasSeveral = slots.length > 1;
    for (const transition of transitions) this.singleTransition(transition, options);
    builder.line("");
    builder.fn("one", "r, t", () => {
      builder.block("switch (t)", () => {
        for (const { index } of transitions) builder.line(`case ${index}: return take${index}(r);`);
      });
    });
    if (hasSeveral) new TransitionSetWriter(this.microstepWriter, slots, transitions).writeFunctions(options);
    const selectionParts = this.selectionParts(eventless);
    const sharedConditions = effectWriter.shareConditions(() => {
      for (const selectionPart of selectionParts) this.selectionFunction(selectionPart, hasSeveral);
    });
    for (const [condition, name] of sharedConditions) {
      builder.line(`const ${name} = (r, A) => ${condition};`);
    }
    builder.line("");
    builder.fn("always", "r", () => {
      const watchesEvent = this.microstepWriter.eventlessInputs?.callsFunctions ?? false;
      if (watchesEvent) builder.line("r.asked = false;");
      builder.line(`const A = r.${watchesEvent ? "watching" : "args"}, t = r.found;`);
      builder.line("let n = 0;");
      for (const selectionPart of selectionParts) this.collectSelected(selectionPart, hasSeveral);
      builder.line("if (n === 0) return 0;");
      builder.line("r.moved = false;");
      builder.line("r.assigned = false;");
      builder.line(hasSeveral ? "if (n === 1) one(r, t[0]); else together(r, n);" : "one(r, t[0]);");
      builder.line(`return r.moved || r.assigned${plan.canFinish ? " || r.done" : ""} ? 2 : 1;`);
    });
  }

  /** Writes the function of a transition that runs alone. */
  private singleTransition(transition: ProgramTransition, options: EffectOptions): void {
    const { builder } = this.microstepWriter;
    builder.line("");
    builder.fn(`take${transition.index}`, "r", () => {
      this.microstepWriter.declareArguments();
      this.microstepWriter.recordSelected(transition.index);
      this.microstepWriter.transitionBody(transition, options);
    });
  }

  /** Returns the regions, if the root has no eventless transition of its own; else one part. */
  private selectionParts(eventless: SelectionTree): SelectionPart[] {
    const { ownTransitions, childSelections, nodeIndex } = eventless;
    const { type: nodeType } = nodeAt(this.microstepWriter.program, nodeIndex);
    if (ownTransitions.length > 0 || nodeType !== "parallel") return [{ selection: eventless, baseSlot: 0 }];
    let baseSlot = 0;
    return childSelections.map((selection) => {
      const selectionPart = { selection, baseSlot };
      baseSlot += selection.slotCount;
      return selectionPart;
    });
  }

  /** Writes the selection of one part; a short function each, as V8 leaves long ones unoptimised. */
  private selectionFunction({ selection, baseSlot }: SelectionPart, hasSeveral: boolean): void {
    const { builder } = this.microstepWriter;
    const slots = selection.slotCount;
    const slotVariables = slotNames(baseSlot, slots).map((name) => `${name} = -1`);
    const ages = hasSeveral ? slotNames(baseSlot, slots, "a").map((name) => `${name} = 0`) : [];
    builder.line("");
    builder.fn(`look${baseSlot}`, `r, A${slots > 1 ? ", n" : ""}`, () => {
      builder.line(`let ${[...slotVariables, ...ages].join(", ")};`);
      this.microstepWriter.selectionWriter.selectEventless(builder, selection, baseSlot);
      if (slots === 1) {
        if (hasSeveral) builder.line(`r.age${baseSlot} = a${baseSlot};`);
        builder.line(`return q${baseSlot};`);
        return;
      }
      for (let slotIndex = baseSlot; slotIndex < baseSlot + slots; slotIndex++) {
        builder.line(`if (q${slotIndex} >= 0) { r.found[n] = q${slotIndex}; r.ages[n++] = a${slotIndex}; }`);
      }
      builder.line("return n;");
    });
  }

  /** Writes the call of the {@link selectionFunction} and the collecting of its result. */
  private collectSelected({ selection, baseSlot }: SelectionPart, hasSeveral: boolean): void {
    const { builder } = this.microstepWriter;
    if (selection.slotCount > 1) {
      builder.line(`n = look${baseSlot}(r, A, n);`);
      return;
    }
    const age = hasSeveral ? `r.ages[n] = r.age${baseSlot}; ` : "";
    builder.line(`const q${baseSlot} = look${baseSlot}(r, A);`);
    builder.line(`if (q${baseSlot} >= 0) { ${age}t[n++] = q${baseSlot}; }`);
  }
}
