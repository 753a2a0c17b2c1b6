/** Reads the recorded traces; vectors/README.md describes their format. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  DEFAULT_STATE,
  type Fault,
  type Observation,
  type Outcome,
  type RegisterState,
  type Revision,
  type SerialStep,
} from "./steps.js";

interface Trace {
  readonly name: string;
  readonly family: string;
  readonly steps: readonly { readonly step: SerialStep; readonly expected: Observation }[];
}

type Tuple = [number, number, number, number, number, number, number, number, number, number[]];

interface RecordedStep {
  op: SerialStep["op"];
  offset?: number;
  value?: number;
  bytes?: number[];
  slot?: number;
  from?: Tuple;
  fault?: Fault;
  result: Outcome;
  interrupts?: number;
  output?: number[];
  events?: string[];
  effects?: string;
  state?: Tuple;
}

const tracesByRevision = new Map<Revision, readonly Trace[]>();

/** Returns the recorded traces of a revision, which a thread reads once. */
export function recordedTraces(revision: Revision): readonly Trace[] {
  const traces = tracesByRevision.get(revision) ?? readTraces(revision);
  tracesByRevision.set(revision, traces);
  return traces;
}

function readTraces(revision: Revision): Trace[] {
  const fileName = new URL(`../vectors/vectors-${revision}.jsonl.gz`, import.meta.url);
  const textLines = gunzipSync(readFileSync(fileName)).toString("utf8").split("\n");
  return textLines.filter((line) => line !== "").map((line) => toTrace(JSON.parse(line)));
}

function toTrace(recorded: { name: string; family: string; steps: RecordedStep[] }): Trace {
  let registers: RegisterState = DEFAULT_STATE;
  const recordedSteps = recorded.steps.map((recordedStep) => {
    if (recordedStep.state !== undefined) registers = toState(recordedStep.state);
    const expected: Observation = {
      outcome: recordedStep.result,
      triggers: recordedStep.interrupts ?? 0,
      output: recordedStep.output ?? [],
      events: recordedStep.events ?? [],
      effects: recordedStep.effects ?? "",
      state: registers,
    };
    return { step: toStep(recordedStep), expected };
  });
  return { name: recorded.name, family: recorded.family, steps: recordedSteps };
}

function toStep(recorded: RecordedStep): SerialStep {
  const { op, offset = 0, value = 0, bytes = [], slot = 0, fault } = recorded;
  switch (op) {
    case "write":
      return { op, offset, value, fault };
    case "read":
      return { op, offset, fault };
    case "enqueue":
      return { op, bytes, fault };
    case "capacity":
    case "state":
      return { op };
    case "save":
      return { op, slot };
    case "restore": {
      // With a slot, what was saved there is restored: a copy that is not deep would show.
      if (recorded.slot !== undefined) return { op, slot, fault };
      return { op, from: recorded.from && toState(recorded.from), fault };
    }
  }
}

function toState(tuple: Tuple): RegisterState {
  return {
    baudDivisorLow: tuple[0],
    baudDivisorHigh: tuple[1],
    interruptEnable: tuple[2],
    interruptIdentification: tuple[3],
    lineControl: tuple[4],
    lineStatus: tuple[5],
    modemControl: tuple[6],
    modemStatus: tuple[7],
    scratch: tuple[8],
    inBuffer: tuple[9],
  };
}
