import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { HOSTILE_EVENTS, hostileValue } from "./hostile-charts.js";

/** What a predicate may ask of a state and the step that led there. */
export interface StateView {
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly isDone: boolean;
  /** The group of the chart's values. */
  readonly valueGroup: number;
  /** The event of the step; absent at the beginning. */
  readonly event?: string | undefined;
  /** The state value before the step. */
  readonly before?: unknown;
}

/** A predicate as data. */
export type PredicateSpec =
  | { readonly kind: "all" | "none" | "done" | "moved" }
  | { readonly kind: "state"; readonly region: number; readonly state: number }
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "event"; readonly event: string }
  | { readonly kind: "not"; readonly inner: PredicateSpec };

/** A claim as data. */
export interface ClaimSpec {
  readonly kind: "always" | "reachable" | "recoverable" | "leadsTo" | "within" | "until" | "weakUntil";
  readonly from: PredicateSpec;
  readonly holds: PredicateSpec;
  readonly to: PredicateSpec;
  readonly during?: PredicateSpec | undefined;
  readonly fairly: readonly PredicateSpec[];
  readonly bound: number;
}

const { predicateSpec } = fc.letrec<{ predicateSpec: PredicateSpec }>((tie) => ({
  predicateSpec: fc.oneof(
    { maxDepth: 2 },
    {
      weight: 1,
      arbitrary: fc.constantFrom<PredicateSpec>({ kind: "all" }, { kind: "none" }, { kind: "done" }),
    },
    { weight: 1, arbitrary: fc.constant<PredicateSpec>({ kind: "moved" }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("state" as const),
        region: fc.nat({ max: 2 }),
        state: fc.nat({ max: 3 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("value" as const),
        value: fc.nat({ max: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("count" as const), count: fc.nat({ max: 2 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("event" as const),
        event: fc.constantFrom<string>(...HOSTILE_EVENTS),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("not" as const), inner: tie("predicateSpec") }) },
  ),
}));

export const claimSpec: fc.Arbitrary<ClaimSpec> = fc.record({
  kind: fc.constantFrom<ClaimSpec["kind"]>(
    "always",
    "reachable",
    "recoverable",
    "recoverable",
    "leadsTo",
    "leadsTo",
    "within",
    "until",
    "weakUntil",
  ),
  from: fc.oneof(predicateSpec, fc.constant<PredicateSpec>({ kind: "all" })),
  holds: predicateSpec,
  to: predicateSpec,
  during: fc.option(predicateSpec, { nil: undefined, freq: 2 }),
  fairly: fc.array(predicateSpec, { maxLength: 2 }),
  bound: fc.nat({ max: 4 }),
});

const activeStateOf = (value: unknown, region: number): unknown => {
  if (typeof value === "string") return value;
  // XState puts the regions in the order in which they were entered.
  const regions = value as Readonly<Record<string, unknown>>;
  return regions[`r${region % Object.keys(regions).length}`];
};

/** Decides a predicate. */
export function holdsIn(predicate: PredicateSpec, view: StateView): boolean {
  switch (predicate.kind) {
    case "all":
      return true;
    case "none":
      return false;
    case "done":
      return view.isDone;
    case "moved":
      return view.before !== undefined && !isDeepStrictEqual(view.before, view.value);
    case "state":
      return activeStateOf(view.value, predicate.region) === `s${predicate.state}`;
    case "value":
      return isDeepStrictEqual(view.context["x"], hostileValue(view.valueGroup, predicate.value));
    case "count":
      return view.context["n"] === predicate.count;
    case "event":
      return view.event === predicate.event;
    case "not":
      return !holdsIn(predicate.inner, view);
  }
}
