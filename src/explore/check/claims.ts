import type { RegisterName } from "../../../machines/index.js";
import { checkReadable, formatValue, isRecord, withKnownNames } from "../../journal/internal.js";
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
  options: AlwaysOptions<TState> = {},
): Formula<TState> => ({ kind: "always", holds, ...withKnownNames(options, ["when"], "always") });

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
  options: LeadsToOptions<TState> = {},
): Formula<TState> => ({
  kind: "leadsTo",
  from,
  to,
  fairly: [],
  ...withKnownNames(options, ["during", "fairly"], "leadsTo"),
});

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
  options: FromOptions<TState> = {},
): {
  /**
   * Returns the formula.
   *
   * @param bound - the number of inputs, accesses or characters after which it holds at the latest, from 0; inputs and accesses are whole numbers.
   * @throws RangeError for any other.
   */
  readonly within: (bound: number, unit?: Unit) => Formula<TState>;
} => {
  const { from = () => true, during } = withKnownNames(options, ["from", "during"], "eventually");
  const within = (bound: number, unit: Unit = "steps"): Formula<TState> => {
    if (!UNITS.includes(unit))
      throw new RangeError(
        `within: expected ${UNITS.slice(0, -1).join(", ")} or ${UNITS.at(-1)}, got ${formatValue(unit)}`,
      );
    const isInUnit = unit === "characters" ? Number.isFinite(bound) : Number.isInteger(bound);
    if (!isInUnit || bound < 0)
      throw new RangeError(
        `within: expected a ${unit === "characters" ? "" : "whole "}number from 0, got ${formatValue(bound)}`,
      );
    return { kind: "within", from, to, bound, unit, ...(during ? { during } : {}) };
  };
  return { within };
};

/**
 * Returns the formula that from the states in which `from` holds (every state by default), the first holds in every state until the second
 * does; and on every run on which each of `fairly` happens again and again and every step is one of `during`, the second does come.
 */
export const until = <TState>(
  holds: Predicate<TState>,
  to: Predicate<TState>,
  options: UntilOptions<TState> = {},
): Formula<TState> => ({
  kind: "until",
  from: () => true,
  holds,
  to,
  fairly: [],
  weak: false,
  ...withKnownNames(options, ["from", "during", "fairly", "weak"], "until"),
});

/** The kinds of formulas. */
const KINDS: Readonly<Record<Formula["kind"], true>> = {
  always: true,
  reachable: true,
  recoverable: true,
  leadsTo: true,
  within: true,
  until: true,
};
const FORMULA_IN_WORDS = "a formula, such as always((state) => ...)";
/** The most characters of a claim's id. */
const LONGEST_ID = 200;

/** The parts of a formula that are predicates. */
const PREDICATES = ["holds", "when", "from", "to", "during"] as const;

/**
 * Returns a claim of an id, a sentence and a formula.
 *
 * @throws TypeError if a part of the formula is no predicate: formulas do not nest, and what they do not express is for an observer.
 */
export function claim<TState>(id: string, sentence: string, formula: Formula<TState>): Claim<TState> {
  checkWords(id, sentence);
  checkReadable(formula, `${id}: formula`, FORMULA_IN_WORDS, () => checkFormula(id, formula));
  return { id, sentence, formula };
}

function checkWords(id: unknown, sentence: unknown): void {
  if (typeof id !== "string" || id.length > LONGEST_ID)
    throw new TypeError(`id: expected a short name such as "I6", got ${formatValue(id)}`);
  if (typeof sentence !== "string")
    throw new TypeError(`sentence: expected a sentence, got ${formatValue(sentence)}`);
}

function checkFormula<TState>(id: string, formula: Formula<TState>): void {
  if (!isRecord(formula) || !Object.hasOwn(KINDS, formula.kind))
    throw new TypeError(`${id}: formula: expected ${FORMULA_IN_WORDS}, got ${formatValue(formula)}`);
  for (const part of PREDICATES) {
    const predicate = (formula as Partial<Record<string, unknown>>)[part];
    if (predicate === undefined || typeof predicate === "function") continue;
    const isFormula = typeof predicate === "object" && predicate !== null && "kind" in predicate;
    throw new TypeError(
      `${id}: ${formula.kind}: ${part}: expected a predicate, got ${isFormula ? `the formula ${String(predicate.kind)}; formulas do not nest: let an observer in the scope watch for it, and ask for the observer's state` : formatValue(predicate)}`,
    );
  }
  if (!("fairly" in formula)) return;
  if (!Array.isArray(formula.fairly))
    throw new TypeError(`${id}: fairly: expected a list of { name, is }, got ${formatValue(formula.fairly)}`);
  for (const [index, fairness] of formula.fairly.entries())
    if (!isRecord(fairness) || typeof (fairness as Fairness<TState>).is !== "function")
      throw new TypeError(`${id}: fairly[${index}]: expected { name, is }, got ${formatValue(fairness)}`);
}

/** Checks claims. @throws TypeError that names what is wrong. */
export function checkClaims<TState>(claims: readonly Claim<TState>[]): void {
  checkReadable(claims, "claims", "a list of claims", () => {
    if (!Array.isArray(claims))
      throw new TypeError(`claims: expected a list of claims, got ${formatValue(claims)}`);
    for (const [index, item] of claims.entries()) {
      if (!isRecord(item))
        throw new TypeError(`claims[${index}]: expected a claim, got ${formatValue(item)}`);
      const { id, sentence, formula } = item as Claim<TState>;
      claim(id, sentence, formula);
    }
  });
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
