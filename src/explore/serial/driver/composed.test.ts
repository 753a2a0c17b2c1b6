import { describe, expect, it, test } from "vitest";
import { assign, emit } from "xstate";
import { type LinuxDriverMachine, linuxDriverMachine } from "../../../../machines/index.js";
import { Serial } from "../../../device/index.js";
import { loadJournal } from "../../../journal/index.js";
import { journalOf } from "../../check/replay.js";
import { explore } from "../../space/explore.js";
import { type ComposeOptions, checkDriverClaim, compose, driverClaims } from "./index.js";
import { composedRunInWords, showComposedRun } from "./replay.js";

/** Explores a composition, and returns the result of each claim by id. */
function checkAllClaims(options: ComposeOptions) {
  const composition = compose(options);
  const graph = explore(composition.chart, composition.scope);
  expect(graph.complete).toBe(true);
  const entries = driverClaims.map((claim) => [claim.id, checkDriverClaim(graph, claim)] as const);
  return { composition, graph, results: Object.fromEntries(entries) };
}

const verdicts = (results: Readonly<Record<string, { verdict: string }>>) =>
  Object.fromEntries(Object.entries(results).map(([claimId, { verdict }]) => [claimId, verdict]));
const ALL_PROVED = Object.fromEntries(driverClaims.map(({ id }) => [id, "proved"]));
const PIC_MODES = ["edge", "level"] as const;

describe.each(PIC_MODES)("vm-superio's pull request 135, by %s", (pic) => {
  it("is proved absent from 0.8.2: every accepted byte is delivered", () => {
    const { results } = checkAllClaims({ pic });
    expect(verdicts(results)).toEqual(ALL_PROVED);
    for (const { premises } of Object.values(results)) expect(premises).toBeGreaterThan(0);
  });

  it("is in 0.8.1, and the shortest counterexample replays", async () => {
    const { composition, results } = checkAllClaims({ pic, revision: "0.8.1", arrivals: 2, sends: 1 });
    expect(verdicts(results)).toEqual({ ...ALL_PROVED, delivered: "refuted" });
    const { inputs: steps = [], repeats } = results["delivered"] ?? expect.fail();
    const run = showComposedRun(composition, steps, repeats);
    expect(composedRunInWords(run)).toBe(
      [
        "     1  driver       starts, in 34 steps",
        "    35  user         prints '0'",
        "    36  driver       IER -> 0x05 ERBFI|ELSI",
        "    37  driver       IER <- 0x00",
        "    38  driver       LSR -> 0x60 THRE|TEMT",
        "    39  driver       THR <- 0x30                             '0' leaves",
        "    40  driver       LSR -> 0x60 THRE|TEMT",
        "    41  environment  'b' arrives",
        "    42  driver       IER <- 0x05 ERBFI|ELSI",
      ].join("\n"),
    );
    const journalText = await journalOf(composition.device, run.inputs, run.repeats);
    const { journal } = await loadJournal([new TextEncoder().encode(journalText)]);
    const replayedState = (revision: "0.8.1" | "0.8.2") => {
      const serial = Serial.fromJournal(journal, { revision, warn: () => {} });
      return [serial.state().inBuffer, serial.read(2)];
    };
    expect(replayedState("0.8.1")).toEqual([[0x62], 0xc1]);
    expect(replayedState("0.8.2")).toEqual([[0x62], 0xc4]);
  });

  it("remains in 0.8.2 if more characters arrive at a stretch than Linux reads", () => {
    const { composition, results } = checkAllClaims({ pic, reads: 1, arrivals: 2, sends: 1 });
    expect(verdicts(results)).toEqual({ ...ALL_PROVED, delivered: "refuted" });
    const { inputs: steps = [] } = results["delivered"] ?? expect.fail();
    const { happenings } = showComposedRun(composition, steps);
    expect(happenings.slice(-3).map((it) => it.text)).toEqual([
      "MSR -> 0xB0 CTS|DSR|DCD",
      "IIR -> 0xC1 NONE|FIFOS",
      "goes on",
    ]);
  });
});

type Provided = Parameters<LinuxDriverMachine["provide"]>[0];

/** A driver with one fault, for each claim; and the revision on which it is found. */
const SEEDED_FAULTS: readonly (readonly [string, Provided, ComposeOptions["revision"]])[] = [
  ["delivered", { actions: { deliver: () => {} } }, "0.8.2"],
  ["sent", { guards: { thrEmptyIsLate: () => false } }, "0.8.1"],
  [
    "in-order",
    { actions: { writeQueued: emit({ type: "write", register: "THR", offset: 0, value: 0x43 }) } },
    "0.8.2",
  ],
  ["handler-ends", { guards: { showsNone: () => false } }, "0.8.2"],
  ["not-interrupted", { actions: { disableInterrupts: assign({}) } }, "0.8.2"],
];

test.each(SEEDED_FAULTS)(
  "%s is refuted of a driver that breaks it",
  (claimId, provided, revision = "0.8.2") => {
    const driver = linuxDriverMachine.provide(provided) as LinuxDriverMachine;
    const { results } = checkAllClaims({ driver, revision, arrivals: 1, sends: 1, load: 1 });
    expect(results[claimId]?.verdict).toBe("refuted");
  },
);

test.each<[ComposeOptions, string]>([
  [{ pic: "both" as "edge" }, 'pic: expected "edge" or "level", got "both"'],
  [{ revision: "0.9" as "0.8.1" }, 'revision: expected one of 0.8.1, 0.8.2, got "0.9"'],
  [{ arrivals: 65 }, "arrivals: expected a whole number from 1 to 64, got 65"],
  [{ reads: 0 }, "reads: expected a whole number from 1 to 256, got 0"],
])("%j is refused", (options, message) => {
  expect(() => compose(options)).toThrow(message);
});
