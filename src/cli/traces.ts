import type { Device } from "../device/index.js";
import { pollReceiver, type Recording, type Step, type Trace } from "../guests/index.js";
import { CommandError } from "./io.js";

/** The input of a replay: one sequence of steps, or many traces, each for its own device. */
type ReplayInput =
  | { readonly steps: AsyncIterable<Step> | Iterable<Step>; readonly traces?: undefined }
  | { readonly steps?: undefined; readonly traces: AsyncIterable<Trace> };

/**
 * Prepares a recording for replay: a file with one trace becomes a plain recording.
 *
 * @throws CommandError if there is no trace in it, and what reading its first two throws.
 */
export async function prepareReplay(recording: Recording): Promise<ReplayInput> {
  if (recording.traces === undefined) return { steps: recording.steps };
  const traceIterator = recording.traces[Symbol.asyncIterator]();
  const firstTrace = await traceIterator.next();
  if (firstTrace.done)
    throw new CommandError(`recording: expected a trace, got none: ${recording.cut ?? "the file is empty"}`);
  const secondTrace = await traceIterator.next();
  if (secondTrace.done) return { steps: firstTrace.value.steps };
  const allTraces = async function* () {
    yield firstTrace.value;
    yield secondTrace.value;
    for (let nextTrace = await traceIterator.next(); !nextTrace.done; nextTrace = await traceIterator.next())
      yield nextTrace.value;
  };
  return { traces: allTraces() };
}

/**
 * Returns the steps of a recording, with the reads of a receiver that polls where it is a capture of a line.
 *
 * @param received - called with each byte that was read.
 */
export const withPolling = (
  { origin, clock }: Recording,
  steps: AsyncIterable<Step> | Iterable<Step>,
  createDevice: () => Device,
  received?: (byte: number) => void,
): AsyncIterable<Step> | Iterable<Step> =>
  origin === "line" ? pollReceiver(createDevice(), steps, clock, received) : steps;

/** The number of traces that a message names. */
const MAX_NAMES = 3;

/**
 * Returns the steps of a recording, or of one of its traces.
 *
 * @param wantedTrace - the trace's name, or its line; where there is only one trace it may be left out.
 * @throws CommandError if there is no such trace, or there are several and none was named.
 */
export async function stepsOfTrace(
  recording: Recording,
  wantedTrace: string | undefined,
): Promise<AsyncIterable<Step> | Iterable<Step>> {
  if (recording.traces === undefined) {
    if (wantedTrace === undefined) return recording.steps;
    throw new CommandError(`--trace: expected a recording of traces with it, got ${recording.title}`);
  }
  const traceNames: string[] = [];
  let onlyTrace: Trace | undefined;
  for await (const trace of recording.traces) {
    if (wantedTrace !== undefined && (trace.name === wantedTrace || String(trace.line) === wantedTrace))
      return trace.steps;
    onlyTrace ??= trace;
    traceNames.push(trace.name);
    if (wantedTrace === undefined && traceNames.length > MAX_NAMES) break;
  }
  const shownText = traceNames.slice(0, MAX_NAMES).join(", ");
  if (wantedTrace !== undefined)
    throw new CommandError(`--trace: expected one such as ${shownText}, got ${wantedTrace}`);
  if (traceNames.length > 1)
    throw new CommandError(
      `the recording has many traces: expected --trace with one such as ${shownText}, got none`,
    );
  if (onlyTrace === undefined)
    throw new CommandError(`recording: expected a trace, got none: ${recording.cut ?? "the file is empty"}`);
  return onlyTrace.steps;
}
