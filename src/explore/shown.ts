import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import { activeStates, type Chart, type ChartEmission, inputInWords, valueInWords } from "../device/index.js";
import { inWords } from "../device/words.js";
import type { ChartTransition } from "../engine/index.js";
import {
  definitionHash,
  type Entry,
  type Input,
  type JournalHeader,
  type Recorded,
  writeJournal,
} from "../journal/index.js";
import { VERSION } from "../version.js";
import type { Situation } from "./graph.js";
import { type Standing, standingAt } from "./step.js";

/** One step of a run in words. */
export interface StepShown {
  /** Its number, from 1. */
  readonly number: number;
  /** The input: "IER <- 0x01 ERBFI". */
  readonly text: string;
  /** Only what changed, and what left: "IIR 0x01 NONE to 0x04 RDA", "interrupt RDA". */
  readonly changes: readonly string[];
  /** Ids of the rules that the transitions taken implement. */
  readonly rules: readonly string[];
}

/** A run of a chart from its first state, as the chart itself takes it: nothing is abstracted away. */
export interface ShownRun {
  /** Its steps, in order. */
  readonly steps: readonly StepShown[];
  /** The inputs, as the device takes them: "restore" with the state that it has then. */
  readonly inputs: readonly Input[];
}

/** Replays inputs on a chart from its first state, and says step by step what changes. */
export function showRun(chart: Chart, inputs: readonly Input[]): ShownRun {
  const steps: StepShown[] = [];
  const concrete: Input[] = [];
  let here: Standing<unknown> = standingAt(chart as Chart<AnyStateMachine, unknown>);
  for (const abstract of inputs) {
    const input: Input = abstract.type === "restore" ? { type: "restore", state: here.state } : abstract;
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] = [];
    const before = here.at;
    here = here.take(input, emitted, taken);
    const value = emitted.find(({ type }) => type === "data")?.value;
    concrete.push(input);
    steps.push({
      number: steps.length + 1,
      text: inputInWords(input, before.divisorLatchOpen, value, chart),
      changes: [...changesInWords(chart, before, here.at), ...emitted.flatMap(emissionInWords)],
      rules: [...new Set(taken.flatMap((transition) => inWords(transition).rules))],
    });
  }
  return { steps, inputs: concrete };
}

function changesInWords(chart: Chart, before: Situation, after: Situation): string[] {
  const registers = chart.registers.flatMap(({ name }) => {
    const [was = 0, is = 0] = [before.registers[name], after.registers[name]];
    return was === is
      ? []
      : [
          `${name} ${valueInWords(name as RegisterName, was, chart)} to ${valueInWords(name as RegisterName, is, chart)}`,
        ];
  });
  const were = new Set(activeStates(before.value));
  return [...registers, ...activeStates(after.value).filter((state) => !were.has(state))];
}

/** What a read gives stands in the input's words already. */
export function emissionInWords({ type, value, cause, count, level, pin }: ChartEmission): string[] {
  if (type === "data") return [];
  const details = [
    cause,
    pin,
    value === undefined ? undefined : valueInWords(undefined, value),
    count,
    level,
  ];
  return [[type, ...details.filter((detail) => detail !== undefined)].join(" ")];
}

/**
 * A run as the text of a journal, which replays on the device and opens in every tool: its inputs from the chart's first state.
 *
 * @param repeats - where the part begins that repeats for ever: a remark stands there.
 */
export async function journalOf(chart: Chart, inputs: readonly Input[], repeats?: number): Promise<string> {
  const header: JournalHeader = {
    chart: chart.id,
    options: chart.options,
    definition: definitionHash(chart.machine),
    package: VERSION,
    first: 0,
    tick: 0,
    state: standingAt(chart).state,
  };
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of writeJournal(header, recorded(showRun(chart, inputs).inputs, repeats)))
    text += decoder.decode(chunk, { stream: true });
  return text;
}

function* recorded(inputs: readonly Input[], repeats: number | undefined): Generator<Recorded> {
  const entries: Entry[] = [...inputs];
  if (repeats !== undefined) entries.splice(repeats, 0, { type: "mark", text: "from here on it repeats" });
  let tick = 0;
  for (const [index, entry] of entries.entries()) {
    yield { index, tick, entry };
    if (entry.type === "advance") tick += entry.ticks;
  }
}
