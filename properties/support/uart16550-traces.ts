/** Replays what was recorded of QEMU's 16550A; vectors/README.md describes the format. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Uart16550Emission, Uart16550Options } from "../../machines/index.js";
import { pc16550d, qemu } from "../../machines/internal.js";
import type { Input } from "../../src/journal/index.js";
import { optionNamedInVersion1 } from "../../src/journal/internal.js";
import { expectSame } from "./expect-same.js";

/** Whatever the traces are run on: the model, or the device. */
export interface TraceSubject {
  apply(input: Input): readonly Uart16550Emission[];
}

interface ModemLevels {
  readonly cts: 0 | 1;
  readonly dsr: 0 | 1;
  readonly ri: 0 | 1;
  readonly dcd: 0 | 1;
}

interface RecordedStep extends Partial<ModemLevels> {
  readonly op: "write" | "read" | "receive" | "break" | "advance" | "modem" | "reset" | "stall" | "unstall";
  readonly offset?: number;
  readonly value?: number;
  readonly bytes?: readonly number[];
  readonly ns?: number;
  /** The level after the step. */
  readonly irq: 0 | 1;
  /** Where they are more than the change of the level. */
  readonly edges?: readonly (0 | 1)[];
  readonly output?: readonly number[];
  readonly modemOut?: { readonly dtr: 0 | 1; readonly rts: 0 | 1 };
  /** The number of breaks that the host was told of. */
  readonly breakOut?: number;
}

export interface Uart16550Trace {
  readonly name: string;
  readonly family: string;
  readonly backend: "socket" | "tty";
  readonly lines?: ModemLevels;
  /** Where QEMU departs from the datasheet: each behaviour with the first step that shows it. */
  readonly deps?: Readonly<Record<string, number>>;
  readonly steps: readonly RecordedStep[];
}

const tracesByPath = new Map<string, readonly Uart16550Trace[]>();

/** Returns the traces of one file, which a thread reads once; the path is given from this folder. */
export function uart16550Traces(filePath: string): readonly Uart16550Trace[] {
  const traces = tracesByPath.get(filePath) ?? readTraces(filePath);
  tracesByPath.set(filePath, traces);
  return traces;
}

function readTraces(filePath: string): Uart16550Trace[] {
  const textLines = gunzipSync(readFileSync(new URL(filePath, import.meta.url)))
    .toString("utf8")
    .split("\n");
  return textLines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The datasheet's part, as far as the recordings can show it: QEMU transmits at once, its time is in ns, and `deps` does not say that a break is BI alone. */
const DATASHEET: Uart16550Options = {
  ...pc16550d,
  clock: 1e9,
  characterTime: "qemu",
  transmitterIsTimed: false,
  threDelay: "none",
  breakIsFramingError: false,
};

/** The options that a trace's `deps` name, where that is not the name that one option has in format version 1. */
const OPTIONS_OF: Readonly<Record<string, readonly (keyof Uart16550Options)[]>> = {
  out2Gate: [],
  loopDeltas: ["loopbackHasDeltas", "loopbackChangeHasDeltas"],
  txTimed: [],
  "ctt+2%": [],
  "ctt-2%": [],
};

/** The datasheet's options, except for those that the trace says it needs. */
export function optionsOf({ deps = {} }: Uart16550Trace): Uart16550Options {
  const names = Object.keys(deps).flatMap(
    (name) => OPTIONS_OF[name] ?? [optionNamedInVersion1(name) ?? (name as keyof Uart16550Options)],
  );
  return { ...DATASHEET, ...Object.fromEntries(names.map((optionName) => [optionName, qemu[optionName]])) };
}

/**
 * Runs a trace on a fresh subject and fails at the first step that does anything else than was recorded.
 *
 * @param subject - has the qemu preset's clock, so that a tick is a nanosecond.
 */
export function runTrace(subject: TraceSubject, recordedTrace: Uart16550Trace): void {
  // A guest's log has neither what left nor edges.
  const complete = recordedTrace.family !== "driver-trace";
  const pins = { DTR: 0, RTS: 0, OUT1: 0, OUT2: 0 };
  let interruptLevel: 0 | 1 = 0;
  let loop = false;
  powerOn(subject, recordedTrace);
  recordedTrace.steps.forEach((recordedStep, stepIndex) => {
    const { read, edges, output, breaks, changes } = observe(subject, recordedStep);
    for (const { pin, level } of changes) pins[pin] = level;
    if (recordedStep.op === "write" && recordedStep.offset === 4)
      loop = ((recordedStep.value ?? 0) & 0x10) !== 0;
    // QEMU tells its host of a break in loopback too, where SOUT marks.
    const hasBreaks = recordedStep.breakOut !== undefined && !loop;
    const expectedEdges =
      recordedStep.edges ?? (recordedStep.irq === interruptLevel ? [] : [recordedStep.irq]);
    const actual = {
      read,
      edges: complete ? edges : edges.slice(-1).filter((level) => level !== interruptLevel),
      output: complete ? output : [],
      dtr: pins.DTR,
      rts: pins.RTS,
      breaks: hasBreaks ? breaks : 0,
    };
    interruptLevel = recordedStep.irq;
    const { modemOut = { dtr: pins.DTR, rts: pins.RTS } } = recordedStep;
    const expected = {
      read: recordedStep.op === "read" ? recordedStep.value : undefined,
      edges: expectedEdges,
      output: recordedStep.output ?? [],
      ...modemOut,
      breaks: hasBreaks ? recordedStep.breakOut : 0,
    };
    expectSame(actual, expected, { index: stepIndex, step: recordedStep });
  });
}

/**
 * Where a guest first sees that a subject is not what was recorded, in what it reads or in the level of its interrupt. Other output is
 * seen after the last step. That is how the numbers in `deps` were found.
 *
 * @returns the step's index, or undefined if it never sees it.
 */
export function firstSeen(subject: TraceSubject, recordedTrace: Uart16550Trace): number | undefined {
  let interruptLevel: 0 | 1 = 0;
  const allOutput: number[] = [];
  powerOn(subject, recordedTrace);
  for (const [stepIndex, recordedStep] of recordedTrace.steps.entries()) {
    const { read, edges, output } = observe(subject, recordedStep);
    interruptLevel = edges.at(-1) ?? interruptLevel;
    allOutput.push(...output);
    if (interruptLevel !== recordedStep.irq || (recordedStep.op === "read" && read !== recordedStep.value))
      return stepIndex;
  }
  // What is still on the line leaves within a second.
  allOutput.push(...observe(subject, { op: "advance", ns: 1e9, irq: interruptLevel }).output);
  const recorded = recordedTrace.steps.flatMap(({ output = [] }) => output);
  return isDeepStrictEqual(allOutput, recorded) ? undefined : recordedTrace.steps.length;
}

/** The inputs have their levels from power-on: no change of them is to be seen. */
function powerOn(subject: TraceSubject, { backend, lines }: Uart16550Trace): void {
  if (backend !== "tty" || lines === undefined) return;
  subject.apply(modemInput(lines));
  subject.apply({ type: "reset" });
}

interface Observed {
  read: number | undefined;
  edges: (0 | 1)[];
  output: number[];
  /** The number of times SOUT left marking. */
  breaks: number;
  changes: Extract<Uart16550Emission, { type: "modemOutput" }>[];
}

function observe(subject: TraceSubject, recordedStep: RecordedStep): Observed {
  const observed: Observed = { read: undefined, edges: [], output: [], breaks: 0, changes: [] };
  for (const emission of inputsOf(recordedStep).flatMap((input) => subject.apply(input))) {
    if (emission.type === "data") observed.read = emission.value;
    else if (emission.type === "transmit") observed.output.push(emission.value);
    else if (emission.type === "interruptLine") observed.edges.push(emission.level);
    else if (emission.type === "modemOutput") observed.changes.push(emission);
    else if (emission.type === "serialOutput" && emission.level === 0) observed.breaks++;
  }
  return observed;
}

function inputsOf(recordedStep: RecordedStep): readonly Input[] {
  const { offset = 0, value = 0, bytes = [], ns = 0 } = recordedStep;
  switch (recordedStep.op) {
    case "write":
      return [{ type: "write", offset, value }];
    case "read":
      return [{ type: "read", offset }];
    case "receive":
      return [{ type: "receive", characters: bytes }];
    case "break":
      return [
        { type: "break", on: true },
        { type: "break", on: false },
      ];
    case "advance":
      return [{ type: "advance", ticks: ns }];
    case "modem":
      return [modemInput(recordedStep)];
    case "reset":
      return [{ type: "reset" }];
    case "stall":
      return [{ type: "hold" }];
    case "unstall":
      return [{ type: "release" }];
  }
}

function modemInput({ cts, dsr, ri, dcd }: Partial<ModemLevels>): Input {
  return { type: "modem", cts: cts === 1, dsr: dsr === 1, ri: ri === 1, dcd: dcd === 1 };
}
