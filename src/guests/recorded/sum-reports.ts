import type { Coverage } from "./coverage.js";
import { type Compared, RESPECTS, type Report, type Respect } from "./report.js";

type Registers = Report["accesses"]["registers"];

/**
 * The sum of reports on the same chart with the same options; it has no first difference.
 *
 * @param reports - one at least.
 */
export function sumReports(reports: readonly [Report, ...Report[]]): Report {
  const [{ chart, options }] = reports;
  const total = (counterOf: (replayReport: Report) => number) =>
    reports.reduce((combined, report) => combined + counterOf(report), 0);
  const compared = Object.fromEntries(
    RESPECTS.map((respect) => [
      respect,
      {
        compared: total((replayReport) => replayReport[respect].compared),
        different: total((replayReport) => replayReport[respect].different),
      },
    ]),
  ) as Record<Respect, Compared>;
  const coverage = reports.flatMap((report) => report.coverage ?? []);
  return {
    chart,
    options,
    steps: total(({ steps }) => steps),
    lastLine: reports.at(-1)?.lastLine ?? 0,
    accesses: {
      reads: total(({ accesses }) => accesses.reads),
      writes: total(({ accesses }) => accesses.writes),
      registers: registersOf(reports.map(({ accesses }) => accesses.registers)),
    },
    interrupts: {
      total: total(({ interrupts }) => interrupts.total),
      causes: countsOf(reports.map(({ interrupts }) => interrupts.causes)),
    },
    bytes: {
      offered: total(({ bytes }) => bytes.offered),
      in: total(({ bytes }) => bytes.in),
      out: total(({ bytes }) => bytes.out),
    },
    ...compared,
    triggers: { ...compared.triggers, recorded: total(({ triggers }) => triggers.recorded) },
    notCompared: countsOf(reports.map(({ notCompared }) => notCompared)),
    ...(coverage.length > 0 ? { coverage: coverageOf(coverage) } : {}),
  };
}

function countsOf(combined: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [countName, occurrences] of combined.flatMap((counters) => Object.entries(counters)))
    counts[countName] = (counts[countName] ?? 0) + occurrences;
  return counts;
}

function registersOf(combined: readonly Registers[]): Registers {
  const counts: Record<string, { reads: number; writes: number }> = {};
  for (const [countName, { reads, writes }] of combined.flatMap((counters) => Object.entries(counters))) {
    const previous = counts[countName] ?? { reads: 0, writes: 0 };
    counts[countName] = { reads: previous.reads + reads, writes: previous.writes + writes };
  }
  return counts;
}

/** They are of one chart: its states stand in the same places. A transition that only some left out is not left out of all. */
function coverageOf(coverages: readonly Coverage[]): Coverage {
  const [longest] = [...coverages].sort((a, b) => b.transitions.length - a.transitions.length);
  const { states, transitions, leftOut } = longest as Coverage;
  const countOf = (counts: readonly (readonly { readonly id: string; readonly count: number }[])[]) => {
    const sums = new Map<string, number>();
    for (const { id, count } of counts.flat()) sums.set(id, (sums.get(id) ?? 0) + count);
    return sums;
  };
  const entered = countOf(coverages.map((coverage) => coverage.states));
  const takenCounts = countOf(coverages.map((coverage) => coverage.transitions));
  return {
    states: states.map(({ id }) => ({ id, count: entered.get(id) ?? 0 })),
    transitions: transitions.map((transition) => ({
      ...transition,
      count: takenCounts.get(transition.id) ?? 0,
    })),
    leftOut,
  };
}
