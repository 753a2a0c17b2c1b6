import fc from "fast-check";
import {
  type ActionSpec,
  type ChartSpec,
  DESCRIPTORS,
  EVENTS,
  type GuardSpec,
  NAME_COUNT,
  type NodeSpec,
  type TransitionSpec,
} from "./chart-spec.js";

const nodeReference = fc.nat({ max: 30 });

const guardSpec: fc.Arbitrary<GuardSpec> = fc.letrec<{ guard: GuardSpec }>((tie) => ({
  guard: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom("named", "inline"), name: fc.nat({ max: 4 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("params"), min: fc.nat({ max: 5 }), dynamic: fc.boolean() }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("in"),
        node: nodeReference,
        by: fc.constantFrom("id", "path", "object"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("combined"), name: fc.nat({ max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("not"), guard: tie("guard") }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("and", "or"),
        guards: fc.array(tie("guard"), { minLength: 0, maxLength: 3 }),
      }),
    },
  ) as fc.Arbitrary<GuardSpec>,
})).guard;

const rarelyMissing: fc.Arbitrary<GuardSpec> = fc.oneof(
  { weight: 40, arbitrary: guardSpec },
  { weight: 1, arbitrary: fc.constant<GuardSpec>({ kind: "missing" }) },
);

const actionSpec: fc.Arbitrary<ActionSpec> = fc.record({
  kind: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.constantFrom(
        "increment",
        "double",
        "add",
        "update",
        "emit",
        "tell",
        "report",
        "keep",
        "log" as const,
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom("raise", "raiseValue", "absent" as const) },
    { weight: 1, arbitrary: fc.constant("throwing" as const) },
  ) as fc.Arbitrary<ActionSpec["kind"]>,
  inline: fc.boolean(),
  value: fc.nat({ max: 7 }),
});

const actionList = (maximum: number) => fc.array(actionSpec, { maxLength: maximum });

const transition: fc.Arbitrary<TransitionSpec> = fc.record({
  targets: fc.oneof(
    { weight: 5, arbitrary: nodeReference.map((node) => [node]) },
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(nodeReference, { minLength: 2, maxLength: 3 }) },
  ),
  forbidden: fc.oneof(
    { weight: 20, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  reenter: fc.boolean(),
  guard: fc.option(rarelyMissing, { nil: undefined }),
  actions: actionList(3),
});

const nodeFields = {
  initial: fc.nat({ max: 3 }),
  initialActions: actionList(1),
  entry: actionList(2),
  exit: actionList(2),
  on: fc.uniqueArray(
    fc.record({
      event: fc.constantFrom<string>(...DESCRIPTORS),
      transitions: fc.array(transition, { minLength: 1, maxLength: 3 }),
    }),
    { selector: ({ event }) => event, maxLength: 3 },
  ),
  always: fc.oneof(
    { weight: 4, arbitrary: fc.constant<TransitionSpec[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(transition, guardSpec).map(([transitionSpec, test]) => ({ ...transitionSpec, guard: test })),
        { minLength: 1, maxLength: 2 },
      ),
    },
  ),
  done: fc.oneof(
    { weight: 3, arbitrary: fc.constant<TransitionSpec[]>([]) },
    { weight: 1, arbitrary: fc.array(transition, { minLength: 1, maxLength: 2 }) },
  ),
};

const leafNode: fc.Arbitrary<NodeSpec> = fc.record({
  ...nodeFields,
  type: fc.oneof(
    { weight: 6, arbitrary: fc.constant("atomic" as const) },
    { weight: 1, arbitrary: fc.constant("final" as const) },
  ),
  children: fc.constant<NodeSpec[]>([]),
});

const nested = (
  childSpec: fc.Arbitrary<NodeSpec>,
  types: ("compound" | "parallel")[],
): fc.Arbitrary<NodeSpec> =>
  fc.record({
    ...nodeFields,
    type: fc.constantFrom(...types),
    children: fc.array(childSpec, { minLength: 1, maxLength: 4, size: "max" }),
  });

const depth1 = fc.oneof(
  { weight: 2, arbitrary: leafNode },
  { weight: 2, arbitrary: nested(leafNode, ["compound", "compound", "parallel"]) },
);
const depth2 = fc.oneof(
  { weight: 1, arbitrary: leafNode },
  { weight: 3, arbitrary: nested(depth1, ["compound", "parallel"]) },
);

/** Names that are hostile to generated text, to state paths, or to objects used as maps. */
const HOSTILE_NAMES = [
  ...["toString", "constructor", "hasOwnProperty", "valueOf", "__defineGetter__", "undefined"],
  ...["v1.0", ".", "a.", ".b", "a\\.b", "a\\", "a*", "*b", "0", "1", " "],
  ...["x\u2028throw 1; //", "x\u2029throw 1; //", "x\nthrow 1; //", "x\rthrow 1; //", "*/ throw 1; //"],
  ...[
    '"',
    "'",
    "`",
    `$${"{1}"}`,
    "\\u0022",
    "\u0000",
    "n\u0000m",
    "\ud800",
    "</script>",
    "Ünïcode",
    "__proto",
  ],
];

const hostileNames = fc.uniqueArray(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
    // XState takes no event without a name, takes a name after # for an id, and keeps no state of the last name.
    {
      weight: 1,
      arbitrary: fc
        .string({ unit: "binary", minLength: 1, maxLength: 5 })
        .filter((name) => !name.startsWith("#") && name !== "__proto__"),
    },
  ),
  { minLength: NAME_COUNT, maxLength: NAME_COUNT + 3 },
);

/** Charts of up to three levels, nested and parallel, with everything that can be compiled. */
export const chart: fc.Arbitrary<ChartSpec> = fc.record({
  root: fc.oneof(nested(depth1, ["parallel", "compound"]), nested(depth2, ["parallel", "compound"])),
  names: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hostileNames }),
  limit: fc.nat({ max: 4 }),
});

const LEAVES = 3;
const leafIndex = (region: number, leaf: number) => 2 + region * (LEAVES + 1) + leaf;
const visibleAction: fc.Arbitrary<ActionSpec> = fc.record({
  kind: fc.constantFrom("increment", "double", "add", "emit", "tell", "report", "log" as const),
  inline: fc.boolean(),
  value: fc.nat({ max: 7 }),
});
const fewActions = (weightOfNone: number) =>
  fc.oneof(
    { weight: weightOfNone, arbitrary: fc.constant<ActionSpec[]>([]) },
    { weight: 2, arbitrary: fc.array(visibleAction, { minLength: 1, maxLength: 2 }) },
  );
const quietNode = { initial: 0, initialActions: [], entry: [], exit: [], on: [], always: [], done: [] };

const moveTo = (target: number | undefined, guard: fc.Arbitrary<GuardSpec | undefined>) =>
  fc.record({
    targets: fc.constant(target === undefined ? [] : [target]),
    forbidden: fc.constant(false),
    reenter: fc.boolean(),
    guard,
    actions: fewActions(1),
  });

/** A region of a few states, of which each goes on to the next by itself, and back by events. */
const region = (
  regionIndex: number,
  regionCount: number,
  weightOfNoEntry: number,
): fc.Arbitrary<NodeSpec> => {
  // Most follow the first region, so that several go on at once.
  const otherLeaf = fc
    .tuple(
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.nat({ max: regionCount - 1 }) },
      ),
      fc.nat({ max: LEAVES - 1 }),
    )
    .map(([other, leaf]): GuardSpec => ({ kind: "in", node: leafIndex(other, leaf), by: "id" }));
  const condition: fc.Arbitrary<GuardSpec> = fc.oneof(
    otherLeaf,
    otherLeaf.map((guard): GuardSpec => ({ kind: "not", guard })),
    fc.record({ kind: fc.constant("named" as const), name: fc.nat({ max: 4 }) }),
    fc
      .tuple(otherLeaf, fc.nat({ max: 4 }))
      .map(([guard, name]): GuardSpec => ({ kind: "and", guards: [guard, { kind: "named", name }] })),
  );
  const leaf = (leafNumber: number): fc.Arbitrary<NodeSpec> =>
    fc.record({
      ...(Object.fromEntries(Object.entries(quietNode).map(([key, value]) => [key, fc.constant(value)])) as {
        [key in keyof typeof quietNode]: fc.Arbitrary<never>;
      }),
      type: fc.constant("atomic" as const),
      children: fc.constant<NodeSpec[]>([]),
      entry: fewActions(weightOfNoEntry),
      on: fc
        .record({
          event: fc.constantFrom("a", "b", "c"),
          transition: moveTo(leafIndex(regionIndex, 0), fc.option(condition, { nil: undefined, freq: 2 })),
        })
        .map(({ event, transition: back }) => [{ event, transitions: [back] }]),
      always:
        leafNumber === LEAVES - 1
          ? fc.constant<TransitionSpec[]>([])
          : fc.array(moveTo(leafIndex(regionIndex, leafNumber + 1), condition), { maxLength: 2 }),
    });
  /** A move of the whole region, mostly into a state in which it is not. */
  const wholeMove = fc.tuple(fc.nat({ max: LEAVES - 1 }), fc.nat({ max: LEAVES - 1 })).chain(([to, from]) => {
    const ownLeaf = (leafNumber: number): GuardSpec => ({
      kind: "in",
      node: leafIndex(regionIndex, leafNumber),
      by: "id",
    });
    const isElsewhere = fc.constantFrom<GuardSpec>({ kind: "not", guard: ownLeaf(to) }, ownLeaf(from));
    return moveTo(
      leafIndex(regionIndex, to),
      fc.tuple(condition, isElsewhere).map((guards): GuardSpec => ({ kind: "and", guards })),
    );
  });
  return fc
    .record({
      children: fc.tuple(...Array.from({ length: LEAVES }, (_, leafNumber) => leaf(leafNumber))),
      always: fc.oneof(
        { weight: 2, arbitrary: fc.constant<TransitionSpec[]>([]) },
        { weight: 1, arbitrary: fc.array(wholeMove, { minLength: 1, maxLength: 2 }) },
      ),
    })
    .map((fields) => ({ ...quietNode, ...fields, type: "compound" as const }));
};

/** Charts of regions that go on together after an event: what runs in one microstep runs in an order that one can see. */
export const regionChart: fc.Arbitrary<ChartSpec> = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.constantFrom(2, 50))
  .chain(([regionCount, weightOfNoEntry]) =>
    fc.record({
      root: fc
        .tuple(
          ...Array.from({ length: regionCount }, (_, regionIndex) =>
            region(regionIndex, regionCount, weightOfNoEntry),
          ),
        )
        .map((children): NodeSpec => ({ ...quietNode, type: "parallel", children })),
      limit: fc.nat({ max: 4 }),
    }),
  );

/** A region whose states ask nothing but each other, some of which are left at once. */
const askingRegion = (regionIndex: number, regionCount: number): fc.Arbitrary<NodeSpec> => {
  const leafOf = (region: number) =>
    fc
      .nat({ max: LEAVES - 1 })
      .map((leaf): GuardSpec => ({ kind: "in", node: leafIndex(region, leaf), by: "id" }));
  const literal = fc
    .tuple(fc.nat({ max: regionCount - 1 }).chain(leafOf), fc.boolean())
    .map(([guard, isNegated]): GuardSpec => (isNegated ? { kind: "not", guard } : guard));
  const condition = fc
    .tuple(
      fc.constantFrom<"and" | "or">("and", "and", "and", "or"),
      fc.array(literal, { minLength: 1, maxLength: 3 }),
    )
    .map(([kind, guards]): GuardSpec => ({ kind, guards }));
  const move = (guard: fc.Arbitrary<GuardSpec | undefined>) =>
    fc.record({
      targets: fc.nat({ max: LEAVES - 1 }).map((leaf) => [leafIndex(regionIndex, leaf)]),
      forbidden: fc.constant(false),
      reenter: fc.constant(false),
      guard,
      actions: fewActions(4),
    });
  const onEvent = fc.record({
    event: fc.constantFrom("a", "b"),
    transitions: fc.tuple(move(fc.option(condition, { nil: undefined }))),
  });
  const onward = fc.oneof(
    { weight: 4, arbitrary: fc.array(move(condition), { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.tuple(move(fc.constant(undefined))) },
  );
  const leaf = fc
    .record({ on: fc.tuple(onEvent), always: onward })
    .map((fields): NodeSpec => ({ ...quietNode, ...fields, type: "atomic", children: [] }));
  return fc
    .tuple(...Array.from({ length: LEAVES }, () => leaf))
    .map((children): NodeSpec => ({ ...quietNode, type: "compound", children }));
};

/** Charts of regions that ask each other's states alone: what a transition has found says much about what it can enable. */
export const askingChart: fc.Arbitrary<ChartSpec> = fc.integer({ min: 2, max: 4 }).chain((regionCount) =>
  fc.record({
    root: fc
      .tuple(
        ...Array.from({ length: regionCount }, (_, regionIndex) => askingRegion(regionIndex, regionCount)),
      )
      .map((children): NodeSpec => ({ ...quietNode, type: "parallel", children })),
    limit: fc.constant(0),
  }),
);

/** Events for {@link chart}. */
export const chartEvent = fc.record({
  type: fc.constantFrom<string>(...EVENTS),
  value: fc.nat({ max: 4 }),
});
