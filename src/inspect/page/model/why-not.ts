import { WRITE_NAMES } from "../../../../machines/index.js";
import { activeStates, type Chart, type TransitionInWords } from "../../../device/index.js";
import { chartTransitionsOf, describeTransition } from "../../../device/internal.js";
import type { ChartTransition } from "../../../engine/index.js";
import { descriptionOf, entryInWords } from "./chart-words.js";
import { receiveLevelOf } from "./device-chart.js";
import { ENTRY_FLAGS } from "./entry-table.js";
import { type GuardQuestion, missingAnswers } from "./guard-questions.js";
import { eventOf, regionOf, subjectOf } from "./interrupt-chances.js";
import { KINDS_BY_REGION, type Reason, type ReasonKind } from "./reason.js";
import { CHECKPOINT_EVERY, type Session } from "./session.js";

/** The windows with writes that are searched backwards for one that would have unmasked: each is played. */
const MOST_WINDOWS_SEARCHED = 24;

/** Returns the reasons for which the interrupt line is low after a row, or did not pulse: the most likely first. */
export function whyNoInterrupt(session: Session, rowIndex: number): readonly Reason[] {
  const { chart } = session;
  const { context } = session.momentAfter(rowIndex);
  if (chart.levelOf?.(context) === 1) return [];
  const reasons = chart.levelOf ? reasonsOfLevel(session, rowIndex) : reasonsOfPulse(session, rowIndex);
  const lost = lossBefore(session, rowIndex);
  // A loss is why, unless something that is still pending says more.
  const all = lost ? [...reasons.filter(({ kind }) => kind !== "no source"), lost] : reasons;
  if (all.length > 0) return all;
  return [{ kind: "no source", sentence: "No source is pending", rules: [] }];
}

/** Returns the last loss of a character since the last interrupt. */
function lossBefore(session: Session, rowIndex: number): Reason | undefined {
  const { entryTable, firstIndex } = session;
  const flagSummary = entryTable.summaryOf(entryTable.flags);
  const lostRow = flagSummary.lastRowWith(rowIndex, ENTRY_FLAGS.LOST);
  const interruptRow = flagSummary.lastRowWith(rowIndex, ENTRY_FLAGS.INTERRUPT);
  if (lostRow < 0 || lostRow < interruptRow) return undefined;
  const rules = session
    .transitionsAt(lostRow)
    .flatMap((it) => (/lost|overrun/i.test(it.description) ? it.rules : []));
  return {
    kind: "lost",
    sentence: `A character was lost at #${firstIndex + lostRow}: ${entryInWords(session, lostRow)}`,
    rowIndex: lostRow,
    rules,
  };
}

/** Returns the active state of a region, as a path. */
const activeStateIn = (active: readonly string[], regionName: string): string =>
  active.find((path) => path === regionName || path.startsWith(`${regionName}.`)) ?? regionName;

/** Returns a missing answer in the chart's words: what the region asks, and its present state. */
function questionInWords(chart: Chart, active: readonly string[], question: GuardQuestion): string {
  // The guard wants the other answer.
  if (question.state === undefined)
    return `the guard ${question.name} ${question.isNegated ? "holds" : "does not hold"}`;
  const regionName = regionOf(question);
  const activePath = activeStateIn(active, regionName);
  return `${descriptionOf(chart, regionName)}: ${descriptionOf(chart, activePath)} (${activePath})`;
}

/** Of a chart whose line is a level: what the transition to high lacks now. */
function reasonsOfLevel(session: Session, rowIndex: number): Reason[] {
  const { chart } = session;
  const { machine } = chart;
  const { stateValue, context } = session.momentAfter(rowIndex);
  const raising = chartTransitionsOf(machine).find(
    ({ source, target, eventType }) =>
      source.path.join(".") === "interruptLine.low" && target !== undefined && eventType === "",
  );
  if (!raising) return [];
  const subject = subjectOf(stateValue, context);
  const reasons = missingAnswers(machine, raising.guard, subject)
    // A source that is neither pending nor enabled is far from interrupting, and an option does not change.
    .filter((questions) => questions.length === 1 && questions.every(({ state }) => state !== undefined))
    .flatMap((questions) => questions.map((question) => reasonOfState(session, rowIndex, question, raising)));
  return rankReasons(reasons);
}

/** The order in which reasons are given: what waits and is held back, before what may come. */
const RANKS: readonly ReasonKind[] = [
  ...(["OUT2", "loopback", "DLAB", "masked", "trigger level", "timeout not yet"] as const),
  ...(["host holds", "identified already", "lost", "no source"] as const),
];

const rankReasons = (reasons: readonly Reason[]): Reason[] =>
  reasons
    .filter((reason, i) => reasons.findIndex(({ sentence }) => sentence === reason.sentence) === i)
    .filter(({ kind }) => kind !== "no source")
    .sort((a, b) => RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind));

/** Returns the reason for which a region is not in the state that is asked. */
function reasonOfState(
  session: Session,
  rowIndex: number,
  question: GuardQuestion,
  raising: ChartTransition,
): Reason {
  const { chart } = session;
  const regionName = regionOf(question);
  const active = session.statesAt(rowIndex);
  const { rules } = describeTransition(raising);
  const presentWords = questionInWords(chart, active, question);
  const { nearMiss, searchedFrom } = nearMissOf(session, rowIndex, question);
  const words =
    searchedFrom === undefined
      ? presentWords
      : `${presentWords}. Whether a write before #${session.firstIndex + searchedFrom} would have changed that was not looked at`;
  if (nearMiss) {
    const { missing, missedRow, transition, activeBefore } = nearMiss;
    return {
      kind: KINDS_BY_REGION[regionOf(missing)] ?? (/loop/i.test(missing.name) ? "loopback" : "masked"),
      sentence: `${words}. #${session.firstIndex + missedRow} ${entryInWords(session, missedRow)} would have changed that (${transition.description}), but ${questionInWords(chart, activeBefore, missing)}`,
      rowIndex: missedRow,
      rules: transition.rules,
    };
  }
  if (regionName === "receiveFifo" && receiveLevelOf(session.momentAfter(rowIndex).context) > 0)
    return { kind: "trigger level", sentence: words, rules };
  if (regionName === "characterTimeout")
    return {
      kind: activeStateIn(active, regionName).endsWith("waiting") ? "timeout not yet" : "no source",
      sentence: words,
      rules,
    };
  if (regionName === "transmitFifo") {
    const hostState = activeStateIn(active, "hostOutput");
    const isHeld = !hostState.endsWith("taken") && !active.includes("transmitter.empty");
    if (isHeld)
      return {
        kind: "host holds",
        sentence: `${words}. ${descriptionOf(chart, "hostOutput")}: ${descriptionOf(chart, hostState)} (${hostState})`,
        rules,
      };
    const isAcknowledged = activeStateIn(active, regionName).endsWith("empty.acknowledged");
    return { kind: isAcknowledged ? "identified already" : "no source", sentence: words, rules };
  }
  // Loopback disconnects the pins.
  const loopbackState = activeStateIn(active, "loopback");
  if (regionName === "OUT2" && loopbackState.endsWith(".on"))
    return {
      kind: "loopback",
      sentence: `${words}. ${descriptionOf(chart, "loopback")}: ${descriptionOf(chart, loopbackState)} (${loopbackState})`,
      rules,
    };
  return { kind: KINDS_BY_REGION[regionName] ?? "no source", sentence: words, rules };
}

/** An entry that would have answered a question, but for the state of another region. */
interface NearMiss {
  readonly missedRow: number;
  readonly missing: GuardQuestion;
  readonly transition: TransitionInWords;
  /** The active states before it. */
  readonly activeBefore: readonly string[];
}

/**
 * Finds the last write that would have led to the state asked, if only another region, or another bit, had let it.
 *
 * @returns the write, if there is one; and the first row that was looked at, if not all were.
 */
function nearMissOf(
  session: Session,
  rowIndex: number,
  { state = "" }: GuardQuestion,
): { readonly nearMiss?: NearMiss; readonly searchedFrom?: number } {
  const { machine } = session.chart;
  const leading = chartTransitionsOf(machine).filter(
    ({ target, eventType }) =>
      eventType.startsWith("write.") && target?.some((node) => node.path.join(".") === state) === true,
  );
  const offsets = WRITE_NAMES.flatMap((name, offset) =>
    leading.some(({ eventType }) => eventType === `write.${name}`) ? [offset] : [],
  );
  const lastWrite = (fromRow: number) =>
    Math.max(
      -1,
      ...offsets.flatMap((offset) =>
        [false, true].map((isLatch) => session.index.lastWrite(fromRow, offset, isLatch)),
      ),
    );
  let lastRow = lastWrite(rowIndex);
  for (let windowCount = 0; lastRow >= 0; windowCount++) {
    if (windowCount === MOST_WINDOWS_SEARCHED) return { searchedFrom: lastRow + 1 };
    const firstRow = lastRow - (lastRow % CHECKPOINT_EVERY);
    let decided: { readonly nearMiss?: NearMiss } | undefined;
    session.playRows(firstRow, lastRow + 1, ({ rowIndex: missedRow, input, chartFold }) => {
      if (input.type !== "write" || !offsets.includes(input.offset)) return;
      const event = eventOf(input);
      const matching = leading.filter(({ eventType }) => eventType === event?.type);
      const subject = subjectOf(chartFold.value, chartFold.context, event);
      for (const transition of matching) {
        const [questions = []] = missingAnswers(machine, transition.guard, subject);
        const [missing] = questions;
        if (questions.length === 0) decided = {};
        else if (
          missing &&
          questions.length === 1 &&
          (missing.state !== undefined || /loop/i.test(missing.name))
        ) {
          const activeBefore = activeStates(chartFold.value);
          decided = {
            nearMiss: { missedRow, missing, activeBefore, transition: describeTransition(transition) },
          };
        }
      }
    });
    if (decided) return decided;
    lastRow = lastWrite(firstRow - 1);
  }
  return {};
}

const isDataCause = (cause: string): boolean => /ReceivedData/.test(cause);

/** Of a chart whose line pulses: for each cause the last entry that decides, if it would have interrupted but for the state of a region. */
function reasonsOfPulse(session: Session, rowIndex: number): Reason[] {
  const { chart, firstIndex, entryTable, index } = session;
  const dataWaits = receiveLevelOf(session.momentAfter(rowIndex).context) > 0;
  const lastInterrupt = entryTable.summaryOf(entryTable.flags).lastRowWith(rowIndex, ENTRY_FLAGS.INTERRUPT);
  // As in IIR, received data has priority.
  const causes = index.chances.causes.toSorted((a, b) => Number(isDataCause(b)) - Number(isDataCause(a)));
  return rankReasons(
    causes.flatMap((cause) => {
      const missedRow = index.lastDecision(rowIndex, cause);
      if (missedRow < 0) return [];
      const { entry, stateValueBefore, contextBefore, transitions } = session.momentAfter(missedRow);
      const event = entry && eventOf(entry);
      if (!event || transitions.some(({ actions }) => actions.includes(cause))) return [];
      const subject = subjectOf(stateValueBefore, contextBefore, event);
      const missed = index.chances.missedBy(event, subject).findLast((it) => it.cause === cause);
      if (!missed) return [];
      const { transition, missing } = missed;
      const kind = kindOf(missing);
      // Received data that has been read is not missing.
      const mayHaveBeenRead = kind === "masked" || kind === "identified already";
      if (isDataCause(cause) && mayHaveBeenRead && !dataWaits) return [];
      const { description, rules } = describeTransition(transition);
      const noted = lastInterrupt > missedRow ? "" : ". Nothing has noted it since";
      const words = questionInWords(chart, activeStates(stateValueBefore), missing);
      return [
        {
          kind,
          sentence: `#${firstIndex + missedRow} ${entryInWords(session, missedRow)} did not interrupt (${description}): ${words}${noted}${latestRevisionInWords(session, missedRow, rowIndex)}`,
          rowIndex: missedRow,
          rules,
        },
      ];
    }),
  );
}

/** Returns the kind of what is missing. Of a full FIFO a character is lost; from an empty one there is nothing to report. */
function kindOf(missing: GuardQuestion): ReasonKind {
  if (regionOf(missing) === "receiveFifo") return missing.state?.endsWith(".full") ? "lost" : "no source";
  return KINDS_BY_REGION[regionOf(missing)] ?? "no source";
}

/** Says by which transition the latest revision interrupts since, where the session's own does not. */
function latestRevisionInWords(session: Session, missedRow: number, rowIndex: number): string {
  const { latestRevision, firstIndex } = session;
  const row = latestRevision?.firstExtraRow(missedRow, rowIndex);
  if (!latestRevision || row === undefined) return "";
  const entries = session.entriesIn(latestRevision.rowOfStateBefore(row), row + 1);
  const interrupting = latestRevision.interruptingTransition(row, entries);
  if (!interrupting) return "";
  return `. ${latestRevision.revision} interrupts at #${firstIndex + row} ${entryInWords(session, row)}: ${interrupting.description} (${interrupting.rules.join(", ")})`;
}
