import type { EmissionKind } from "../ir/emission-kind.js";
import { guardCanThrow, simplifyGuard } from "../ir/guard-logic.js";
import type { Program, ProgramTransition } from "../ir/program.js";
import { canThrow, effectsOf, nodeAt, runsOnlyItsActions, transitionAt } from "../ir/program-queries.js";
import { certainSlots, type EventCase } from "../passes/case-split.js";
import { deferredSelections } from "../passes/deferred-selection.js";
import type { ExecutionPlan, GuardInputs } from "../passes/execution-plan.js";
import type { SelectionTree } from "../passes/selection-tree.js";
import { type EffectOptions, EffectWriter } from "./effect-writer.js";
import { SelectionWriter, transitionsBySlot } from "./selection-writer.js";
import type { SourceBuilder } from "./source-builder.js";

/** Writes the code of one microstep. */
export class MicrostepWriter {
  readonly program: Program;
  readonly plan: ExecutionPlan;
  readonly builder: SourceBuilder;
  readonly effectWriter: EffectWriter;
  readonly selectionWriter: SelectionWriter;
  /** True if anything can follow the first microstep of an event. */
  readonly canContinue: boolean;
  /** The inputs of eventless guards; absent if there are none, or if events can be raised too. */
  readonly eventlessInputs: GuardInputs | undefined;

  constructor(
    program: Program,
    plan: ExecutionPlan,
    builder: SourceBuilder,
    emissionKinds: readonly EmissionKind[],
  ) {
    this.program = program;
    this.plan = plan;
    this.builder = builder;
    this.effectWriter = new EffectWriter(program, plan, emissionKinds);
    this.selectionWriter = new SelectionWriter(this.effectWriter);
    this.canContinue = plan.canContinue;
    this.eventlessInputs = plan.usesRaiseQueue ? undefined : plan.eventlessInputs;
  }

  /** The name of the list to which a handler's emissions go first. */
  get emissionTarget(): string {
    return this.canContinue ? "emitted" : "r.rest";
  }

  /** Returns the call of a handler, after which its emissions are passed on. */
  handlerCall(name: string): string {
    return this.canContinue ? `${name}(r);` : `finish(r, emitted, ${name}(r, r.args));`;
  }

  /** Writes the effects of a transition that runs alone. */
  transitionBody(transition: ProgramTransition, options: EffectOptions): void {
    const { builder, effectWriter, plan } = this;
    const entryThrows = transition.entered.some((nodeIndex) => {
      const { entry, initial } = nodeAt(this.program, nodeIndex);
      return [...entry, ...initial].some(canThrow);
    });
    const onlyActions = runsOnlyItsActions(this.program, transition);
    if (plan.canFinish && options.tracksChanges && transition.sets.length > 0)
      builder.line("const before = read(r);");
    effectWriter.exitStates(builder, transition, options);
    if (plan.canFinish)
      for (const [variable] of transition.sets) effectWriter.setVariable(builder, variable, 0, options);
    effectWriter.writeEffects(builder, transition.actions, {
      ...options,
      logsUndo: options.logsUndo || entryThrows,
    });
    const entersFinal = this.entersFinalState(transition);
    if (entersFinal) builder.line("const completed = new Set();");
    effectWriter.enterStates(builder, transition, options);
    effectWriter.setVariables(builder, transition, options);
    if (plan.canFinish && options.tracksChanges && transition.sets.length > 0)
      builder.line("r.moved = changed(r, before);");
    if (entersFinal && !onlyActions) builder.line("if (r.done) exitAll(r);");
    if (options.tracksChanges && effectWriter.entersAgedLeaf(transition)) {
      builder.block("if (r.moved)", () => effectWriter.renewAges(builder, transition));
    }
  }

  private entersFinalState({ entered }: ProgramTransition): boolean {
    return entered.some((nodeIndex) => nodeAt(this.program, nodeIndex).type === "final");
  }

  recordSelected(transitionIndex: number): void {
    this.builder.line(`if (r.taken !== undefined) told(r, ${transitionIndex});`);
  }

  /** Writes one case of an event, from its selection to its end. */
  microstep(eventCase: EventCase, options: EffectOptions): void {
    if (eventCase.selection.slotCount === 1) this.singleTransition(eventCase, options);
    else this.transitionSet(eventCase, options);
  }

  private singleTransition(eventCase: EventCase, options: EffectOptions): void {
    const { builder } = this;
    const callsGuards = this.callsGuards(eventCase);
    const takeTransition = (transitionIndex: number) => {
      if (callsGuards) builder.line("at = -1;");
      options.firstEmission?.beginTransition();
      this.transitionBody(transitionAt(this.program, transitionIndex), options);
      this.recordSelected(transitionIndex);
    };
    const certain = certainSlots(this.program, eventCase).get(0);
    if (certain !== undefined) {
      takeTransition(certain);
      return;
    }
    builder.block("done:", () => {
      this.selectionWriter.selectOne(builder, eventCase, (transitionIndex) => {
        takeTransition(transitionIndex);
        builder.line("break done;");
      });
    });
  }

  private transitionSet(eventCase: EventCase, options: EffectOptions): void {
    const { builder, plan } = this;
    const slots = this.slotTransitionsOf(eventCase);
    const canConflict = this.canConflict(slots);
    const certain = canConflict ? new Map<number, number>() : certainSlots(this.program, eventCase);
    const openSlots = [...slots.keys()].filter((slotIndex) => !certain.has(slotIndex));
    if (openSlots.length > 0)
      builder.line(`let ${openSlots.map((slotIndex) => `q${slotIndex} = -1`).join(", ")};`);
    const deferred =
      canConflict || plan.canFinish
        ? new Map<number, SelectionTree>()
        : deferredSelections(this.program, eventCase);
    this.selectionWriter.selectSlots(builder, eventCase, new Set([...certain.keys(), ...deferred.keys()]));
    const callsGuards = this.callsGuards(eventCase);
    if (callsGuards && !deferred.has(0)) builder.line("at = -1;");
    const recordTransitions = () =>
      builder.block("if (r.taken !== undefined)", () => {
        const selected = [...slots.keys()].map((slotIndex) => certain.get(slotIndex) ?? `q${slotIndex}`);
        builder.line(`told(r, ${selected.join(", ")});`);
      });
    if (canConflict) recordTransitions();
    this.removeConflicts(slots);
    const writeDeferred = (
      slotIndex: number,
      writeTransition: (transition: ProgramTransition) => void,
    ): boolean => {
      const selection = certain.has(slotIndex) ? undefined : deferred.get(slotIndex);
      if (selection === undefined) return false;
      const branches = options.firstEmission?.trackBranches();
      this.selectionWriter.selectDeferred(
        builder,
        { knownNumbers: eventCase.knownNumbers, selection },
        (transitionIndex) => {
          const takeTransition = () => {
            builder.line(`q${slotIndex} = ${transitionIndex};`);
            if (callsGuards && slotIndex === 0) builder.line("at = -1;");
            writeTransition(transitionAt(this.program, transitionIndex));
          };
          if (branches) branches.branch(takeTransition);
          else takeTransition();
        },
      );
      branches?.end();
      // A guard may have been evaluated and false.
      if (callsGuards && slotIndex === 0) builder.line("at = -1;");
      return true;
    };
    this.runTransitionSet(slots, certain, options, writeDeferred);
    if (!canConflict) recordTransitions();
  }

  /** Returns for each slot of a case the transitions that it can hold. */
  slotTransitionsOf({ selection }: EventCase): number[][] {
    return transitionsBySlot(
      selection,
      (nodeIndex) => nodeAt(this.program, nodeIndex).type === "parallel",
      false,
    );
  }

  /** Returns true if transitions of two slots can conflict. */
  canConflict(slots: readonly (readonly number[])[]): boolean {
    const slotTransitions = slots.flat();
    return slotTransitions.some((transitionIndex) =>
      transitionAt(this.program, transitionIndex).conflicts.some((otherIndex) =>
        slotTransitions.includes(otherIndex),
      ),
    );
  }

  /** Writes the removal of transitions that conflict with an earlier slot: no source is a descendant of another. */
  private removeConflicts(slots: readonly (readonly number[])[]): void {
    const { builder, program } = this;
    for (const [slotIndex, slotTransitions] of slots.entries()) {
      for (let earlierSlot = 0; earlierSlot < slotIndex; earlierSlot++) {
        const conflicting = slotTransitions.filter((transitionIndex) =>
          transitionAt(program, transitionIndex).conflicts.some((otherIndex) =>
            slots[earlierSlot]?.includes(otherIndex),
          ),
        );
        if (conflicting.length === 0) continue;
        builder.block(`if (q${earlierSlot} >= 0)`, () => {
          builder.choose(
            `q${slotIndex}`,
            conflicting.map((transitionIndex) => {
              const others = transitionAt(program, transitionIndex).conflicts.filter((otherIndex) =>
                slots[earlierSlot]?.includes(otherIndex),
              );
              const condition = others.map((otherIndex) => `q${earlierSlot} === ${otherIndex}`).join(" || ");
              return [transitionIndex, () => builder.line(`if (${condition}) q${slotIndex} = -1;`)] as const;
            }),
          );
        });
      }
    }
  }

  /** Writes the effects of the transitions in the slots. */
  private runTransitionSet(
    slots: readonly (readonly number[])[],
    certain: ReadonlyMap<number, number>,
    options: EffectOptions,
    writeDeferred: (slotIndex: number, writeTransition: (transition: ProgramTransition) => void) => boolean,
  ): void {
    const { builder, effectWriter, plan } = this;
    const slotLists = slots.map((slotTransitions) =>
      slotTransitions.map((transitionIndex) => transitionAt(this.program, transitionIndex)),
    );
    const forSlot = (
      slotIndex: number,
      writeTransition: (transition: ProgramTransition) => void,
      isIncluded: (t: ProgramTransition) => boolean,
    ) => {
      const found = certain.get(slotIndex);
      if (found !== undefined) {
        const transition = transitionAt(this.program, found);
        if (isIncluded(transition)) builder.block("", () => writeTransition(transition));
        return;
      }
      const branches = options.firstEmission?.trackBranches();
      builder.choose(
        `q${slotIndex}`,
        (slotLists[slotIndex] ?? []).filter(isIncluded).map((transition) => {
          const writeBody = () => writeTransition(transition);
          return [transition.index, branches ? () => branches.branch(writeBody) : writeBody] as const;
        }),
      );
      branches?.end();
    };
    const onlyActions = slotLists.flat().every((transition) => runsOnlyItsActions(this.program, transition));
    if (onlyActions && !plan.canFinish) {
      for (const slotIndex of slotLists.keys()) {
        const laterThrows = slotLists
          .slice(slotIndex + 1)
          .flat()
          .some((transition) => effectsOf(this.program, transition).some(canThrow));
        const innerOptions = { ...options, logsUndo: options.logsUndo || laterThrows };
        const writeTransition = (transition: ProgramTransition) => {
          effectWriter.writeEffects(builder, transition.actions, innerOptions);
          effectWriter.enterStates(builder, transition, innerOptions);
          effectWriter.setVariables(builder, transition, innerOptions);
        };
        if (!writeDeferred(slotIndex, writeTransition))
          forSlot(slotIndex, writeTransition, ({ actions, sets }) => actions.length + sets.length > 0);
      }
    } else {
      const loggedOptions = { ...options, logsUndo: true };
      if (plan.canFinish && options.tracksChanges) builder.line("const before = read(r);");
      for (const slotIndex of [...slotLists.keys()].reverse()) {
        forSlot(
          slotIndex,
          (transition) => effectWriter.exitStates(builder, transition, loggedOptions),
          ({ domain }) => domain !== undefined,
        );
      }
      if (plan.canFinish) {
        for (const slotIndex of slotLists.keys()) {
          forSlot(
            slotIndex,
            ({ sets }) => {
              for (const [variable] of sets) effectWriter.setVariable(builder, variable, 0, loggedOptions);
            },
            ({ sets }) => sets.length > 0,
          );
        }
      }
      for (const slotIndex of slotLists.keys()) {
        forSlot(
          slotIndex,
          ({ actions }) => effectWriter.writeEffects(builder, actions, loggedOptions),
          ({ actions }) => actions.length > 0,
        );
      }
      if (slotLists.flat().some((transition) => this.entersFinalState(transition)))
        builder.line("const completed = new Set();");
      for (const slotIndex of slotLists.keys()) {
        forSlot(
          slotIndex,
          (transition) => {
            effectWriter.enterStates(builder, transition, loggedOptions);
            effectWriter.setVariables(builder, transition, loggedOptions);
          },
          ({ entered }) => entered.length > 0,
        );
      }
      if (plan.canFinish && options.tracksChanges) builder.line("r.moved = changed(r, before);");
      if (plan.canFinish) builder.line("if (r.done) exitAll(r);");
    }
    if (
      options.tracksChanges &&
      slotLists.flat().some((transition) => effectWriter.entersAgedLeaf(transition))
    ) {
      builder.block("if (r.moved)", () => {
        for (const slotIndex of slotLists.keys())
          forSlot(
            slotIndex,
            (transition) => effectWriter.renewAges(builder, transition),
            (t) => effectWriter.entersAgedLeaf(t),
          );
      });
    }
  }

  /** Returns true if the selection calls functions of the machine. */
  callsGuards({ knownNumbers, selection }: EventCase): boolean {
    const callsGuard = (transitionIndex: number) => {
      const { guard } = transitionAt(this.program, transitionIndex);
      return guard !== undefined && guardCanThrow(simplifyGuard(this.program, guard, knownNumbers));
    };
    return (
      selection.ownTransitions.some(callsGuard) ||
      selection.childSelections.some((childSelection) =>
        this.callsGuards({ knownNumbers, selection: childSelection }),
      )
    );
  }

  declareArguments(): void {
    this.builder.line("const A = r.args, c = r.context;");
  }
}
