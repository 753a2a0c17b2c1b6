import { isDeepStrictEqual } from "node:util";
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type * as Explorer from "../../../src/explore/index.js";
import { type ClaimSpec, holdsIn, type PredicateSpec, type StateView } from "./claim-specs.js";
import { HOSTILE_EVENTS, type HostileSpec, hostileMachine } from "./hostile-charts.js";
import {
  exploreNaively,
  NaiveChecker,
  type NaiveGraph,
  type NaiveVerdict,
  TooManyStates,
} from "./naive-checker.js";

/** The parts of an explorer that are compared with the oracle: of the package, or of a copy with a fault. */
export type ExplorerUnderTest = Pick<
  typeof Explorer,
  | "always"
  | "check"
  | "claim"
  | "eventually"
  | "explore"
  | "leadsTo"
  | "prove"
  | "reachable"
  | "recoverable"
  | "until"
>;

type AnyFormula = Explorer.Formula<unknown>;
type Reached = Explorer.ReachedState<unknown>;

const STATE_LIMIT = 60;
const EVENTS = HOSTILE_EVENTS.map((type) => ({ type }));

/** Counts of what was compared. */
export interface AgreementCounts {
  count(name: string): void;
}

/** The oracle's answer to claims about a chart. */
export type OracleAnswer =
  /** The chart has more states than the oracle is made for. */
  | { readonly kind: "too many states" }
  /** The chart uses what it must not: no claim can be decided. */
  | { readonly kind: "impure" }
  /** The chart throws in its initial state. */
  | { readonly kind: "no initial state" }
  | { readonly kind: "verdicts"; readonly graph: NaiveGraph; readonly verdicts: readonly NaiveVerdict[] };

const isInside = ({ cut }: HostileSpec, context: Readonly<Record<string, unknown>>): boolean =>
  cut === undefined || (context["n"] as number) < cut;

/** Returns the oracle's answer to claims about a chart. */
export function oracleAnswer(spec: HostileSpec, claims: readonly ClaimSpec[]): OracleAnswer {
  const { machine, impureCalls } = hostileMachine(spec);
  try {
    const graph = exploreNaively(
      machine,
      HOSTILE_EVENTS,
      (context) => isInside(spec, context),
      STATE_LIMIT,
      spec.valueGroup,
    );
    if (impureCalls() > 0) return { kind: "impure" };
    const checker = new NaiveChecker(graph);
    const isUnknown = HOSTILE_EVENTS.some((type) => !knowsEvent(machine, type));
    const verdicts = claims.map((claim) => withUnknownEvent(checker.decide(claim), claim, isUnknown));
    return { kind: "verdicts", graph, verdicts };
  } catch (error) {
    // With a memory there is no end of states.
    if (impureCalls() > 0) return { kind: "impure" };
    return { kind: error instanceof TooManyStates ? "too many states" : "no initial state" };
  }
}

const predicateOf =
  (predicate: PredicateSpec, valueGroup: number) =>
  (reached: Reached): boolean => {
    const { value, context, isDone, step } = reached;
    const view: StateView = {
      value,
      context,
      isDone,
      valueGroup,
      event: step?.input.type,
      before: step?.before.value,
    };
    return holdsIn(predicate, view);
  };

/** Returns the formula of a claim. */
export function formulaOf(explorer: ExplorerUnderTest, spec: ClaimSpec, valueGroup: number): AnyFormula {
  const decide = (predicate: PredicateSpec) => predicateOf(predicate, valueGroup);
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
  answer: OracleAnswer,
  counts?: AgreementCounts,
): string | undefined {
  if (answer.kind === "too many states") return undefined;
  let graph: Explorer.Graph<unknown>;
  try {
    graph = explorer.explore(
      hostileMachine(spec).machine,
      { events: EVENTS, within: ({ context }) => isInside(spec, context) },
      { limit: STATE_LIMIT + 1 },
    ) as Explorer.Graph<unknown>;
  } catch (error) {
    counts?.count("no initial state");
    return answer.kind === "verdicts" ? `explore() throws ${error}, and the oracle does not` : undefined;
  }
  const claimOf = (claim: ClaimSpec) => explorer.claim("C", "", formulaOf(explorer, claim, spec.valueGroup));
  const checkClaim = (claim: ClaimSpec) => explorer.check(graph, claimOf(claim));
  if (answer.kind === "impure") {
    counts?.count(`impure: ${spec.impurity}`);
    // Where every step that uses it fails, it makes no difference.
    if (graph.failures.length > 0) return undefined;
    if (!graph.impurity) return `${spec.impurity}: expected an impurity, got none`;
    const verdict = claims[0] && checkClaim(claims[0]).verdict;
    if (verdict !== "inconclusive") return `${spec.impurity}: expected inconclusive, got ${verdict}`;
    const proof = proofOf(explorer, spec, claims.map(claimOf));
    const proved = proof.results.find((result) => result.verdict !== "inconclusive");
    // What is decided before it is found needs no more.
    return proof.graph.stopped === "decided" || !proved
      ? undefined
      : `${spec.impurity}: expected prove() to be inconclusive, got ${proved.verdict}`;
  }
  if (answer.kind === "no initial state")
    return "the oracle throws in the initial state, and explore() does not";
  const { edges, states, hasTwins } = answer.graph;
  for (const { to } of edges) if (typeof to === "string") counts?.count(to);
  if (states.some(({ status }) => status === "done")) counts?.count("ended");
  const together = proofOf(explorer, spec, claims.map(claimOf));
  for (const [index, claim] of claims.entries()) {
    const result = checkClaim(claim);
    const expected = answer.verdicts[index] as NaiveVerdict;
    counts?.count(expected.verdict);
    counts?.count(`${claim.kind} ${expected.verdict}`);
    const length = result.inputs?.length;
    // A cycle that comes back to a twin is longer for the oracle.
    const isAsShort =
      expected.length === undefined ||
      length === expected.length ||
      (hasTwins && length !== undefined && length < expected.length);
    if (result.verdict !== expected.verdict || !isAsShort)
      return `${JSON.stringify(claim)}: expected ${expected.verdict} ${expected.length ?? ""}, got ${result.verdict} ${length ?? ""} ${result.reason ?? ""}`;
    const wrongPremise = premiseFault(result, claim, answer.graph);
    if (wrongPremise !== undefined) return `${JSON.stringify(claim)}: ${wrongPremise}`;
    if (result.premise !== undefined) counts?.count("premise");
    const difference =
      proofDifference(result, together.results[index]) ??
      aloneDifference(proofOf(explorer, spec, [claimOf(claim)]), result, counts);
    if (difference !== undefined) return `${JSON.stringify(claim)}: ${difference}`;
  }
  return undefined;
}

/** Returns what is wrong with the premise of a result: it must hold where the result says, by the oracle's own edges. */
function premiseFault(
  { premise, inputs, repeats, verdict }: Explorer.CheckResult<unknown>,
  claim: ClaimSpec,
  { initial, edges }: NaiveGraph,
): string | undefined {
  const hasPremise = claim.kind !== "reachable" && claim.kind !== "recoverable";
  if (premise === undefined)
    return hasPremise && verdict === "refuted" && inputs && edges.every(({ to }) => to !== "failed")
      ? "expected a premise, got none"
      : undefined;
  if (!inputs || premise > (repeats ?? inputs.length)) return `expected a premise on the run, got ${premise}`;
  let stateId: NaiveGraph["edges"][number]["to"] = 0;
  let view = initial;
  for (const { type } of inputs.slice(0, premise)) {
    const edge = edges.find((candidate) => candidate.from === stateId && candidate.view.event === type);
    if (!edge) return `expected a run of the chart, got ${type} in state ${stateId}`;
    ({ to: stateId, view } = edge);
  }
  return holdsIn(claim.from, view) ? undefined : `expected the premise to hold after ${premise} inputs`;
}

/** Explores a chart, and checks claims on the way. */
const proofOf = (
  explorer: ExplorerUnderTest,
  spec: HostileSpec,
  claims: readonly Explorer.Claim<unknown>[],
): Explorer.Proof<AnyMachineSnapshot> =>
  explorer.prove(
    hostileMachine(spec).machine,
    { events: EVENTS, within: ({ context }) => isInside(spec, context) },
    claims,
    { limit: STATE_LIMIT + 1 },
  );

/** Returns how the result of a check on the way differs from that of a check afterwards. */
function proofDifference(
  { verdict, inputs, premise, repeats, reason, premises }: Explorer.CheckResult<unknown>,
  proved: Explorer.CheckResult<AnyMachineSnapshot> | undefined,
): string | undefined {
  const expected = { verdict, inputs, premise, repeats, reason, premises };
  const actual = proved && {
    verdict: proved.verdict,
    inputs: proved.inputs,
    premise: proved.premise,
    repeats: proved.repeats,
    reason: proved.reason,
    premises: proved.premises,
  };
  return isDeepStrictEqual(actual, expected)
    ? undefined
    : `check() says ${JSON.stringify(expected)}, and prove() ${JSON.stringify(actual)}`;
}

/** Returns what is wrong with the check of one claim by itself, which must end as soon as it is decided. */
function aloneDifference(
  { graph, results: [proved] }: Explorer.Proof<AnyMachineSnapshot>,
  result: Explorer.CheckResult<unknown>,
  counts: AgreementCounts | undefined,
): string | undefined {
  const { claim, verdict, inputs = [], failure } = result;
  const isSafety = claim.formula.kind === "always" || claim.formula.kind === "reachable";
  const isFound = verdict === (claim.formula.kind === "always" ? "refuted" : "proved") && !failure;
  if (isSafety && isFound) {
    if (graph.stopped === "decided") counts?.count("ended early");
    for (const { depth } of graph.states)
      if (depth > inputs.length) return `expected no state deeper than ${inputs.length}, got ${depth}`;
  }
  return proofDifference(result, proved);
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
