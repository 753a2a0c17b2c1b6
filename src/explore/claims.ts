import type { RegisterName } from "../../machines/index.js";
import type { Moment, Situation } from "./graph.js";

/** A question about a moment. */
export type Predicate<TState = unknown> = (at: Moment<TState>) => boolean;

/** Something that goes on for ever: on a fair run it happens again and again. */
export interface Fairly<TState = unknown> {
  /** What it is, in words: "the driver writes IER with ERBFI set". */
  readonly name: string;
  /** Whether this moment's step is one. */
  readonly is: Predicate<TState>;
}

/** What `always` can be told. */
export interface AlwaysOptions<TState = unknown> {
  /** The premise: only these moments are asked. A claim whose premise never holds is *vacuous*. */
  readonly when?: Predicate<TState>;
}

/** What `leadsTo` and `eventually` can be told. */
export interface RunOptions<TState = unknown> {
  /** Only runs of such steps are looked at: where another step is taken, nothing is promised any more. By default all are. */
  readonly during?: Predicate<TState>;
}

/** What `leadsTo` can be told. */
export interface LeadsToOptions<TState = unknown> extends RunOptions<TState> {
  /** What happens again and again; by default nothing need. */
  readonly fairly?: readonly Fairly<TState>[];
}

/** What a claim says, as the words below build it. */
export type Formula<TState = unknown> =
  | { readonly kind: "always"; readonly holds: Predicate<TState>; readonly when?: Predicate<TState> }
  | { readonly kind: "reachable" | "recoverable"; readonly holds: Predicate<TState> }
  | {
      readonly kind: "leadsTo";
      readonly from: Predicate<TState>;
      readonly to: Predicate<TState>;
      readonly during?: Predicate<TState>;
      readonly fairly: readonly Fairly<TState>[];
    }
  | {
      readonly kind: "within";
      readonly from: Predicate<TState>;
      readonly to: Predicate<TState>;
      readonly during?: Predicate<TState>;
      readonly steps: number;
    };

/** Something that is said of a chart, and proved or refuted. */
export interface Claim<TState = unknown> {
  /** A short name, such as "I6". */
  readonly id: string;
  /** What it says, in a sentence. */
  readonly sentence: string;
  /** The same, as a formula. */
  readonly formula: Formula<TState>;
}

/** At every moment, or at every one that the premise picks, this holds. */
export const always = <TState>(
  holds: Predicate<TState>,
  { when }: AlwaysOptions<TState> = {},
): Formula<TState> => ({ kind: "always", holds, ...(when ? { when } : {}) });

/** At no moment this holds. */
export const never = <TState>(holds: Predicate<TState>): Formula<TState> => always((at) => !holds(at));

/** Some run comes to a moment at which this holds. */
export const reachable = <TState>(holds: Predicate<TState>): Formula<TState> => ({
  kind: "reachable",
  holds,
});

/** From wherever the device may be, some run comes to a moment at which this holds. */
export const recoverable = <TState>(holds: Predicate<TState>): Formula<TState> => ({
  kind: "recoverable",
  holds,
});

/**
 * Whenever `from` holds, `to` holds then or at some later moment, on every run on which each of `fairly` happens again and again
 * and every step is one of `during`.
 */
export const leadsTo = <TState>(
  from: Predicate<TState>,
  to: Predicate<TState>,
  { during, fairly = [] }: LeadsToOptions<TState> = {},
): Formula<TState> => ({ kind: "leadsTo", from, to, fairly, ...(during ? { during } : {}) });

/**
 * On every run of `during` steps, from the moments at which `from` holds (every moment by default), this holds before long:
 * `eventually(p).within(3)`. No fairness is assumed; a run that another step ends sooner promises nothing.
 */
export const eventually = <TState>(
  to: Predicate<TState>,
  { from = () => true, during }: RunOptions<TState> & { readonly from?: Predicate<TState> } = {},
): {
  /** The formula. @param steps - the number of inputs after which it holds at the latest, from 0. @throws RangeError for any other. */
  readonly within: (steps: number) => Formula<TState>;
} => ({
  within: (steps) => {
    if (!Number.isInteger(steps) || steps < 0)
      throw new RangeError(`within: expected a whole number from 0, got ${steps}`);
    return { kind: "within", from, to, steps, ...(during ? { during } : {}) };
  },
});

/** A claim: its id, its sentence, its formula. */
export const claim = <TState>(id: string, sentence: string, formula: Formula<TState>): Claim<TState> => ({
  id,
  sentence,
  formula,
});

/**
 * Whether any bit of `mask` is set in a register as it stands.
 *
 * @throws RangeError if the chart has no such register.
 */
export function isSet(
  { registers }: Pick<Situation, "registers">,
  register: RegisterName,
  mask: number,
): boolean {
  const value = registers[register];
  if (value === undefined)
    throw new RangeError(
      `register: expected one of ${Object.keys(registers).join(", ")}, got ${String(register)}`,
    );
  return (value & mask) !== 0;
}
