import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../../machines/index.js";
import {
  activeStates,
  type Chart,
  type ChartEmission,
  inputInWords,
  valueInWords,
} from "../../device/index.js";
import { describeTransition } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import {
  definitionHash,
  type Entry,
  type Input,
  type JournalHeader,
  type Recorded,
  writeJournal,
} from "../../journal/index.js";
import { VERSION } from "../../version.js";
import { type ChartPoint, chartPointAt } from "../space/chart-point.js";
import { isDevice } from "../space/scope.js";
import type { DeviceState } from "../space/types.js";
import { dataInWords, eventInWords } from "./replay-on.js";

/** One step of a run in words. */
export interface ReplayedStep {
  /** Its number, from 1. */
  readonly number: number;
  /** The input: "IER <- 0x01 ERBFI". */
  readonly text: string;
  /** The changes and the emissions: "IIR 0x01 NONE to 0x04 RDA", "interrupt RDA". */
  readonly changes: readonly string[];
  /** Ids of the rules that the transitions taken implement. */
  readonly rules: readonly string[];
}

/** A run of a chart from its first state, on the chart itself: nothing is abstracted away. */
export interface ReplayedRun {
  /** Its steps, in order. */
  readonly steps: readonly ReplayedStep[];
  /** The inputs of the device: "restore" with the state that it has then. */
  readonly inputs: readonly Input[];
}

/** Replays inputs on a chart from its first state, and describes the changes of each step in words. */
export function showRun(chart: Chart, inputs: readonly Input[]): ReplayedRun {
  const steps: ReplayedStep[] = [];
  const replayedInputs: Input[] = [];
  let point: ChartPoint<unknown> = chartPointAt(chart as Chart<AnyStateMachine, unknown>);
  const isOfDevice = isDevice(chart);
  for (const scopeInput of inputs) {
    const input: Input =
      isOfDevice && scopeInput.type === "restore" ? { type: "restore", state: point.state } : scopeInput;
    const emissions: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    const before = point.deviceState;
    point = point.after(input, emissions, transitions);
    const byteRead = emissions.find(({ type }) => type === "data")?.value;
    replayedInputs.push(input);
    steps.push({
      number: steps.length + 1,
      text: isOfDevice ? inputInWords(input, before.divisorLatchOpen, byteRead, chart) : eventInWords(input),
      changes: [
        ...changesInWords(chart, before, point.deviceState),
        ...(isOfDevice ? emissions.flatMap(emissionInWords) : emissions.map(eventInWords)),
      ],
      rules: [...new Set(transitions.flatMap((transition) => describeTransition(transition).rules))],
    });
  }
  return { steps, inputs: replayedInputs };
}

function changesInWords(chart: Chart, before: DeviceState, after: DeviceState): string[] {
  const registerChanges = chart.registers.flatMap(({ name }) => {
    const [oldValue = 0, newValue = 0] = [before.registers[name], after.registers[name]];
    if (oldValue === newValue) return [];
    const [oldWords, newWords] = [oldValue, newValue].map((value) =>
      valueInWords(name as RegisterName, value, chart),
    );
    return [`${name} ${oldWords} to ${newWords}`];
  });
  const statesBefore = new Set(activeStates(before.value));
  const contextChanges = isDevice(chart) ? [] : fieldChangesInWords(before.context, after.context);
  return [
    ...registerChanges,
    ...contextChanges,
    ...activeStates(after.value).filter((state) => !statesBefore.has(state)),
  ];
}

/** Returns the fields of a context that changed: "credit 2 to 3". */
function fieldChangesInWords(before: DeviceState["context"], after: DeviceState["context"]): string[] {
  const fieldNames = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fieldNames.flatMap((fieldName) => {
    const [oldWords, newWords] = [before, after].map((context) =>
      Object.hasOwn(context, fieldName) ? dataInWords(context[fieldName]) : "absent",
    );
    return oldWords === newWords ? [] : [`${fieldName} ${oldWords} to ${newWords}`];
  });
}

/** Returns an emission in words; none for the byte of a read, which the input's words have. */
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
 * Returns a run as the text of a journal, which replays on the device and opens in every tool: its inputs from the chart's first state.
 *
 * @param repeats - the index at which the cycle of a lasso begins: the journal has a remark there.
 * @throws TypeError if the chart is no device's.
 */
export async function journalOf(chart: Chart, inputs: readonly Input[], repeats?: number): Promise<string> {
  if (!isDevice(chart))
    throw new TypeError(`chart: expected a device's, got ${chart.id}; replayOn() replays events on an actor`);
  const header: JournalHeader = {
    chart: chart.id,
    options: chart.options,
    definition: definitionHash(chart.machine),
    package: VERSION,
    first: 0,
    tick: 0,
    state: chartPointAt(chart).state,
  };
  const decoder = new TextDecoder();
  let journalText = "";
  for await (const chunk of writeJournal(header, recordedEntries(showRun(chart, inputs).inputs, repeats)))
    journalText += decoder.decode(chunk, { stream: true });
  return journalText;
}

function* recordedEntries(inputs: readonly Input[], repeats: number | undefined): Generator<Recorded> {
  const entries: Entry[] = [...inputs];
  if (repeats !== undefined) entries.splice(repeats, 0, { type: "mark", text: "from here on it repeats" });
  let tick = 0;
  for (const [index, entry] of entries.entries()) {
    yield { index, tick, entry };
    if (entry.type === "advance") tick += entry.ticks;
  }
}
