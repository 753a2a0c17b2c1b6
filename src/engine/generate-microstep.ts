import type { Selection } from "./events.js";
import { type Case, certainSlots } from "./generate-cases.js";
import { latePartsOf } from "./generate-late.js";
import { holders, SelectionWriter } from "./generate-selection.js";
import { canThrow, type Demands, StepWriter } from "./generate-steps.js";
import type { Text } from "./generate-text.js";
import { guardCanThrow, guardUnder } from "./guard-logic.js";
import type { EmissionKind } from "./kinds.js";
import { isPlain, type Layout, nodeAt, stepsOf, transitionAt, type Watched } from "./layout.js";
import type { Program, ProgramTransition } from "./program.js";

/** Writes what one microstep does. */
export class MicrostepWriter {
  readonly program: Program;
  readonly layout: Layout;
  readonly text: Text;
  readonly steps: StepWriter;
  readonly selections: SelectionWriter;
  /** Whether anything can follow the first microstep of an event. */
  readonly follows: boolean;
  /** What can enable an eventless transition; absent where none can come, and where queued events can too. */
  readonly watched: Watched | undefined;

  constructor(program: Program, layout: Layout, text: Text, kinds: readonly EmissionKind[]) {
    this.program = program;
    this.layout = layout;
    this.text = text;
    this.steps = new StepWriter(program, layout, kinds);
    this.selections = new SelectionWriter(this.steps);
    this.follows = layout.follows;
    this.watched = layout.queues ? undefined : layout.watched;
  }

  /** Where a handler's emissions go, before whoever sends gets them. */
  get out(): string {
    return this.follows ? "emitted" : "r.rest";
  }

  /** The call of a handler, whose emissions are then handed on. */
  handle(name: string): string {
    return this.follows ? `${name}(r);` : `finish(r, emitted, ${name}(r, r.args));`;
  }

  /** What one transition does, where it is taken alone. */
  body(transition: ProgramTransition, demands: Demands): void {
    const { text, steps, layout } = this;
    const entryThrows = transition.entered.some((index) => {
      const { entry, initial } = nodeAt(this.program, index);
      return [...entry, ...initial].some(canThrow);
    });
    const plain = isPlain(this.program, transition);
    if (layout.ends && demands.track && transition.sets.length > 0) text.line("const before = read(r);");
    steps.leave(text, transition, demands);
    if (layout.ends) for (const [variable] of transition.sets) steps.setVariable(text, variable, 0, demands);
    steps.steps(text, transition.actions, { ...demands, undo: demands.undo || entryThrows });
    const final = this.entersFinal(transition);
    if (final) text.line("const completed = new Set();");
    steps.enter(text, transition, demands);
    steps.sets(text, transition, demands);
    if (layout.ends && demands.track && transition.sets.length > 0)
      text.line("r.moved = changed(r, before);");
    if (final && !plain) text.line("if (r.done) exitAll(r);");
    if (demands.track && steps.hasAge(transition)) {
      text.block("if (r.moved)", () => steps.age(text, transition));
    }
  }

  private entersFinal({ entered }: ProgramTransition): boolean {
    return entered.some((index) => nodeAt(this.program, index).type === "final");
  }

  take(index: number): void {
    this.text.line(`if (r.taken !== undefined) told(r, ${index});`);
  }

  /** One case of an event, from its selection to its end. */
  microstep(one: Case, demands: Demands): void {
    if (one.selection.width === 1) this.single(one, demands);
    else this.several(one, demands);
  }

  private single(one: Case, demands: Demands): void {
    const { text } = this;
    const guarded = this.guards(one);
    const take = (index: number) => {
      if (guarded) text.line("at = -1;");
      demands.first?.begin();
      this.body(transitionAt(this.program, index), demands);
      this.take(index);
    };
    const certain = certainSlots(this.program, one).get(0);
    if (certain !== undefined) {
      take(certain);
      return;
    }
    text.block("done:", () => {
      this.selections.direct(text, one, (index) => {
        take(index);
        text.line("break done;");
      });
    });
  }

  private several(one: Case, demands: Demands): void {
    const { text, layout } = this;
    const slots = this.slotsOf(one);
    const clashing = this.canClash(slots);
    const certain = clashing ? new Map<number, number>() : certainSlots(this.program, one);
    const open = [...slots.keys()].filter((at) => !certain.has(at));
    if (open.length > 0) text.line(`let ${open.map((at) => `q${at} = -1`).join(", ")};`);
    const late = clashing || layout.ends ? new Map<number, Selection>() : latePartsOf(this.program, one);
    this.selections.slots(text, one, new Set([...certain.keys(), ...late.keys()]));
    const guarded = this.guards(one);
    if (guarded && !late.has(0)) text.line("at = -1;");
    const tell = () =>
      text.block("if (r.taken !== undefined)", () => {
        const taken = [...slots.keys()].map((at) => certain.get(at) ?? `q${at}`);
        text.line(`told(r, ${taken.join(", ")});`);
      });
    if (clashing) tell();
    this.removeConflicts(slots);
    const acting = (at: number, write: (transition: ProgramTransition) => void): boolean => {
      const selection = certain.has(at) ? undefined : late.get(at);
      if (selection === undefined) return false;
      const branches = demands.first?.branches();
      this.selections.late(text, { known: one.known, selection }, (index) => {
        const take = () => {
          text.line(`q${at} = ${index};`);
          if (guarded && at === 0) text.line("at = -1;");
          write(transitionAt(this.program, index));
        };
        if (branches) branches.branch(take);
        else take();
      });
      branches?.end();
      // Where a guard was asked and did not hold.
      if (guarded && at === 0) text.line("at = -1;");
      return true;
    };
    this.together(slots, certain, demands, acting);
    if (!clashing) tell();
  }

  /** For each slot of a case the transitions that it can hold. */
  slotsOf({ selection }: Case): number[][] {
    return holders(selection, (node) => nodeAt(this.program, node).type === "parallel", false);
  }

  /** Whether a transition in one slot can keep one in another from being taken. */
  canClash(slots: readonly (readonly number[])[]): boolean {
    const all = slots.flat();
    return all.some((index) =>
      transitionAt(this.program, index).conflicts.some((other) => all.includes(other)),
    );
  }

  /** Drops what cannot be taken beside an earlier one: beside each other, no source lies inside another. */
  private removeConflicts(slots: readonly (readonly number[])[]): void {
    const { text, program } = this;
    for (const [at, held] of slots.entries()) {
      for (let before = 0; before < at; before++) {
        const clashes = held.filter((index) =>
          transitionAt(program, index).conflicts.some((other) => slots[before]?.includes(other)),
        );
        if (clashes.length === 0) continue;
        text.block(`if (q${before} >= 0)`, () => {
          text.choose(
            `q${at}`,
            clashes.map((index) => {
              const others = transitionAt(program, index).conflicts.filter((other) =>
                slots[before]?.includes(other),
              );
              const condition = others.map((other) => `q${before} === ${other}`).join(" || ");
              return [index, () => text.line(`if (${condition}) q${at} = -1;`)] as const;
            }),
          );
        });
      }
    }
  }

  /** What the transitions in the slots do together. */
  private together(
    slots: readonly (readonly number[])[],
    certain: ReadonlyMap<number, number>,
    demands: Demands,
    acting: (at: number, write: (transition: ProgramTransition) => void) => boolean,
  ): void {
    const { text, steps, layout } = this;
    const all = slots.map((held) => held.map((index) => transitionAt(this.program, index)));
    const each = (
      at: number,
      write: (transition: ProgramTransition) => void,
      wanted: (t: ProgramTransition) => boolean,
    ) => {
      const found = certain.get(at);
      if (found !== undefined) {
        const transition = transitionAt(this.program, found);
        if (wanted(transition)) text.block("", () => write(transition));
        return;
      }
      const branches = demands.first?.branches();
      text.choose(
        `q${at}`,
        (all[at] ?? []).filter(wanted).map((transition) => {
          const inner = () => write(transition);
          return [transition.index, branches ? () => branches.branch(inner) : inner] as const;
        }),
      );
      branches?.end();
    };
    const plain = all.flat().every((transition) => isPlain(this.program, transition));
    if (plain && !layout.ends) {
      for (const at of all.keys()) {
        const later = all
          .slice(at + 1)
          .flat()
          .some((transition) => stepsOf(this.program, transition).some(canThrow));
        const inner = { ...demands, undo: demands.undo || later };
        const act = (transition: ProgramTransition) => {
          steps.steps(text, transition.actions, inner);
          steps.enter(text, transition, inner);
          steps.sets(text, transition, inner);
        };
        if (!acting(at, act)) each(at, act, ({ actions, sets }) => actions.length + sets.length > 0);
      }
    } else {
      const careful = { ...demands, undo: true };
      if (layout.ends && demands.track) text.line("const before = read(r);");
      for (const at of [...all.keys()].reverse()) {
        each(
          at,
          (transition) => steps.leave(text, transition, careful),
          ({ domain }) => domain !== undefined,
        );
      }
      if (layout.ends) {
        for (const at of all.keys()) {
          each(
            at,
            ({ sets }) => {
              for (const [variable] of sets) steps.setVariable(text, variable, 0, careful);
            },
            ({ sets }) => sets.length > 0,
          );
        }
      }
      for (const at of all.keys()) {
        each(
          at,
          ({ actions }) => steps.steps(text, actions, careful),
          ({ actions }) => actions.length > 0,
        );
      }
      if (all.flat().some((transition) => this.entersFinal(transition)))
        text.line("const completed = new Set();");
      for (const at of all.keys()) {
        each(
          at,
          (transition) => {
            steps.enter(text, transition, careful);
            steps.sets(text, transition, careful);
          },
          ({ entered }) => entered.length > 0,
        );
      }
      if (layout.ends && demands.track) text.line("r.moved = changed(r, before);");
      if (layout.ends) text.line("if (r.done) exitAll(r);");
    }
    if (demands.track && all.flat().some((transition) => steps.hasAge(transition))) {
      text.block("if (r.moved)", () => {
        for (const at of all.keys())
          each(
            at,
            (transition) => steps.age(text, transition),
            (t) => steps.hasAge(t),
          );
      });
    }
  }

  /** Whether looking for a transition calls functions of the machine. */
  guards({ known, selection }: Case): boolean {
    const asks = (index: number) => {
      const { guard } = transitionAt(this.program, index);
      return guard !== undefined && guardCanThrow(guardUnder(this.program, guard, known));
    };
    return (
      selection.own.some(asks) || selection.inner.some((inner) => this.guards({ known, selection: inner }))
    );
  }

  scope(): void {
    this.text.line("const A = r.args, c = r.context;");
  }
}
