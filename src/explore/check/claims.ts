import type { RegisterName } from "../../../machines/index.js";
import type { DeviceState, ReachedState } from "../space/types.js";

/** A question about a reached state and the step that led there. */
export type Predicate<TState = unknown> = (reached: ReachedState<TState>) => boolean;

/** Something that goes on for ever: on a fair run it happens again and again. */
export interface Fairness<TState = unknown> {
  /** A description: "the driver writes IER with ERBFI set". */
  readonly name: string;
  /** True if the step to this state is one. */
  readonly is: Predicate<TState>;
}

/** The options of `always`. */
export interface AlwaysOptions<TState = unknown> {
  /** The premise: the claim is about these states only. A claim whose premise never holds is *vacuous*. */
  readonly when?: Predicate<TState>;
}

/** The options of formulas about runs. */
export interface RunOptions<TState = unknown> {
  /** True for steps that a run is made of: a run that takes another step promises nothing from then on. By default all are. */
  readonly during?: Predicate<TState>;
}

/** The options of `leadsTo`. */
export interface LeadsToOptions<TState = unknown> extends RunOptions<TState> {
  /** The fairness assumptions: what happens again and again; none by default. */
  readonly fairly?: readonly Fairness<TState>[];
}

/** The formula of a claim, as the functions below build it. */
export type Formula<TState = unknown> =
  | { readonly kind: "always"; readonly holds: Predicate<TState>; readonly when?: Predicate<TState> }
  | { readonly kind: "reachable" | "recoverable"; readonly holds: Predicate<TState> }
  | {
      readonly kind: "leadsTo";
      readonly from: Predicate<TState>;
      readonly to: Predicate<TState>;
      readonly during?: Predicate<TState>;
      readonly fairly: readonly Fairness<TState>[];
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
      readonly fairly: readonly Fairness<TState>[];
      readonly weak: boolean;
    };

/**
 * The unit of `within`: inputs of any kind ("steps", or "events" of a machine), reads and writes, or the time that passes: in ticks, or in characters
 * of the format at the beginning of the promise.
 */
export type Unit = "steps" | "events" | "accesses" | "ticks" | "characters";

const UNITS: readonly Unit[] = ["steps", "events", "accesses", "ticks", "characters"];

/** A statement about a chart, which is proved or refuted. */
export interface Claim<TState = unknown> {
  /** A short name, such as "I6". */
  readonly id: string;
  /** The statement, as a sentence. */
  readonly sentence: string;
  /** The statement, as a formula. */
  readonly formula: Formula<TState>;
}

/** Returns the formula that this holds in every state, or in every one that the premise selects. */
export const always = <TState>(
  holds: Predicate<TState>,
  { when }: AlwaysOptions<TState> = {},
): Formula<TState> => ({ kind: "always", holds, ...(when ? { when } : {}) });

/** Returns the formula that this holds in no state. */
export const never = <TState>(holds: Predicate<TState>): Formula<TState> =>
  always((reached) => !holds(reached));

/** Returns the formula that some run reaches a state in which this holds. */
export const reachable = <TState>(holds: Predicate<TState>): Formula<TState> => ({
  kind: "reachable",
  holds,
});

/** Returns the formula that, from every state, some run reaches a state in which this holds. */
export const recoverable = <TState>(holds: Predicate<TState>): Formula<TState> => ({
  kind: "recoverable",
  holds,
});

/**
 * Returns the formula that whenever `from` holds, `to` holds then or in some later state, on every run on which each of `fairly` happens
 * again and again and every step is one of `during`.
 */
export const leadsTo = <TState>(
  from: Predicate<TState>,
  to: Predicate<TState>,
  { during, fairly = [] }: LeadsToOptions<TState> = {},
): Formula<TState> => ({ kind: "leadsTo", from, to, fairly, ...(during ? { during } : {}) });

/** The options of `eventually`. */
export interface FromOptions<TState = unknown> extends RunOptions<TState> {
  /** True for states from which on something is promised; by default every one. */
  readonly from?: Predicate<TState>;
}

/** The options of `until`. */
export interface UntilOptions<TState = unknown> extends FromOptions<TState> {
  /** The fairness assumptions: what happens again and again; none by default. */
  readonly fairly?: readonly Fairness<TState>[];
  /** True if the second need not come, if the first then holds for ever. By default it must come. */
  readonly weak?: boolean;
}

/**
 * Begins the formula that on every run of `during` steps, from the states in which `from` holds (every state by default), this holds
 * within a bound: `eventually(p).within(3)`, `eventually(p).within(2, "characters")`. No fairness is assumed; a run that another step
 * ends sooner promises nothing, nor does one on which no more units pass.
 */
export const eventually = <TState>(
  to: Predicate<TState>,
  { from = () => true, during }: FromOptions<TState> = {},
): {
  /**
   * Returns the formula.
   *
   * @param bound - the number of inputs, accesses or characters after which it holds at the latest, from 0; inputs and accesses are whole numbers.
   * @throws RangeError for any other.
   */
  readonly within: (bound: number, unit?: Unit) => Formula<TState>;
} => ({
  within: (bound, unit = "steps") => {
    if (!UNITS.includes(unit))
      throw new RangeError(
        `within: expected ${UNITS.slice(0, -1).join(", ")} or ${UNITS.at(-1)}, got ${String(unit)}`,
      );
    const isInUnit = unit === "characters" ? Number.isFinite(bound) : Number.isInteger(bound);
    if (!isInUnit || bound < 0)
      throw new RangeError(
        `within: expected a ${unit === "characters" ? "" : "whole "}number from 0, got ${bound}`,
      );
    return { kind: "within", from, to, bound, unit, ...(during ? { during } : {}) };
  },
});

/**
 * Returns the formula that from the states in which `from` holds (every state by default), the first holds in every state until the second
 * does; and on every run on which each of `fairly` happens again and again and every step is one of `during`, the second does come.
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

/** The parts of a formula that are predicates. */
const PREDICATES = ["holds", "when", "from", "to", "during"] as const;

/**
 * Returns a claim of an id, a sentence and a formula.
 *
 * @throws TypeError if a part of the formula is no predicate: formulas do not nest, and what they do not express is for an observer.
 */
export function claim<TState>(id: string, sentence: string, formula: Formula<TState>): Claim<TState> {
  for (const part of PREDICATES) {
    const predicate = (formula as Partial<Record<string, unknown>>)[part];
    if (predicate === undefined || typeof predicate === "function") continue;
    const isFormula = typeof predicate === "object" && predicate !== null && "kind" in predicate;
    throw new TypeError(
      `${id}: ${formula.kind}: ${part}: expected a predicate, got ${isFormula ? `the formula ${String(predicate.kind)}; formulas do not nest: let an observer in the scope watch for it, and ask for the observer's state` : typeof predicate}`,
    );
  }
  return { id, sentence, formula };
}

/**
 * Returns true if any bit of `mask` is set in a register.
 *
 * @throws RangeError if the chart has no such register.
 */
export function isSet(
  { registers }: Pick<DeviceState, "registers">,
  register: RegisterName,
  mask: number,
): boolean {
  const registerValue = registers[register];
  if (registerValue === undefined)
    throw new RangeError(
      `register: expected one of ${Object.keys(registers).join(", ")}, got ${String(register)}`,
    );
  return (registerValue & mask) !== 0;
}
