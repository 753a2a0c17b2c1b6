import {
  type AnyStateMachine,
  and,
  assign,
  createMachine,
  type EventObject,
  emit,
  not,
  or,
  raise,
  stateIn,
} from "xstate";
import type { EmissionKind } from "../../src/engine/index.js";

/** A random chart as data, so that a counterexample can be read. */
export interface ChartSpec {
  readonly root: NodeSpec;
  /** The value of a field of the context that no action writes. */
  readonly limit: number;
  /** The names of the chart's states, events, guards, actions and keys, in place of plain ones. */
  readonly names?: readonly string[] | undefined;
}

/** The plain names of each sort. Names of two sorts may be the same. */
const PLAIN_NAMES = {
  state: ["s0", "s1", "s2", "s3"],
  key: ["n", "m", "extra", "past", "limit"],
  event: ["a", "b", "c", "x", "y", "unknown"],
  guard: [
    "isEven",
    "isBig",
    "fits",
    "isLarge",
    "isWide",
    "atLeast",
    "evenOrLarge",
    "notBigAndFits",
    "isMissing",
  ],
  action: [
    "absent",
    "increment",
    "double",
    "add",
    "update",
    "throwing",
    "tell",
    "report",
    "keep",
    "raiseB",
    "raiseValue",
    "log",
  ],
  emission: ["static", "told", "report"],
  payload: ["value", "sum"],
} as const;
type NameSort = keyof typeof PLAIN_NAMES;

/** The number of names of the sort that has most. */
export const NAME_COUNT = Math.max(...Object.values(PLAIN_NAMES).map(({ length }) => length));

/** Returns a chart's name of each sort for a plain one. The sorts use the names in different orders. */
const namesOf =
  ({ names }: Pick<ChartSpec, "names">) =>
  <TSort extends NameSort>(sort: TSort, plainName: (typeof PLAIN_NAMES)[TSort][number]): string => {
    if (names === undefined) return plainName;
    const sortIndex = Object.keys(PLAIN_NAMES).indexOf(sort);
    const nameIndex = (PLAIN_NAMES[sort] as readonly string[]).indexOf(plainName);
    return names[(nameIndex + 5 * sortIndex) % names.length] as string;
  };

/** Returns a chart's event type, or descriptor, for a plain one. */
const eventTypeOf = (chartSpec: Pick<ChartSpec, "names">, plainType: string): string =>
  plainType
    .split(".")
    .map((segment) => (segment === "*" ? "*" : namesOf(chartSpec)("event", segment as "a")))
    .join(".");

/** Returns a chart's event for a plain one. */
export const eventOf = (
  chartSpec: Pick<ChartSpec, "names">,
  { type: plainType, value }: { readonly type: string; readonly value: number },
): EventObject => ({
  type: eventTypeOf(chartSpec, plainType),
  [payloadOf(chartSpec)]: value,
});

/** Returns the key of a chart's events beside `type`. */
export const payloadOf = (chartSpec: Pick<ChartSpec, "names">): string =>
  namesOf(chartSpec)("payload", "value");

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
    | "keep"
    | "log"
    | "absent";
  readonly inline: boolean;
  readonly value: number;
}

export const EVENTS = ["a", "b", "c", "a.x", "a.x.y", "unknown"] as const;
export const DESCRIPTORS = ["a", "b", "c", "a.x", "a.*", "a.x.*", "*"] as const;

const testNames = ["isEven", "isBig", "fits", "isLarge", "isWide"];
const combinedNames = ["evenOrLarge", "notBigAndFits"];

/** The calls of the plain functions among the actions. */
export const journal: unknown[] = [];

type ActionArguments = {
  readonly context: Readonly<Record<string, unknown>>;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
};

const clamp = (n: number) => n % 97;

/** The kinds of a chart's emissions that can be told by number, and one that no chart emits. */
export const kindsOf = (chartSpec: Pick<ChartSpec, "names">): readonly EmissionKind[] => {
  const nameOf = namesOf(chartSpec);
  return [
    { type: "never" },
    { type: nameOf("emission", "static"), payload: nameOf("payload", "value") },
    { type: nameOf("emission", "told"), payload: nameOf("payload", "sum") },
  ];
};

/** Returns the guards and actions of a chart, by their names. */
const implementationsOf = (chartSpec: ChartSpec) => {
  const nameOf = namesOf(chartSpec);
  const [N, M, EXTRA, PAST] = (["n", "m", "extra", "past"] as const).map((key) => nameOf("key", key)) as [
    string,
    string,
    string,
    string,
  ];
  const LIMIT = nameOf("key", "limit");
  const [VALUE, SUM] = [nameOf("payload", "value"), nameOf("payload", "sum")];
  const numbers = ({ context, event }: ActionArguments) => ({
    n: context[N] as number,
    m: context[M] as number,
    value: (Object.hasOwn(event, VALUE) ? event[VALUE] : undefined) as number | undefined,
  });
  const payloadValue = ({ event }: Pick<ActionArguments, "event">): number =>
    ((Object.hasOwn(event, VALUE) ? event[VALUE] : undefined) as number | undefined) ?? 0;
  type GuardTest = (args: ActionArguments) => boolean;
  const reading = (context: readonly string[], event: readonly string[], guard: GuardTest): GuardTest =>
    Object.assign(guard, { reads: { context, event } });
  /** Guards that declare what they read; used inline they declare nothing. */
  const tests = {
    isEven: reading([N], [], ({ context }) => (context[N] as number) % 2 === 0),
    isBig: reading([N], [], ({ context }) => (context[N] as number) > 3),
    fits: reading([M], [VALUE], (args) => (args.context[M] as number) % 3 === payloadValue(args) % 3),
    isLarge: reading([], [VALUE], (args) => payloadValue(args) > 1),
    isWide: reading([LIMIT], [], ({ context }) => {
      if (context[LIMIT] === 0) throw new Error("No limit");
      return (context[LIMIT] as number) > 2;
    }),
  };
  /** The payload of the action "tell": an expression that declares its emission. */
  const toTell = (args: ActionArguments): number => {
    const { n, m } = numbers(args);
    if (n % 11 === 10) throw new Error(`Told at ${n}`);
    return n + m;
  };
  const guards = {
    ...tests,
    atLeast: Object.assign(
      ({ context }: ActionArguments, { min }: { min: number }) => (context[N] as number) >= min,
      { reads: { context: [N] } },
    ),
    evenOrLarge: or(namedGuards(nameOf("guard", "isEven"), nameOf("guard", "isLarge"))),
    notBigAndFits: and([
      ...namedGuards(nameOf("guard", "isBig")).map((guard) => not(guard)),
      ...namedGuards(nameOf("guard", "fits")),
    ]),
  };
  const actions = {
    tell: emit(
      Object.assign((args: ActionArguments) => ({ type: nameOf("emission", "told"), [SUM]: toTell(args) }), {
        emission: { type: nameOf("emission", "told"), payload: SUM, of: toTell },
      }),
    ),
    increment: assign({ [N]: (args: ActionArguments) => clamp(numbers(args).n + 1) }),
    double: assign({
      [M]: (args: ActionArguments) => clamp(numbers(args).n * 2),
      [N]: (args: ActionArguments) => clamp(numbers(args).m + numbers(args).n),
    }),
    add: assign({
      [N]: (args: ActionArguments, { by }: { by: number }) => clamp(numbers(args).n + by),
      [EXTRA]: 5,
    }),
    update: assign((args: ActionArguments) => ({
      [M]: clamp(numbers(args).m + (numbers(args).value ?? 1)),
      [SYMBOL]: numbers(args).n,
    })),
    throwing: assign({
      [N]: (args: ActionArguments) => {
        const { n } = numbers(args);
        if (n % 5 === 4) throw new Error(`Thrown at ${n}`);
        return clamp(n + 2);
      },
    }),
    report: emit((args: ActionArguments) => ({
      type: nameOf("emission", "report"),
      ...{ n: numbers(args).n, m: numbers(args).m, by: args.event.type, context: args.context },
    })),
    // The context itself, up to a depth: an undo history.
    keep: assign({
      [PAST]: ({ context }: ActionArguments) => (depthOf(context, PAST) < 4 ? context : undefined),
    }),
    raiseB: raise({ type: nameOf("event", "b"), [VALUE]: 2 }),
    raiseValue: raise((args: ActionArguments) => ({
      type: eventTypeOf(chartSpec, EVENTS[numbers(args).n % EVENTS.length] as string),
      [VALUE]: numbers(args).m,
    })),
    log: (args: ActionArguments) => void journal.push(["named", args.context, args.event.type]),
  };
  const withNames = <TSort extends "guard" | "action">(sort: TSort, implementations: object) =>
    Object.fromEntries(
      Object.entries(implementations).map(([plainName, implementation]) => [
        nameOf(sort, plainName as never),
        implementation,
      ]),
    );
  return {
    guards: withNames("guard", guards),
    actions: withNames("action", actions),
    inlineGuards: Object.values(tests).map(
      (test): GuardTest =>
        (args) =>
          test(args),
    ),
    inlineActions: actions,
    context: { [N]: 0, [M]: 1, [LIMIT]: chartSpec.limit },
    m: (args: ActionArguments) => numbers(args).m,
    output: (args: ActionArguments, nodeIndex: number) => ({ n: numbers(args).n, at: nodeIndex }),
  };
};

/** A key of contexts that is no string. */
const SYMBOL = Symbol("key");

/** Returns how often a context was kept in the next. */
const depthOf = (context: Readonly<Record<string, unknown>>, key: string): number => {
  const past = Object.hasOwn(context, key) ? context[key] : undefined;
  return past === undefined ? 0 : 1 + depthOf(past as Readonly<Record<string, unknown>>, key);
};

/** Names of guards, as the combinators of a machine that is not typed take them. */
const namedGuards = (...names: string[]): never[] => names as never[];

/** Builds a machine from its description. */
export const machineOf = (chartSpec: ChartSpec): AnyStateMachine => {
  const nameOf = namesOf(chartSpec);
  const implementations = implementationsOf(chartSpec);
  const { inlineGuards, inlineActions } = implementations;
  // No name of Object.prototype: XState would call its function.
  const absentName = `${nameOf("action", "absent")}?`;
  const makeAction = ({ kind, inline, value }: ActionSpec): unknown => {
    switch (kind) {
      case "add":
        return {
          type: nameOf("action", "add"),
          params: inline
            ? (args: ActionArguments) => ({ by: implementations.m(args) + value })
            : { by: value },
        };
      case "emit":
        return emit({
          type: nameOf("emission", "static"),
          [nameOf("payload", "value")]: value,
        });
      case "raise":
        return inline
          ? raise({ type: eventTypeOf(chartSpec, EVENTS[value % EVENTS.length] as string) })
          : nameOf("action", "raiseB");
      case "log":
        return inline
          ? ({ context, event }: ActionArguments) => void journal.push([value, context, event.type])
          : nameOf("action", "log");
      case "absent":
        return inline ? { type: absentName, params: { value } } : absentName;
      default:
        return inline ? inlineActions[kind] : nameOf("action", kind);
    }
  };
  const stateKeyOf = (childIndex: number) => nameOf("state", `s${childIndex}` as "s0");
  const nodePaths: string[][] = [];
  const nodeSpecs: NodeSpec[] = [];
  const nodeIndexes = new Map<NodeSpec, number>();
  const visit = (nodeSpec: NodeSpec, statePath: string[]): void => {
    nodeIndexes.set(nodeSpec, nodeSpecs.length);
    nodeSpecs.push(nodeSpec);
    nodePaths.push(statePath);
    nodeSpec.children.forEach((childSpec, nodeIndex) => {
      visit(childSpec, [...statePath, stateKeyOf(nodeIndex)]);
    });
  };
  visit(chartSpec.root, []);
  const idOf = (nodeIndex: number) => `n${nodeIndex}`;
  const nodeIndexOf = (nodeIndex: number) => nodeIndex % nodeSpecs.length;

  const guardOf = (guardSpec: GuardSpec): never => describedGuard(guardSpec) as never;
  const describedGuard = (guardSpec: GuardSpec): unknown => {
    switch (guardSpec.kind) {
      case "named":
        return nameOf("guard", testNames[guardSpec.name % testNames.length] as "isEven");
      case "inline":
        return inlineGuards[guardSpec.name % inlineGuards.length];
      case "params":
        return {
          type: nameOf("guard", "atLeast"),
          params: guardSpec.dynamic
            ? (args: ActionArguments) => ({ min: implementations.m(args) % 5 })
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
        return `${nameOf("guard", "isMissing")}?`;
      case "not":
        return not(guardOf(guardSpec.guard));
      case "and":
        return and(guardSpec.guards.map(guardOf));
      case "or":
        return or(guardSpec.guards.map(guardOf));
      case "combined":
        return nameOf("guard", combinedNames[guardSpec.name % combinedNames.length] as "fits");
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
        eventTypeOf(chartSpec, event),
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
        ? {
            states: Object.fromEntries(
              nodeSpec.children.map((child, key) => [stateKeyOf(key), configOf(child)]),
            ),
          }
        : {}),
      ...(nodeSpec.type === "compound"
        ? {
            initial: {
              target: stateKeyOf(nodeSpec.initial % nodeSpec.children.length),
              actions: nodeSpec.initialActions.map(makeAction),
            },
          }
        : {}),
      entry: nodeSpec.entry.map(makeAction),
      exit: nodeSpec.exit.map(makeAction),
      ...(nodeSpec.type === "final"
        ? { output: (args: ActionArguments) => implementations.output(args, nodeIndex) }
        : { on, always: nodeSpec.always.map(transitionOf).filter((located) => located !== undefined) }),
      ...(hasChildren && nodeSpec.done.length > 0 ? { onDone: nodeSpec.done.map(transitionOf) } : {}),
    };
  };

  return createMachine(
    {
      context: implementations.context,
      output: ({ context, event }: never) => ({ context: { ...(context as object) }, event }),
      options: { maxIterations: 12 },
      ...configOf(chartSpec.root),
    } as never,
    { guards: implementations.guards, actions: implementations.actions },
  ) as unknown as AnyStateMachine;
};
