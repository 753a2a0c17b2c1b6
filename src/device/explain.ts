import type { AnyStateMachine } from "xstate";
import { bitNames, type RegisterName } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
import type { Input, JournalView } from "../journal/index.js";
import type { Chart, ChartEmission, Explanation, RegisterView } from "./device.js";
import { Fold, isInput } from "./fold.js";
import { inputInWords, valueInWords } from "./input-words.js";
import { inWords } from "./words.js";

/** An input at which the asked-for thing happened. */
interface Moment {
  readonly index: number;
  readonly tick: number;
  readonly input: Input;
  /** Whether the divisor latch was open, and so which registers the input reached. */
  readonly dlab: boolean;
  readonly taken: readonly ChartTransition[];
  readonly emitted: readonly ChartEmission[];
}

/** Asks of one step whether it is the kind of moment looked for. */
type Question = (before: number, after: number, emitted: readonly ChartEmission[]) => boolean;

const interrupted: Question = (_before, _after, emitted) => emitted.some(({ type }) => type === "interrupt");
const changed: Question = (before, after) => before !== after;

function registerOf(chart: Chart, name: RegisterName): RegisterView {
  const found = chart.registers.find((register) => register.name === name);
  if (found) return found;
  const names = chart.registers.map((register) => register.name).join(", ");
  throw new RangeError(`explain: ${chart.id} expected one of ${names}, interrupt, got ${name}`);
}

/**
 * Finds in the journal why a register, or the interrupt line, is as it is.
 *
 * @param context - the chart's context now.
 */
export function explain(
  chart: Chart,
  engine: Engine<AnyStateMachine>,
  journal: JournalView,
  context: never,
  what: RegisterName | "interrupt",
): Explanation {
  if (journal.first === journal.next && journal.next > 0) {
    throw new Error("explain: the journal keeps nothing to look in");
  }
  const register = registerOf(chart, what === "interrupt" ? "IIR" : what);
  const question = what === "interrupt" ? interrupted : changed;
  const moment = lastMoment(chart, engine, journal, register, question);
  const value = register.value(context);
  const taken = (moment?.taken ?? []).map(inWords);
  const rules = [...new Set(taken.flatMap((transition) => transition.rules))];
  const cause = moment?.emitted.findLast((emission) => emission.type === "interrupt")?.cause;
  return {
    what,
    value,
    bits: bitNames(register.name, value),
    ...(moment && { since: { index: moment.index, tick: moment.tick, input: moment.input } }),
    ...(what === "interrupt" && cause !== undefined && { cause }),
    taken,
    rules: rules.map((id) => `${id}: ${chart.rules[id] ?? ""}`),
    text: `${headline(what, cause, valueInWords(register.name, value), moment, journal.first)}${because(taken)}`,
  };
}

/** The last step of the journal of which `question` is true. Looked for backwards, one checkpoint at a time. */
function lastMoment(
  chart: Chart,
  engine: Engine<AnyStateMachine>,
  journal: JournalView,
  register: RegisterView,
  question: Question,
): Moment | undefined {
  for (let until = journal.next; until > journal.first; ) {
    const checkpoint = journal.checkpoint(until - 1);
    const found = lastMomentIn(
      chart,
      new Fold(chart, engine, checkpoint.state),
      journal,
      checkpoint.index,
      until,
      register,
      question,
    );
    if (found) return found;
    until = checkpoint.index;
  }
  return undefined;
}

function lastMomentIn(
  chart: Chart,
  fold: Fold,
  journal: JournalView,
  from: number,
  until: number,
  register: RegisterView,
  question: Question,
): Moment | undefined {
  let last: Moment | undefined;
  for (const { index, tick, entry } of journal.entries({ from, until })) {
    if (!isInput(entry)) continue;
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] = [];
    const before = register.value(fold.context);
    const dlab = chart.divisorLatchOpen(fold.context);
    fold.take(entry, emitted, taken);
    if (question(before, register.value(fold.context), emitted)) {
      last = { index, tick, input: entry, dlab, taken, emitted };
    }
  }
  return last;
}

function headline(
  what: string,
  cause: string | undefined,
  value: string,
  moment: Moment | undefined,
  first: number,
): string {
  const since = moment
    ? `#${moment.index}, tick ${moment.tick}: ${inputInWords(moment.input, moment.dlab)}`
    : "";
  if (what !== "interrupt")
    return moment ? `${what} is ${value} since ${since}` : `${what} is ${value}, as at #${first}`;
  return moment
    ? `The last interrupt was ${cause} at ${since}; IIR is ${value} now`
    : `No interrupt since #${first}; IIR is ${value}`;
}

const because = (taken: readonly { description: string; rules: readonly string[] }[]): string =>
  taken.map(({ description, rules }) => `. ${description} (${rules.join(", ")})`).join("");
