/** Every region is a function of the registers, after every event and every restore. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { serialStateValue } from "../../machines/index.js";
import { anyState } from "../arbitraries/states.js";
import { stepSequence } from "../arbitraries/steps.js";
import { ActorTwin } from "../support/actor-twin.js";
import { contextOf } from "../support/chart.js";
import { expectSame } from "../support/expect-same.js";
import { REGIONS, regionsOf } from "../support/regions.js";
import { runOptions } from "../support/runs.js";
import { SerialSubject } from "../support/serial-subject.js";
import { REVISIONS } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const STATES = Object.entries(REGIONS).flatMap(([regionName, states]) =>
  states.map((stateName) => `${regionName}.${stateName}`),
);

/** As text, in which the order of keys counts: emissions follow it. */
const serialise = (value: unknown): string => JSON.stringify(value);

describe.each(REVISIONS)("the regions of %s", (revision) => {
  it("agree with the registers of Serial and of a plain actor", () => {
    const vacuityGuard = new VacuityGuard(...STATES, "a restore");
    fc.assert(
      fc.property(stepSequence({ restores: true }), (sequence) => {
        const subject = new SerialSubject(revision, { journal: false });
        const actorTwin = new ActorTwin(revision);
        for (const serialStep of sequence) {
          const { state, outcome } = subject.step(serialStep);
          if (serialStep.op !== "restore") actorTwin.step(serialStep);
          else if (vacuityGuard.count("a restore", !("error" in outcome))) actorTwin.restore(state);
          const regions = regionsOf(state);
          expectSame(serialise(subject.serial.snapshot.value), serialise(regions), serialStep);
          expectSame(serialise(actorTwin.value), serialise(regionsOf(actorTwin.state)), serialStep);
          for (const [regionName, stateName] of Object.entries(regions))
            vacuityGuard.count(`${regionName}.${stateName}`);
        }
      }),
      runOptions(40),
    );
    vacuityGuard.expectEach();
  });
});

it("the function of the design is the one that the chart exports", () => {
  const vacuityGuard = new VacuityGuard(...STATES);
  fc.assert(
    fc.property(anyState(), (registers) => {
      const regions = regionsOf(registers);
      expectSame(serialise(serialStateValue(contextOf(registers))), serialise(regions), registers);
      for (const [regionName, stateName] of Object.entries(regions))
        vacuityGuard.count(`${regionName}.${stateName}`);
    }),
    runOptions(250),
  );
  vacuityGuard.expectEach();
});
