/** The trials of a mutant of `uart16550`: the reference model, its regions, QEMU's recordings, and the invariants. */
import fc from "fast-check";
import type { AnyStateMachine } from "xstate";
import { UART16550_PRESETS, uart16550Machine } from "../../machines/index.js";
import { PARTS } from "../support/uart16550-parts.js";
import { type MakeSubject, makeMutant } from "../support/uart16550-subject.js";
import { runTrace, uart16550Traces } from "../support/uart16550-traces.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { INVARIANTS } from "../uart16550/invariants.js";
import { computeOnce, type MutantTrial, type TrialSuite } from "./mutant-runner.js";
import { cases } from "./uart16550-cases.js";
import { Replay } from "./uart16550-replay.js";

const SEED = 16_550;

const asTrial = (property: string, passes: (makeSubject: MakeSubject) => boolean): MutantTrial => ({
  property,
  passes: (make) => passes((make as () => MakeSubject)()),
});

/** The invariants, each on the parts of which it speaks. */
const invariantTrials = (): MutantTrial[] =>
  INVARIANTS.flatMap((invariant) =>
    Object.values(PARTS)
      .filter((options) => invariant.applies(options))
      .map((options) =>
        asTrial(`${invariant.id} ${invariant.name}`, (makeSubject) => {
          const vacuityGuard = new VacuityGuard<string>(...invariant.premises);
          const property = invariant.property(makeSubject, options, vacuityGuard);
          return !fc.check(property, { numRuns: 5, seed: SEED, endOnFailure: true }).failed;
        }),
      ),
  );

export function uart16550Trials(progress: (message: string) => void): TrialSuite {
  const replay = new Replay(uart16550Machine as unknown as AnyStateMachine, cases(), (done, total) =>
    progress(`the chart itself, case ${done} of ${total}`),
  );
  const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");
  return {
    first: (candidate, machine) =>
      replay.kills(candidate, machine) ? "the reference model, and regions as the registers" : undefined,
    subjectOf: (machine) => computeOnce(() => makeMutant(machine)),
    trials: [
      ...traces.map((recordedTrace) =>
        asTrial("QEMU's recordings", (makeSubject) => {
          runTrace(makeSubject(UART16550_PRESETS.qemu), recordedTrace);
          return true;
        }),
      ),
      ...invariantTrials(),
    ],
  };
}
