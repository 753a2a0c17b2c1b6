import type { Device } from "../../device/index.js";
import { checkCallback, formatValue } from "../../journal/internal.js";
import type { Trace } from "./qemu.js";
import { checkedReplayOptions, checkIterable, type ReplayOptions, replay } from "./replay.js";
import { isSame, type Report } from "./report.js";
import { sumReports } from "./sum-reports.js";

/** The report of the replay of several traces. */
export interface TracesReport {
  /** The number of traces replayed. */
  readonly traces: number;
  /** The number of traces without a difference. */
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
 * @param device - makes a device in its power-on state, for one trace.
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
  const known = checkedReplayOptions(options);
  checkCallback(device, "device", true);
  checkIterable(traces, "traces");
  const failed: string[] = [];
  let traceCount = 0;
  let total: Report | undefined;
  let firstFailed: TracesReport["firstFailed"];
  for await (const tracedSteps of traces) {
    if (typeof tracedSteps?.steps !== "object")
      throw new TypeError(`traces: expected traces with steps, got ${formatValue(tracedSteps)}`);
    const { steps, ...trace } = tracedSteps;
    traceCount++;
    const replayReport = await replay(device(), steps, {
      ...known,
      progress: progressSince(total, known.progress),
    });
    total = total === undefined ? sumReports([replayReport]) : sumReports([total, replayReport]);
    if (isSame(replayReport)) continue;
    failed.push(trace.name);
    firstFailed ??= { trace, report: replayReport };
  }
  return {
    traces: traceCount,
    passed: traceCount - failed.length,
    failed,
    ...(firstFailed ? { firstFailed } : {}),
    ...(total ? { total } : {}),
  };
}

/** Progress that goes on from what was done before. */
function progressSince(previous: Report | undefined, progress: ReplayOptions["progress"]) {
  const { reads, writes } = previous?.accesses ?? { reads: 0, writes: 0 };
  const done = previous?.steps ?? 0;
  return ({ steps, accesses }: { readonly steps: number; readonly accesses: number }) =>
    progress?.({ steps: done + steps, accesses: reads + writes + accesses });
}
