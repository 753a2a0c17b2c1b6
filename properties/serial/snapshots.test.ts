/** A snapshot stays as it is: what comes after it, on any branch, does not reach back. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SerialEvent } from "../../machines/index.js";
import { interpret } from "../../src/engine/index.js";
import { stepSequence } from "../arbitraries/steps.js";
import { eventOf, MACHINES, stateOf } from "../support/chart.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { REVISIONS, type RegisterState, type Step } from "../support/steps.js";

const eventsOf = (steps: readonly Step[]): SerialEvent[] => steps.flatMap((step) => eventOf(step) ?? []);

/** Bytes that no other sequence queues in this order. */
const ARRIVAL: SerialEvent = { type: "receive", characters: [0xde, 0xad, 0xbe, 0xef] };

describe.each(REVISIONS)("a snapshot of %s", (revision) => {
  it("outlives every event after it, and every branch from it", () => {
    const held = new Premises("a branch beside queued bytes");
    fc.assert(
      fc.property(stepSequence({ maxChunks: 25 }), (steps) => {
        const run = interpret(MACHINES[revision]).start();
        const kept: { snapshot: typeof run.snapshot; state: RegisterState }[] = [];
        const keep = (of: typeof run): void => {
          kept.push({ snapshot: of.snapshot, state: stateOf(of.snapshot.context) });
        };
        eventsOf(steps).forEach((event, index) => {
          if (index % 10 === 0) {
            const branch = run.fork();
            branch.send(ARRIVAL, []);
            held.count("a branch beside queued bytes", branch.context.receiveFifo.length > 4);
            keep(branch);
          }
          run.send(event, []);
          keep(run);
        });
        for (const { snapshot, state } of kept) expectSame(stateOf(snapshot.context), state, "kept");
      }),
      runs(60),
    );
    held.expectEach();
  });
});
