/** The mutants of a chart: what is made, what kills it, and what is said of it. `npm run mutate` tries them all. */
import { describe, expect, it } from "vitest";
import type { AnyStateMachine } from "xstate";
import { serialMachine, uart16550Machine } from "../../machines/index.js";
import { mutantsOf } from "./chart-mutants.js";
import { EXPLAINED } from "./equivalent-mutants.js";
import { MutantRunner } from "./mutant-runner.js";
import { reportOf } from "./report.js";
import { serialTrials } from "./serial-trials.js";

const SERIAL = mutantsOf(serialMachine as unknown as AnyStateMachine);

const fates = (fateEntries: readonly [string, string | undefined][]) =>
  new Map(
    fateEntries.map(([mutantId, fate]) => [
      SERIAL.find((mutant) => mutant.id === mutantId) as (typeof SERIAL)[number],
      fate,
    ]),
  );

const DROPPED = "receiveFifo.full receive [externalCharactersArrive]: dropped";
const STAYS = "interruptIdentification read.IIR: stays";

describe("the mutants of a chart", () => {
  it("are of every kind, and no two have the same id", () => {
    for (const chart of [serialMachine, uart16550Machine]) {
      const mutants = mutantsOf(chart as unknown as AnyStateMachine);
      expect(new Set(mutants.map(({ id: mutantId }) => mutantId)).size).toBe(mutants.length);
      expect(new Set(mutants.map(({ kind }) => kind)).size).toBe(7);
    }
  });

  it("leave out what only says that nothing happens, and actions that may change places", () => {
    const idList = SERIAL.map(({ id: mutantId }) => mutantId);
    expect(idList).not.toContain("divisorLatch write.FCR: dropped");
    expect(idList).toContain(
      "receiveFifo.full read.RBR_DLL [divisorLatchClosed]: takeCharacter before giveCharacter",
    );
    expect(idList).not.toContain(
      "receiveFifo.holding receive [externalCharactersArrive]: setDataReady before queueCharacters",
    );
  });

  it("die, and the chart itself lives", () => {
    const { trials, subjectOf } = serialTrials("0.8.2");
    const killer = new MutantRunner({ subjectOf, trials: trials.slice(0, 20) });
    for (const mutantId of [DROPPED, STAYS]) {
      const chartMutant = SERIAL.find((candidate) => candidate.id === mutantId);
      expect(chartMutant && killer.runMutant(chartMutant), mutantId).toBeDefined();
    }
    expect(killer.failingProperty(serialMachine as unknown as AnyStateMachine)).toBeUndefined();
  });
});

describe("the report", () => {
  it("holds if all die", () => {
    const fatesById = fates([[DROPPED, "a property"]]);
    expect(reportOf("serial", [...fatesById.keys()], fatesById, {}, true).holds).toBe(true);
  });

  it("does not hold with one alive that is not explained, one explained that dies, or one untried", () => {
    const fatesById = fates([
      [DROPPED, "a property"],
      [STAYS, undefined],
    ]);
    const all = [...fatesById.keys()];
    expect(reportOf("serial", all, fatesById, {}, true).text).toContain(`lives: ${STAYS}, unexplained`);
    const explained = { [DROPPED]: "it cannot be seen" };
    expect(reportOf("serial", all, fatesById, explained, true).text).toContain(
      `explained, but it does not live: ${DROPPED}`,
    );
    const tried = fates([[DROPPED, "a property"]]);
    expect(reportOf("serial", all, tried, {}, true)).toMatchObject({ holds: false });
  });

  it("explains only mutants that are made", () => {
    const idList = new Set(
      mutantsOf(uart16550Machine as unknown as AnyStateMachine).map(({ id: mutantId }) => mutantId),
    );
    expect(Object.keys(EXPLAINED["uart16550"] ?? {}).filter((mutantId) => !idList.has(mutantId))).toEqual([]);
  });
});
