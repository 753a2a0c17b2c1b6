import { type AnyStateMachine, and, assign, createMachine, emit, not, or, raise, stateIn } from "xstate";
import type { EmissionKind } from "../../src/engine/index.js";

/** A random chart as data, so that a counterexample can be read. */
export interface ChartSpec {
  readonly root: NodeSpec;
}

export interface NodeSpec {
  readonly type: "atomic" | "compound" | "parallel" | "final";
  readonly children: readonly NodeSpec[];
  readonly initial: number;
  readonly initialActions: readonly ActionSpec[];
  readonly entry: readonly ActionSpec[];
  readonly exit: readonly ActionSpec[];
  readonly on: readonly { readonly event: string; readonly transitions: readonly TransitionSpec[] }[];
  readonly always: readonly TransitionSpec[];
  readonly done: readonly TransitionSpec[];
}

export interface TransitionSpec {
  readonly targets: readonly number[];
  readonly forbidden: boolean;
  readonly reenter: boolean;
  readonly guard?: GuardSpec | undefined;
  readonly actions: readonly ActionSpec[];
}

export type GuardSpec =
  | { readonly kind: "named" | "inline"; readonly name: number }
  | { readonly kind: "params"; readonly min: number; readonly dynamic: boolean }
  | { readonly kind: "in"; readonly node: number; readonly by: "id" | "path" | "object" }
  | { readonly kind: "missing" }
  | { readonly kind: "not"; readonly guard: GuardSpec }
  | { readonly kind: "and" | "or"; readonly guards: readonly GuardSpec[] }
  | { readonly kind: "combined"; readonly name: number };

export interface ActionSpec {
  readonly kind:
    | "increment"
    | "double"
    | "add"
    | "update"
    | "throwing"
    | "emit"
    | "tell"
    | "report"
    | "raise"
    | "raiseValue"
    | "log"
    | "absent";
  readonly inline: boolean;
  readonly value: number;
}

export const EVENTS = ["a", "b", "c", "a.x", "a.x.y", "unknown"] as const;
export const DESCRIPTORS = ["a", "b", "c", "a.x", "a.*", "a.x.*", "*"] as const;

/** The calls of the plain functions among the actions. */
export const journal: unknown[] = [];

type ActionArguments = {
  context: { n: number; m: number; extra?: number };
  event: { type: string; value?: number };
};

const guardTests: ((args: ActionArguments) => boolean)[] = [
  ({ context }) => context.n % 2 === 0,
  ({ context }) => context.n > 3,
  ({ context, event: chartEvent }) => context.m % 3 === (chartEvent.value ?? 0) % 3,
  ({ event: chartEvent }) => (chartEvent.value ?? 0) > 1,
];
const testNames = ["isEven", "isBig", "fits", "isLarge"];
const combinedNames = ["evenOrLarge", "notBigAndFits"];

const clamp = (n: number) => n % 97;

const makeAction = ({ kind, inline, value }: ActionSpec): unknown => {
  const named = (implementationName: string, action: unknown) => (inline ? action : implementationName);
  switch (kind) {
    case "increment":
      return named("increment", actions.increment);
    case "double":
      return named("double", actions.double);
    case "add":
      return inline
        ? { type: "add", params: ({ context }: ActionArguments) => ({ by: context.m + value }) }
        : { type: "add", params: { by: value } };
    case "update":
      return named("update", actions.update);
    case "throwing":
      return named("throwing", actions.throwing);
    case "emit":
      return emit({ type: "static", value });
    case "tell":
      return named("tell", actions.tell);
    case "report":
      return named("report", actions.report);
    case "raise":
      return inline ? raise({ type: EVENTS[value % EVENTS.length] as string }) : "raiseB";
    case "raiseValue":
      return named("raiseValue", actions.raiseValue);
    case "log":
      return inline
        ? ({ context, event: chartEvent }: ActionArguments) =>
            void journal.push([value, { ...context }, chartEvent.type])
        : "log";
    case "absent":
      return inline ? { type: "absent", params: { value } } : "absent";
  }
};

/** The payload of the action "tell": an expression that declares its emission. */
const toTell = ({ context }: ActionArguments): number => {
  if (context.n % 11 === 10) throw new Error(`Told at ${context.n}`);
  return context.n + context.m;
};

/** The kinds of emissions that can be told by number, and one that no chart emits. */
export const KINDS: readonly EmissionKind[] = [
  { type: "never" },
  { type: "static", payload: "value" },
  { type: "told", payload: "sum" },
];

const actions = {
  tell: emit(
    Object.assign((args: ActionArguments) => ({ type: "told", sum: toTell(args) }), {
      emission: { type: "told", payload: "sum", of: toTell },
    }),
  ),
  increment: assign({ n: ({ context }: ActionArguments) => clamp(context.n + 1) }),
  double: assign({
    m: ({ context }: ActionArguments) => clamp(context.n * 2),
    n: ({ context }: ActionArguments) => clamp(context.m + context.n),
  }),
  add: assign({
    n: ({ context }: ActionArguments, { by }: { by: number }) => clamp(context.n + by),
    extra: 5,
  }),
  update: assign(({ context, event: chartEvent }: ActionArguments) => ({
    m: clamp(context.m + (chartEvent.value ?? 1)),
  })),
  throwing: assign({
    n: ({ context }: ActionArguments) => {
      if (context.n % 5 === 4) throw new Error(`Thrown at ${context.n}`);
      return clamp(context.n + 2);
    },
  }),
  report: emit(({ context, event: chartEvent }: ActionArguments) => ({
    type: "report",
    n: context.n,
    m: context.m,
    by: chartEvent.type,
  })),
  raiseB: raise({ type: "b", value: 2 } as never),
  raiseValue: raise(({ context }: ActionArguments) => ({
    type: EVENTS[context.n % EVENTS.length] as string,
    value: context.m,
  })),
  log: ({ context, event: chartEvent }: ActionArguments) =>
    void journal.push(["named", { ...context }, chartEvent.type]),
};

/** Names of guards, as the combinators of a machine that is not typed take them. */
const namedGuards = (...names: string[]): never[] => names as never[];

/** Builds a machine from its description. */
export const machineOf = (chartSpec: ChartSpec): AnyStateMachine => {
  const nodePaths: string[][] = [];
  const nodeSpecs: NodeSpec[] = [];
  const nodeIndexes = new Map<NodeSpec, number>();
  const visit = (nodeSpec: NodeSpec, statePath: string[]): void => {
    nodeIndexes.set(nodeSpec, nodeSpecs.length);
    nodeSpecs.push(nodeSpec);
    nodePaths.push(statePath);
    nodeSpec.children.forEach((childSpec, nodeIndex) => {
      visit(childSpec, [...statePath, `s${nodeIndex}`]);
    });
  };
  visit(chartSpec.root, []);
  const idOf = (nodeIndex: number) => `n${nodeIndex}`;
  const nodeIndexOf = (nodeIndex: number) => nodeIndex % nodeSpecs.length;

  const guardOf = (guardSpec: GuardSpec): never => describedGuard(guardSpec) as never;
  const describedGuard = (guardSpec: GuardSpec): unknown => {
    switch (guardSpec.kind) {
      case "named":
        return testNames[guardSpec.name % guardTests.length];
      case "inline":
        return guardTests[guardSpec.name % guardTests.length];
      case "params":
        return {
          type: "atLeast",
          params: guardSpec.dynamic
            ? ({ context }: ActionArguments) => ({ min: context.m % 5 })
            : { min: guardSpec.min },
        };
      case "in": {
        const nodeIndex = nodeIndexOf(guardSpec.node);
        const statePath = nodePaths[nodeIndex] as string[];
        if (guardSpec.by === "id" || statePath.length === 0) return stateIn(`#${idOf(nodeIndex)}`);
        if (guardSpec.by === "path") return stateIn(statePath.join("."));
        const [last, ...rest] = [...statePath].reverse() as [string, ...string[]];
        return stateIn(
          rest.reduce<object | string>((nested, stateKey) => ({ [stateKey]: nested }), last) as string,
        );
      }
      case "missing":
        return "isMissing";
      case "not":
        return not(guardOf(guardSpec.guard));
      case "and":
        return and(guardSpec.guards.map(guardOf));
      case "or":
        return or(guardSpec.guards.map(guardOf));
      case "combined":
        return combinedNames[guardSpec.name % combinedNames.length];
    }
  };

  const areApart = (a: number, b: number): boolean => {
    const [one, two] = [nodePaths[a] as string[], nodePaths[b] as string[]];
    const shared = one.findIndex((stateKey, nodeIndex) => stateKey !== two[nodeIndex]);
    if (shared < 0 || shared >= two.length) return false;
    const common = nodePaths.findIndex(
      (path) => path.length === shared && path.every((stateKey, nodeIndex) => stateKey === one[nodeIndex]),
    );
    return nodeSpecs[common]?.type === "parallel";
  };

  const transitionOf = ({ targets, forbidden, reenter, guard, actions }: TransitionSpec) => {
    if (forbidden) return undefined;
    const picked: number[] = [];
    for (const target of targets.map(nodeIndexOf)) {
      if (picked.every((otherIndex) => areApart(otherIndex, target))) picked.push(target);
    }
    return {
      ...(picked.length === 0 ? {} : { target: picked.map((nodeIndex) => `#${idOf(nodeIndex)}`) }),
      reenter,
      ...(guard === undefined ? {} : { guard: guardOf(guard) }),
      actions: actions.map(makeAction),
    };
  };

  const configOf = (nodeSpec: NodeSpec): object => {
    const on = Object.fromEntries(
      nodeSpec.on.map(({ event, transitions }) => [
        event,
        transitions.length === 1
          ? transitionOf(transitions[0] as TransitionSpec)
          : transitions.map(transitionOf),
      ]),
    );
    const hasChildren = nodeSpec.children.length > 0;
    const nodeIndex = nodeIndexes.get(nodeSpec) as number;
    return {
      id: idOf(nodeIndex),
      ...(nodeSpec.type === "parallel" || nodeSpec.type === "final" ? { type: nodeSpec.type } : {}),
      ...(hasChildren
        ? { states: Object.fromEntries(nodeSpec.children.map((child, key) => [`s${key}`, configOf(child)])) }
        : {}),
      ...(nodeSpec.type === "compound"
        ? {
            initial: {
              target: `s${nodeSpec.initial % nodeSpec.children.length}`,
              actions: nodeSpec.initialActions.map(makeAction),
            },
          }
        : {}),
      entry: nodeSpec.entry.map(makeAction),
      exit: nodeSpec.exit.map(makeAction),
      ...(nodeSpec.type === "final"
        ? { output: ({ context }: ActionArguments) => ({ n: context.n, at: nodeIndex }) }
        : { on, always: nodeSpec.always.map(transitionOf).filter((located) => located !== undefined) }),
      ...(hasChildren && nodeSpec.done.length > 0 ? { onDone: nodeSpec.done.map(transitionOf) } : {}),
    };
  };

  return createMachine(
    {
      context: { n: 0, m: 1 },
      output: ({ context, event }: never) => ({ context: { ...(context as object) }, event }),
      options: { maxIterations: 12 },
      ...configOf(chartSpec.root),
    } as never,
    {
      guards: {
        ...Object.fromEntries(guardTests.map((test, nodeIndex) => [testNames[nodeIndex], test])),
        atLeast: ({ context }: ActionArguments, { min }: { min: number }) => context.n >= min,
        evenOrLarge: or(namedGuards("isEven", "isLarge")),
        notBigAndFits: and([...namedGuards("isBig").map((guard) => not(guard)), ...namedGuards("fits")]),
      },
      actions,
    } as never,
  ) as unknown as AnyStateMachine;
};
