import type { AnyStateMachine } from "xstate";
import type * as Explorer from "../../../src/explore/index.js";
import { type ClaimSpec, holdsIn, type PredicateSpec, type StateView } from "./claim-specs.js";
import { HOSTILE_EVENTS, type HostileSpec, hostileMachine } from "./hostile-charts.js";
import { exploreNaively, NaiveChecker, type NaiveVerdict, TooManyStates } from "./naive-checker.js";

/** The parts of an explorer that are compared with the oracle: of the package, or of a copy with a fault. */
export type ExplorerUnderTest = Pick<
  typeof Explorer,
  | "always"
  | "check"
  | "claim"
  | "eventually"
  | "explore"
  | "leadsTo"
  | "reachable"
  | "recoverable"
  | "until"
  | "compare"
>;

type AnyFormula = Explorer.Formula<unknown>;
type Reached = Explorer.ReachedState<unknown>;

const STATE_LIMIT = 60;

/** Counts of what was compared. */
export interface AgreementCounts {
  count(name: string): void;
}

const chartOf = (machine: AnyStateMachine) => ({
  id: "hostile",
  machine,
  options: {},
  clock: 1,
  interrupt: "pulse" as const,
  registers: [],
  rules: {},
  inputs: [...HOSTILE_EVENTS] as readonly string[] as never,
  characters: "bytes" as const,
  divisorLatchOpen: () => false,
  stateOf: (context: unknown) => context,
  snapshotOf: (state: unknown) => machine.resolveState(state as never),
});

const isInside = ({ cut }: HostileSpec, context: Readonly<Record<string, unknown>>): boolean =>
  cut === undefined || (context["n"] as number) < cut;

const predicateOf =
  (predicate: PredicateSpec, firstValue: number) =>
  (reached: Reached): boolean => {
    const { value, context, isDone, step } = reached;
    const view: StateView = {
      value,
      context,
      isDone,
      firstValue,
      event: step?.input.type,
      before: step?.before.value,
    };
    return holdsIn(predicate, view);
  };

function formulaOf(explorer: ExplorerUnderTest, spec: ClaimSpec, firstValue: number): AnyFormula {
  const decide = (predicate: PredicateSpec) => predicateOf(predicate, firstValue);
  const [from, holds, to] = [decide(spec.from), decide(spec.holds), decide(spec.to)];
  const during = spec.during ? { during: decide(spec.during) } : {};
  const fairly = spec.fairly.map((predicate, index) => ({
    name: `step ${index}`,
    is: decide(predicate),
  }));
  switch (spec.kind) {
    case "always":
      return explorer.always(holds, { when: from });
    case "reachable":
      return explorer.reachable(holds);
    case "recoverable":
      return explorer.recoverable(holds);
    case "leadsTo":
      return explorer.leadsTo(from, to, { fairly, ...during });
    case "within":
      return explorer.eventually(to, { from, ...during }).within(spec.bound);
    default:
      return explorer.until(holds, to, { from, fairly, weak: spec.kind === "weakUntil", ...during });
  }
}

/** Returns how an explorer's verdicts on a chart differ from the oracle's; undefined if they agree. */
export function disagreement(
  explorer: ExplorerUnderTest,
  spec: HostileSpec,
  claims: readonly ClaimSpec[],
  counts?: AgreementCounts,
): string | undefined {
  const { machine, impureCalls } = hostileMachine(spec);
  let checker: NaiveChecker | undefined;
  let hasTwins = false;
  try {
    const graph = exploreNaively(
      machine,
      HOSTILE_EVENTS,
      (context) => isInside(spec, context),
      STATE_LIMIT,
      spec.firstValue,
    );
    checker = new NaiveChecker(graph);
    ({ hasTwins } = graph);
    for (const { to } of graph.edges) if (typeof to === "string") counts?.count(to);
    if (graph.states.some(({ status }) => status === "done")) counts?.count("ended");
  } catch (error) {
    // With a memory there is no end of states.
    if (error instanceof TooManyStates && impureCalls() === 0) return undefined;
  }
  const isImpure = impureCalls() > 0;
  const scope = {
    name: "hostile",
    inputs: HOSTILE_EVENTS.map((type) => ({ type })) as never,
    within: (context: unknown) => isInside(spec, context as Readonly<Record<string, unknown>>),
  };
  let graph: Explorer.Graph<unknown>;
  try {
    graph = explorer.explore(chartOf(hostileMachine(spec).machine) as never, scope);
  } catch (error) {
    counts?.count("no initial state");
    return checker && !isImpure ? `explore() throws ${error}, and the oracle does not` : undefined;
  }
  if (isImpure) {
    const [claim] = claims;
    const answer =
      claim && explorer.check(graph, explorer.claim("C", "", formulaOf(explorer, claim, spec.firstValue)));
    counts?.count(`impure: ${spec.impurity}`);
    // Where every step that uses it fails, it makes no difference.
    if (answer?.verdict === "inconclusive" || graph.failures.length > 0) return undefined;
    return `${spec.impurity}: expected inconclusive, got ${answer?.verdict}`;
  }
  if (!checker) return "the oracle throws in the initial state, and explore() does not";
  const isUnknown = graph.scope.inputs.some(({ type }) => !knowsEvent(machine, type));
  for (const claim of claims) {
    const answer = explorer.check(
      graph,
      explorer.claim("C", "", formulaOf(explorer, claim, spec.firstValue)),
    );
    const expected = withUnknownEvent(checker.decide(claim), claim, isUnknown);
    counts?.count(expected.verdict);
    counts?.count(`${claim.kind} ${expected.verdict}`);
    const length = answer.inputs?.length;
    // A cycle that comes back to a twin is longer for the oracle.
    const isAsShort =
      expected.length === undefined ||
      length === expected.length ||
      (hasTwins && length !== undefined && length < expected.length);
    if (answer.verdict !== expected.verdict || !isAsShort)
      return `${JSON.stringify(claim)}: expected ${expected.verdict} ${expected.length ?? ""}, got ${answer.verdict} ${length ?? ""} ${answer.reason ?? ""}`;
  }
  return undefined;
}

/** Returns true if some state of a machine names an event. */
const knowsEvent = (machine: AnyStateMachine, type: string): boolean => {
  const nodes = [machine.root];
  for (const node of nodes) {
    if (node.transitions.has(type)) return true;
    nodes.push(...(Object.values(node.states) as (typeof nodes)[number][]));
  }
  return false;
};

/** With an event that the chart does not know, nothing about all runs is proved. */
const withUnknownEvent = (expected: NaiveVerdict, claim: ClaimSpec, isUnknown: boolean): NaiveVerdict =>
  isUnknown && claim.kind !== "reachable" && expected.verdict === "proved"
    ? { verdict: "vacuous" }
    : expected;
