import { describe, expect, it } from "vitest";
import { assign, createMachine, type SnapshotFrom } from "xstate";
import { IER, IIR } from "../../../machines/index.js";
import type { SerialState, Uart16550State } from "../../device/index.js";
import { serialChart, uart16550Chart } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import type { Input } from "../../journal/index.js";
import {
  always,
  check,
  claim,
  compare,
  deadEnds,
  eventually,
  explore,
  type Formula,
  isSet,
  leadsTo,
  never,
  prove,
  type ReachedState,
  reachable,
  recoverable,
  serialScope,
  unreached,
  until,
} from "../index.js";

const DATA_BYTE: Input = { type: "receive", characters: [0x41] };
const RBR: Input = { type: "read", offset: 0 };
const SCR: Input = { type: "read", offset: 7 };

/** Bytes come and go, two at most: three states. */
const SMALL_SCOPE = {
  name: "bytes come and go",
  inputs: [DATA_BYTE, RBR, SCR],
  within: ({ inBuffer }: SerialState) => inBuffer.length <= 2,
};
const SMALL_GRAPH = explore(serialChart(), SMALL_SCOPE);
const checkFormula = (formula: Formula<SerialState>, graph = SMALL_GRAPH) =>
  check(graph, claim("C", "A claim.", formula));
type ReachedSerial = ReachedState<SerialState>;
const queuedCount =
  (count: number) =>
  ({ state }: ReachedSerial): boolean =>
    state.inBuffer.length === count;
const isRead = ({ step }: ReachedSerial): boolean => step?.input === RBR;

describe("explore", () => {
  it("finds each state with a shortest path to it, and counts the inputs that lead out of the scope", () => {
    expect(
      [...SMALL_GRAPH.states].map(({ at: current, depth }) => [current.state.inBuffer.length, depth]),
    ).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect([SMALL_GRAPH.transitions.length, SMALL_GRAPH.leaving, SMALL_GRAPH.complete]).toEqual([8, 1, true]);
  });

  it("stops at its limit, and reports an incomplete graph", () => {
    const incompleteGraph = explore(serialChart(), SMALL_SCOPE, { limit: 2 });
    expect([incompleteGraph.states.length, incompleteGraph.complete]).toEqual([2, false]);
    expect(checkFormula(never(queuedCount(5)), incompleteGraph).verdict).toBe("inconclusive");
    expect(checkFormula(reachable(queuedCount(2)), incompleteGraph).verdict).toBe("inconclusive");
    expect(checkFormula(recoverable(queuedCount(0)), incompleteGraph).verdict).toBe("inconclusive");
    expect(checkFormula(never(queuedCount(1)), incompleteGraph).verdict).toBe("refuted");
  });

  it("reports progress", () => {
    const reports: unknown[] = [];
    explore(serialChart(), SMALL_SCOPE, { progress: (so) => reports.push(so) });
    expect(reports).toMatchObject([{ states: 2, transitions: 3, waiting: 1 }]);
  });

  it("refuses an invalid scope, and an invalid limit", () => {
    const emptyScope = { ...SMALL_SCOPE, inputs: [] };
    expect(() => explore(serialChart(), emptyScope)).toThrow(/scope\.inputs: expected at least one input/);
    const reset = { ...SMALL_SCOPE, inputs: [{ type: "reset" } as const] };
    expect(() => explore(serialChart(), reset)).toThrow(/inputs that serial takes, got type reset/);
    expect(() => explore(serialChart(), SMALL_SCOPE, { limit: 0 })).toThrow(
      /limit: expected a whole number from 1/,
    );
  });

  it("lists unreached states and transitions, and dead ends", () => {
    expect(unreached(SMALL_GRAPH).states).toContain("receiveFifo.full");
    expect(unreached(SMALL_GRAPH).transitions).toContain("divisorLatch read.LCR");
    expect(deadEnds(SMALL_GRAPH)).toEqual([]);
    expect(deadEnds(explore(serialChart(), { name: "reads", inputs: [SCR] }))).toEqual([0]);
  });
});

describe("check", () => {
  it("always and never", () => {
    expect(checkFormula(always((current) => current.state.inBuffer.length <= 2)).verdict).toBe("proved");
    expect(checkFormula(never(queuedCount(2)))).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE, DATA_BYTE],
    });
    expect(checkFormula(always(queuedCount(9), { when: queuedCount(8) })).verdict).toBe("vacuous");
    expect(
      checkFormula(always(queuedCount(1), { when: (current) => current.step?.input === DATA_BYTE })),
    ).toMatchObject({
      verdict: "refuted",
      premises: 2,
      inputs: [DATA_BYTE, DATA_BYTE],
    });
  });

  it("reachable and recoverable", () => {
    expect(checkFormula(reachable(queuedCount(2)))).toMatchObject({
      verdict: "proved",
      inputs: [DATA_BYTE, DATA_BYTE],
    });
    expect(checkFormula(reachable(queuedCount(3)))).toMatchObject({ verdict: "refuted" });
    expect(checkFormula(recoverable(queuedCount(0))).verdict).toBe("proved");
    const filling = explore(serialChart(), { ...SMALL_SCOPE, inputs: [DATA_BYTE, SCR] });
    expect(checkFormula(recoverable(queuedCount(0)), filling)).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE],
    });
  });

  it("leadsTo, which depends on its fairness assumptions", () => {
    const emptied = leadsTo<SerialState>(queuedCount(2), queuedCount(0));
    expect(checkFormula(emptied)).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE, DATA_BYTE, SCR],
      repeats: 2,
    });
    const reads = { name: "RBR is read", is: isRead };
    const fairness = checkFormula(leadsTo<SerialState>(queuedCount(2), queuedCount(0), { fairly: [reads] }));
    // The driver reads for ever, and as many bytes come.
    expect(fairness).toMatchObject({ verdict: "refuted", repeats: 2 });
    expect(fairness.inputs?.slice(2)).toEqual([RBR, DATA_BYTE]);
    const quietScope = {
      fairly: [reads],
      during: (current: ReachedSerial) => current.step?.input !== DATA_BYTE,
    };
    expect(checkFormula(leadsTo<SerialState>(queuedCount(2), queuedCount(0), quietScope)).verdict).toBe(
      "proved",
    );
    expect(checkFormula(leadsTo<SerialState>(queuedCount(3), queuedCount(0))).verdict).toBe("vacuous");
  });

  it("eventually within a number of steps", () => {
    const within = (steps: number) =>
      checkFormula(
        eventually<SerialState>(queuedCount(0), { from: queuedCount(2), during: isRead }).within(steps),
      );
    expect(within(2).verdict).toBe("proved");
    expect(within(1)).toMatchObject({ verdict: "refuted", inputs: [DATA_BYTE, DATA_BYTE, RBR] });
    expect(within(0)).toMatchObject({ verdict: "refuted", inputs: [DATA_BYTE, DATA_BYTE] });
    expect(() => within(-1)).toThrow(/within: expected a whole number from 0, got -1/);
  });

  it("eventually within a number of accesses, which do not include arrivals", () => {
    const within = (accesses: number, during: (current: ReachedSerial) => boolean) =>
      checkFormula(
        eventually<SerialState>(queuedCount(0), { from: queuedCount(2), during }).within(
          accesses,
          "accesses",
        ),
      );
    expect(within(2, isRead).verdict).toBe("proved");
    expect(within(1, isRead)).toMatchObject({ verdict: "refuted", inputs: [DATA_BYTE, DATA_BYTE, RBR] });
    const arrivalsToo = (current: ReachedSerial) => current.step?.input !== SCR;
    expect(within(2, arrivalsToo)).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE, DATA_BYTE, RBR, DATA_BYTE, RBR],
    });
    // A run without an access is promised nothing; but where it leaves the scope, nobody knows what comes.
    const arriving = { during: (current: ReachedSerial) => current.step?.input === DATA_BYTE };
    const nineQueued = eventually<SerialState>(queuedCount(99), arriving).within(1, "accesses");
    expect(checkFormula(nineQueued)).toMatchObject({
      verdict: "inconclusive",
      inputs: Array(3).fill(DATA_BYTE),
    });
    const closedScope = { name: "bytes come and go", inputs: [DATA_BYTE, RBR] };
    expect(checkFormula(nineQueued, explore(serialChart(), closedScope)).verdict).toBe("proved");
    expect(() => within(1.5, isRead)).toThrow(/within: expected a whole number from 0, got 1.5/);
  });

  it("eventually within a number of characters, in time", () => {
    const chart = uart16550Chart();
    const ticks = chart.initial?.characterTicks ?? Number.NaN;
    const [write, half]: [Input, Input] = [
      { type: "write", offset: 0, value: 0x41 },
      { type: "advance", ticks: Math.ceil(ticks / 2) },
    ];
    const graph = explore(chart, {
      name: "one character is sent",
      inputs: [write, half],
      within: ({ transmitFifo }: Uart16550State) => transmitFifo.length === 0,
    });
    const hasSent = (current: ReachedState<Uart16550State>) =>
      current.step?.emissions.some(({ type }) => type === "transmit") ?? false;
    const within = (characters: number) =>
      check(
        graph,
        claim(
          "C",
          "A claim.",
          eventually<Uart16550State>(hasSent, {
            from: (current) => current.step?.input === write,
            during: (current) => current.step?.input === half,
          }).within(characters, "characters"),
        ),
      );
    expect(within(1).verdict).toBe("proved");
    expect(within(0.5)).toMatchObject({ verdict: "refuted", inputs: [write, half] });
    expect(within(0)).toMatchObject({ verdict: "refuted", inputs: [write] });
    expect(() => within(-1)).toThrow(/within: expected a number from 0, got -1/);
  });

  it("until: the first holds until the second does", () => {
    const someScope = (current: ReachedSerial) => current.state.inBuffer.length > 0;
    const [from, during] = [queuedCount(2), isRead];
    expect(checkFormula(until<SerialState>(someScope, queuedCount(0), { from, during })).verdict).toBe(
      "proved",
    );
    expect(checkFormula(until<SerialState>(queuedCount(2), queuedCount(0), { from, during }))).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE, DATA_BYTE, RBR],
    });
    // SCR may be read for ever: then the second does not come, and need not where the claim is a weak one.
    expect(checkFormula(until<SerialState>(someScope, queuedCount(0), { from }))).toMatchObject({
      verdict: "refuted",
      inputs: [DATA_BYTE, DATA_BYTE, SCR],
      repeats: 2,
    });
    expect(checkFormula(until<SerialState>(someScope, queuedCount(0), { from, weak: true })).verdict).toBe(
      "proved",
    );
    const fairness = {
      fairly: [{ name: "RBR is read", is: isRead }],
      during: (current: ReachedSerial) => current.step?.input !== DATA_BYTE,
    };
    expect(checkFormula(until<SerialState>(someScope, queuedCount(0), { from, ...fairness })).verdict).toBe(
      "proved",
    );
    expect(
      checkFormula(until<SerialState>(someScope, queuedCount(0), { from: queuedCount(3) })).verdict,
    ).toBe("vacuous");
    const incompleteGraph = explore(serialChart(), SMALL_SCOPE, { limit: 2 });
    expect(
      checkFormula(
        until<SerialState>(() => true, queuedCount(1), { weak: true }),
        incompleteGraph,
      ).verdict,
    ).toBe("inconclusive");
  });

  it("isSet refuses a register that the chart does not have", () => {
    expect(checkFormula(never((current) => isSet(current, "IIR", IIR.RDA))).verdict).toBe("proved");
    expect(() => checkFormula(never((current) => isSet(current, "FCR", 1)))).toThrow(
      /register: expected one of RBR, .* got FCR/,
    );
  });
});

describe("compare", () => {
  const scopedChart = (revision: "0.8.1" | "0.8.2", scope = serialScope) => ({
    chart: serialChart(revision),
    scope,
  });

  it("finds the shortest difference of the revisions: the first IER write", () => {
    expect(compare(scopedChart("0.8.1"), scopedChart("0.8.2"))).toMatchObject({
      verdict: "different",
      inputs: [{ type: "write", offset: 1, value: IER.ETBEI }],
      first: [],
      second: [{ type: "interrupt", cause: "THRE" }],
    });
    const read = compare(scopedChart("0.8.1"), scopedChart("0.8.2"), { seen: ({ type }) => type === "data" });
    expect(read.inputs).toEqual([
      { type: "write", offset: 1, value: IER.ETBEI },
      { type: "read", offset: 2 },
    ]);
  });

  it("reports that there is none, and that the limit came first", () => {
    const smallGraph = { ...serialScope, ...SMALL_SCOPE };
    expect(compare(scopedChart("0.8.1", smallGraph), scopedChart("0.8.2", smallGraph))).toMatchObject({
      verdict: "same",
      states: 3,
    });
    expect(compare(scopedChart("0.8.2"), scopedChart("0.8.2"), { limit: 20 }).verdict).toBe("inconclusive");
    const otherScope = { ...smallGraph, inputs: [{ type: "read", offset: 3 } as const] };
    expect(() => compare(scopedChart("0.8.2", smallGraph), scopedChart("0.8.2", otherScope))).toThrow(
      /expected an input that both/,
    );
  });
});

describe("prove", () => {
  const counter = createMachine({
    id: "counter",
    context: { count: 0 },
    on: {
      UP: { actions: assign({ count: ({ context }) => (context.count + 1) % 2000 }) },
    },
  });
  const scope = { events: [{ type: "UP" as const }] };
  const below = (limit: number) =>
    claim<SnapshotFrom<typeof counter>>(
      "C",
      "",
      never(({ snapshot }) => snapshot.context.count >= limit),
    );

  it("ends with the first violation, and keeps no edges for safety", () => {
    const { graph, results } = prove(counter, scope, [below(100)]);
    expect(results[0]).toMatchObject({ verdict: "refuted", inputs: { length: 100 } });
    expect(graph).toMatchObject({ stopped: "decided", complete: false, states: { length: 101 } });
    expect(graph.memory.bytesPerEdge).toBe(0);
    const whole = prove(counter, scope, [below(100)], { exhaustive: true });
    expect(whole.graph).toMatchObject({ complete: true, states: { length: 2000 } });
    expect(whole.results[0]).toMatchObject({ verdict: "refuted", inputs: { length: 100 } });
  });

  it("explores on until every claim is decided, and everything without claims", () => {
    const { graph, results } = prove(counter, scope, [below(100), below(300)]);
    expect(results.map(({ verdict }) => verdict)).toEqual(["refuted", "refuted"]);
    expect(graph.states.length).toBe(301);
    expect(prove(counter, scope, []).graph.states.length).toBe(2000);
  });

  it("keeps edges in 3 bytes, and a few bits, for claims about runs", () => {
    const runs = claim<SnapshotFrom<typeof counter>>(
      "C",
      "",
      leadsTo(
        () => true,
        ({ snapshot }) => snapshot.context.count === 0,
      ),
    );
    const { graph, results } = prove(counter, scope, [runs]);
    expect(results[0]?.verdict).toBe("proved");
    expect(graph.memory.bytesPerEdge).toBeGreaterThanOrEqual(3);
    expect(graph.memory.bytesPerEdge).toBeLessThan(4);
  });

  it("lets predicates use the clock and chance, as they are no part of the chart", () => {
    const claims = [
      claim(
        "C",
        "",
        never(
          () =>
            Math.random() > 2 ||
            Date.now() < 0 ||
            new Date(Date.now()).getFullYear() < 0 ||
            String(new Date()) === "",
        ),
      ),
    ];
    expect(prove(counter, scope, claims).results[0]?.verdict).toBe("proved");
  });

  it.each([
    [3, {}, "claims: expected a list of claims, got 3"],
    [[below(1), below], {}, "claims[1]: expected a claim, got "],
    [[below(1)], { exhaustiv: true }, "exhaustiv"],
  ])("says in one line what is wrong: %j", (claims, options, message) => {
    const attempt = () => prove(counter, scope, invalid(claims), invalid(options));
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^[^\n]*$/);
  });

  it("decides nothing if a step has another outcome afterwards", () => {
    let calls = 0;
    const forgetful = createMachine({
      id: "forgetful",
      context: { count: 0 },
      on: {
        UP: {
          actions: assign({ count: ({ context }) => (++calls > 3500 ? 0 : (context.count + 1) % 2000) }),
        },
      },
    });
    const { results } = prove(forgetful, scope, [
      claim(
        "C",
        "",
        never(() => false),
      ),
    ]);
    expect(results[0]).toMatchObject({ verdict: "inconclusive" });
    expect(results[0]?.reason).toMatch(/same outcome as while exploring/);
  });
});
