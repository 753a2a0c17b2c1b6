import fc from "fast-check";
import { expect, test } from "vitest";
import { entry, journalStart } from "./arbitrary.test-helper.js";
import { CountingJournal } from "./counting-journal.js";
import type { Entry } from "./entry.js";
import { Journal } from "./journal.js";
import type { Recorder } from "./journal-view.js";

/** What one can do to a recorder; some of it is wrong. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant("append" as const), entry }),
  fc.record({
    kind: fc.constant("read" as const),
    offset: fc.oneof(fc.integer({ min: -1, max: 257 }), fc.double()),
  }),
  fc.record({
    kind: fc.constant("write" as const),
    offset: fc.oneof(fc.integer({ min: -1, max: 9 }), fc.constant("5" as unknown as number)),
    value: fc.oneof(fc.integer({ min: -1, max: 257 }), fc.constant(1n as unknown as number)),
  }),
  fc.record({
    kind: fc.constant("receive" as const),
    characters: fc.oneof(fc.uint8Array(), fc.array(fc.nat(300))),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function outcome(recorder: Recorder, operation: Operation): unknown {
  try {
    switch (operation.kind) {
      case "append":
        return recorder.append(operation.entry as Entry);
      case "read":
        return recorder.read(operation.offset);
      case "write":
        return recorder.write(operation.offset, operation.value);
      case "receive":
        return recorder.receive(operation.characters);
    }
  } catch (error) {
    return String(error);
  }
}

const observableState = (recorder: Recorder) => {
  const { header, first: firstIndex, next, last, length, tick, bytes } = recorder;
  return { header, first: firstIndex, next, last, length, tick, bytes, entries: [...recorder.entries()] };
};

test.each([0, 5, 2 ** 30 - 3, 2 ** 40])(
  "from entry %i on it counts and refuses as a journal does that holds nothing",
  (first) =>
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const readState = () => "present";
        const counter = new CountingJournal({ ...journalStart, first, tick: 7 }, readState);
        const journal = new Journal(
          { ...journalStart, first, tick: 7 },
          { keep: false, checkpoint: readState },
        );
        for (const nextOperation of operations) {
          expect(outcome(counter, nextOperation)).toEqual(outcome(journal, nextOperation));
          expect(observableState(counter)).toEqual(observableState(journal));
          expect(counter.checkpoint(counter.next)).toEqual(journal.checkpoint(journal.next));
        }
      }),
    ),
);

test("it has entries at no index but the next, of which there are none", () => {
  const counter = new CountingJournal({ ...journalStart, first: 3 }, () => 0);
  counter.read(5);
  expect([...counter.entries({ from: 4, until: 4 })]).toEqual([]);
  expect(() => counter.entries({ from: 3 })).toThrow(
    /^from: expected 4, as this journal holds nothing, got 3$/,
  );
  expect(() => counter.entries({ until: 5 })).toThrow(RangeError);
  expect(() => counter.checkpoint(3)).toThrow(/^checkpoint: expected 4/);
  expect(() => new CountingJournal({ ...journalStart, first: -1 }, () => 0)).toThrow(RangeError);
  counter.close();
  counter.read(5);
  expect(counter.next).toBe(5);
});

test("the count goes on where the small one is full", () => {
  const journal = new CountingJournal(journalStart, () => undefined);
  // As after 2^30 - 1 accesses.
  Reflect.set(journal, "shortCount", 2 ** 30 - 1);
  const { next } = journal;
  journal.read(0);
  journal.write(0, 1);
  journal.receive(new Uint8Array(1));
  journal.read(5);
  expect(journal.next).toBe(next + 4);
  expect([journal.first, journal.last, journal.length]).toEqual([next + 4, next + 3, 0]);
});
