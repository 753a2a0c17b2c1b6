import type { Recording, Step, Trace } from "../guests/index.js";
import { CommandError } from "./surroundings.js";

/** What there is to replay: one sequence of steps, or many traces, each on a device of its own. */
export type ToReplay =
  | { readonly steps: AsyncIterable<Step> | Iterable<Step>; readonly traces?: undefined }
  | { readonly steps?: undefined; readonly traces: AsyncIterable<Trace> };

/**
 * A recording as it is to be replayed: a file with one trace is a recording as any other.
 *
 * @throws CommandError if there is no trace in it, and what reading its first two throws.
 */
export async function toReplay(recording: Recording): Promise<ToReplay> {
  if (recording.traces === undefined) return { steps: recording.steps };
  const source = recording.traces[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done)
    throw new CommandError(`recording: expected a trace, got none: ${recording.cut ?? "the file is empty"}`);
  const second = await source.next();
  if (second.done) return { steps: first.value.steps };
  const all = async function* () {
    yield first.value;
    yield second.value;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  };
  return { traces: all() };
}

/** So many names are told of the traces that there are. */
const NAMES_TOLD = 3;

/**
 * The steps of a recording, or of one of its traces.
 *
 * @param wanted - the trace's name, or its line; where there is only one trace it may be left out.
 * @throws CommandError if there is no such trace, or there are several and none was named.
 */
export async function stepsOfTrace(
  recording: Recording,
  wanted: string | undefined,
): Promise<AsyncIterable<Step> | Iterable<Step>> {
  if (recording.traces === undefined) {
    if (wanted === undefined) return recording.steps;
    throw new CommandError(`--trace: expected a recording of traces with it, got ${recording.title}`);
  }
  const names: string[] = [];
  let only: Trace | undefined;
  for await (const trace of recording.traces) {
    if (wanted !== undefined && (trace.name === wanted || String(trace.line) === wanted)) return trace.steps;
    only ??= trace;
    names.push(trace.name);
    if (wanted === undefined && names.length > NAMES_TOLD) break;
  }
  const told = names.slice(0, NAMES_TOLD).join(", ");
  if (wanted !== undefined) throw new CommandError(`--trace: expected one such as ${told}, got ${wanted}`);
  if (names.length > 1)
    throw new CommandError(
      `the recording has many traces: expected --trace with one such as ${told}, got none`,
    );
  if (only === undefined)
    throw new CommandError(`recording: expected a trace, got none: ${recording.cut ?? "the file is empty"}`);
  return only.steps;
}
