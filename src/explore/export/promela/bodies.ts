import type { Input } from "../../../journal/index.js";

/** A guard's body: a Promela expression; or one with parameters, which stand in it by their names. */
export type PromelaGuard = string | { readonly params: readonly string[]; readonly body: string };

/**
 * What a chart's names mean, in Promela, written by hand. The regions, and all that transitions do to them, are translated; guards that
 * ask for states, or join others, are too. What is left are questions about context and event, and actions.
 */
export interface PromelaBodies {
  /** Constants, as `#define` has them: name and value. */
  readonly constants?: Readonly<Record<string, number>>;
  /** The context: a declaration a line, each with its first value. It is part of a state. */
  readonly context: readonly string[];
  /** What an event carries and a step shows: a declaration a line. It is no part of a state. No `bit` or `bool`: spin hides bytes only. */
  readonly step: readonly string[];
  /** What is done before each step: what the last step showed is forgotten. */
  readonly begin: readonly string[];
  /** What is done after each step: what steers nothing is made the same. */
  readonly end: readonly string[];
  /** What is done to the regions and the context before a state is restored: the regions follow from the registers. */
  readonly restore: readonly string[];
  /** What an input gives the event: assignments to what `step` declares. */
  readonly given: (input: Input) => readonly string[];
  /** The body of each guard that is a function, by its name: an expression. */
  readonly guards: Readonly<Record<string, PromelaGuard>>;
  /** The body of each action, by its name: statements. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

/** Of a chart for which nothing has been written by hand: it is translated only as far as it needs no body. */
export const NO_BODIES: PromelaBodies = {
  context: [],
  step: [],
  begin: [],
  end: [],
  restore: [],
  given: () => [],
  guards: {},
  actions: {},
};

/** A claim in LTL, about the states of a chart and about steps. */
export interface PromelaClaim {
  /**
   * What a step may be or do, by name: an expression over the state after it and what it shows. It is true from the end of such a step to
   * the end of the next one, and false before the first.
   */
  readonly marks?: Readonly<Record<string, string>>;
  /** The formula, over marks and over the state. */
  readonly ltl: string;
  /** Whether the formula is the claim's negation: of `reachable`, that nothing ever comes there. */
  readonly negated?: true;
}
