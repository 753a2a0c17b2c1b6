/** Every region is a function of the registers, after every event and every restore. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { serialStateValue } from "../../machines/index.js";
import { anyState } from "../arbitraries/states.js";
import { stepSequence } from "../arbitraries/steps.js";
import { ActorTwin } from "../support/actor-twin.js";
import { contextOf } from "../support/chart.js";
import { Premises } from "../support/premise.js";
import { REGIONS, regionsOf } from "../support/regions.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { SerialSubject } from "../support/serial-subject.js";
import { REVISIONS } from "../support/steps.js";

const STATES = Object.entries(REGIONS).flatMap(([region, states]) =>
  states.map((state) => `${region}.${state}`),
);

/** As text, in which the order of keys counts: emissions follow it. */
const text = (value: unknown): string => JSON.stringify(value);

describe.each(REVISIONS)("the regions of %s", (revision) => {
  it("agree with the registers of Serial and of a plain actor", () => {
    const held = new Premises(...STATES, "a restore");
    fc.assert(
      fc.property(stepSequence({ restores: true }), (steps) => {
        const subject = new SerialSubject(revision, { journal: false });
        const twin = new ActorTwin(revision);
        for (const step of steps) {
          const { state, outcome } = subject.step(step);
          if (step.op !== "restore") twin.step(step);
          else if (held.count("a restore", !("error" in outcome))) twin.restore(state);
          const regions = regionsOf(state);
          expectSame(text(subject.serial.snapshot.value), text(regions), step);
          expectSame(text(twin.value), text(regionsOf(twin.state)), step);
          for (const [region, name] of Object.entries(regions)) held.count(`${region}.${name}`);
        }
      }),
      runs(40),
    );
    held.expectEach();
  });
});

it("the function of the design is the one that the chart exports", () => {
  const held = new Premises(...STATES);
  fc.assert(
    fc.property(anyState(), (state) => {
      const regions = regionsOf(state);
      expectSame(text(serialStateValue(contextOf(state))), text(regions), state);
      for (const [region, name] of Object.entries(regions)) held.count(`${region}.${name}`);
    }),
    runs(250),
  );
  held.expectEach();
});
