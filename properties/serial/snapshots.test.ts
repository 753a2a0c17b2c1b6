/** A snapshot is immutable: later events, on any branch, do not change it. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SerialEvent } from "../../machines/index.js";
import { interpret } from "../../src/engine/index.js";
import { stepSequence } from "../arbitraries/steps.js";
import { eventOf, MACHINES, stateOf } from "../support/chart.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { REVISIONS, type RegisterState, type SerialStep } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const eventsOf = (steps: readonly SerialStep[]): SerialEvent[] =>
  steps.flatMap((step) => eventOf(step) ?? []);

/** Bytes that no other sequence queues in this order. */
const ARRIVAL: SerialEvent = { type: "receive", characters: [0xde, 0xad, 0xbe, 0xef] };

describe.each(REVISIONS)("a snapshot of %s", (revision) => {
  it("outlives every event after it, and every branch from it", () => {
    const vacuityGuard = new VacuityGuard("a branch beside queued bytes");
    fc.assert(
      fc.property(stepSequence({ maxChunks: 25 }), (sequence) => {
        const chartRun = interpret(MACHINES[revision]).start();
        const snapshots: { snapshot: typeof chartRun.snapshot; state: RegisterState }[] = [];
        const keep = (of: typeof chartRun): void => {
          snapshots.push({ snapshot: of.snapshot, state: stateOf(of.snapshot.context) });
        };
        eventsOf(sequence).forEach((chartEvent, stepIndex) => {
          if (stepIndex % 10 === 0) {
            const branch = chartRun.fork();
            branch.send(ARRIVAL, []);
            vacuityGuard.count("a branch beside queued bytes", branch.context.receiveFifo.length > 4);
            keep(branch);
          }
          chartRun.send(chartEvent, []);
          keep(chartRun);
        });
        for (const { snapshot, state } of snapshots) expectSame(stateOf(snapshot.context), state, "kept");
      }),
      runOptions(60),
    );
    vacuityGuard.expectEach();
  });
});
