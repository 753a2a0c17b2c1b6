import type { Device } from "../../device/index.js";
import type { Trace } from "./qemu.js";
import { type ReplayOptions, replay } from "./replay.js";
import { isSame, type Report } from "./report.js";
import { sum } from "./sum.js";

/** What the replay of several traces found. */
export interface TracesReport {
  /** How many traces were replayed. */
  readonly traces: number;
  /** How many of them our device did as recorded. */
  readonly passed: number;
  /** The names of the others, in order. */
  readonly failed: readonly string[];
  /** The first of these. */
  readonly firstFailed?: { readonly trace: Omit<Trace, "steps">; readonly report: Report };
  /** All of them together: the sums of the traces' reports, without a first difference. Absent where there was no trace. */
  readonly total?: Report;
}

/**
 * Drives a fresh device with each of several traces, and compares. It goes on after a trace that fails.
 *
 * @param device - makes a device as it is at power-on, for one trace.
 * @param traces - such as `Recording.traces`.
 * @param options - `clock` is `Recording.clock`; `progress` counts from the first trace's start.
 * @returns what was found.
 * @throws RecordingError for an input that the device does not take, and what `traces`, `device` and the device's surroundings throw.
 */
export async function replayTraces(
  device: () => Device,
  traces: AsyncIterable<Trace> | Iterable<Trace>,
  options: Pick<ReplayOptions, "coverage" | "clock" | "progress"> = {},
): Promise<TracesReport> {
  const failed: string[] = [];
  let count = 0;
  let total: Report | undefined;
  let firstFailed: TracesReport["firstFailed"];
  for await (const { steps, ...trace } of traces) {
    count++;
    const report = await replay(device(), steps, { ...options, progress: since(total, options.progress) });
    total = total === undefined ? sum([report]) : sum([total, report]);
    if (isSame(report)) continue;
    failed.push(trace.name);
    firstFailed ??= { trace, report };
  }
  return {
    traces: count,
    passed: count - failed.length,
    failed,
    ...(firstFailed ? { firstFailed } : {}),
    ...(total ? { total } : {}),
  };
}

/** Progress that goes on from what was done before. */
function since(before: Report | undefined, progress: ReplayOptions["progress"]) {
  const { reads, writes } = before?.accesses ?? { reads: 0, writes: 0 };
  const done = before?.steps ?? 0;
  return ({ steps, accesses }: { readonly steps: number; readonly accesses: number }) =>
    progress?.({ steps: done + steps, accesses: reads + writes + accesses });
}
