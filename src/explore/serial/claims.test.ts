/** The verdict on each claim for both revisions of vm-superio; and for each claim a chart that breaks it. */
import { describe, expect, it } from "vitest";
import { assign, emit } from "xstate";
import { Serial, type SerialState, serialChart } from "../../device/index.js";
import { loadJournal } from "../../journal/index.js";
import {
  check,
  checkAll,
  deadEnds,
  explore,
  journalOf,
  serialClaims,
  serialScope,
  showRun,
  unreached,
} from "../index.js";
import { brokenChart } from "./broken-chart.test-helper.js";

const GRAPH_BY_REVISION = {
  "0.8.1": explore(serialChart("0.8.1"), serialScope),
  "0.8.2": explore(serialChart("0.8.2"), serialScope),
};
const REVISIONS = ["0.8.1", "0.8.2"] as const;
type ClaimId = string;

/** The length of the shortest counterexample; 0 if the claim is proved. */
const EXPECTED: Readonly<Record<ClaimId, Readonly<Record<(typeof REVISIONS)[number], number>>>> = {
  L1: { "0.8.1": 2, "0.8.2": 0 },
  L2: { "0.8.1": 3, "0.8.2": 0 },
  L3: { "0.8.1": 0, "0.8.2": 0 },
  L4: { "0.8.1": 0, "0.8.2": 0 },
  L5: { "0.8.1": 0, "0.8.2": 0 },
  I1: { "0.8.1": 0, "0.8.2": 0 },
  I2a: { "0.8.1": 4, "0.8.2": 3 },
  I2b: { "0.8.1": 3, "0.8.2": 2 },
  I3: { "0.8.1": 3, "0.8.2": 3 },
  I4: { "0.8.1": 0, "0.8.2": 0 },
  I5: { "0.8.1": 1, "0.8.2": 0 },
  I6: { "0.8.1": 0, "0.8.2": 0 },
  I7: { "0.8.1": 0, "0.8.2": 0 },
  I8: { "0.8.1": 2, "0.8.2": 2 },
  I10: { "0.8.1": 2, "0.8.2": 3 },
  I13a: { "0.8.1": 0, "0.8.2": 0 },
  I13b: { "0.8.1": 0, "0.8.2": 0 },
  I14: { "0.8.1": 0, "0.8.2": 0 },
  I15: { "0.8.1": 2, "0.8.2": 2 },
  I16: { "0.8.1": 0, "0.8.2": 0 },
  I17: { "0.8.1": 0, "0.8.2": 0 },
  I18: { "0.8.1": 0, "0.8.2": 0 },
};
const claimOf = (claimId: ClaimId) =>
  serialClaims.find((claim) => claim.id === claimId) ?? expect.fail(claimId);
const runInWords = (text: string) => loadJournal([new TextEncoder().encode(text)]);

describe.each(REVISIONS)("serial %s", (revision) => {
  const graph = GRAPH_BY_REVISION[revision];
  const answers = new Map(checkAll(graph, serialClaims).map((answer) => [answer.claim.id, answer]));

  it("is explored completely: every configuration, state and transition of the chart, and no dead end", () => {
    expect(graph.configurations).toBe({ "0.8.1": 160, "0.8.2": 148 }[revision]);
    expect(graph.complete).toBe(true);
    expect(graph.leaving).toBe(0);
    expect(unreached(graph)).toEqual({ states: [], transitions: [] });
    expect(deadEnds(graph)).toEqual([]);
  });

  it.each(serialClaims.map(({ id, sentence }) => [id, sentence] as const))("%s: %s", (claimId) => {
    const { verdict, premises, inputs } = answers.get(claimId) ?? expect.fail(claimId);
    const length = EXPECTED[claimId]?.[revision];
    expect(verdict).toBe(length === 0 ? "proved" : "refuted");
    if (length !== 0) expect(inputs).toHaveLength(length ?? -1);
    expect(premises).toBeGreaterThan(0);
  });
});

it("0.8.1 loses input after an arrival and an unmasking, and the journal of the counterexample replays", async () => {
  const { inputs = [] } = check(GRAPH_BY_REVISION["0.8.1"], claimOf("L1"));
  const { steps } = showRun(serialChart("0.8.1"), inputs);
  expect(steps.map(({ text }) => text)).toEqual(["1 character arrives", "IER <- 0x01 ERBFI"]);
  expect(steps[1]?.changes).toEqual(["IER 0x00 to 0x01 ERBFI", "receivedDataInterrupt.enabled"]);
  const { journal } = await runInWords(await journalOf(serialChart("0.8.1"), inputs));
  const identification = (revision: "0.8.1" | "0.8.2") =>
    Serial.fromJournal(journal, { revision, warn: () => {} }).read(2);
  expect([identification("0.8.1"), identification("0.8.2")]).toEqual([0xc1, 0xc4]);
});

it("a lasso has the index at which its cycle begins", async () => {
  const { inputs = [], repeats } = check(GRAPH_BY_REVISION["0.8.1"], claimOf("L2"));
  expect(repeats).toBe(1);
  const { journal } = await runInWords(await journalOf(serialChart("0.8.1"), inputs, repeats));
  const entries = [...journal.entries()].map(({ entry }) => entry.type);
  expect(entries).toEqual(["receive", "mark", "write", "write"]);
  expect(Serial.fromJournal(journal).state().inBuffer).toEqual([0x41]);
});

/** A replaced guard or action of 0.8.2, for each claim that both revisions satisfy. */
const SEEDED_FAULTS: readonly (readonly [id: ClaimId, Parameters<typeof brokenChart>[0]])[] = [
  ["L3", { actions: { takeCharacter: assign({}) } }],
  ["L4", { actions: { dropReceivedData: assign({}), identifyNone: assign({}) } }],
  ["L5", { actions: { identifyReceivedData: assign({}) } }],
  ["I1", { actions: { interruptReceivedData: () => {} } }],
  ["I4", { actions: { clearDataReady: assign({ LSR: 0 }) } }],
  ["I6", { actions: { clearDataReady: assign({}) } }],
  ["I13a", { guards: { externalCharactersArrive: "charactersArrive" } }],
  ["I13b", { actions: { giveLoopedMSR: emit({ type: "data", value: 0 }) } }],
  ["I14", { actions: { storeDLM: assign({ IER: 0x0c }) } }],
  ["I16", { actions: { storeIER: assign({ IER: ({ event }) => (event as { value: number }).value }) } }],
  ["I17", { actions: { storeIER: assign({}) } }],
  ["I18", { actions: { identifyNone: assign({}) } }],
];
const SMALL_SCOPE = { ...serialScope, within: ({ inBuffer }: SerialState) => inBuffer.length <= 1 };
const SOUND_GRAPH = explore(serialChart(), SMALL_SCOPE);

it.each(SEEDED_FAULTS)("%s is refuted of a chart that breaks it", (claimId, provided) => {
  const graph = explore(brokenChart(provided), SMALL_SCOPE);
  expect(graph.complete).toBe(true);
  expect(check(graph, claimOf(claimId)).verdict).toBe("refuted");
  expect(check(SOUND_GRAPH, claimOf(claimId)).verdict).toBe("proved");
});
