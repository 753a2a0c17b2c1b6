import { isSame, RESPECTS, type Report, type Respect } from "../guests/index.js";
import { counted, grouped } from "./terminal.js";

/** How a respect is called: its differences, and where the first of them is. */
const WORDS: Readonly<
  Record<Respect, { readonly differs: (count: number) => string; readonly first: string }>
> = {
  reads: { differs: (n) => counted(n, "read differs", "reads differ"), first: "read" },
  triggers: {
    differs: (n) => `${counted(n, "step triggers", "steps trigger")} differently`,
    first: "trigger",
  },
  levels: {
    differs: (n) => counted(n, "interrupt level differs", "interrupt levels differ"),
    first: "level",
  },
  edges: {
    differs: (n) => counted(n, "step has other interrupt edges", "steps have other interrupt edges"),
    first: "edges",
  },
  output: {
    differs: (n) => `${counted(n, "step transmits", "steps transmit")} differently`,
    first: "output",
  },
  modemOutputs: {
    differs: (n) => counted(n, "step has other modem outputs", "steps have other modem outputs"),
    first: "modem outputs",
  },
  breaks: {
    differs: (n) => counted(n, "step sends other breaks", "steps send other breaks"),
    first: "break",
  },
};

/** A place in a recording: "line 3", or "steps[3]" of a line that holds many. */
export const placeInWords = ({ line, index }: { readonly line: number; readonly index?: number }): string =>
  index === undefined ? `line ${grouped(line)}` : `steps[${index}]`;

/** How the replay came out, in a sentence. */
export function verdict(report: Report): string {
  const { steps, triggers, interrupts } = report;
  if (RESPECTS.every((respect) => report[respect].compared === 0))
    return `${counted(steps, "step")} replayed; the recording holds no answers, so there was nothing to compare`;
  const of = comparedInWords(report);
  if (isSame(report)) return `no difference in ${of}`;
  const shownRespects = RESPECTS.filter((respect) => {
    const always = respect === "reads" || respect === "triggers";
    return report[respect].compared > 0 && (always || report[respect].different > 0);
  });
  const differences = shownRespects.map((respect) => {
    const words = WORDS[respect].differs(report[respect].different);
    if (respect !== "triggers") return words;
    return `${words} (${counted(interrupts.total, "trigger")} where ${grouped(triggers.recorded)} are recorded)`;
  });
  const firsts = RESPECTS.flatMap((respect) => {
    const { first } = report[respect];
    return first ? `first ${WORDS[respect].first} ${at(placeInWords(first.step))}` : [];
  });
  return `${differences.join(", ")} in ${of}${firsts.length === 0 ? "" : `; ${firsts.join(", ")}`}`;
}

const at = (place: string): string => `${place.startsWith("line") ? "on" : "at"} ${place}`;

/** What was compared: "5 accesses and 1 trigger". */
function comparedInWords(report: Report): string {
  const { accesses, triggers, levels, edges, output, modemOutputs, breaks } = report;
  const parts = [
    counted(accesses.reads + accesses.writes, "access", "accesses"),
    ...(triggers.compared > 0 ? [counted(triggers.recorded, "trigger")] : []),
    ...(levels.compared > 0 ? [counted(levels.compared, "interrupt level")] : []),
    ...(edges.compared > 0 ? ["the interrupt's edges"] : []),
    ...(output.compared > 0 ? ["the output"] : []),
    ...(modemOutputs.compared > 0
      ? [counted(modemOutputs.compared, "change of DTR and RTS", "changes of DTR and RTS")]
      : []),
    ...(breaks.compared > 0 ? ["the breaks sent"] : []),
  ];
  const last = parts.pop();
  return parts.length === 0 ? `${last}` : `${parts.join(", ")} and ${last}`;
}

/** What a recording says with which the device has nothing to compare, a sentence each. */
export function notComparedInWords({ notCompared, triggers, chart }: Report): string[] {
  const { triggers: pulses, levels, edges: _edges, ...pins } = notCompared;
  const names = Object.keys(pins).map((respect) => WORDS[respect as Respect].first);
  const recorded = counted(triggers.recorded, "recorded trigger is", "recorded triggers are");
  return [
    ...(pulses === undefined
      ? []
      : [`the ${recorded} not compared: they are pulses, and the interrupt line of ${chart} has a level`]),
    ...(levels === undefined
      ? []
      : [`the recorded interrupt levels are not compared: the interrupt line of ${chart} pulses`]),
    ...(names.length === 0 ? [] : [`not compared, as ${chart} has no such pins: ${names.join(", ")}`]),
  ];
}
