import type { Paint } from "../terminal.js";
import { formatCount, formatNumber } from "../terminal.js";
import type { SettingResult, TestProgress } from "./test-run.js";

/** The results of a driver, with what reproduces them. */
export interface TestReport {
  readonly target: string;
  readonly entryPoints: readonly string[];
  readonly seed: number;
  readonly results: readonly SettingResult[];
  /** The number of machines that were not tried, as an earlier one failed. */
  readonly untried?: number;
  /** True if the user named no machine. */
  readonly isEveryBoard?: boolean;
}

/** Says what the user may do where several machines are tried without having been named. */
function boardHint({ results, untried = 0, isEveryBoard = false }: TestReport): string[] {
  const failed = results.filter(({ failure }) => failure);
  if (!isEveryBoard || failed.length === 0) return [];
  if (untried > 0) return [`${formatCount(untried, "other machine")} have their turn once it passes here.`];
  return ["If the driver is not meant for some of these machines: --preset and --pic choose others."];
}

const ratePerSecond = (runs: number, milliseconds: number): string =>
  formatNumber(Math.round(runs / Math.max(milliseconds / 1000, 1e-3)));

const coverageInWords = ({ taken, total }: Pick<SettingResult, "taken" | "total">): string =>
  `${formatNumber(taken)} of ${formatCount(total, "transition")}`;

/** Describes progress in one line. */
export const progressInWords = (progress: TestProgress): string => {
  const { setting, runs, milliseconds } = progress;
  return `${setting.name}: ${formatCount(runs, "run")}, ${ratePerSecond(runs, milliseconds)} a second, ${coverageInWords(progress)}`;
};

/** Describes the results for people: a line for each machine, then each failure. */
export function reportInWords(report: TestReport, paint: Paint): string {
  const { target, entryPoints, seed, results } = report;
  const lines = results.map((result) => {
    const { setting, runs, milliseconds, failure } = result;
    if (failure)
      return `${paint("red", "FAILED")}  ${setting.name}: ${failure.claim}, in ${formatCount(runs, "run")}`;
    return `${paint("green", "passed")}  ${setting.name}: ${formatCount(runs, "run")} in ${(milliseconds / 1000).toFixed(1)} s, ${coverageInWords(result)}`;
  });
  const failures = results.flatMap(({ failure, setting, isStoredFailure }, index) => {
    if (!failure) return [];
    const equal = results.slice(0, index).find((earlier) => isSameScenario(earlier.failure, failure));
    if (equal)
      return [
        "",
        paint("bold", setting.name),
        `${failure.claim}, in the same scenario as on ${equal.setting.name}.`,
      ];
    const origin = isStoredFailure ? ["It failed in the same scenario in an earlier test."] : [];
    return ["", paint("bold", setting.name), failureInWords(failure), ...origin];
  });
  const ending = results.every(({ failure }) => !failure)
    ? ["No scenario that was tried breaks a claim. This is no proof."]
    : [];
  return `${[`${paint("bold", target)}: ${entryPoints.join(", ")}; seed ${seed}`, ...lines, ...failures, ...ending, ...boardHint(report)].join("\n")}\n`;
}

/** True for failures that read the same. */
const isSameScenario = (one: SettingResult["failure"], other: SettingResult["failure"]): boolean =>
  one !== undefined &&
  one.claim === other?.claim &&
  one.detail === other.detail &&
  one.scenario === other.scenario;

/** Describes a failure without the hint for programs on how to reproduce it. */
const failureInWords = ({
  claim,
  sentence,
  detail,
  why,
  scenario,
}: NonNullable<SettingResult["failure"]>): string =>
  `${claim}: ${sentence}\nWhat happened: ${detail}${why === undefined ? "" : `: ${why}`}.\n\n${scenario}\n`;

/** Returns the results as plain data. */
export const reportAsJson = ({ target, entryPoints, seed, results }: TestReport) => ({
  version: 1,
  target,
  entryPoints,
  seed,
  ok: results.every(({ failure }) => !failure),
  results: results.map(({ setting, milliseconds, failure, ...result }) => ({
    ...setting.options,
    ...result,
    name: setting.name,
    milliseconds: Math.round(milliseconds),
    ok: !failure,
    ...(failure ? { failure } : {}),
  })),
});

const XML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** Escapes text for XML; characters that XML does not allow become question marks. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?")
    .replace(/[&<>"\n]/g, (character) => XML_ESCAPES[character] ?? character);

/** Returns the results in JUnit's format, which CI systems read. */
export function reportAsJunit({ target, results }: TestReport): string {
  const cases = results.map(({ setting, milliseconds, failure }) => {
    const head = `    <testcase classname="${escapeXml(target)}" name="${escapeXml(setting.name)}" time="${(milliseconds / 1000).toFixed(3)}"`;
    if (!failure) return `${head}/>`;
    const text = escapeXml(failure.text).replaceAll("&#10;", "\n");
    return `${head}>\n      <failure type="${failure.claim}" message="${escapeXml(`${failure.claim}: ${failure.detail}`)}">${text}</failure>\n    </testcase>`;
  });
  const failureCount = results.filter(({ failure }) => failure).length;
  const seconds = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  const counts = `tests="${results.length}" failures="${failureCount}" errors="0" time="${seconds.toFixed(3)}"`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vm-superio" ${counts}>`,
    `  <testsuite name="${escapeXml(target)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n")}\n`;
}
