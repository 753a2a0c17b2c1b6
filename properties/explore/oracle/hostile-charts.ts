import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { type AnyStateMachine, assign, createMachine, emit, raise, stateIn } from "xstate";

/** A value that a field of the context may have, made anew each time. */
type ValueMaker = () => unknown;

/** Values of every kind that JavaScript has, in groups of some that are easily confused. A chart has those of one group. */
const VALUE_GROUPS: readonly (readonly ValueMaker[])[] = [
  [() => 0, () => -0, () => 0n, () => "0"],
  [() => null, () => undefined, () => Number.NaN, () => "null"],
  [() => [0], () => [-0]],
  [() => [0], () => [0n]],
  [() => [null], () => [undefined], () => [Number.NaN]],
  [() => [undefined], () => new Array(1)],
  [() => Object.create(null), () => ({})],
  [() => ({}), () => ({ u: undefined }), () => ({ v: undefined })],
  [() => ({ u: { v: [1n] } }), () => ({ u: { v: ["1n"] } }), () => ({ u: { v: [1] } })],
  [() => new Set(), () => new Set([1]), () => new Set([[1]])],
  [() => ({ s: new Set([[1]]) }), () => ({ s: [[1]] })],
  [() => new Map(), () => new Map([[1, { a: 1 }]]), () => new Map([[1, { a: 2 }]])],
  [() => new Date(1), () => new Date(0), () => "1970-01-01T00:00:00.000Z"],
  [() => new Uint8Array([1, 2]), () => new Int8Array([1, 2])],
  [() => new Uint8Array([1, 2]), () => new Uint8Array([1, 3])],
  [() => /a/g, () => /a/, () => "/a/"],
];

/** Returns a value of a chart's group. */
export const hostileValue = (group: number, value: number): unknown => {
  const makers = VALUE_GROUPS[group % VALUE_GROUPS.length] as readonly ValueMaker[];
  return makers[value % makers.length]?.();
};

/** The index of a hostile value in the chart's group. */
type ValueIndex = number;

export type GuardSpec =
  | { readonly kind: "value"; readonly value: ValueIndex }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "state"; readonly region: number; readonly state: number };

export type ActionSpec =
  | { readonly kind: "set"; readonly value: ValueIndex }
  | { readonly kind: "count" | "throw" | "raise" | "emit" | "later" };

export interface TransitionSpec {
  readonly target?: number | undefined;
  readonly guard?: GuardSpec | undefined;
  readonly actions: readonly ActionSpec[];
}

export interface StateSpec {
  readonly isFinal: boolean;
  readonly on: Readonly<Record<string, readonly TransitionSpec[]>>;
  readonly always: readonly TransitionSpec[];
}

/** A chart as data: its regions side by side, and transitions of the root. */
export interface HostileSpec {
  readonly regions: readonly (readonly StateSpec[])[];
  readonly root: readonly TransitionSpec[];
  /** The group of the chart's values. */
  readonly valueGroup: number;
  readonly initialValue: ValueIndex;
  /** States in which the count is at least this lie outside the scope. */
  readonly cut?: number | undefined;
  /** What the chart uses and must not. */
  readonly impurity?: "chance" | "time" | "memory" | "mutation" | undefined;
}

/** The events of every scope. */
export const HOSTILE_EVENTS = ["A", "B", "C"] as const;
const COUNT_LIMIT = 3;

interface HostileContext {
  readonly x: unknown;
  readonly n: number;
  readonly list: readonly number[];
}

const valueIndex = fc.nat({ max: 3 });

const guardSpec: fc.Arbitrary<GuardSpec> = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), value: valueIndex }),
  fc.record({ kind: fc.constant("count" as const), count: fc.nat({ max: COUNT_LIMIT - 1 }) }),
  fc.record({ kind: fc.constant("state" as const), region: fc.nat({ max: 2 }), state: fc.nat({ max: 3 }) }),
);

const actionSpec: fc.Arbitrary<ActionSpec> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("set" as const), value: valueIndex }) },
  { weight: 4, arbitrary: fc.constant({ kind: "count" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "raise" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "emit" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "later" as const }) },
);

const transitionSpec = (guard: fc.Arbitrary<GuardSpec | undefined>): fc.Arbitrary<TransitionSpec> =>
  fc.record({
    target: fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 4 }),
    guard,
    actions: fc.array(actionSpec, { maxLength: 2, size: "max" }),
  });

const mayBeGuarded = fc.option(guardSpec, { nil: undefined });

const stateSpec: fc.Arbitrary<StateSpec> = fc.record({
  isFinal: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
  on: fc.dictionary(
    fc.constantFrom<string>(...HOSTILE_EVENTS, "INNER"),
    fc.array(transitionSpec(mayBeGuarded), { minLength: 1, maxLength: 2, size: "max" }),
    { minKeys: 1, maxKeys: 4, size: "max" },
  ),
  always: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(transitionSpec(guardSpec), { minLength: 1, maxLength: 2 }) },
  ),
});

const regionSpec = fc.array(stateSpec, { minLength: 2, maxLength: 4, size: "max" });

/** Adds, to one of three charts, an action that throws. */
const withThrowing = (specs: fc.Arbitrary<HostileSpec>): fc.Arbitrary<HostileSpec> =>
  fc.tuple(specs, fc.nat({ max: 2 }), fc.nat({ max: 3 })).map(([spec, draw, stateIndex]) => {
    if (draw > 0) return spec;
    const [first = [], ...others] = spec.regions;
    const throwing: TransitionSpec = {
      target: 0,
      guard: { kind: "count", count: stateIndex % 2 },
      actions: [{ kind: "throw" }],
    };
    const changed = first.map((state, index) =>
      index === stateIndex % first.length && !state.isFinal
        ? { ...state, on: { ...state.on, B: [throwing, ...(state.on["B"] ?? [])] } }
        : state,
    );
    return { ...spec, regions: [changed, ...others] };
  });

/** Random charts for the explorer: hostile values, final states, root transitions, several `always`, exceptions, livelocks, cut scopes. */
export const hostileChart: fc.Arbitrary<HostileSpec> = withThrowing(
  fc.record({
    regions: fc.oneof(
      { weight: 3, arbitrary: regionSpec.map((region) => [region]) },
      { weight: 2, arbitrary: fc.tuple(regionSpec, regionSpec) },
      { weight: 1, arbitrary: fc.tuple(regionSpec, regionSpec, regionSpec) },
    ),
    root: fc.array(transitionSpec(mayBeGuarded), { maxLength: 1 }),
    valueGroup: fc.nat({ max: VALUE_GROUPS.length - 1 }),
    initialValue: valueIndex,
    cut: fc.option(fc.integer({ min: 1, max: COUNT_LIMIT - 1 }), { nil: undefined, freq: 2 }),
  }),
);

/** The calls of a function that counts them. */
let memory = 0;

/** The use of what a chart must not use, by a kind of impurity: a function that is called with the context. */
const IMPURE_FUNCTIONS: Readonly<
  Record<NonNullable<HostileSpec["impurity"]>, (context: HostileContext) => number>
> = {
  chance: () => Math.random(),
  time: () => Date.now(),
  memory: () => ++memory,
  mutation: ({ list }) => (list as number[]).push(1),
};

/** A machine of a description. */
export interface HostileMachine {
  readonly machine: AnyStateMachine;
  /** The number of times that the impure function was called. */
  readonly impureCalls: () => number;
}

/** Builds the machine of a description. */
export function hostileMachine(spec: HostileSpec): HostileMachine {
  const makeValue = (value: ValueIndex): unknown => hostileValue(spec.valueGroup, value);
  let impureCalls = 0;
  const useImpurity = (context: HostileContext): { readonly seen?: number } => {
    if (!spec.impurity) return {};
    impureCalls++;
    return { seen: IMPURE_FUNCTIONS[spec.impurity](context) };
  };
  const isParallel = spec.regions.length > 1;

  const guardOf = (guard: GuardSpec): unknown => {
    switch (guard.kind) {
      case "value":
        return ({ context }: { context: HostileContext }) =>
          isDeepStrictEqual(context.x, makeValue(guard.value));
      case "count":
        return ({ context }: { context: HostileContext }) => context.n === guard.count;
      case "state": {
        const regionIndex = guard.region % spec.regions.length;
        const stateIndex = guard.state % (spec.regions[regionIndex]?.length ?? 1);
        return stateIn(isParallel ? { [`r${regionIndex}`]: `s${stateIndex}` } : `s${stateIndex}`);
      }
    }
  };
  const actionOf = (action: ActionSpec): unknown => {
    switch (action.kind) {
      case "set":
        return assign({ x: () => makeValue(action.value) });
      case "count":
        return assign(({ context }: { context: HostileContext }) => ({
          n: (context.n + 1) % COUNT_LIMIT,
          ...useImpurity(context),
        }));
      case "throw":
        return assign({
          n: (): number => {
            throw new Error("thrown by the chart");
          },
        });
      case "raise":
        return raise({ type: "INNER" });
      case "emit":
        return emit(({ context }: { context: HostileContext }) => ({ type: "told", n: context.n }));
      case "later":
        return assign((({ context }: { context: HostileContext }) => ({
          later: context.n === 1 ? undefined : 1,
        })) as never);
    }
  };
  const transitionOf = (transition: TransitionSpec, targetOf: (target: number) => unknown) => ({
    ...(transition.target === undefined ? {} : { target: targetOf(transition.target) }),
    ...(transition.guard === undefined ? {} : { guard: guardOf(transition.guard) }),
    actions: transition.actions.map(actionOf),
  });
  const regionOf = (states: readonly StateSpec[]) => {
    const targetOf = (target: number) => `s${target % states.length}`;
    const all = (transitions: readonly TransitionSpec[]) =>
      transitions.map((transition) => transitionOf(transition, targetOf));
    return {
      initial: "s0",
      states: Object.fromEntries(
        states.map(({ isFinal, on, always }, index) => [
          `s${index}`,
          isFinal && index > 0
            ? { type: "final" }
            : {
                on: Object.fromEntries(Object.entries(on).map(([type, list]) => [type, all(list)])),
                always: all(always),
              },
        ]),
      ),
    };
  };
  const regions = spec.regions.map(regionOf);
  const rootTarget = (target: number) => {
    const states = spec.regions[0] ?? [];
    return isParallel ? `.r0.s${target % states.length}` : `.s${target % states.length}`;
  };
  const machine = createMachine({
    id: "hostile",
    context: () => ({ x: makeValue(spec.initialValue), n: 0, list: [] }),
    options: { maxIterations: 30 },
    on: { C: spec.root.map((transition) => transitionOf(transition, rootTarget)) },
    ...(isParallel
      ? {
          type: "parallel",
          states: Object.fromEntries(regions.map((region, index) => [`r${index}`, region])),
        }
      : regions[0]),
  } as never) as unknown as AnyStateMachine;
  return { machine, impureCalls: () => impureCalls };
}
