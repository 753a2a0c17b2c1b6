import { type ChartMutant, KINDS } from "./chart-mutants.js";

/** The report of a chart's mutants. */
interface MutantReport {
  readonly text: string;
  /** True if 98 % or more die, each survivor is explained, and each explanation is of a survivor. */
  readonly holds: boolean;
}

const LEAST = 0.98;

const table = (
  rows: readonly (readonly [string, readonly ChartMutant[]])[],
  dead: (chartMutant: ChartMutant) => boolean,
) =>
  rows.map(([chartName, all]) => {
    const killed = all.filter(dead).length;
    return `  ${chartName.padEnd(26)} ${String(killed).padStart(5)} of ${String(all.length).padStart(5)} die`;
  });

/**
 * @param fates - what each mutant that was tried died by; nothing if it lives.
 * @param explained - why some live, by id.
 * @param whole - whether all of the chart's mutants are among `mutants`: then an explanation of any other is one too many.
 */
export function reportOf(
  chartName: string,
  mutants: readonly ChartMutant[],
  fates: ReadonlyMap<ChartMutant, string | undefined>,
  explained: Readonly<Record<string, string>>,
  whole: boolean,
): MutantReport {
  const tried = [...fates.keys()];
  const dead = (mutant: ChartMutant): boolean => fates.get(mutant) !== undefined;
  const alive = tried.filter((mutant) => !dead(mutant));
  const unexplained = alive.filter(({ id: mutantId }) => explained[mutantId] === undefined);
  const wrongly = Object.keys(explained).filter((mutantId) => {
    const chartMutant = mutants.find((candidate) => candidate.id === mutantId);
    return chartMutant === undefined ? whole : fates.has(chartMutant) && dead(chartMutant);
  });
  const share = tried.length === 0 ? 1 : 1 - alive.length / tried.length;
  const regions = [...new Set(tried.map(({ regionName: region }) => region))];
  const killers = [...new Set(fates.values())].filter((killer) => killer !== undefined);
  const untried = mutants.length - tried.length;
  const textLines = [
    `${chartName}: ${tried.length - alive.length} of ${tried.length} mutants die (${(100 * share).toFixed(1)} %)`,
    ...(untried > 0 ? [`  ${untried} were not tried: the time was over`] : []),
    "by region",
    ...table(
      regions.map((region) => [region, tried.filter((chartMutant) => chartMutant.regionName === region)]),
      dead,
    ),
    "by kind",
    ...table(
      KINDS.map((kind) => [kind, tried.filter((chartMutant) => chartMutant.kind === kind)]),
      dead,
    ),
    "by what",
    ...killers.map(
      (propertyName) =>
        `  ${tried.filter((chartMutant) => fates.get(chartMutant) === propertyName).length} die by ${propertyName}`,
    ),
    ...alive.map(
      ({ id: mutantId }) =>
        `lives: ${mutantId}${explained[mutantId] === undefined ? ", unexplained" : `\n  ${explained[mutantId]}`}`,
    ),
    ...wrongly.map((mutantId) => `explained, but it does not live: ${mutantId}`),
  ];
  const holds = share >= LEAST && unexplained.length === 0 && wrongly.length === 0 && untried === 0;
  return { text: textLines.join("\n"), holds };
}
