/**
 * A checker as simple as can be, the oracle of the explorer: XState takes the steps, states are compared pairwise, and formulas are decided by
 * their definition. It has nothing in common with the explorer, and imports none of it.
 */
import { isDeepStrictEqual } from "node:util";
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from "xstate";
import { type ClaimSpec, holdsIn, type PredicateSpec, type StateView } from "./claim-specs.js";

/** A step from one state, and where it leads: to a state of the list, out of the scope, or nowhere as the chart throws. */
interface NaiveEdge {
  readonly from: number;
  readonly to: number | "outside" | "failed";
  readonly view: StateView;
}

export interface NaiveGraph {
  readonly initial: StateView;
  readonly states: readonly AnyMachineSnapshot[];
  readonly edges: readonly NaiveEdge[];
  /** True if two states differ only in the order in which their states were entered. To a checker that knows better they are one. */
  readonly hasTwins: boolean;
}

/** A verdict, and the number of inputs of the shortest run that shows it. */
export interface NaiveVerdict {
  readonly verdict: "proved" | "refuted" | "vacuous" | "inconclusive";
  readonly length?: number;
}

/** Thrown if a chart has more states than the oracle is made for. */
export class TooManyStates extends Error {}

/** Returns the order in which the states of a snapshot were entered, as a text. */
export const orderOf = (snapshot: AnyMachineSnapshot): string =>
  (snapshot as unknown as { _nodes: { id: string }[] })._nodes.map(({ id }) => id).join();

const isTwin = (one: AnyMachineSnapshot, other: AnyMachineSnapshot): boolean =>
  one.status === other.status &&
  isDeepStrictEqual(one.value, other.value) &&
  isDeepStrictEqual(one.context, other.context);

const isSameState = (one: AnyMachineSnapshot, other: AnyMachineSnapshot): boolean =>
  orderOf(one) === orderOf(other) && isTwin(one, other);

/** Takes every event in every state. */
export function exploreNaively(
  machine: AnyStateMachine,
  events: readonly string[],
  isInside: (context: Readonly<Record<string, unknown>>) => boolean,
  limit: number,
  valueGroup: number,
): NaiveGraph {
  const viewOf = ({ value, context, status }: AnyMachineSnapshot): StateView => ({
    value,
    context,
    isDone: status === "done",
    valueGroup,
  });
  const [first] = initialTransition(machine) as unknown as [AnyMachineSnapshot];
  if (first.status === "error") throw first.error;
  const states = [first];
  const edges: NaiveEdge[] = [];
  for (let from = 0; from < states.length; from++) {
    const before = states[from] as AnyMachineSnapshot;
    for (const event of events) {
      let after = before;
      try {
        // An actor that has ended ignores events.
        if (before.status === "active")
          [after] = transition(machine, before, { type: event }) as unknown as [AnyMachineSnapshot];
        if (after.status === "error") throw after.error;
      } catch {
        edges.push({ from, to: "failed", view: viewOf(before) });
        continue;
      }
      const view = { ...viewOf(after), event, before: before.value };
      const knownId = states.findIndex((state) => isSameState(state, after));
      if (knownId >= 0) edges.push({ from, to: knownId, view });
      else if (!isInside(after.context)) edges.push({ from, to: "outside", view });
      else edges.push({ from, to: states.push(after) - 1, view });
      if (states.length > limit) throw new TooManyStates();
    }
  }
  const hasTwins = states.some((state, index) =>
    states.slice(0, index).some((other) => isTwin(state, other)),
  );
  return { initial: viewOf(first), states, edges, hasTwins };
}

/** Decides claims on one graph. */
export class NaiveChecker {
  readonly #graph: NaiveGraph;
  readonly #depths: number[];

  constructor(graph: NaiveGraph) {
    this.#graph = graph;
    this.#depths = graph.states.map((_, index) => (index === 0 ? 0 : Number.POSITIVE_INFINITY));
    for (let changed = true; changed; ) {
      changed = false;
      for (const { from, to } of graph.edges) {
        if (typeof to !== "number" || (this.#depths[to] as number) <= (this.#depths[from] as number) + 1)
          continue;
        this.#depths[to] = (this.#depths[from] as number) + 1;
        changed = true;
      }
    }
  }

  decide(claim: ClaimSpec): NaiveVerdict {
    const own = this.#decideAlone(claim);
    if (claim.kind === "reachable" || own.verdict === "refuted") return own;
    const failed = this.#graph.edges
      .filter(({ to }) => to === "failed")
      .map(({ from }) => (this.#depths[from] as number) + 1);
    return failed.length > 0 ? { verdict: "refuted", length: Math.min(...failed) } : own;
  }

  #decideAlone(claim: ClaimSpec): NaiveVerdict {
    switch (claim.kind) {
      case "always":
        return this.#search(claim.from, { kind: "not", inner: claim.holds }, "refuted", "proved");
      case "reachable":
        return this.#search({ kind: "all" }, claim.holds, "proved", "refuted");
      case "recoverable":
        return this.#recoverable(claim.holds);
      default:
        return this.#decideRuns(claim);
    }
  }

  /** Every reached state, with the number of inputs to it. */
  *#reached(): Generator<{ readonly view: StateView; readonly length: number; readonly state: number }> {
    yield { view: this.#graph.initial, length: 0, state: 0 };
    for (const { from, to, view } of this.#graph.edges)
      if (typeof to === "number") yield { view, length: (this.#depths[from] as number) + 1, state: to };
  }

  #search(
    premise: PredicateSpec,
    wanted: PredicateSpec,
    found: "proved" | "refuted",
    absent: "proved" | "refuted",
  ): NaiveVerdict {
    const about = [...this.#reached()].filter(({ view }) => holdsIn(premise, view));
    if (about.length === 0) return { verdict: "vacuous" };
    const lengths = about.filter(({ view }) => holdsIn(wanted, view)).map(({ length }) => length);
    return lengths.length > 0 ? { verdict: found, length: Math.min(...lengths) } : { verdict: absent };
  }

  #recoverable(wanted: PredicateSpec): NaiveVerdict {
    const { edges, states } = this.#graph;
    const canReach = (start: number): boolean => {
      const seen = new Set([start]);
      for (const state of seen)
        for (const { from, to, view } of edges) {
          if (from !== state || typeof to !== "number") continue;
          if (holdsIn(wanted, view)) return true;
          seen.add(to);
        }
      return false;
    };
    const recoverable = states.map((_, state) => canReach(state));
    const isLost = [...this.#reached()].some(
      ({ view, state }) => !holdsIn(wanted, view) && !recoverable[state],
    );
    return { verdict: isLost ? "refuted" : "proved" };
  }

  #decideRuns(claim: ClaimSpec): NaiveVerdict {
    const { edges } = this.#graph;
    const { from, to, during = { kind: "all" } as PredicateSpec } = claim;
    const isOpenAfter = ({ view }: NaiveEdge) => !holdsIn(to, view) && holdsIn(during, view);
    const avoiding = edges.filter((edge) => typeof edge.to === "number" && isOpenAfter(edge));
    const leaving = edges.filter((edge) => edge.to === "outside" && isOpenAfter(edge));
    const premises = [...this.#reached()].filter(({ view }) => holdsIn(from, view));
    if (premises.length === 0) return { verdict: "vacuous" };
    const promises = premises.filter(({ view }) => !holdsIn(to, view));
    if (claim.kind === "within") {
      const broken = this.#boundedRun(promises, avoiding, claim.bound, []);
      if (broken !== undefined) return { verdict: "refuted", length: broken };
      const left = this.#boundedRun(promises, avoiding, claim.bound, leaving);
      if (left !== undefined) return { verdict: "inconclusive", length: left };
      return { verdict: this.#hasDuring(during) ? "proved" : "vacuous" };
    }
    const openLengths = this.#openLengths(promises, avoiding);
    if (claim.kind !== "leadsTo") {
      const breaks = (view: StateView) => !holdsIn(to, view) && !holdsIn(claim.holds, view);
      const lengths = [
        ...promises.filter(({ view }) => breaks(view)).map(({ length }) => length),
        ...avoiding
          .filter(({ view, from: source }) => openLengths.has(source) && breaks(view))
          .map((edge) => (openLengths.get(edge.from) as number) + 1),
      ];
      if (lengths.length > 0) return { verdict: "refuted", length: Math.min(...lengths) };
      if (claim.kind === "weakUntil") return { verdict: this.#hasDuring(during) ? "proved" : "vacuous" };
    }
    const lasso = this.#shortestLasso(openLengths, avoiding, claim.fairly);
    if (lasso !== undefined) return { verdict: "refuted", length: lasso };
    const isPromisedIn = (state: number) =>
      avoiding.some((edge) => edge.from === state) &&
      !edges.some((edge) => edge.from === state && holdsIn(to, edge.view));
    const ended = [...openLengths].filter(([state]) => this.#isDeadEnd(state) && isPromisedIn(state));
    if (ended.length > 0)
      return { verdict: "refuted", length: Math.min(...ended.map(([, length]) => length)) };
    const ways = leaving
      .filter((edge) => openLengths.has(edge.from))
      .map((edge) => (openLengths.get(edge.from) as number) + 1);
    if (ways.length > 0) return { verdict: "inconclusive", length: Math.min(...ways) };
    const isAssumed = (predicate: PredicateSpec) =>
      edges.some((edge) => edge.to !== "failed" && holdsIn(predicate, edge.view));
    return { verdict: this.#hasDuring(during) && claim.fairly.every(isAssumed) ? "proved" : "vacuous" };
  }

  #hasDuring(during: PredicateSpec): boolean {
    return (
      during.kind === "all" ||
      this.#graph.edges.some((edge) => edge.to !== "failed" && holdsIn(during, edge.view))
    );
  }

  /** Returns true if every event leads back to a state, or to a twin of it. */
  #isDeadEnd(state: number): boolean {
    const { states, edges, hasTwins } = this.#graph;
    return edges.every(
      ({ from, to }) =>
        from !== state ||
        to === state ||
        (hasTwins &&
          typeof to === "number" &&
          isTwin(states[to] as AnyMachineSnapshot, states[state] as AnyMachineSnapshot)),
    );
  }

  /** Returns the length of the shortest run on which a bound is over, or with leaving edges that ends with one before it is. */
  #boundedRun(
    promises: readonly { readonly state: number; readonly length: number }[],
    avoiding: readonly NaiveEdge[],
    bound: number,
    leaving: readonly NaiveEdge[],
  ): number | undefined {
    const searchesLeaving = leaving.length > 0;
    let shortest: number | undefined;
    const visit = (state: number, remaining: number, length: number): void => {
      if (remaining === 0) {
        if (!searchesLeaving) shortest = Math.min(shortest ?? length, length);
        return;
      }
      for (const edge of leaving)
        if (edge.from === state) shortest = Math.min(shortest ?? length + 1, length + 1);
      for (const edge of avoiding)
        if (edge.from === state) visit(edge.to as number, remaining - 1, length + 1);
    };
    for (const { state, length } of promises) visit(state, bound, length);
    return shortest;
  }

  /** Returns the states in which a promise may be open, with the number of inputs to it. */
  #openLengths(
    promises: readonly { readonly state: number; readonly length: number }[],
    avoiding: readonly NaiveEdge[],
  ): Map<number, number> {
    const lengths = new Map<number, number>();
    const shorten = (state: number, length: number): boolean => {
      if ((lengths.get(state) ?? Number.POSITIVE_INFINITY) <= length) return false;
      lengths.set(state, length);
      return true;
    };
    for (const { state, length } of promises) shorten(state, length);
    for (let changed = true; changed; ) {
      changed = false;
      for (const { from, to } of avoiding) {
        const length = lengths.get(from);
        if (length !== undefined && shorten(to as number, length + 1)) changed = true;
      }
    }
    return lengths;
  }

  /** Returns the length of the shortest run that comes to an open state and then goes round for ever, over a step of each kind. */
  #shortestLasso(
    openLengths: ReadonlyMap<number, number>,
    avoiding: readonly NaiveEdge[],
    fairly: readonly PredicateSpec[],
  ): number | undefined {
    let shortest: number | undefined;
    const all = fairly.map(() => true).join();
    for (const [start, stem] of openLengths) {
      const seen = new Set<string>();
      let layer = [{ state: start, met: fairly.map(() => false) }];
      for (let length = 1; layer.length > 0; length++) {
        const next: typeof layer = [];
        for (const { state, met } of layer)
          for (const { from, to, view } of avoiding) {
            if (from !== state) continue;
            const nowMet = met.map((isMet, index) => isMet || holdsIn(fairly[index] as PredicateSpec, view));
            if (to === start && nowMet.join() === all)
              shortest = Math.min(shortest ?? stem + length, stem + length);
            const key = `${to} ${nowMet.join()}`;
            if (seen.has(key)) continue;
            seen.add(key);
            next.push({ state: to as number, met: nowMet });
          }
        layer = next;
      }
    }
    return shortest;
  }
}
