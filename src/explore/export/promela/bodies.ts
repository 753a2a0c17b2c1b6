import type { Input } from "../../../journal/index.js";

/** A guard's body: a Promela expression; or one with parameters, to which it refers by name. */
export type PromelaGuard = string | { readonly params: readonly string[]; readonly body: string };

/**
 * The Promela bodies of a chart's guards and actions, written by hand. Regions and transitions are translated, and so are guards that
 * read states or combine others. Guards about context and event, and actions, need a body.
 */
export interface PromelaBodies {
  /** Constants, as `#define` has them: name and value. */
  readonly constants?: Readonly<Record<string, number>>;
  /** The context: a declaration a line, each with its initial value. It is part of a state. */
  readonly context: readonly string[];
  /** The variables of an event and of a step: a declaration a line. They are no part of a state. No `bit` or `bool`: spin hides bytes only. */
  readonly step: readonly string[];
  /** Statements before each step, which reset the variables of the last step. */
  readonly begin: readonly string[];
  /** Statements after each step, which abstract data away. */
  readonly end: readonly string[];
  /** Statements that restore a state: they set the regions from the registers. */
  readonly restore: readonly string[];
  /** Returns the statements that assign an input's event to the variables of `step`. */
  readonly eventAssignments: (input: Input) => readonly string[];
  /** The body of each guard that is a function, by its name: an expression. */
  readonly guards: Readonly<Record<string, PromelaGuard>>;
  /** The body of each action, by its name: statements. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

/** No bodies: they suffice for a chart whose guards are all translated and that has no action. */
export const NO_BODIES: PromelaBodies = {
  context: [],
  step: [],
  begin: [],
  end: [],
  restore: [],
  eventAssignments: () => [],
  guards: {},
  actions: {},
};

/** A claim in LTL, about the states of a chart and about steps. */
export interface PromelaClaim {
  /**
   * Predicates on steps, by name: expressions over the state after a step and the step's variables. A mark is true from the end of such a
   * step to the end of the next one, and false before the first.
   */
  readonly marks?: Readonly<Record<string, string>>;
  /** The formula, over marks and over the state. */
  readonly ltl: string;
  /** True if the formula is the claim's negation: for `reachable`, that no run reaches it. */
  readonly negated?: true;
}
