import { type EmissionKind, kindNumberOf, WHOLE } from "../ir/emission-kind.js";
import { excludesNumber } from "../ir/guard-logic.js";
import type { EmissionRoute, Operation, Operations } from "../ir/plan.js";
import type { Effect, Program, ProgramNode, ProgramTransition } from "../ir/program.js";
import { canThrow, exitableNodes, nodeAt, numbersAtSource } from "../ir/program-queries.js";
import type { DirtyParts } from "./dirty-parts.js";

import type { ExecutionFacts } from "./execution-facts.js";
import { activeTest, runIf } from "./plan-tests.js";

/** Options of the planning of effects. */
export interface EffectOptions {
  /** True if an error may follow all of them. */
  readonly logsMerges: boolean;
  /** True if it must be noted that the configuration has changed, or the context. */
  readonly notesMoves: boolean;
  readonly notesAssigns: boolean;
  /** The route of emissions; absent if all are listed. */
  readonly route?: RouteTracker | undefined;
}

/** Tracks at each point of a microstep if an emission has been returned: none yet, certainly one, or one on some paths. */
export class RouteTracker {
  private status: EmissionRoute = "returned";

  /** Forgets the emissions: nothing has been emitted at this point. */
  begin(): void {
    this.status = "returned";
  }

  /** Returns the route of the next emission. */
  next(): EmissionRoute {
    const route = this.status;
    this.status = "listed";
    return route;
  }

  /** Plans alternative branches, of which at most one runs. */
  alternatives<T>(branches: readonly (() => T)[]): T[] {
    const before = this.status;
    const after = new Set<EmissionRoute>([before]);
    const planned = branches.map((planBranch) => {
      this.status = before;
      const result = planBranch();
      after.add(this.status);
      return result;
    });
    this.status = after.size === 1 ? before : "either";
    return planned;
  }
}

/** Plans the effects of transitions: their actions, the states that they exit and enter, and what becomes dirty. */
export class EffectPlanner {
  readonly program: Program;
  readonly facts: ExecutionFacts;
  readonly parts: DirtyParts;
  private readonly emissionKinds: readonly EmissionKind[];

  constructor(
    program: Program,
    facts: ExecutionFacts,
    parts: DirtyParts,
    emissionKinds: readonly EmissionKind[],
  ) {
    this.program = program;
    this.facts = facts;
    this.parts = parts;
    this.emissionKinds = emissionKinds;
  }

  effects(effects: readonly Effect[], options: EffectOptions): Operations {
    return effects.flatMap((effect, index) => {
      const logsMerges = options.logsMerges || effects.slice(index + 1).some(canThrow);
      return this.effect(effect, { ...options, logsMerges });
    });
  }

  private effect(effect: Effect, { logsMerges, notesAssigns, route }: EffectOptions): Operations {
    const params = effect.params && { params: effect.params };
    const assigned: Operations = notesAssigns ? [{ op: "assigned" }] : [];
    switch (effect.kind) {
      case "assign":
        return [{ op: "merge", fn: effect.fn, ...params, logs: logsMerges }, ...assigned];
      case "set":
        return [{ op: "assign", keys: effect.keys, ...params }, ...assigned];
      case "emit":
        return [this.emission(effect, route?.next() ?? "listed")];
      case "raise":
        return [{ op: "raise", event: effect.event, ...params }];
      case "call":
        return [{ op: "call", ...(effect.fn === undefined ? {} : { fn: effect.fn }), ...params }];
    }
  }

  /** Plans an emission by number, if its kind has one, or else as a whole event. */
  private emission(effect: Extract<Effect, { kind: "emit" }>, route: EmissionRoute): Operation {
    const { event, shape, params } = effect;
    const kind = shape === undefined ? WHOLE : kindNumberOf(this.emissionKinds, shape);
    const common = { op: "emit", kind, ...(params && { params }), route } as const;
    if (kind === WHOLE) return { ...common, payload: event };
    if (shape?.fn !== undefined) return { ...common, payload: { fn: shape.fn } };
    return shape?.payload === undefined
      ? { ...common, payload: undefined }
      : { ...common, payload: event, key: shape.payload };
  }

  /** Plans the exit actions of the nodes that are active, innermost first. */
  exitActions(nodes: readonly ProgramNode[], options: EffectOptions): Operations {
    return [...nodes].reverse().flatMap(({ index, exit }) => {
      if (exit.length === 0) return [];
      const planExit = () => this.effects(exit, { ...options, logsMerges: true });
      // The node may not be active.
      const [body = []] = options.route?.alternatives([planExit]) ?? [planExit()];
      return runIf(activeTest(this.program, index), body);
    });
  }

  exitStates({ domain }: ProgramTransition, options: EffectOptions): Operations {
    return domain === undefined ? [] : this.exitActions(exitableNodes(this.program, domain), options);
  }

  /** Plans the entry actions and, if states can finish, completion; only then are variables set on entry. */
  enterStates(transition: ProgramTransition, options: EffectOptions): Operations {
    return transition.entered.flatMap((nodeIndex): Operations => {
      const { entry, initial, parent, type, value } = nodeAt(this.program, nodeIndex);
      const effects = transition.initials.includes(nodeIndex) ? [...entry, ...initial] : entry;
      return [
        ...(this.facts.canFinish && value > 0
          ? [this.number(transition, nodeAt(this.program, parent).variable, value, options)]
          : []),
        ...this.effects(effects, { ...options, logsMerges: true }),
        ...(type === "final" ? [{ op: "complete", node: nodeIndex } as const] : []),
      ];
    });
  }

  /** Plans the setting of variables, unless {@link enterStates} has done so, and marks the parts that the transition makes dirty. */
  setVariables(transition: ProgramTransition, options: EffectOptions): Operations {
    const numbers: Operations = this.facts.canFinish
      ? []
      : transition.sets.map(([variable, value]) => this.number(transition, variable, value, options));
    return [...numbers, ...this.marks(transition)];
  }

  /** Plans the marking of parts that a transition makes dirty or clean. */
  private marks(transition: ProgramTransition): Operations {
    const clean = this.parts.cleanedBy(transition);
    const dirty = this.parts.dirtiedBy(transition) & ~clean;
    return dirty === 0 && clean === 0 ? [] : [{ op: "mark", dirty, clean }];
  }

  clearVariables(transition: ProgramTransition, options: EffectOptions): Operations {
    return transition.sets.map(([variable]) => this.number(transition, variable, 0, options));
  }

  private number(
    transition: ProgramTransition,
    variable: number,
    value: number,
    { notesMoves }: EffectOptions,
  ): Operation {
    const isKept = !this.facts.canFinish && numbersAtSource(this.program, transition).get(variable) === value;
    const isMoved = !this.facts.canFinish && this.certainlySets(transition, variable, value);
    const moves = !notesMoves || isKept ? "no" : isMoved ? "yes" : "test";
    return { op: "number", variable, value, moves };
  }

  /** Returns true if a transition changes the configuration, whatever it was. */
  certainlyMoves(transition: ProgramTransition): boolean {
    if (this.facts.canFinish) return false;
    return transition.sets.some(([variable, value]) => this.certainlySets(transition, variable, value));
  }

  /** Returns true if a variable has another number before a transition, by its source or its guard. */
  private certainlySets(transition: ProgramTransition, variable: number, value: number): boolean {
    const before = numbersAtSource(this.program, transition).get(variable);
    return before === undefined
      ? excludesNumber(this.program, transition.guard, variable, value)
      : before !== value;
  }

  /** Returns true if it must be noted while these transitions run that one has moved: if not, it is certain of each. */
  mustNoteMoves(transitions: readonly ProgramTransition[]): boolean {
    return transitions.some(
      (transition) => this.entersAgedLeaf(transition) && !this.certainlyMoves(transition),
    );
  }

  /** Plans new ages for the leaves that a transition enters. */
  renewAges({ entered }: ProgramTransition): Operations {
    return entered.flatMap((nodeIndex): Operations => {
      const age = this.facts.ageSlots.get(nodeIndex);
      return age === undefined ? [] : [{ op: "renewAge", age }];
    });
  }

  entersAgedLeaf({ entered }: ProgramTransition): boolean {
    return entered.some((nodeIndex) => this.facts.ageSlots.has(nodeIndex));
  }
}
