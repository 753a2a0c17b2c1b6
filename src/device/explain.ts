import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
import type { Input, JournalView } from "../journal/index.js";
import { formatValue } from "../journal/internal.js";
import type { AnyContext, Chart, ChartEmission, Explanation, RegisterView } from "./device.js";
import { Fold, isInput } from "./fold.js";
import { bitsInWords, inputInWords, valueInWords } from "./input-format.js";
import { describeTransition } from "./transition-description.js";

/** An input after which a predicate held. */
interface Occurrence {
  readonly index: number;
  readonly tick: number;
  readonly input: Input;
  /** True if the divisor latch was open: it decides which registers the input reached. */
  readonly divisorLatchOpen: boolean;
  readonly transitions: readonly ChartTransition[];
  readonly emissions: readonly ChartEmission[];
}

/** A predicate on one input: the register's value before and after it, and the emissions. */
type StepPredicate = (
  valueBefore: number,
  valueAfter: number,
  emissions: readonly ChartEmission[],
) => boolean;

/** Returns true for a pulse, a change of the interrupt line, or of the cause in IIR. A restore emits them all again. */
const isInterruptEmission = ({ type }: ChartEmission): boolean =>
  type === "interrupt" || type === "interruptLine" || type === "identified";
const hasInterrupted: StepPredicate = (_before, _after, emissions) => emissions.some(isInterruptEmission);
const hasChanged: StepPredicate = (valueBefore, valueAfter) => valueBefore !== valueAfter;

function registerNamed(chart: Chart, registerName: RegisterName): RegisterView {
  const foundRegister = chart.registers.find((register) => register.name === registerName);
  if (foundRegister) return foundRegister;
  const names = chart.registers.map((register) => register.name).join(", ");
  const isWord = typeof registerName === "string" && /^\w{1,60}$/.test(registerName);
  throw new RangeError(
    `explain: ${chart.id} expected one of ${names}, interrupt, got ${isWord ? registerName : formatValue(registerName)}`,
  );
}

/**
 * Explains the value of a register, or the level of the interrupt line, from the journal.
 *
 * @param context - the chart's context now.
 */
export function explain(
  chart: Chart,
  engine: Engine<AnyStateMachine>,
  journal: JournalView,
  context: AnyContext,
  subject: RegisterName | "interrupt",
): Explanation {
  if (journal.first === journal.next && journal.next > 0) {
    throw new Error("explain: the journal keeps nothing to look in");
  }
  const register = registerNamed(chart, subject === "interrupt" ? "IIR" : subject);
  const predicate = subject === "interrupt" ? hasInterrupted : hasChanged;
  const occurrence = findLastOccurrence(chart, engine, journal, register, predicate);
  const registerValue = register.value(context);
  const transitions = (occurrence?.transitions ?? [])
    .filter(({ eventType }) => eventType !== "restored")
    .map(describeTransition);
  const rules = [...new Set(transitions.flatMap((transition) => transition.rules))];
  const cause = currentCause(chart, context, occurrence);
  const explanationParts = {
    cause,
    level: chart.levelOf?.(context),
    value: valueInWords(register.name, registerValue, chart),
    causeRegister: causeRegisterInWords(chart, context, cause),
  };
  return {
    what: subject,
    value: registerValue,
    bits: bitsInWords(register.name, registerValue, chart),
    ...(occurrence && { since: { index: occurrence.index, tick: occurrence.tick, input: occurrence.input } }),
    ...(subject === "interrupt" && cause !== undefined && { cause }),
    taken: transitions,
    rules: rules.map((id) => `${id}: ${chart.rules[id] ?? ""}`),
    text: `${headline(subject, explanationParts, occurrence, journal.first)}${reasonsInWords(transitions)}`,
  };
}

/** Returns the present cause of the interrupt; where the line has no level, the last one. */
function currentCause(
  chart: Chart,
  currentContext: AnyContext,
  occurrence: Occurrence | undefined,
): string | undefined {
  if (chart.causeOf === undefined) return occurrence?.emissions.findLast(isInterruptEmission)?.cause;
  const cause = chart.causeOf(currentContext);
  return cause === "none" ? undefined : cause;
}

/** Returns, in words, the register that details a cause. */
function causeRegisterInWords(chart: Chart, currentContext: AnyContext, cause: string | undefined): string {
  const registerName = cause === undefined ? undefined : chart.causeRegisters?.[cause];
  if (registerName === undefined) return "";
  return `${registerName} is ${valueInWords(registerName, registerNamed(chart, registerName).value(currentContext), chart)}, `;
}

/** Finds the last input of the journal for which `predicate` is true, backwards, one checkpoint at a time. */
function findLastOccurrence(
  chart: Chart,
  engine: Engine<AnyStateMachine>,
  journal: JournalView,
  register: RegisterView,
  predicate: StepPredicate,
): Occurrence | undefined {
  for (let untilIndex = journal.next; untilIndex > journal.first; ) {
    const checkpoint = journal.checkpoint(untilIndex - 1);
    const foundRegister = lastOccurrenceIn(
      chart,
      new Fold(chart, engine, checkpoint.state),
      journal,
      checkpoint.index,
      untilIndex,
      register,
      predicate,
    );
    if (foundRegister) return foundRegister;
    untilIndex = checkpoint.index;
  }
  return undefined;
}

function lastOccurrenceIn(
  chart: Chart,
  fold: Fold,
  journal: JournalView,
  fromIndex: number,
  untilIndex: number,
  register: RegisterView,
  predicate: StepPredicate,
): Occurrence | undefined {
  let lastOccurrence: Occurrence | undefined;
  for (const { index, tick, entry } of journal.entries({ from: fromIndex, until: untilIndex })) {
    if (!isInput(entry)) continue;
    const emissions: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    const valueBefore = register.value(fold.context);
    const divisorLatchOpen = chart.divisorLatchOpen(fold.context);
    const delays: number[] = [];
    fold.apply(entry, emissions, transitions, delays);
    if (predicate(valueBefore, register.value(fold.context), emissions)) {
      const elapsedTicks = delays[emissions.findLastIndex(isInterruptEmission)] ?? delays.at(-1) ?? 0;
      lastOccurrence = {
        index,
        tick: tick + elapsedTicks,
        input: entry,
        divisorLatchOpen: divisorLatchOpen,
        transitions: transitions,
        emissions: emissions,
      };
    }
  }
  return lastOccurrence;
}

/** The parts of an explanation, in words; `level` only where the interrupt line has one. */
interface ExplanationParts {
  readonly cause: string | undefined;
  readonly level: 0 | 1 | undefined;
  readonly value: string;
  /** The register that details the cause. */
  readonly causeRegister: string;
}

function headline(
  subject: string,
  { cause, level, value, causeRegister: also }: ExplanationParts,
  occurrence: Occurrence | undefined,
  firstIndex: number,
): string {
  const since = occurrence
    ? `#${occurrence.index}, tick ${occurrence.tick}: ${inputInWords(occurrence.input, occurrence.divisorLatchOpen)}`
    : "";
  if (subject !== "interrupt")
    return occurrence
      ? `${subject} is ${value} since ${since}`
      : `${subject} is ${value}, as at #${firstIndex}`;
  if (level !== undefined)
    return interruptLineInWords({ cause, level, value, causeRegister: also }, since, firstIndex);
  return occurrence
    ? `The last interrupt was ${cause} at ${since}; IIR is ${value} now`
    : `No interrupt since #${firstIndex}; IIR is ${value}`;
}

/** Describes an interrupt line that has a level. */
function interruptLineInWords(
  { cause, level, value, causeRegister: also }: ExplanationParts,
  since: string,
  firstIndex: number,
): string {
  const sinceWords = since === "" ? `, as at #${firstIndex}` : ` since ${since}`;
  if (level === 1) return `The interrupt line is high for ${cause}${sinceWords}; ${also}IIR is ${value}`;
  return cause === undefined
    ? `The interrupt line is low${sinceWords}; IIR is ${value}`
    : `The interrupt line is low, as the board holds ${cause} back${sinceWords}; ${also}IIR is ${value}`;
}

const reasonsInWords = (transitions: readonly { description: string; rules: readonly string[] }[]): string =>
  transitions.map(({ description, rules }) => `. ${description} (${rules.join(", ")})`).join("");
