import { isSame, RESPECTS, type Report, type Respect } from "../guests/index.js";
import { formatCount, formatNumber } from "./terminal.js";

/** The words for each respect: for its differences, and for the first one. */
const RESPECT_WORDS: Readonly<
  Record<Respect, { readonly differs: (count: number) => string; readonly first: string }>
> = {
  reads: { differs: (n) => formatCount(n, "read differs", "reads differ"), first: "read" },
  triggers: {
    differs: (n) => `${formatCount(n, "step triggers", "steps trigger")} differently`,
    first: "trigger",
  },
  levels: {
    differs: (n) => formatCount(n, "interrupt level differs", "interrupt levels differ"),
    first: "level",
  },
  edges: {
    differs: (n) => formatCount(n, "step has other interrupt edges", "steps have other interrupt edges"),
    first: "edges",
  },
  output: {
    differs: (n) => `${formatCount(n, "step transmits", "steps transmit")} differently`,
    first: "output",
  },
  modemOutputs: {
    differs: (n) => formatCount(n, "step has other modem outputs", "steps have other modem outputs"),
    first: "modem outputs",
  },
  breaks: {
    differs: (n) => formatCount(n, "step sends other breaks", "steps send other breaks"),
    first: "break",
  },
};

/** A place in a recording: "line 3", or "steps[3]" of a line that holds many. */
export const positionInWords = ({
  line,
  index,
}: {
  readonly line: number;
  readonly index?: number;
}): string => (index === undefined ? `line ${formatNumber(line)}` : `steps[${index}]`);

/** How the replay came out, in a sentence. */
export function verdictInWords(report: Report): string {
  const { steps, triggers, interrupts } = report;
  if (RESPECTS.every((respect) => report[respect].compared === 0))
    return `${formatCount(steps, "step")} replayed; the recording holds no answers, so there was nothing to compare`;
  const comparedText = comparedInWords(report);
  if (isSame(report)) return `no difference in ${comparedText}`;
  const shownRespects = RESPECTS.filter((respect) => {
    const isAlwaysShown = respect === "reads" || respect === "triggers";
    return report[respect].compared > 0 && (isAlwaysShown || report[respect].different > 0);
  });
  const differences = shownRespects.map((respect) => {
    const differenceText = RESPECT_WORDS[respect].differs(report[respect].different);
    if (respect !== "triggers") return differenceText;
    return `${differenceText} (${formatCount(interrupts.total, "trigger")} where ${formatNumber(triggers.recorded)} are recorded)`;
  });
  const firstTexts = RESPECTS.flatMap((respect) => {
    const { first } = report[respect];
    return first
      ? `first ${RESPECT_WORDS[respect].first} ${withPreposition(positionInWords(first.step))}`
      : [];
  });
  return `${differences.join(", ")} in ${comparedText}${firstTexts.length === 0 ? "" : `; ${firstTexts.join(", ")}`}`;
}

const withPreposition = (position: string): string =>
  `${position.startsWith("line") ? "on" : "at"} ${position}`;

/** Lists the compared quantities: "5 accesses and 1 trigger". */
function comparedInWords(report: Report): string {
  const { accesses, triggers, levels, edges, output, modemOutputs, breaks } = report;
  const comparedParts = [
    formatCount(accesses.reads + accesses.writes, "access", "accesses"),
    ...(triggers.compared > 0 ? [formatCount(triggers.recorded, "trigger")] : []),
    ...(levels.compared > 0 ? [formatCount(levels.compared, "interrupt level")] : []),
    ...(edges.compared > 0 ? ["the interrupt's edges"] : []),
    ...(output.compared > 0 ? ["the output"] : []),
    ...(modemOutputs.compared > 0
      ? [formatCount(modemOutputs.compared, "change of DTR and RTS", "changes of DTR and RTS")]
      : []),
    ...(breaks.compared > 0 ? ["the breaks sent"] : []),
  ];
  const lastPart = comparedParts.pop();
  return comparedParts.length === 0 ? `${lastPart}` : `${comparedParts.join(", ")} and ${lastPart}`;
}

/** Returns a sentence about the accesses at offsets that have no register; none if there are none. */
export function unmappedInWords({ accesses }: Report): string[] {
  const { reads = 0, writes = 0 } = accesses.registers.unmapped ?? {};
  if (reads + writes === 0) return [];
  const countText = formatCount(reads + writes, "access is", "accesses are");
  return [
    `${countText} at offsets of 8 and above, where there is no register: of registers that lie apart say how (--shift, --width, --base)`,
  ];
}

/** Returns a sentence for each recorded quantity that the device has no counterpart for. */
export function notComparedInWords({ notCompared, triggers, chart }: Report): string[] {
  const { triggers: pulses, levels, edges: _edges, ...pins } = notCompared;
  const pinNames = Object.keys(pins).map((respect) => RESPECT_WORDS[respect as Respect].first);
  const recorded = formatCount(triggers.recorded, "recorded trigger is", "recorded triggers are");
  return [
    ...(pulses === undefined
      ? []
      : [`the ${recorded} not compared: they are pulses, and the interrupt line of ${chart} has a level`]),
    ...(levels === undefined
      ? []
      : [`the recorded interrupt levels are not compared: the interrupt line of ${chart} pulses`]),
    ...(pinNames.length === 0 ? [] : [`not compared, as ${chart} has no such pins: ${pinNames.join(", ")}`]),
  ];
}
