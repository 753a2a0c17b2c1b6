import { type ChartMutant, KINDS } from "./chart-mutants.js";

/** What came of a chart's mutants. */
export interface MutantReport {
  readonly text: string;
  /** Whether 98 % or more die, each that lives is explained, and each explanation is of one that lives. */
  readonly holds: boolean;
}

const LEAST = 0.98;

const table = (
  rows: readonly (readonly [string, readonly ChartMutant[]])[],
  dead: (it: ChartMutant) => boolean,
) =>
  rows.map(([name, all]) => {
    const killed = all.filter(dead).length;
    return `  ${name.padEnd(26)} ${String(killed).padStart(5)} of ${String(all.length).padStart(5)} die`;
  });

/**
 * @param fates - what each mutant that was tried died by; nothing if it lives.
 * @param explained - why some live, by id.
 * @param whole - whether all of the chart's mutants are among `mutants`: then an explanation of any other is one too many.
 */
export function reportOf(
  chart: string,
  mutants: readonly ChartMutant[],
  fates: ReadonlyMap<ChartMutant, string | undefined>,
  explained: Readonly<Record<string, string>>,
  whole: boolean,
): MutantReport {
  const tried = [...fates.keys()];
  const dead = (mutant: ChartMutant): boolean => fates.get(mutant) !== undefined;
  const alive = tried.filter((mutant) => !dead(mutant));
  const unexplained = alive.filter(({ id }) => explained[id] === undefined);
  const wrongly = Object.keys(explained).filter((id) => {
    const mutant = mutants.find((each) => each.id === id);
    return mutant === undefined ? whole : fates.has(mutant) && dead(mutant);
  });
  const share = tried.length === 0 ? 1 : 1 - alive.length / tried.length;
  const regions = [...new Set(tried.map(({ region }) => region))];
  const killers = [...new Set(fates.values())].filter((killer) => killer !== undefined);
  const untried = mutants.length - tried.length;
  const lines = [
    `${chart}: ${tried.length - alive.length} of ${tried.length} mutants die (${(100 * share).toFixed(1)} %)`,
    ...(untried > 0 ? [`  ${untried} were not tried: the time was over`] : []),
    "by region",
    ...table(
      regions.map((region) => [region, tried.filter((it) => it.region === region)]),
      dead,
    ),
    "by kind",
    ...table(
      KINDS.map((kind) => [kind, tried.filter((it) => it.kind === kind)]),
      dead,
    ),
    "by what",
    ...killers.map((by) => `  ${tried.filter((it) => fates.get(it) === by).length} die by ${by}`),
    ...alive.map(
      ({ id }) => `lives: ${id}${explained[id] === undefined ? ", unexplained" : `\n  ${explained[id]}`}`,
    ),
    ...wrongly.map((id) => `explained, but it does not live: ${id}`),
  ];
  const holds = share >= LEAST && unexplained.length === 0 && wrongly.length === 0 && untried === 0;
  return { text: lines.join("\n"), holds };
}
