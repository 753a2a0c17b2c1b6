import { type SerialRevision, WRITE_NAMES } from "../../../../machines/index.js";
import { activeStates, type Chart, serialChart, type TransitionInWords } from "../../../device/index.js";
import { chartTransitionsOf, describeTransition } from "../../../device/internal.js";
import type { ChartTransition } from "../../../engine/index.js";
import type { Input } from "../../../journal/index.js";
import { descriptionOf, entryInWords } from "./chart-words.js";
import { receiveLevelOf } from "./device-chart.js";
import { ENTRY_FLAGS } from "./entry-table.js";
import { type GuardQuestion, type GuardSubject, missingAnswers } from "./guard-questions.js";
import type { Reason, ReasonKind } from "./reason.js";
import type { Session } from "./session.js";

/** The rows that are searched backwards for what might have interrupted. */
const MOST_ROWS = 8192;

/** The kinds by the region whose state is missing. */
const KINDS: Readonly<Record<string, ReasonKind>> = {
  ...{ lineStatusInterrupt: "masked", receivedDataInterrupt: "masked" },
  ...{ thrEmptyInterrupt: "masked", modemStatusInterrupt: "masked" },
  ...{ OUT2: "OUT2", loopback: "loopback", divisorLatch: "DLAB", characterTimeout: "timeout not yet" },
  ...{ interruptIdentification: "identified already", hostOutput: "host holds" },
};

const regionOf = ({ state = "" }: GuardQuestion): string => state.split(".")[0] as string;

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
function questionInWords(session: Session, rowIndex: number, question: GuardQuestion): string {
  // The guard wants the other answer.
  if (question.state === undefined)
    return `the guard ${question.name} ${question.isNegated ? "holds" : "does not hold"}`;
  const regionName = regionOf(question);
  const activePath = activeStateIn(session.statesAt(rowIndex), regionName);
  return `${descriptionOf(session.chart, regionName)}: ${descriptionOf(session.chart, activePath)} (${activePath})`;
}

/** Sets of active states with those that contain them, by the active states: a chart is in few of them. */
const stateSets = new Map<string, ReadonlySet<string>>();
const MOST_STATE_SETS = 4096;

function withAncestors(active: readonly string[]): ReadonlySet<string> {
  const setKey = active.join();
  let stateSet = stateSets.get(setKey);
  if (!stateSet) {
    stateSet = new Set(
      active.flatMap((path) => path.split(".").map((_, i, keys) => keys.slice(0, i + 1).join("."))),
    );
    if (stateSets.size >= MOST_STATE_SETS) stateSets.clear();
    stateSets.set(setKey, stateSet);
  }
  return stateSet;
}

const subjectOf = (stateValue: unknown, context: unknown, input?: Input): GuardSubject => {
  const event = input && eventOf(input);
  return { activeStates: withAncestors(activeStates(stateValue)), context, ...(event ? { event } : {}) };
};

/** Returns the chart's event of a write, or of characters that arrive; others ask nothing about it. */
function eventOf(input: Input): { readonly type: string } | undefined {
  if (input.type === "write") return { ...input, type: `write.${WRITE_NAMES[input.offset] ?? "unmapped"}` };
  return input.type === "receive" ? input : undefined;
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
  const words = questionInWords(session, rowIndex, question);
  const nearMiss = nearMissOf(session, rowIndex, question);
  if (nearMiss) {
    const { missing, missedRow, transition } = nearMiss;
    return {
      kind: KINDS[regionOf(missing)] ?? (/loop/i.test(missing.name) ? "loopback" : "masked"),
      sentence: `${words}. #${session.firstIndex + missedRow} ${entryInWords(session, missedRow)} would have changed that (${transition.description}), but ${questionInWords(session, missedRow - 1, missing)}`,
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
  return { kind: KINDS[regionName] ?? "no source", sentence: words, rules };
}

/** An entry that would have answered a question, but for the state of another region. */
interface NearMiss {
  readonly missedRow: number;
  readonly missing: GuardQuestion;
  readonly transition: ReturnType<typeof describeTransition>;
}

/** Finds the last write that would have led to the state asked, if only another region, or another bit, had let it. */
function nearMissOf(session: Session, rowIndex: number, { state = "" }: GuardQuestion): NearMiss | undefined {
  const { machine } = session.chart;
  const leading = chartTransitionsOf(machine).filter(
    ({ target, eventType }) =>
      eventType.startsWith("write.") && target?.some((node) => node.path.join(".") === state) === true,
  );
  let nearMiss: NearMiss | undefined;
  const firstRow = Math.max(0, rowIndex - MOST_ROWS);
  if (leading.length === 0) return undefined;
  session.playRows(firstRow, rowIndex + 1, ({ rowIndex: playedRow, input, chartFold }) => {
    if (input.type !== "write") return undefined;
    const eventType = eventOf(input)?.type;
    const matching = leading.filter((transition) => transition.eventType === eventType);
    if (matching.length === 0) return undefined;
    const subject = subjectOf(chartFold.value, chartFold.context, input);
    for (const transition of matching) {
      const [questions = []] = missingAnswers(machine, transition.guard, subject);
      const [missing] = questions;
      if (questions.length === 0) nearMiss = undefined;
      else if (
        missing &&
        questions.length === 1 &&
        (missing.state !== undefined || /loop/i.test(missing.name))
      )
        nearMiss = { missedRow: playedRow, missing, transition: describeTransition(transition) };
    }
    return undefined;
  });
  return nearMiss;
}

/** Of a chart whose line pulses: the entries that would have interrupted, but for the state of a region. */
function reasonsOfPulse(session: Session, rowIndex: number): Reason[] {
  const { chart, firstIndex, entryTable } = session;
  const { machine } = chart;
  const raising = chartTransitionsOf(machine)
    .filter(({ eventType }) => eventType !== "restored")
    .flatMap((transition) => {
      const description = describeTransition(transition);
      const causes = description.actions.filter((name) => /^interrupt[A-Z]/.test(name));
      return causes.map((cause) => ({ transition, description, cause }));
    });
  const raisingByEvent = new Map(
    raising.map(({ transition: { eventType } }) => [
      eventType,
      raising.filter(({ transition }) => transition.eventType === eventType),
    ]),
  );
  const byCause = new Map<string, { readonly missedRow: number; readonly reason: Reason }>();
  const firstRow = Math.max(0, rowIndex - MOST_ROWS);
  session.playRows(firstRow, rowIndex + 1, ({ rowIndex: playedRow, input, chartFold }) => {
    if (input.type === "restore" || input.type === "reset") byCause.clear();
    if (input.type !== "write" && input.type !== "receive") return undefined;
    const eventType = eventOf(input)?.type;
    const candidates = raisingByEvent.get(eventType ?? "");
    if (!candidates) return undefined;
    const subject = subjectOf(chartFold.value, chartFold.context, input);
    const decide = (taken: readonly TransitionInWords[]): void => {
      for (const { transition, description, cause } of candidates) {
        if (taken.some(({ actions }) => actions.includes(cause))) {
          byCause.delete(cause);
          continue;
        }
        const sourcePath = transition.source.path.join(".");
        const [questions = []] = missingAnswers(machine, transition.guard, subject);
        const [missing] = questions;
        const source: GuardQuestion = { name: "", isNegated: false, state: sourcePath, asksEvent: false };
        const isElsewhere = !subject.activeStates.has(sourcePath);
        if (questions.length === 0 && !isElsewhere) continue;
        if (questions.length > 1 || missing?.asksEvent) continue;
        const first = missing ?? source;
        // That loopback is off is no reason, but for characters that would come back.
        if (regionOf(first) === "loopback" && subject.activeStates.has("loopback.off")) continue;
        const kind = regionOf(first) === "receiveFifo" ? "lost" : (KINDS[regionOf(first)] ?? "no source");
        if (missing && isElsewhere && kind !== "masked") continue;
        byCause.set(cause, {
          missedRow: playedRow,
          reason: {
            kind,
            sentence: `#${firstIndex + playedRow} ${entryInWords(session, playedRow)} did not interrupt (${description.description}): ${questionInWords(session, Math.max(0, playedRow - 1), first)}`,
            rowIndex: playedRow,
            rules: description.rules,
          },
        });
      }
    };
    // To know the transitions takes time: where nothing interrupted, none of these was taken.
    if ((entryTable.flags.valueAt(playedRow) & ENTRY_FLAGS.INTERRUPT) !== 0) return decide;
    decide([]);
    return undefined;
  });
  const dataWaits = receiveLevelOf(session.momentAfter(rowIndex).context) > 0;
  return rankReasons(
    [...byCause].flatMap(([cause, { missedRow, reason }]) => {
      // Received data that has been read is not missing.
      const mayHaveBeenRead = reason.kind === "masked" || reason.kind === "identified already";
      if (/ReceivedData/.test(cause) && mayHaveBeenRead && !dataWaits) return [];
      const isSeen = entryTable.summaryOf(entryTable.flags).lastRowWith(rowIndex, ENTRY_FLAGS.INTERRUPT);
      const noted = isSeen > missedRow ? "" : `. Nothing has noted it since`;
      return [
        {
          ...reason,
          sentence: `${reason.sentence}${noted}${otherRevisionInWords(session, missedRow, rowIndex)}`,
        },
      ];
    }),
  );
}

/** Says which transition of the latest revision would have interrupted since. */
function otherRevisionInWords(session: Session, missedRow: number, rowIndex: number): string {
  const { chart, firstIndex } = session;
  const latest = serialChart() as Chart;
  const revision = latest.options["revision"] as SerialRevision;
  if (chart.id !== latest.id || chart.options["revision"] === revision) return "";
  let found = "";
  session.playRows(
    missedRow,
    rowIndex + 1,
    ({ rowIndex: playedRow }) =>
      (taken) => {
        const interrupting = taken.find(({ actions }) => actions.some((it) => /^interrupt[A-Z]/.test(it)));
        if (found !== "" || !interrupting) return;
        if (session.transitionsAt(playedRow).some(({ id }) => id === interrupting.id)) return;
        found = `. ${revision} interrupts at #${firstIndex + playedRow} ${entryInWords(session, playedRow)}: ${interrupting.description} (${interrupting.rules.join(", ")})`;
      },
    latest,
  );
  return found;
}
