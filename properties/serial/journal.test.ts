/** The journal is the truth: every state is a fold over it, and every emission comes again with it. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import type { Entry, Input, JournalOption } from "../../src/journal/index.js";
import { fraction } from "../arbitraries/bytes.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { drive, play } from "../support/session.js";
import { REVISIONS, type RegisterState } from "../support/steps.js";
import { unreliable } from "../support/unreliable.js";

const isInput = (entry: Entry): entry is Input => entry.type !== "failed" && entry.type !== "mark";

/** Drives a device and keeps the state before each entry of its journal. */
function record(serial: Serial, inputs: readonly Input[]): Map<number, RegisterState> {
  const stateBefore = new Map<number, RegisterState>([[serial.journal.next, serial.state()]]);
  for (const input of inputs) {
    const from = serial.journal.next;
    drive(serial, input);
    // A note stands after its input: it has the state that the input left.
    for (let index = from + 1; index <= serial.journal.next; index += 1)
      stateBefore.set(index, serial.state());
  }
  return stateBefore;
}

describe.each(REVISIONS)("a journal of %s", (revision) => {
  it("replayed on another device gives the same transitions, emissions and states", () => {
    const held = new Premises("a failure noted", "a restore", "an advance");
    fc.assert(
      fc.property(inputSequence(), (inputs) => {
        const { failures, options } = unreliable();
        const serial = new Serial({ revision, journal: "all", ...options });
        const moments = play(serial, inputs);
        const entries = [...serial.journal.entries()].map(({ entry }) => entry);
        const again = play(new Serial({ revision, journal: false }), entries.filter(isInput));
        expectSame(again, moments, "replay");
        expectSame(entries.filter(isInput).length, inputs.length, "inputs");
        const noted = entries.flatMap((entry) => (entry.type === "failed" ? [entry.what] : []));
        expectSame(noted, failures, "failures noted");
        held.count(
          "a failure noted",
          entries.some(({ type }) => type === "failed"),
        );
        held.count(
          "a restore",
          entries.some(({ type }) => type === "restore"),
        );
        held.count(
          "an advance",
          entries.some(({ type }) => type === "advance"),
        );
      }),
      runs(30),
    );
    held.expectEach();
  });

  it("folds to the state before any entry that it still has", () => {
    const held = new Premises("a place in the middle", "entries that fell off");
    const option = fc.constantFrom<JournalOption>("all", { keep: 0 }, { keep: 30 });
    const places = fc.array(fraction(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(inputSequence(300), option, places, (inputs, journal, where) => {
        const serial = new Serial({ revision, journal, ...unreliable().options });
        const stateBefore = record(serial, inputs);
        const { first, next } = serial.journal;
        for (const until of [
          first,
          next,
          ...where.map((each) => first + Math.floor(each * (next - first))),
        ]) {
          const folded = Serial.fromJournal(serial.journal, { until });
          expectSame(folded.state(), stateBefore.get(until), { until });
          expectSame(folded.journal.next, until, { until });
          held.count("a place in the middle", until > first && until < next);
        }
        expectSame(Serial.fromJournal(serial.journal).now, serial.now, "now");
        held.count("entries that fell off", first > 0);
      }),
      runs(30),
    );
    held.expectEach();
  });

  it("continues from any saved state", () => {
    const held = new Premises("a rest to replay");
    fc.assert(
      fc.property(inputSequence(), inputSequence(), (before, after) => {
        const serial = new Serial({ revision, journal: "all", ...unreliable().options });
        play(serial, before);
        const saved = serial.save();
        const from = serial.journal.next;
        const moments = play(serial, after);
        const rest = [...serial.journal.entries({ from })].map(({ entry }) => entry).filter(isInput);
        const resumed = Serial.fromSaved(JSON.parse(JSON.stringify(saved)), { journal: false });
        expectSame(play(resumed, rest), moments, "the rest");
        held.count("a rest to replay", rest.length > 1);
      }),
      runs(30),
    );
    held.expectEach();
  });
});
