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
