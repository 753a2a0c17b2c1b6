import type { Selection } from "./events.js";
import { holders, names, SelectionWriter } from "./generate-selection.js";
import { canThrow, type Demands, StepWriter } from "./generate-steps.js";
import type { Text } from "./generate-text.js";
import { isPlain, type Layout, nodeAt, stepsOf, transitionAt } from "./layout.js";
import type { Program, ProgramTransition } from "./program.js";

/** Keys of the context and state variables. */
export interface Overwritten {
  readonly keys: readonly string[];
  readonly variables: readonly number[];
}

/** Writes what one microstep does. */
export class MicrostepWriter {
  readonly program: Program;
  readonly layout: Layout;
  readonly text: Text;
  readonly steps: StepWriter;
  readonly selections: SelectionWriter;
  /** Whether anything can follow the first microstep of an event. */
  readonly follows: boolean;

  constructor(program: Program, layout: Layout, text: Text) {
    this.program = program;
    this.layout = layout;
    this.text = text;
    this.steps = new StepWriter(program, layout);
    this.selections = new SelectionWriter(this.steps);
    this.follows = layout.eventless !== undefined || layout.queues;
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
    if (layout.ends && demands.track && transition.sets.length > 0)
      text.line("r.moved = changed(r, before);");
    if (final && !plain) text.line("if (r.done) exitAll(r, emitted);");
    if (demands.track && steps.hasAge(transition)) {
      text.block("if (r.moved)", () => steps.age(text, transition));
    }
  }

  private entersFinal({ entered }: ProgramTransition): boolean {
    return entered.some((index) => nodeAt(this.program, index).type === "final");
  }

  take(index: number): void {
    this.text.line(`if (taken !== undefined) taken.push(t${index});`);
  }

  /** The first microstep of an event, from its selection to its end. */
  microstep(selection: Selection, demands: Demands): void {
    const { text } = this;
    if (selection.width === 1) {
      text.block("done:", () => {
        this.selections.direct(text, selection, (index) => {
          const transition = transitionAt(this.program, index);
          if (this.guards(selection)) text.line("at = -1;");
          this.take(index);
          this.body(transition, demands);
          text.line("break done;");
        });
      });
      if (this.guards(selection) && this.follows) text.line("at = -1;");
      return;
    }
    const slots = holders(selection, (node) => nodeAt(this.program, node).type === "parallel", false);
    text.line(
      `let ${names(0, slots.length)
        .map((name) => `${name} = -1`)
        .join(", ")};`,
    );
    this.selections.slots(text, selection);
    if (this.guards(selection)) text.line("at = -1;");
    text.block("if (taken !== undefined)", () => {
      for (const at of slots.keys()) text.line(`if (q${at} >= 0) taken.push(transitions[q${at}]);`);
    });
    this.removeConflicts(slots);
    this.together(slots, demands);
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
  private together(slots: readonly (readonly number[])[], demands: Demands): void {
    const { text, steps, layout } = this;
    const all = slots.map((held) => held.map((index) => transitionAt(this.program, index)));
    const each = (
      at: number,
      write: (transition: ProgramTransition) => void,
      wanted: (t: ProgramTransition) => boolean,
    ) =>
      text.choose(
        `q${at}`,
        (all[at] ?? [])
          .filter(wanted)
          .map((transition) => [transition.index, () => write(transition)] as const),
      );
    const plain = all.flat().every((transition) => isPlain(this.program, transition));
    if (plain && !layout.ends) {
      for (const at of all.keys()) {
        const later = all
          .slice(at + 1)
          .flat()
          .some((transition) => stepsOf(this.program, transition).some(canThrow));
        const inner = { ...demands, undo: demands.undo || later };
        each(
          at,
          (transition) => {
            steps.steps(text, transition.actions, inner);
            steps.enter(text, transition, inner);
          },
          ({ actions, sets }) => actions.length + sets.length > 0,
        );
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
          (transition) => steps.enter(text, transition, careful),
          ({ entered }) => entered.length > 0,
        );
      }
      if (layout.ends && demands.track) text.line("r.moved = changed(r, before);");
      if (layout.ends) text.line("if (r.done) exitAll(r, emitted);");
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
  guards(selection: Selection): boolean {
    return (
      selection.own.some((index) => this.steps.guardCanThrow(transitionAt(this.program, index).guard)) ||
      selection.inner.some((inner) => this.guards(inner))
    );
  }

  throws(selection: Selection): boolean {
    return (
      this.guards(selection) ||
      selection.own.some((index) =>
        stepsOf(this.program, transitionAt(this.program, index)).some(canThrow),
      ) ||
      selection.inner.some((inner) => this.throws(inner))
    );
  }

  /** What the transitions of a selection may overwrite, assigns by a function apart. */
  overwritten({ own, inner }: Selection): Overwritten {
    const transitions = own.map((index) => transitionAt(this.program, index));
    const steps = transitions.flatMap((transition) => stepsOf(this.program, transition));
    const below = inner.map((each) => this.overwritten(each));
    const keys = steps.flatMap((step) => (step.kind === "set" ? step.keys.map(({ key }) => key) : []));
    const variables = transitions.flatMap(({ sets }) => sets.map(([variable]) => variable));
    return {
      keys: [...new Set([...keys, ...below.flatMap((each) => each.keys)])],
      variables: [...new Set([...variables, ...below.flatMap((each) => each.variables)])],
    };
  }

  scope(): void {
    this.text.line("const A = r.args, c = r.context;");
  }
}
