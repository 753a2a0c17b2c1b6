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

/** Events for {@link chart}. */
export const chartEvent = fc.record({
  type: fc.constantFrom<string>(...EVENTS),
  value: fc.nat({ max: 4 }),
});
