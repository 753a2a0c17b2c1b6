import type { TextLines } from "../../journal/index.js";
import { modemInput, parseStep, type QemuStep, RecordedFields } from "./qemu-step.js";
import { type Expected, RecordingError, type Step } from "./step.js";
import type { StepTranslator } from "./windowed-steps.js";

/** A trace of QEMU's 16550A: a line of a recording in QEMU's format. It begins with a fresh device. */
export interface Trace {
  /** The recording's line, from 1. */
  readonly line: number;
  /** Its name; "line 3" where it has none. */
  readonly name: string;
  /** Which kind of trace it is: "driver-trace" of a guest, of which neither output nor edges were recorded. Empty where it does not say. */
  readonly family: string;
  /**
   * By name, each behaviour in which QEMU departs from the datasheet here, and the index of the step where a guest first sees it; undefined where the
   * trace does not say.
   */
  readonly deps: Readonly<Record<string, number>> | undefined;
  /** Its steps. `advance` counts nanoseconds. */
  readonly steps: readonly Step[];
}

/** Ticks a second of `advance` in QEMU's format. */
export const QEMU_CLOCK = 1_000_000_000;

/** The family of what real guests did. QEMU's log, from which these were made, has neither what left nor edges. */
const GUESTS = "driver-trace";

/** The results of the end of a break: everything came at its beginning. */
const NOTHING_MORE: Expected = { edges: [], output: [] };

/** True if this is the first line of a recording in QEMU's format. */
export function isQemu(firstLine: string): boolean {
  return /^\s*\{/.test(firstLine) && firstLine.includes('"backend"') && firstLine.includes('"steps"');
}

/**
 * The traces of a recording in QEMU's format, one a line.
 *
 * @param translator - of the accesses, if they were recorded on a bus.
 * @throws RecordingError at the first line that is broken, after all traces before it.
 */
export async function* qemuTraces(
  textLines: TextLines,
  translator?: StepTranslator,
): AsyncGenerator<Trace, void, undefined> {
  let lineNumber = 0;
  for await (const lineTexts of textLines)
    for (const lineText of lineTexts) {
      lineNumber++;
      if (lineText.trim() !== "") yield parseTrace(lineText, lineNumber, translator);
    }
}

function parseTrace(lineText: string, lineNumber: number, translator: StepTranslator | undefined): Trace {
  const recordedFields = new RecordedFields(parsedOrText(lineText), "", lineNumber);
  const recordedSteps = recordedFields
    .list("steps", "steps", () => true)
    .map((rawStep, loopIndex) => parseStep(rawStep, loopIndex, lineNumber, translator));
  const family = recordedFields.text("family", "");
  const tty = recordedFields.one("backend", ["socket", "tty"]) === "tty" && recordedFields.has("lines");
  const initialSnapshot = tty ? powerOn(recordedFields.fields("lines"), lineNumber) : [];
  return {
    line: lineNumber,
    name: recordedFields.text("name", `line ${lineNumber}`),
    family,
    deps: recordedFields.has("deps") ? depsOf(recordedFields.fields("deps")) : undefined,
    steps: [...initialSnapshot, ...stepsOf(recordedSteps, lineNumber, family !== GUESTS)],
  };
}

/** Returns the parsed line, or the line itself if it is no JSON. */
function parsedOrText(lineText: string): unknown {
  try {
    return JSON.parse(lineText);
  } catch {
    return lineText;
  }
}

const depsOf = (recordedFields: RecordedFields): Record<string, number> =>
  Object.fromEntries(
    recordedFields.names().map((name) => [name, recordedFields.whole(name, Number.MAX_SAFE_INTEGER)]),
  );

/** The inputs have their levels from power-on: no change of them is to be seen. */
const powerOn = (levelFields: RecordedFields, lineNumber: number): Step[] => [
  { line: lineNumber, counts: false, input: modemInput(levelFields) },
  { line: lineNumber, counts: false, input: { type: "reset" } },
];

/** @param complete - whether what left and every edge were recorded. */
function* stepsOf(
  recordedSteps: readonly QemuStep[],
  lineNumber: number,
  complete: boolean,
): Generator<Step> {
  let interruptLevel: 0 | 1 = 0;
  let loopback = false;
  for (const [stepIndex, qemuStep] of recordedSteps.entries()) {
    loopback = qemuStep.op === "reset" ? false : (qemuStep.loopback ?? loopback);
    const { output = [], edges = qemuStep.irq === interruptLevel ? [] : [qemuStep.irq] } = qemuStep;
    interruptLevel = qemuStep.irq;
    const expected: Expected = {
      level: interruptLevel,
      ...(qemuStep.value === undefined ? {} : { value: qemuStep.value }),
      ...(complete ? { edges, output } : {}),
      ...(qemuStep.modemOutputs === undefined ? {} : { modemOutputs: qemuStep.modemOutputs }),
      // QEMU tells its host of a break in loopback too, where SOUT marks.
      ...(qemuStep.breakOut === undefined || loopback ? {} : { breaks: qemuStep.breakOut }),
    };
    for (const [loopIndex, input] of qemuStep.inputs.entries())
      if (loopIndex === 0) yield { line: lineNumber, index: stepIndex, input, expected };
      else
        yield {
          line: lineNumber,
          index: stepIndex,
          counts: false,
          input,
          ...(complete ? { expected: NOTHING_MORE } : {}),
        };
  }
}

/**
 * The steps of a recording's only trace.
 *
 * @throws RecordingError if there is another, after the steps of the first.
 */
export async function* stepsOfOnly(traces: AsyncIterable<Trace>): AsyncGenerator<Step, void, undefined> {
  let isFirst = true;
  for await (const { line, steps } of traces) {
    if (!isFirst)
      throw new RecordingError(`trace: expected only one, got another; replay each by itself`, line);
    isFirst = false;
    yield* steps;
  }
}
