import { activeStates, type Chart } from "../../../device/index.js";
import {
  accessIndexOf,
  chartTransitionsOf,
  describeTransition,
  type Fold,
  WRITE_EVENTS,
} from "../../../device/internal.js";
import type { ChartTransition } from "../../../engine/index.js";
import type { Entry } from "../../../journal/index.js";
import {
  type GuardQuestion,
  type GuardSubject,
  missingAnswers,
  type PlainQuestion,
  plainQuestionsOf,
} from "./guard-questions.js";
import { KINDS_BY_REGION } from "./reason.js";

/** Configurations of which the answers are kept: a chart whose line pulses is in few of them. */
const MOST_ANSWERS = 65_536;

/** A transition that interrupts, with the name of the action by which it does. */
interface RaisingTransition {
  readonly transition: ChartTransition;
  readonly cause: string;
}

/** A transition that would have interrupted, but for the state of a region. */
export interface MissedInterrupt extends RaisingTransition {
  /** What is missing. */
  readonly missing: GuardQuestion;
}

/** The entries of a chart whose line pulses that interrupt, or would have but for the state of a region. */
export class InterruptChances {
  /** The names of the interrupting actions. */
  readonly causes: readonly string[];
  readonly #chart: Chart;
  readonly #raising = new Map<string, readonly RaisingTransition[]>();
  readonly #questions = new Map<string, readonly PlainQuestion[]>();
  /** The causes that each interrupting transition gives, as bits. */
  readonly #causeBits = new Map<ChartTransition, number>();
  readonly #knownBits = new Map<string, number>();

  constructor(chart: Chart) {
    this.#chart = chart;
    const raising = (chart.levelOf ? [] : chartTransitionsOf(chart.machine)).flatMap((transition) => {
      const causes = describeTransition(transition).actions.filter((name) => /^interrupt[A-Z]/.test(name));
      return causes.map((cause) => ({ transition, cause }));
    });
    this.causes = [...new Set(raising.map(({ cause }) => cause))];
    for (const { transition, cause } of raising)
      this.#causeBits.set(transition, (this.#causeBits.get(transition) ?? 0) | this.bitOf(cause));
    for (const candidate of raising) {
      const { eventType, guard } = candidate.transition;
      this.#raising.set(eventType, [...(this.#raising.get(eventType) ?? []), candidate]);
      const questions = plainQuestionsOf(chart.machine, guard);
      this.#questions.set(eventType, [...(this.#questions.get(eventType) ?? []), ...questions]);
    }
  }

  /** Returns the bit of a cause. */
  bitOf(cause: string): number {
    return 1 << this.causes.indexOf(cause);
  }

  /** Returns the bits of the causes that transitions give. */
  interruptsOf(transitions: readonly ChartTransition[]): number {
    let bits = 0;
    for (const transition of transitions) bits |= this.#causeBits.get(transition) ?? 0;
    return bits;
  }

  /**
   * Returns the bits of the causes about which an entry decides, unless it interrupts: for which it would, but for the state of a region; all,
   * if it forgets what was missed.
   *
   * @param chartFold - the chart before the entry.
   */
  decidedBy(entry: Entry, chartFold: Fold): number {
    if (this.causes.length === 0) return 0;
    if (entry.type === "restore" || entry.type === "reset") return (1 << this.causes.length) - 1;
    const event = eventOf(entry);
    const questions = event && this.#questions.get(event.type);
    if (!questions) return 0;
    // The answers depend on the active states, and on these questions, alone.
    let answersKey = `${event.type} ${chartFold.configuration} `;
    for (const question of questions)
      answersKey += question({ context: chartFold.context, event }) ? "1" : "0";
    let bits = this.#knownBits.get(answersKey);
    if (bits === undefined) {
      const missed = this.missedBy(event, subjectOf(chartFold.value, chartFold.context, event));
      bits = missed.reduce((sum, { cause }) => sum | this.bitOf(cause), 0);
      if (this.#knownBits.size >= MOST_ANSWERS) this.#knownBits.clear();
      this.#knownBits.set(answersKey, bits);
    }
    return bits;
  }

  /** Returns the transitions by which an event would have interrupted, but for the state of a region. */
  missedBy(event: { readonly type: string }, subject: GuardSubject): readonly MissedInterrupt[] {
    return (this.#raising.get(event.type) ?? []).flatMap((candidate) => {
      const sourcePath = candidate.transition.source.path.join(".");
      const [questions = []] = missingAnswers(this.#chart.machine, candidate.transition.guard, subject);
      const isElsewhere = !subject.activeStates.has(sourcePath);
      const [question] = questions;
      if ((questions.length === 0 && !isElsewhere) || questions.length > 1 || question?.asksEvent) return [];
      const missing = question ?? { name: "", isNegated: false, state: sourcePath, asksEvent: false };
      const regionName = regionOf(missing);
      // That loopback is off is no reason, but for characters that would come back.
      if (regionName === "loopback" && subject.activeStates.has("loopback.off")) return [];
      if (question && isElsewhere && KINDS_BY_REGION[regionName] !== "masked") return [];
      return [{ ...candidate, missing }];
    });
  }
}

/** Returns the region that a question asks about. */
export const regionOf = ({ state = "" }: GuardQuestion): string => state.split(".")[0] as string;

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

/** Returns what guards see. */
export const subjectOf = (
  stateValue: unknown,
  context: unknown,
  event?: { readonly type: string },
): GuardSubject => ({
  activeStates: withAncestors(activeStates(stateValue)),
  context,
  ...(event ? { event } : {}),
});

/** Returns the chart's event of a write, or of characters that arrive; others ask nothing about it. */
export function eventOf(input: Entry): { readonly type: string } | undefined {
  if (input.type === "write") return WRITE_EVENTS[(accessIndexOf(input.offset) << 8) | input.value];
  return input.type === "receive" ? input : undefined;
}
