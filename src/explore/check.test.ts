import { describe, expect, it } from "vitest";
import { IER, IIR } from "../../machines/index.js";
import type { SerialState, Uart16550State } from "../device/index.js";
import { serialChart, uart16550Chart } from "../device/index.js";
import type { Input } from "../journal/index.js";
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
  type Moment,
  never,
  reachable,
  recoverable,
  serialScope,
  unreached,
  until,
} from "./index.js";

const BYTE: Input = { type: "receive", characters: [0x41] };
const RBR: Input = { type: "read", offset: 0 };
const SCR: Input = { type: "read", offset: 7 };

/** Bytes come and go, two at most: three states. */
const SCOPE = {
  name: "bytes come and go",
  inputs: [BYTE, RBR, SCR],
  within: ({ inBuffer }: SerialState) => inBuffer.length <= 2,
};
const GRAPH = explore(serialChart(), SCOPE);
const answer = (formula: Formula<SerialState>, graph = GRAPH) =>
  check(graph, claim("C", "A claim.", formula));
type At = Moment<SerialState>;
const queued =
  (count: number) =>
  ({ state }: At): boolean =>
    state.inBuffer.length === count;
const isRead = ({ step }: At): boolean => step?.input === RBR;

describe("explore", () => {
  it("finds each state with a shortest way to it, and counts what leads out of the scope", () => {
    expect([...GRAPH.states].map(({ at, depth }) => [at.state.inBuffer.length, depth])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect([GRAPH.transitions.length, GRAPH.leaving, GRAPH.complete]).toEqual([8, 1, true]);
  });

  it("stops at its limit, and says so", () => {
    const cut = explore(serialChart(), SCOPE, { limit: 2 });
    expect([cut.states.length, cut.complete]).toEqual([2, false]);
    expect(answer(never(queued(5)), cut).verdict).toBe("inconclusive");
    expect(answer(reachable(queued(2)), cut).verdict).toBe("inconclusive");
    expect(answer(recoverable(queued(0)), cut).verdict).toBe("inconclusive");
    expect(answer(never(queued(1)), cut).verdict).toBe("refuted");
  });

  it("reports progress", () => {
    const heard: unknown[] = [];
    explore(serialChart(), SCOPE, { progress: (so) => heard.push(so) });
    expect(heard).toMatchObject([{ states: 2, transitions: 3, waiting: 1 }]);
  });

  it("refuses a scope that is none, and a limit", () => {
    const none = { ...SCOPE, inputs: [] };
    expect(() => explore(serialChart(), none)).toThrow(/scope\.inputs: expected at least one input/);
    const reset = { ...SCOPE, inputs: [{ type: "reset" } as const] };
    expect(() => explore(serialChart(), reset)).toThrow(/inputs that serial takes, got type reset/);
    expect(() => explore(serialChart(), SCOPE, { limit: 0 })).toThrow(
      /limit: expected a whole number from 1/,
    );
  });

  it("says what nothing reaches, and where nothing leads on", () => {
    expect(unreached(GRAPH).states).toContain("receiveFifo.full");
    expect(unreached(GRAPH).transitions).toContain("divisorLatch read.LCR");
    expect(deadEnds(GRAPH)).toEqual([]);
    expect(deadEnds(explore(serialChart(), { name: "reads", inputs: [SCR] }))).toEqual([0]);
  });
});

describe("check", () => {
  it("always and never", () => {
    expect(answer(always((at) => at.state.inBuffer.length <= 2)).verdict).toBe("proved");
    expect(answer(never(queued(2)))).toMatchObject({ verdict: "refuted", inputs: [BYTE, BYTE] });
    expect(answer(always(queued(9), { when: queued(8) })).verdict).toBe("vacuous");
    expect(answer(always(queued(1), { when: (at) => at.step?.input === BYTE }))).toMatchObject({
      verdict: "refuted",
      premises: 2,
      inputs: [BYTE, BYTE],
    });
  });

  it("reachable and recoverable", () => {
    expect(answer(reachable(queued(2)))).toMatchObject({ verdict: "proved", inputs: [BYTE, BYTE] });
    expect(answer(reachable(queued(3)))).toMatchObject({ verdict: "refuted" });
    expect(answer(recoverable(queued(0))).verdict).toBe("proved");
    const filling = explore(serialChart(), { ...SCOPE, inputs: [BYTE, SCR] });
    expect(answer(recoverable(queued(0)), filling)).toMatchObject({ verdict: "refuted", inputs: [BYTE] });
  });

  it("leadsTo, which needs what it is told to happen again and again", () => {
    const emptied = leadsTo<SerialState>(queued(2), queued(0));
    expect(answer(emptied)).toMatchObject({ verdict: "refuted", inputs: [BYTE, BYTE, SCR], repeats: 2 });
    const reads = { name: "RBR is read", is: isRead };
    const fair = answer(leadsTo<SerialState>(queued(2), queued(0), { fairly: [reads] }));
    // The driver reads for ever, and as many bytes come.
    expect(fair).toMatchObject({ verdict: "refuted", repeats: 2 });
    expect(fair.inputs?.slice(2)).toEqual([RBR, BYTE]);
    const quiet = { fairly: [reads], during: (at: At) => at.step?.input !== BYTE };
    expect(answer(leadsTo<SerialState>(queued(2), queued(0), quiet)).verdict).toBe("proved");
    expect(answer(leadsTo<SerialState>(queued(3), queued(0))).verdict).toBe("vacuous");
  });

  it("eventually within a number of steps", () => {
    const within = (steps: number) =>
      answer(eventually<SerialState>(queued(0), { from: queued(2), during: isRead }).within(steps));
    expect(within(2).verdict).toBe("proved");
    expect(within(1)).toMatchObject({ verdict: "refuted", inputs: [BYTE, BYTE, RBR] });
    expect(within(0)).toMatchObject({ verdict: "refuted", inputs: [BYTE, BYTE] });
    expect(() => within(-1)).toThrow(/within: expected a whole number from 0, got -1/);
  });

  it("eventually within a number of accesses, of which arrivals are none", () => {
    const within = (accesses: number, during: (at: At) => boolean) =>
      answer(eventually<SerialState>(queued(0), { from: queued(2), during }).within(accesses, "accesses"));
    expect(within(2, isRead).verdict).toBe("proved");
    expect(within(1, isRead)).toMatchObject({ verdict: "refuted", inputs: [BYTE, BYTE, RBR] });
    const arrivalsToo = (at: At) => at.step?.input !== SCR;
    expect(within(2, arrivalsToo)).toMatchObject({
      verdict: "refuted",
      inputs: [BYTE, BYTE, RBR, BYTE, RBR],
    });
    // A run without an access is promised nothing.
    const arriving = { during: (at: At) => at.step?.input === BYTE };
    expect(answer(eventually<SerialState>(queued(9), arriving).within(1, "accesses")).verdict).toBe("proved");
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
    const sent = (at: Moment<Uart16550State>) =>
      at.step?.emissions.some(({ type }) => type === "transmit") ?? false;
    const within = (characters: number) =>
      check(
        graph,
        claim(
          "C",
          "A claim.",
          eventually<Uart16550State>(sent, {
            from: (at) => at.step?.input === write,
            during: (at) => at.step?.input === half,
          }).within(characters, "characters"),
        ),
      );
    expect(within(1).verdict).toBe("proved");
    expect(within(0.5)).toMatchObject({ verdict: "refuted", inputs: [write, half] });
    expect(within(0)).toMatchObject({ verdict: "refuted", inputs: [write] });
    expect(() => within(-1)).toThrow(/within: expected a number from 0, got -1/);
  });

  it("until: the first holds meanwhile, and the second comes", () => {
    const some = (at: At) => at.state.inBuffer.length > 0;
    const [from, during] = [queued(2), isRead];
    expect(answer(until<SerialState>(some, queued(0), { from, during })).verdict).toBe("proved");
    expect(answer(until<SerialState>(queued(2), queued(0), { from, during }))).toMatchObject({
      verdict: "refuted",
      inputs: [BYTE, BYTE, RBR],
    });
    // SCR may be read for ever: then the second does not come, and need not where the claim is a weak one.
    expect(answer(until<SerialState>(some, queued(0), { from }))).toMatchObject({
      verdict: "refuted",
      inputs: [BYTE, BYTE, SCR],
      repeats: 2,
    });
    expect(answer(until<SerialState>(some, queued(0), { from, weak: true })).verdict).toBe("proved");
    const fair = {
      fairly: [{ name: "RBR is read", is: isRead }],
      during: (at: At) => at.step?.input !== BYTE,
    };
    expect(answer(until<SerialState>(some, queued(0), { from, ...fair })).verdict).toBe("proved");
    expect(answer(until<SerialState>(some, queued(0), { from: queued(3) })).verdict).toBe("vacuous");
    const cut = explore(serialChart(), SCOPE, { limit: 2 });
    expect(
      answer(
        until<SerialState>(() => true, queued(1), { weak: true }),
        cut,
      ).verdict,
    ).toBe("inconclusive");
  });

  it("asks for registers that there are", () => {
    expect(answer(never((at) => isSet(at, "IIR", IIR.RDA))).verdict).toBe("proved");
    expect(() => answer(never((at) => isSet(at, "FCR", 1)))).toThrow(
      /register: expected one of RBR, .* got FCR/,
    );
  });
});

describe("compare", () => {
  const side = (revision: "0.8.1" | "0.8.2", scope = serialScope) => ({
    chart: serialChart(revision),
    scope,
  });

  it("finds the shortest difference of the revisions: the first IER write", () => {
    expect(compare(side("0.8.1"), side("0.8.2"))).toMatchObject({
      verdict: "different",
      inputs: [{ type: "write", offset: 1, value: IER.ETBEI }],
      first: [],
      second: [{ type: "interrupt", cause: "THRE" }],
    });
    const read = compare(side("0.8.1"), side("0.8.2"), { seen: ({ type }) => type === "data" });
    expect(read.inputs).toEqual([
      { type: "write", offset: 1, value: IER.ETBEI },
      { type: "read", offset: 2 },
    ]);
  });

  it("says where there is none, and where the limit came first", () => {
    const small = { ...serialScope, ...SCOPE };
    expect(compare(side("0.8.1", small), side("0.8.2", small))).toMatchObject({ verdict: "same", states: 3 });
    expect(compare(side("0.8.2"), side("0.8.2"), { limit: 20 }).verdict).toBe("inconclusive");
    const other = { ...small, inputs: [{ type: "read", offset: 3 } as const] };
    expect(() => compare(side("0.8.2", small), side("0.8.2", other))).toThrow(/expected an input that both/);
  });
});
