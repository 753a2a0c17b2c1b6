import type { TextLines } from "../../journal/index.js";
import { Fields, modemInput, parseStep, type QemuStep } from "./qemu-step.js";
import { type Expected, RecordingError, type Step } from "./step.js";

/** A trace of QEMU's 16550A: a line of a recording in QEMU's format. It begins with a fresh device. */
export interface Trace {
  /** The recording's line, from 1. */
  readonly line: number;
  /** What it is called; "line 3" where it has no name. */
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

/** What follows from the end of a break, as all of it came at the beginning. */
const NOTHING_MORE: Expected = { edges: [], output: [] };

/** Whether this is how a recording in QEMU's format starts. */
export function isQemu(firstLine: string): boolean {
  return /^\s*\{/.test(firstLine) && firstLine.includes('"backend"') && firstLine.includes('"steps"');
}

/**
 * The traces of a recording in QEMU's format, one a line.
 *
 * @throws RecordingError at the first line that is broken, after all traces before it.
 */
export async function* qemuTraces(lines: TextLines): AsyncGenerator<Trace, void, undefined> {
  let number = 0;
  for await (const texts of lines)
    for (const text of texts) {
      number++;
      if (text.trim() !== "") yield parseTrace(text, number);
    }
}

function parseTrace(text: string, line: number): Trace {
  const fields = new Fields(parsedOrText(text), "", line);
  const steps = fields.list("steps", "steps", () => true).map((step, i) => parseStep(step, i, line));
  const family = fields.text("family", "");
  const tty = fields.one("backend", ["socket", "tty"]) === "tty" && fields.has("lines");
  const start = tty ? powerOn(fields.fields("lines"), line) : [];
  return {
    line,
    name: fields.text("name", `line ${line}`),
    family,
    deps: fields.has("deps") ? depsOf(fields.fields("deps")) : undefined,
    steps: [...start, ...stepsOf(steps, line, family !== GUESTS)],
  };
}

/** What a line says, or the line itself if it is no JSON. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const depsOf = (fields: Fields): Record<string, number> =>
  Object.fromEntries(fields.names().map((name) => [name, fields.whole(name, Number.MAX_SAFE_INTEGER)]));

/** The inputs have their levels from power-on: no change of them is to be seen. */
const powerOn = (lines: Fields, line: number): Step[] => [
  { line, counts: false, input: modemInput(lines) },
  { line, counts: false, input: { type: "reset" } },
];

/** @param complete - whether what left and every edge were recorded. */
function* stepsOf(steps: readonly QemuStep[], line: number, complete: boolean): Generator<Step> {
  let irq: 0 | 1 = 0;
  let loopback = false;
  for (const [index, step] of steps.entries()) {
    loopback = step.op === "reset" ? false : (step.loopback ?? loopback);
    const { output = [], edges = step.irq === irq ? [] : [step.irq] } = step;
    irq = step.irq;
    const expected: Expected = {
      level: irq,
      ...(step.value === undefined ? {} : { value: step.value }),
      ...(complete ? { edges, output } : {}),
      ...(step.modemOutputs === undefined ? {} : { modemOutputs: step.modemOutputs }),
      // QEMU tells its host of a break in loopback too, where SOUT marks.
      ...(step.breakOut === undefined || loopback ? {} : { breaks: step.breakOut }),
    };
    for (const [i, input] of step.inputs.entries())
      if (i === 0) yield { line, index, input, expected };
      else yield { line, index, counts: false, input, ...(complete ? { expected: NOTHING_MORE } : {}) };
  }
}

/**
 * The steps of a recording's only trace.
 *
 * @throws RecordingError if there is another, after the steps of the first.
 */
export async function* stepsOfOnly(traces: AsyncIterable<Trace>): AsyncGenerator<Step, void, undefined> {
  let first = true;
  for await (const { line, steps } of traces) {
    if (!first)
      throw new RecordingError(`trace: expected only one, got another; replay each by itself`, line);
    first = false;
    yield* steps;
  }
}
