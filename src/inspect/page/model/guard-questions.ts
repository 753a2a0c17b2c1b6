import type { AnyStateMachine } from "xstate";
import { combinatorOf, type RawGuard, raw } from "../../../engine/internal.js";

/** An elementary question of a guard: the state of a region, a bit of the event, a count, an option. */
export interface GuardQuestion {
  /** The guard's name: "receivedDataEnabled". */
  readonly name: string;
  /** True if the guard wants the answer no. */
  readonly isNegated: boolean;
  /** The path of the state that it asks about, if it does: "receivedDataInterrupt.enabled". */
  readonly state?: string;
  /** True if it asks about the event. */
  readonly asksEvent: boolean;
}

/** What guards see: the active states, with those that contain them, the context, and the event if there is one. */
export interface GuardSubject {
  readonly activeStates: ReadonlySet<string>;
  readonly context: unknown;
  readonly event?: { readonly type: string };
}

/** The most alternatives that are followed. */
const MOST_ALTERNATIVES = 64;

/** Returns the path of the state in a state value of one region: `{ transmitFifo: { empty: "pending" } }`. */
function pathOfStateValue(stateValue: unknown): string {
  if (typeof stateValue !== "object" || stateValue === null) return String(stateValue);
  const [[regionName, innerValue] = ["", ""]] = Object.entries(stateValue);
  return `${regionName}.${pathOfStateValue(innerValue)}`;
}

const both = (left: GuardQuestion[][], right: GuardQuestion[][]): GuardQuestion[][] =>
  left
    .flatMap((questions) =>
      right.map((others) => [
        ...questions,
        ...others.filter(({ name }) => !questions.some((it) => it.name === name)),
      ]),
    )
    .sort((a, b) => a.length - b.length)
    .slice(0, MOST_ALTERNATIVES);

/**
 * Returns what a guard lacks: sets of questions, of which each set, answered otherwise, would make it hold. An empty set means that it
 * holds. Where there is no event, questions about it count as answered.
 */
export function missingAnswers(
  machine: AnyStateMachine,
  guard: unknown,
  subject: GuardSubject,
): readonly (readonly GuardQuestion[])[] {
  const { guards } = raw(machine).implementations;
  const missingOf = (rawGuard: RawGuard | undefined, wanted: boolean, name: string): GuardQuestion[][] => {
    if (rawGuard === undefined || rawGuard === null) return [[]];
    if (typeof rawGuard === "string") return missingOf(guards[rawGuard], wanted, rawGuard);
    if (typeof rawGuard !== "function") {
      const { type, params } = rawGuard as { type: string; params?: unknown };
      const implementation = guards[type];
      return typeof implementation === "function" && !("check" in implementation)
        ? answerOf(implementation as unknown as PlainGuard, type, wanted, params)
        : missingOf(implementation, wanted, type);
    }
    if (!("check" in rawGuard)) return answerOf(rawGuard as unknown as PlainGuard, name, wanted, undefined);
    if ("stateValue" in rawGuard) {
      const state = pathOfStateValue(rawGuard.stateValue);
      return subject.activeStates.has(state) === wanted
        ? [[]]
        : [[{ name, isNegated: !wanted, state, asksEvent: false }]];
    }
    const inner = rawGuard.guards ?? [];
    const combinator = combinatorOf(rawGuard);
    if (combinator === "not") return missingOf(inner[0], !wanted, name);
    const parts = inner.map((part) => missingOf(part, wanted, name));
    return (combinator === "and") === wanted
      ? parts.reduce(both, [[]])
      : parts.flat().sort((a, b) => a.length - b.length);
  };
  const answerOf = (
    plainGuard: PlainGuard,
    name: string,
    wanted: boolean,
    params: unknown,
  ): GuardQuestion[][] => {
    const asksEvent = (plainGuard.reads?.event.length ?? 0) > 0;
    if (asksEvent && !subject.event) return [[]];
    const answer = plainGuard({ context: subject.context, event: subject.event }, params);
    return answer === wanted ? [[]] : [[{ name, isNegated: !wanted, asksEvent }]];
  };
  return missingOf(guard as RawGuard, true, "");
}

/** A guard that asks about the context or the event, not about a state. */
export type PlainQuestion = (subject: { readonly context: unknown; readonly event: unknown }) => boolean;

/** Returns the questions of a guard that are not about states. With their answers, the active states decide it. */
export function plainQuestionsOf(machine: AnyStateMachine, guard: unknown): readonly PlainQuestion[] {
  const { guards } = raw(machine).implementations;
  const questionsOf = (rawGuard: RawGuard | undefined, params?: unknown): readonly PlainQuestion[] => {
    if (rawGuard === undefined || rawGuard === null) return [];
    if (typeof rawGuard === "string") return questionsOf(guards[rawGuard]);
    if (typeof rawGuard !== "function") {
      const { type, params: givenParams } = rawGuard as { type: string; params?: unknown };
      return questionsOf(guards[type], givenParams);
    }
    if (!("check" in rawGuard)) {
      const plainGuard = rawGuard as unknown as PlainGuard;
      return [(subject) => plainGuard(subject, params)];
    }
    return "stateValue" in rawGuard ? [] : (rawGuard.guards ?? []).flatMap((part) => questionsOf(part));
  };
  return questionsOf(guard as RawGuard);
}

/** A guard that is a function, with the declaration of its inputs. */
type PlainGuard = ((subject: object, params: unknown) => boolean) & {
  readonly reads?: { readonly event: readonly string[] };
};
