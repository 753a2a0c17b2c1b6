/** The journal is the truth: every state is a fold over it, and every emission comes again with it. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import type { Entry, Input, JournalOption } from "../../src/journal/index.js";
import { fraction } from "../arbitraries/bytes.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { driveSerial, playInputs } from "../support/session.js";
import { REVISIONS, type RegisterState } from "../support/steps.js";
import { unreliable } from "../support/unreliable-host.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";

/** Drives a device and keeps the state before each entry of its journal. */
function record(serialDevice: Serial, inputList: readonly Input[]): Map<number, RegisterState> {
  const stateBefore = new Map<number, RegisterState>([[serialDevice.journal.next, serialDevice.state()]]);
  for (const input of inputList) {
    const from = serialDevice.journal.next;
    driveSerial(serialDevice, input);
    // A note stands after its input: it has the state that the input left.
    for (let stepIndex = from + 1; stepIndex <= serialDevice.journal.next; stepIndex += 1)
      stateBefore.set(stepIndex, serialDevice.state());
  }
  return stateBefore;
}

describe.each(REVISIONS)("a journal of %s", (revision) => {
  it("replayed on another device gives the same transitions, emissions and states", () => {
    const vacuityGuard = new VacuityGuard("a failure noted", "a restore", "an advance");
    fc.assert(
      fc.property(inputSequence(), (inputList) => {
        const { failures, options } = unreliable();
        const serialDevice = new Serial({ revision, journal: "all", ...options });
        const moments = playInputs(serialDevice, inputList);
        const entries = [...serialDevice.journal.entries()].map(({ entry }) => entry);
        const again = playInputs(new Serial({ revision, journal: false }), entries.filter(isInput));
        expectSame(again, moments, "replay");
        expectSame(entries.filter(isInput).length, inputList.length, "inputs");
        const noted = entries.flatMap((entry) => (entry.type === "failed" ? [entry.what] : []));
        expectSame(noted, failures, "failures noted");
        vacuityGuard.count(
          "a failure noted",
          entries.some(({ type }) => type === "failed"),
        );
        vacuityGuard.count(
          "a restore",
          entries.some(({ type }) => type === "restore"),
        );
        vacuityGuard.count(
          "an advance",
          entries.some(({ type }) => type === "advance"),
        );
      }),
      runOptions(30),
    );
    vacuityGuard.expectEach();
  });

  it("folds to the state before any entry that it still has", () => {
    const vacuityGuard = new VacuityGuard("a place in the middle", "entries that fell off");
    const option = fc.constantFrom<JournalOption>("all", { keep: 0 }, { keep: 30 });
    const stateIds = fc.array(fraction(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(inputSequence(300), option, stateIds, (inputList, journal, where) => {
        const serialDevice = new Serial({ revision, journal, ...unreliable().options });
        const stateBefore = record(serialDevice, inputList);
        const { first, next } = serialDevice.journal;
        for (const endTick of [
          first,
          next,
          ...where.map((fractionOf) => first + Math.floor(fractionOf * (next - first))),
        ]) {
          const folded = Serial.fromJournal(serialDevice.journal, { until: endTick });
          expectSame(folded.state(), stateBefore.get(endTick), { until: endTick });
          expectSame(folded.journal.next, endTick, { until: endTick });
          vacuityGuard.count("a place in the middle", endTick > first && endTick < next);
        }
        expectSame(Serial.fromJournal(serialDevice.journal).now, serialDevice.now, "now");
        vacuityGuard.count("entries that fell off", first > 0);
      }),
      runOptions(30),
    );
    vacuityGuard.expectEach();
  });

  it("continues from any saved state", () => {
    const vacuityGuard = new VacuityGuard("a rest to replay");
    fc.assert(
      fc.property(inputSequence(), inputSequence(), (previous, after) => {
        const serialDevice = new Serial({ revision, journal: "all", ...unreliable().options });
        playInputs(serialDevice, previous);
        const saved = serialDevice.save();
        const from = serialDevice.journal.next;
        const moments = playInputs(serialDevice, after);
        const remaining = [...serialDevice.journal.entries({ from })]
          .map(({ entry }) => entry)
          .filter(isInput);
        const resumed = Serial.fromSaved(JSON.parse(JSON.stringify(saved)), { journal: false });
        expectSame(playInputs(resumed, remaining), moments, "the rest");
        vacuityGuard.count("a rest to replay", remaining.length > 1);
      }),
      runOptions(30),
    );
    vacuityGuard.expectEach();
  });
});
