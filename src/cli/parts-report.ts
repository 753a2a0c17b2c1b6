import { isSame, type PartReport } from "../guests/index.js";
import { differencesOf } from "../guests/internal.js";
import { formatNumber } from "./terminal.js";
import { positionInWords } from "./verdict.js";

/** The number of other parts that are listed one by one. */
const LISTED = 4;

/** Describes the parts that are not the nearest: how far each agrees, and the rule by which it first differs. */
export function otherPartsInWords([, ...others]: readonly PartReport[]): string {
  const same = others.filter(({ report }) => isSame(report));
  const different = others.filter(({ report }) => !isSame(report));
  const sameNames = same.slice(0, LISTED).map(({ name }) => name);
  const moreNames = same.length > LISTED ? ` and ${same.length - LISTED} more` : "";
  const sameText = same.length === 0 ? [] : [`no difference either: ${sameNames.join(", ")}${moreNames}`];
  const listed = different.slice(0, LISTED).map((part) => partInWords(part));
  const more = different.length - listed.length;
  return [...sameText, ...listed, ...(more > 0 ? [`${more} more are farther`] : [])].join("; ");
}

function partInWords({ name, report, givenUp }: PartReport): string {
  const { first } = report;
  const countText =
    givenUp === undefined
      ? formatNumber(differencesOf(report))
      : `over ${formatNumber(differencesOf(report))}`;
  if (!first) return name;
  const { step, rules } = first;
  const ruleIds = Object.keys(rules);
  const ruleText = ruleIds.length === 0 ? "" : ` by ${ruleIds.join(", ")}`;
  return `${name} up to ${positionInWords(step)}, ${step.text}${ruleText} (${countText} ${countText === "1" ? "difference" : "differences"})`;
}

/** Returns the comparison with each part, for programs. */
export const partsAsData = (parts: readonly PartReport[]) =>
  parts.map(({ name, report, givenUp }) => ({
    name,
    same: isSame(report),
    differences: differencesOf(report),
    first: report.first ?? null,
    givenUp: givenUp ?? null,
  }));
