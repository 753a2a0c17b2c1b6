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
      readonly bound: number;
      readonly unit: Unit;
    }
  | {
      readonly kind: "until";
      readonly from: Predicate<TState>;
      readonly holds: Predicate<TState>;
      readonly to: Predicate<TState>;
      readonly during?: Predicate<TState>;
      readonly fairly: readonly Fairly<TState>[];
      readonly weak: boolean;
    };

/**
 * What `within` counts: inputs of whatever kind, reads and writes, or the time that passes, in characters of the format in which the promise
 * was made.
 */
export type Unit = "steps" | "accesses" | "characters";

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

/** What `eventually` and `until` can be told beside that. */
export interface FromOptions<TState = unknown> extends RunOptions<TState> {
  /** The moments from which on something is promised; by default every one. */
  readonly from?: Predicate<TState>;
}

/** What `until` can be told. */
export interface UntilOptions<TState = unknown> extends FromOptions<TState> {
  /** What happens again and again; by default nothing need. */
  readonly fairly?: readonly Fairly<TState>[];
  /** Whether the second need not come, if the first then holds for ever. By default it must come. */
  readonly weak?: boolean;
}

/**
 * On every run of `during` steps, from the moments at which `from` holds (every moment by default), this holds before long:
 * `eventually(p).within(3)`, `eventually(p).within(2, "characters")`. No fairness is assumed; a run that another step ends sooner
 * promises nothing, nor does one on which what is counted does not go on.
 */
export const eventually = <TState>(
  to: Predicate<TState>,
  { from = () => true, during }: FromOptions<TState> = {},
): {
  /**
   * The formula.
   *
   * @param bound - after how many inputs, accesses or characters it holds at the latest, from 0; inputs and accesses are whole numbers.
   * @throws RangeError for any other.
   */
  readonly within: (bound: number, unit?: Unit) => Formula<TState>;
} => ({
  within: (bound, unit = "steps") => {
    if (!["steps", "accesses", "characters"].includes(unit))
      throw new RangeError(`within: expected steps, accesses or characters, got ${String(unit)}`);
    const fits = unit === "characters" ? Number.isFinite(bound) : Number.isInteger(bound);
    if (!fits || bound < 0)
      throw new RangeError(
        `within: expected a ${unit === "characters" ? "" : "whole "}number from 0, got ${bound}`,
      );
    return { kind: "within", from, to, bound, unit, ...(during ? { during } : {}) };
  },
});

/**
 * From the moments at which `from` holds (every moment by default), the first holds at every moment until the second does; and on
 * every run on which each of `fairly` happens again and again and every step is one of `during`, the second does come.
 */
export const until = <TState>(
  holds: Predicate<TState>,
  to: Predicate<TState>,
  { from = () => true, during, fairly = [], weak = false }: UntilOptions<TState> = {},
): Formula<TState> => ({
  kind: "until",
  from,
  holds,
  to,
  fairly,
  weak,
  ...(during ? { during } : {}),
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
