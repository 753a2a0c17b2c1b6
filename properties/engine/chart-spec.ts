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

/** What the plain functions among the actions have seen. */
export const journal: unknown[] = [];

type Args = { context: { n: number; m: number; extra?: number }; event: { type: string; value?: number } };

const tests: ((args: Args) => boolean)[] = [
  ({ context }) => context.n % 2 === 0,
  ({ context }) => context.n > 3,
  ({ context, event }) => context.m % 3 === (event.value ?? 0) % 3,
  ({ event }) => (event.value ?? 0) > 1,
];
const testNames = ["isEven", "isBig", "fits", "isLarge"];
const combinedNames = ["evenOrLarge", "notBigAndFits"];

const clamp = (n: number) => n % 97;

const makeAction = ({ kind, inline, value }: ActionSpec): unknown => {
  const named = (name: string, action: unknown) => (inline ? action : name);
  switch (kind) {
    case "increment":
      return named("increment", actions.increment);
    case "double":
      return named("double", actions.double);
    case "add":
      return inline
        ? { type: "add", params: ({ context }: Args) => ({ by: context.m + value }) }
        : { type: "add", params: { by: value } };
    case "update":
      return named("update", actions.update);
    case "throwing":
      return named("throwing", actions.throwing);
    case "emit":
      return emit({ type: "static", value } as never);
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
        ? ({ context, event }: Args) => void journal.push([value, { ...context }, event.type])
        : "log";
    case "absent":
      return inline ? { type: "absent", params: { value } } : "absent";
  }
};

/** What "tell" tells: an expression that says so itself. */
const toTell = ({ context }: Args): number => {
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
    Object.assign((args: Args) => ({ type: "told", sum: toTell(args) }), {
      emission: { type: "told", payload: "sum", of: toTell },
    }) as never,
  ),
  increment: assign({ n: ({ context }: Args) => clamp(context.n + 1) }),
  double: assign({
    m: ({ context }: Args) => clamp(context.n * 2),
    n: ({ context }: Args) => clamp(context.m + context.n),
  }),
  add: assign({ n: ({ context }: Args, { by }: { by: number }) => clamp(context.n + by), extra: 5 }),
  update: assign(({ context, event }: Args) => ({ m: clamp(context.m + (event.value ?? 1)) })),
  throwing: assign({
    n: ({ context }: Args) => {
      if (context.n % 5 === 4) throw new Error(`Thrown at ${context.n}`);
      return clamp(context.n + 2);
    },
  }),
  report: emit(({ context, event }: Args) => ({
    type: "report",
    n: context.n,
    m: context.m,
    by: event.type,
  })),
  raiseB: raise({ type: "b", value: 2 } as never),
  raiseValue: raise(({ context }: Args) => ({
    type: EVENTS[context.n % EVENTS.length] as string,
    value: context.m,
  })),
  log: ({ context, event }: Args) => void journal.push(["named", { ...context }, event.type]),
};

/** A machine from its description. */
export const machineOf = (spec: ChartSpec): AnyStateMachine => {
  const paths: string[][] = [];
  const nodes: NodeSpec[] = [];
  const index = new Map<NodeSpec, number>();
  const visit = (node: NodeSpec, path: string[]): void => {
    index.set(node, nodes.length);
    nodes.push(node);
    paths.push(path);
    node.children.forEach((child, at) => {
      visit(child, [...path, `s${at}`]);
    });
  };
  visit(spec.root, []);
  const idOf = (at: number) => `n${at}`;
  const pick = (at: number) => at % nodes.length;

  const guardOf = (guard: GuardSpec): unknown => {
    switch (guard.kind) {
      case "named":
        return testNames[guard.name % tests.length];
      case "inline":
        return tests[guard.name % tests.length];
      case "params":
        return {
          type: "atLeast",
          params: guard.dynamic ? ({ context }: Args) => ({ min: context.m % 5 }) : { min: guard.min },
        };
      case "in": {
        const at = pick(guard.node);
        const path = paths[at] as string[];
        if (guard.by === "id" || path.length === 0) return stateIn(`#${idOf(at)}`);
        if (guard.by === "path") return stateIn(path.join("."));
        const [last, ...rest] = [...path].reverse() as [string, ...string[]];
        return stateIn(rest.reduce<object | string>((inner, key) => ({ [key]: inner }), last) as string);
      }
      case "missing":
        return "isMissing";
      case "not":
        return not(guardOf(guard.guard) as never);
      case "and":
        return and(guard.guards.map(guardOf) as never);
      case "or":
        return or(guard.guards.map(guardOf) as never);
      case "combined":
        return combinedNames[guard.name % combinedNames.length];
    }
  };

  const areApart = (a: number, b: number): boolean => {
    const [one, two] = [paths[a] as string[], paths[b] as string[]];
    const shared = one.findIndex((key, at) => key !== two[at]);
    if (shared < 0 || shared >= two.length) return false;
    const common = paths.findIndex(
      (path) => path.length === shared && path.every((key, at) => key === one[at]),
    );
    return nodes[common]?.type === "parallel";
  };

  const transitionOf = ({ targets, forbidden, reenter, guard, actions }: TransitionSpec) => {
    if (forbidden) return undefined;
    const picked: number[] = [];
    for (const target of targets.map(pick)) {
      if (picked.every((other) => areApart(other, target))) picked.push(target);
    }
    return {
      ...(picked.length === 0 ? {} : { target: picked.map((at) => `#${idOf(at)}`) }),
      reenter,
      ...(guard === undefined ? {} : { guard: guardOf(guard) }),
      actions: actions.map(makeAction),
    };
  };

  const configOf = (node: NodeSpec): object => {
    const on = Object.fromEntries(
      node.on.map(({ event, transitions }) => [
        event,
        transitions.length === 1
          ? transitionOf(transitions[0] as TransitionSpec)
          : transitions.map(transitionOf),
      ]),
    );
    const hasChildren = node.children.length > 0;
    const at = index.get(node) as number;
    return {
      id: idOf(at),
      ...(node.type === "parallel" || node.type === "final" ? { type: node.type } : {}),
      ...(hasChildren
        ? { states: Object.fromEntries(node.children.map((child, key) => [`s${key}`, configOf(child)])) }
        : {}),
      ...(node.type === "compound"
        ? {
            initial: {
              target: `s${node.initial % node.children.length}`,
              actions: node.initialActions.map(makeAction),
            },
          }
        : {}),
      entry: node.entry.map(makeAction),
      exit: node.exit.map(makeAction),
      ...(node.type === "final"
        ? { output: ({ context }: Args) => ({ n: context.n, at }) }
        : { on, always: node.always.map(transitionOf).filter((found) => found !== undefined) }),
      ...(hasChildren && node.done.length > 0 ? { onDone: node.done.map(transitionOf) } : {}),
    };
  };

  return createMachine(
    {
      context: { n: 0, m: 1 },
      output: ({ context, event }: never) => ({ context: { ...(context as object) }, event }),
      options: { maxIterations: 12 },
      ...configOf(spec.root),
    } as never,
    {
      guards: {
        ...Object.fromEntries(tests.map((test, at) => [testNames[at], test])),
        atLeast: ({ context }: Args, { min }: { min: number }) => context.n >= min,
        evenOrLarge: or(["isEven", "isLarge"] as never),
        notBigAndFits: and([not("isBig" as never), "fits"] as never),
      },
      actions,
    } as never,
  ) as unknown as AnyStateMachine;
};
