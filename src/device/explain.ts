import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import type { ChartTransition, Engine } from "../engine/index.js";
import type { Input, JournalView } from "../journal/index.js";
import type { Chart, ChartEmission, Explanation, RegisterView } from "./device.js";
import { Fold, isInput } from "./fold.js";
import { bitsInWords, inputInWords, valueInWords } from "./input-words.js";
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

/** What tells of the interrupt: a pulse, a change of the line, or of what IIR reports. A restore tells them all again. */
const aboutInterrupt = ({ type }: ChartEmission): boolean =>
  type === "interrupt" || type === "interruptLine" || type === "identified";
const interrupted: Question = (_before, _after, emitted) => emitted.some(aboutInterrupt);
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
  const taken = (moment?.taken ?? []).filter(({ eventType }) => eventType !== "restored").map(inWords);
  const rules = [...new Set(taken.flatMap((transition) => transition.rules))];
  const cause = causeNow(chart, context, moment);
  const said = {
    cause,
    level: chart.levelOf?.(context),
    value: valueInWords(register.name, value, chart),
    also: alsoOf(chart, context, cause),
  };
  return {
    what,
    value,
    bits: bitsInWords(register.name, value, chart),
    ...(moment && { since: { index: moment.index, tick: moment.tick, input: moment.input } }),
    ...(what === "interrupt" && cause !== undefined && { cause }),
    taken,
    rules: rules.map((id) => `${id}: ${chart.rules[id] ?? ""}`),
    text: `${headline(what, said, moment, journal.first)}${because(taken)}`,
  };
}

/** What interrupts now; where the line has no level, what interrupted last. */
function causeNow(chart: Chart, context: never, moment: Moment | undefined): string | undefined {
  if (chart.causeOf === undefined) return moment?.emitted.findLast(aboutInterrupt)?.cause;
  const cause = chart.causeOf(context);
  return cause === "none" ? undefined : cause;
}

/** The register that says more of a cause, with its value. */
function alsoOf(chart: Chart, context: never, cause: string | undefined): string {
  const name = cause === undefined ? undefined : chart.causeRegisters?.[cause];
  if (name === undefined) return "";
  return `${name} is ${valueInWords(name, registerOf(chart, name).value(context), chart)}, `;
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
    const times: number[] = [];
    fold.take(entry, emitted, taken, times);
    if (question(before, register.value(fold.context), emitted)) {
      const passed = times[emitted.findLastIndex(aboutInterrupt)] ?? times.at(-1) ?? 0;
      last = { index, tick: tick + passed, input: entry, dlab, taken, emitted };
    }
  }
  return last;
}

/** What there is to be said, with the value in words; the level is that of an interrupt line that has one. */
interface Said {
  readonly cause: string | undefined;
  readonly level: 0 | 1 | undefined;
  readonly value: string;
  /** More of the cause. */
  readonly also: string;
}

function headline(
  what: string,
  { cause, level, value, also }: Said,
  moment: Moment | undefined,
  first: number,
): string {
  const since = moment
    ? `#${moment.index}, tick ${moment.tick}: ${inputInWords(moment.input, moment.dlab)}`
    : "";
  if (what !== "interrupt")
    return moment ? `${what} is ${value} since ${since}` : `${what} is ${value}, as at #${first}`;
  if (level !== undefined) return lineInWords({ cause, level, value, also }, since, first);
  return moment
    ? `The last interrupt was ${cause} at ${since}; IIR is ${value} now`
    : `No interrupt since #${first}; IIR is ${value}`;
}

/** What there is to be said of an interrupt line that has a level. */
function lineInWords({ cause, level, value, also }: Said, since: string, first: number): string {
  const begun = since === "" ? `, as at #${first}` : ` since ${since}`;
  if (level === 1) return `The interrupt line is high for ${cause}${begun}; ${also}IIR is ${value}`;
  return cause === undefined
    ? `The interrupt line is low${begun}; IIR is ${value}`
    : `The interrupt line is low, as the board holds ${cause} back${begun}; ${also}IIR is ${value}`;
}

const because = (taken: readonly { description: string; rules: readonly string[] }[]): string =>
  taken.map(({ description, rules }) => `. ${description} (${rules.join(", ")})`).join("");
