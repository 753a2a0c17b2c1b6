import type { Coverage, TransitionCount } from "../guests/index.js";
import { alignColumn, indentText, labelledField, REPORT_WIDTH, wrapText } from "./layout.js";
import { formatNumber, type Paint } from "./terminal.js";

/** The column of descriptions; after a longer left part the description starts on the next line. */
const DESCRIPTION_COLUMN = 55;

/**
 * Formats the states and transitions that were used.
 *
 * @param listsEverything - lists all with their counts; otherwise only those never used.
 */
export function coverageInWords(coverage: Coverage, listsEverything: boolean, paint: Paint): string[] {
  const { states, transitions, leftOut } = coverage;
  const paintLabel = (text: string) => paint("bold", text);
  const listedTransitions = listsEverything ? transitions : transitions.filter(({ count }) => count === 0);
  const formatPart = (
    title: string,
    elements: readonly { readonly count: number }[],
    participle: string,
    leftOutNote = "",
  ) => {
    const usedCount = elements.filter(({ count }) => count > 0).length;
    const unusedNote = usedCount === elements.length ? "" : listsEverything ? "" : "; never:";
    return labelledField(
      title,
      `${usedCount} of ${elements.length} ${participle}${leftOutNote}${unusedNote}`,
      paintLabel,
    );
  };
  const describeLeftOut = (leftOutIds: readonly string[]) =>
    leftOutIds.length === 0 ? "" : `, ${leftOutIds.length} left out, which this part's options exclude`;
  return [
    formatPart("States", states, "entered", describeLeftOut(leftOut.states)),
    ...statesInWords(listsEverything ? states : states.filter(({ count }) => count === 0), listsEverything),
    formatPart("Transitions", transitions, "taken", describeLeftOut(leftOut.transitions)),
    ...[...groupBySource(listedTransitions)].flatMap(([source, group]) => [
      `  ${source === "" ? "in every state" : source}`,
      ...group.flatMap((transition) => transitionInWords(transition, listsEverything)),
    ]),
  ];
}

function statesInWords(states: Coverage["states"], showsCounts: boolean): string[] {
  if (!showsCounts) return states.map(({ id }) => indentText(id));
  const countCells = alignColumn(
    states.map(({ count }) => timesInWords(count)),
    "right",
  );
  return states.map(({ id }, rowIndex) => indentText(`${countCells[rowIndex]}  ${id}`));
}

function groupBySource(transitions: readonly TransitionCount[]): Map<string, TransitionCount[]> {
  const groups = new Map<string, TransitionCount[]>();
  for (const transition of transitions) {
    const group = groups.get(transition.source);
    if (group) group.push(transition);
    else groups.set(transition.source, [transition]);
  }
  return groups;
}

function transitionInWords(
  { event, guard, description, count }: TransitionCount,
  showsCounts: boolean,
): string[] {
  const transitionName = guard === undefined ? event : `${event} [${guard}]`;
  const leftColumn = showsCounts
    ? `${timesInWords(count).padStart(9)}  ${transitionName}`
    : `    ${transitionName}`;
  const [firstLine = "", ...moreLines] = wrapText(description, REPORT_WIDTH - DESCRIPTION_COLUMN);
  const continuationLine = (text: string) => `${" ".repeat(DESCRIPTION_COLUMN)}${text}`;
  const firstLines =
    leftColumn.length < DESCRIPTION_COLUMN - 1
      ? [`${leftColumn.padEnd(DESCRIPTION_COLUMN)}${firstLine}`.trimEnd()]
      : [leftColumn, continuationLine(firstLine)];
  return [...firstLines, ...moreLines.map(continuationLine)];
}

const timesInWords = (count: number): string => (count === 0 ? "never" : formatNumber(count));
