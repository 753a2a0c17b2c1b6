/** The same of the tests for drivers, and of claims: whatever does not belong there is refused in one short line, and nothing hangs. */
import { createMachine } from "xstate";
import * as explorer from "../src/explore/index.js";
import { invalid } from "../src/invalid.test-helper.js";
import * as testing from "../src/testing/index.js";
import { processDriver } from "../src/testing/process/index.js";
import { describeRefusals, type EntryPoint, type EntryTable } from "./support/hostile-values.js";

const SERIAL = { device: "serial", numRuns: 1, maxRuns: 1 } as const;
const quietDriver: testing.MakeDriver = () => ({ init() {} });

type CallWithOptions = (makeDriver: never, options: never) => unknown;

/** Options of every function that plays a driver, with the values that fit. */
const PLAY_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  device: [],
  revision: [],
  preset: [],
  machine: [],
  pic: [],
  window: [],
  claims: [],
  accessTicks: [],
  pollLimit: [],
  quietInit: ["true"],
};
const CHECK_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  ...PLAY_OPTIONS,
  maxActions: [],
  numRuns: [],
  seed: ["-1"],
  path: [],
  examples: [],
  coverageRuns: [],
  draw: [],
  line: [],
  absentReads: [],
  shrinkSeconds: ["1.5"],
  journalFile: ["a text", "a megabyte of text"],
  storyFile: ["a text", "a megabyte of text"],
};
const EXPLORE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  ...PLAY_OPTIONS,
  depth: [],
  positions: [],
  deeds: [],
  maxRuns: [],
  progress: [],
  journalFile: ["a text", "a megabyte of text"],
  storyFile: ["a text", "a megabyte of text"],
};

/** Entry points of a function that plays a driver: the driver, the options as a whole, and each of them. */
const playPoints = (
  name: string,
  call: CallWithOptions,
  options: Readonly<Record<string, readonly string[]>>,
): [string, EntryPoint][] => [
  [`${name}(makeDriver)`, { call: (value) => call(value, invalid(SERIAL)) }],
  [`${name}(options)`, { call: (value) => call(invalid(quietDriver), value) }],
  ...Object.entries(options).map(([option, fits]): [string, EntryPoint] => [
    `${name}, { ${option} }`,
    { call: (value) => call(invalid(quietDriver), invalid({ ...SERIAL, [option]: value })), fits },
  ]),
];

const machine = createMachine({ initial: "a", states: { a: { on: { GO: "b" } }, b: {} } });
const graph = () => explorer.explore(machine, { events: [{ type: "GO" }] });
const holds = explorer.always(() => true);

const TABLE: EntryTable = {
  checkDriver: playPoints("checkDriver", testing.checkDriver, CHECK_OPTIONS),
  checkDriverAsync: playPoints("checkDriverAsync", testing.checkDriverAsync, CHECK_OPTIONS),
  assertDriver: playPoints("assertDriver", testing.assertDriver, {}),
  assertDriverAsync: playPoints("assertDriverAsync", testing.assertDriverAsync, {}),
  exploreDriver: playPoints("exploreDriver", testing.exploreDriver, EXPLORE_OPTIONS),
  exploreDriverAsync: playPoints("exploreDriverAsync", testing.exploreDriverAsync, EXPLORE_OPTIONS),
  playDriver: [
    ...playPoints(
      "playDriver",
      (makeDriver, options) => testing.playDriver(makeDriver, options, []),
      PLAY_OPTIONS,
    ),
    ["playDriver(actions)", { call: (value) => testing.playDriver(quietDriver, SERIAL, value) }],
    ["playDriver([action])", { call: (value) => testing.playDriver(quietDriver, SERIAL, [value]) }],
  ],
  DriverSession: playPoints(
    "new DriverSession",
    (makeDriver, options) => new testing.DriverSession(makeDriver, options),
    PLAY_OPTIONS,
  ),
  environment: [
    ["environment(options)", { call: (value) => testing.environment(value) }],
    ["actionCommand(options)", { call: (value) => testing.actionCommand(value) }],
    ["actions(options)", { call: (value) => testing.actions(value) }],
  ],
  journalText: [["journalText", { call: (value) => testing.journalText(value) }]],
  happeningsInWords: [["happeningsInWords", { call: (value) => testing.happeningsInWords(value) }]],
  processDriver: [
    ["processDriver(argv)", { call: (value) => processDriver(value) }],
    ["processDriver([program])", { call: (value) => processDriver([value]), fits: ["a text"] }],
    ["processDriver(options)", { call: (value) => processDriver(["false"], value) }],
    [
      "processDriver, { timeout }",
      { call: (value) => processDriver(["false"], invalid({ timeout: value })) },
    ],
  ],
  wasmDriver: [
    ["wasmDriver(module)", { call: (value) => testing.wasmDriver(value) }],
    ["wasmDriver(options)", { call: (value) => testing.wasmDriver(new Uint8Array(), value) }],
  ],
  check: [
    ["check(claim)", { call: (value) => explorer.check(graph(), value) }],
    ["check(graph)", { call: (value) => explorer.check(value, explorer.claim("c", "words", holds)) }],
    ["checkAll(claims)", { call: (value) => explorer.checkAll(graph(), value) }],
    [
      "claim(id)",
      { call: (value) => explorer.claim(value, "words", holds), fits: ["a text", "a megabyte of text"] },
    ],
    [
      "claim(words)",
      { call: (value) => explorer.claim("c", value, holds), fits: ["a text", "a megabyte of text"] },
    ],
    ["claim(formula)", { call: (value) => explorer.claim("c", "words", value) }],
    ["claim(always)", { call: (value) => explorer.claim("c", "words", explorer.always(value)) }],
    [
      "claim(leadsTo)",
      {
        call: (value) =>
          explorer.claim(
            "c",
            "words",
            explorer.leadsTo(value, () => true),
          ),
      },
    ],
    [
      "claim(within)",
      { call: (value) => explorer.claim("c", "words", explorer.eventually(value).within(1)) },
    ],
    [
      "claim(until)",
      {
        call: (value) =>
          explorer.claim(
            "c",
            "words",
            explorer.until(() => true, value),
          ),
      },
    ],
    ["claim(reachable)", { call: (value) => explorer.claim("c", "words", explorer.reachable(value)) }],
    ["claim(recoverable)", { call: (value) => explorer.claim("c", "words", explorer.recoverable(value)) }],
    ["always(options)", { call: (value) => explorer.always(() => true, value) }],
    [
      "leadsTo(options)",
      {
        call: (value) =>
          explorer.leadsTo(
            () => true,
            () => true,
            value,
          ),
      },
    ],
    ["eventually(options)", { call: (value) => explorer.eventually(() => true, value) }],
    ["within(bound)", { call: (value) => explorer.eventually(() => true).within(value) }],
    ["within(unit)", { call: (value) => explorer.eventually(() => true).within(1, value) }],
    [
      "until(options)",
      {
        call: (value) =>
          explorer.until(
            () => true,
            () => true,
            value,
          ),
      },
    ],
    ...["fairly", "during"].map((option): [string, EntryPoint] => [
      `claim(leadsTo), { ${option} }`,
      {
        call: (value) =>
          explorer.claim(
            "c",
            "words",
            explorer.leadsTo(
              () => true,
              () => true,
              invalid({ [option]: value }),
            ),
          ),
      },
    ]),
    ["checkAll(options)", { call: (value) => explorer.checkAll(graph(), [], value) }],
    ["compare", { call: (value) => explorer.compare(value, value) }],
    ["deadEnds", { call: (value) => explorer.deadEnds(value) }],
    ["unreached", { call: (value) => explorer.unreached(value) }],
    ["compose", { call: (value) => explorer.compose(value) }],
  ],
};

describeRefusals(TABLE);
