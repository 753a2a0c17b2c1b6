/** What a mutant of `uart16550` has to get past: the reference model, its regions, QEMU's recordings, and the invariants. */
import fc from "fast-check";
import type { AnyStateMachine } from "xstate";
import { UART16550_PRESETS, uart16550Machine } from "../../machines/index.js";
import { Premises } from "../support/premise.js";
import { PARTS } from "../support/uart16550-parts.js";
import { type Make, mutant } from "../support/uart16550-subject.js";
import { runTrace, uart16550Traces } from "../support/uart16550-traces.js";
import { INVARIANTS } from "../uart16550/invariants.js";
import { once, type Trial, type Trials } from "./killer.js";
import { cases } from "./uart16550-cases.js";
import { Replay } from "./uart16550-replay.js";

const SEED = 16_550;

const asTrial = (property: string, passes: (make: Make) => boolean): Trial => ({
  property,
  passes: (make) => passes((make as () => Make)()),
});

/** The invariants, each on the parts of which it speaks. */
const invariantTrials = (): Trial[] =>
  INVARIANTS.flatMap((invariant) =>
    Object.values(PARTS)
      .filter((options) => invariant.applies(options))
      .map((options) =>
        asTrial(`${invariant.id} ${invariant.name}`, (make) => {
          const held = new Premises<string>(...invariant.premises);
          const property = invariant.property(make, options, held);
          return !fc.check(property, { numRuns: 5, seed: SEED, endOnFailure: true }).failed;
        }),
      ),
  );

export function uart16550Trials(progress: (text: string) => void): Trials {
  const replay = new Replay(uart16550Machine as unknown as AnyStateMachine, cases(), (done, of) =>
    progress(`the chart itself, case ${done} of ${of}`),
  );
  const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");
  return {
    first: (each, machine) =>
      replay.kills(each, machine) ? "the reference model, and regions as the registers" : undefined,
    subjectOf: (machine) => once(() => mutant(machine)),
    trials: [
      ...traces.map((trace) =>
        asTrial("QEMU's recordings", (make) => {
          runTrace(make(UART16550_PRESETS.qemu), trace);
          return true;
        }),
      ),
      ...invariantTrials(),
    ],
  };
}
