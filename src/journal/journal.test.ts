import fc from "fast-check";
import { expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { entry, journalStart, manyEntries } from "./arbitrary.test-helper.js";
import type { Entry, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import type { JournalOptions } from "./journal-options.js";
import { openJournal } from "./open-journal.js";

/** A device whose state is how much has entered it, and what came last. */
class CountingDevice {
  readonly states: { count: number; last: Entry | undefined }[] = [];
  readonly recorded: Recorded[] = [];
  readonly journal: Journal;
  #state: { count: number; last: Entry | undefined } = { count: 0, last: undefined };
  #tick = 0;

  constructor(options: Omit<JournalOptions, "checkpoint">) {
    this.journal = new Journal(
      { ...journalStart, state: this.#state },
      { ...options, checkpoint: () => this.#state },
    );
  }

  take(nextEntry: Entry): void {
    const entryIndex = this.recorded.length;
    if (this.journal.append(nextEntry) !== entryIndex)
      throw new Error(`entry ${entryIndex} got another index`);
    this.states.push(this.#state);
    this.recorded.push({ index: entryIndex, tick: this.#tick, entry: nextEntry });
    if (nextEntry.type === "advance") this.#tick += nextEntry.ticks;
    this.#state = { count: entryIndex + 1, last: nextEntry };
  }
}

const recordAll = (
  entries: readonly Entry[],
  options: Omit<JournalOptions, "checkpoint">,
): CountingDevice => {
  const counter = new CountingDevice(options);
  for (const nextEntry of entries) counter.take(nextEntry);
  return counter;
};

test("what is held is the end of what entered, and the header is the place before it", () => {
  let dropped = 0;
  fc.assert(
    fc.property(manyEntries, fc.oneof(fc.nat(400), fc.constant("all" as const)), (entries, keepCount) => {
      const { journal, recorded, states } = recordAll(entries, { keep: keepCount });
      expect([...journal.entries()]).toEqual(recorded.slice(journal.first));
      expect(journal.length).toBe(journal.next - journal.first);
      expect(journal.next).toBe(recorded.length);
      expect(journal.header.first).toBe(journal.first);
      if (journal.length > 0) {
        expect(journal.header.state).toBe(states[journal.first]);
        expect(journal.header.tick).toBe(recorded[journal.first]?.tick);
      }
      if (keepCount === "all") expect(journal.first).toBe(0);
      else {
        const bound = Math.max(16 * keepCount, 65_536);
        if (journal.bytes < bound - 16_384)
          expect(journal.length).toBeGreaterThanOrEqual(Math.min(keepCount, entries.length));
        expect(journal.bytes).toBeLessThanOrEqual(bound);
      }
      if (journal.first > 0) dropped++;
    }),
    { numRuns: 30 },
  );
  expect(dropped).toBeGreaterThan(0);
});

test("of short entries at least `keep` are held, and at most two chunks more", () => {
  fc.assert(
    fc.property(fc.nat(40_000), fc.nat(120_000), (keepCount, length) => {
      const journal = new Journal(journalStart, { keep: keepCount, checkpoint: () => 0 });
      let outside = 0;
      for (let i = 0; i < length; i++) {
        journal.read(5);
        if (journal.length < Math.min(keepCount, i + 1) || journal.length > keepCount + 2 * 16_384) outside++;
      }
      expect(outside).toBe(0);
    }),
    { numRuns: 10 },
  );
});

test("a checkpoint is a place at or before the index, with the state there", () => {
  fc.assert(
    fc.property(manyEntries, fc.nat(400), fc.nat(), (entries, keepCount, draw) => {
      const { journal, states, recorded } = recordAll(entries, { keep: keepCount });
      const entryIndex = journal.first + (draw % (journal.length + 1));
      const checkpoint = journal.checkpoint(entryIndex);
      expect(checkpoint.index).toBeLessThanOrEqual(entryIndex);
      expect(checkpoint.index).toBeGreaterThanOrEqual(journal.first);
      if (journal.length === 0) return;
      expect(checkpoint.state).toBe(states[checkpoint.index]);
      expect(checkpoint.tick).toBe(recorded[checkpoint.index]?.tick);
      // Near: no more than a chunk of one-byte entries away.
      expect(entryIndex - checkpoint.index).toBeLessThanOrEqual(16_384);
    }),
    { numRuns: 20 },
  );
});

test("of many chunks the nearest is found", () => {
  const journal: Journal = new Journal(journalStart, { keep: "all", checkpoint: () => journal.next });
  while (journal.next < 200_000) journal.read(5);
  const found = new Set<number>();
  for (let entryIndex = 0; entryIndex <= journal.next; entryIndex += 97) {
    const { index: checkpointIndex, state } = journal.checkpoint(entryIndex);
    found.add(checkpointIndex);
    expect(
      entryIndex >= checkpointIndex &&
        entryIndex - checkpointIndex <= 16_384 &&
        (checkpointIndex === 0 || state === checkpointIndex),
    ).toBe(true);
  }
  expect(found.size).toBeGreaterThan(200_000 / 16_384);
});

test("any range can be read, and none outside of what is held", () => {
  fc.assert(
    fc.property(manyEntries, fc.nat(400), fc.nat(), fc.nat(), (entries, keepCount, draw, secondDraw) => {
      const { journal, recorded } = recordAll(entries, { keep: keepCount });
      const from = journal.first + (draw % (journal.length + 1));
      const until = from + (secondDraw % (journal.next - from + 1));
      expect([...journal.entries({ from, until })]).toEqual(recorded.slice(from, until));
      for (const outside of [journal.first - 1, journal.next + 1, from + 0.5]) {
        const named = new RegExp(`${outside}`);
        expect(() => journal.entries({ from: outside })).toThrow(named);
        expect(() => journal.entries({ until: outside })).toThrow(named);
        expect(() => journal.checkpoint(outside)).toThrow(RangeError);
      }
      if (until > from) expect(() => journal.entries({ from: until, until: from })).toThrow(RangeError);
    }),
    { numRuns: 20 },
  );
});

test("a reading sees what was there when it began, even what has fallen off since", () => {
  const counter = recordAll([{ type: "write", offset: 0, value: 1 }], { keep: 10 });
  const reading = counter.journal.entries();
  for (let i = 0; i < 100_000; i++) counter.journal.read(i & 7);
  expect(counter.journal.first).toBeGreaterThan(0);
  expect([...reading]).toEqual(counter.recorded);
});

test("the short ways give what append gives", () => {
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 400, size: "max" }),
      fc.constantFrom<false | number>(false, 10),
      (entries, keepCount) => {
        const options = { keep: keepCount, checkpoint: () => null };
        const short = new Journal(journalStart, options);
        const long = new Journal(journalStart, options);
        for (const nextEntry of entries) {
          if (nextEntry.type === "read") short.read(nextEntry.offset);
          else if (nextEntry.type === "write") short.write(nextEntry.offset, nextEntry.value);
          else if (nextEntry.type === "advance") short.advance(nextEntry.ticks);
          else short.append(nextEntry);
          long.append(nextEntry);
        }
        expect([...short.entries()]).toEqual([...long.entries()]);
        expect([short.next, short.tick, short.header]).toEqual([long.next, long.tick, long.header]);
      },
    ),
  );
});

test("what is no entry is refused, and nothing has changed", () => {
  const journal = new Journal(journalStart);
  const loop: Record<string, unknown> = {};
  loop["loop"] = loop;
  const invalidEntries: readonly [unknown, RegExp][] = [
    [{ type: "read", offset: 256 }, /offset.*256/],
    [{ type: "read", offset: 1.5 }, /offset.*1.5/],
    [{ type: "read", offset: Number.NaN }, /offset.*NaN/],
    [{ type: "write", offset: 0 }, /value.*nothing/],
    [{ type: "receive", characters: [1, 256] }, /characters\[1\].*256/],
    [{ type: "advance", ticks: -1 }, /ticks.*-1/],
    [{ type: "restore" }, /state/],
    [{ type: "restore", state: loop }, /circular/i],
    [{ type: "rea" }, /read, write, receive/],
    [null, /object/],
  ];
  for (const [entry, message] of invalidEntries)
    expect(() => journal.append(entry as Entry)).toThrow(message);
  expect(() => journal.read(-1)).toThrow(RangeError);
  expect(() => journal.read(0.5)).toThrow(RangeError);
  expect(() => journal.write(0, 256)).toThrow(RangeError);
  expect([journal.next, journal.tick, journal.length]).toEqual([0, 0, 0]);
  journal.advance(Number.MAX_SAFE_INTEGER);
  expect(() => journal.advance(1)).toThrow(/at most 0/);
  expect([journal.next, journal.tick]).toEqual([1, Number.MAX_SAFE_INTEGER]);
});

test("a sink gets each entry, once and before the device takes it; nothing is held", () => {
  fc.assert(
    fc.property(manyEntries, (entries) => {
      const received: unknown[] = [];
      const sink = {
        header: (header: unknown) => received.push(header),
        append: (recorded: Recorded) => received.push(recorded),
        close: () => received.push("closed"),
      };
      const counter = recordAll(entries, { sink });
      const { journal } = counter;
      journal.close();
      journal.close();
      journal.read(5);
      expect(received).toEqual([
        { ...journalStart, state: { count: 0, last: undefined }, first: 0, tick: 0 },
        ...counter.recorded,
        "closed",
      ]);
      expect([journal.length, journal.first, journal.next, journal.bytes]).toEqual([
        0,
        entries.length + 1,
        entries.length + 1,
        0,
      ]);
      expect(journal.checkpoint(journal.next)).toMatchObject({ state: { count: entries.length } });
    }),
    { numRuns: 10 },
  );
});

test("a sink that fails, or uses the device, leaves the journal as it was", () => {
  for (const keepCount of [false, 10] as const) {
    const journal: Journal = new Journal(journalStart, {
      keep: keepCount,
      checkpoint: () => 0,
      sink: {
        header: () => {},
        append: ({ index }) => {
          if (index === 1) throw new Error("full");
          if (index === 2) journal.read(5);
        },
      },
    });
    journal.read(1);
    expect(() => journal.write(0, 2)).toThrow("full");
    expect(journal.next).toBe(1);
    journal.close();
    journal.read(3);
    expect(journal.next).toBe(2);
    if (keepCount)
      expect([...journal.entries()].map(({ entry }) => entry)).toEqual([
        { type: "read", offset: 1 },
        { type: "read", offset: 3 },
      ]);
  }
  const nested: Journal = new Journal(journalStart, {
    checkpoint: () => 0,
    sink: { header: () => {}, append: () => nested.read(5) },
  });
  expect(() => nested.read(1)).toThrow(/sink used the device/);
  expect(nested.next).toBe(0);
});

test("what a sink is handed can be held as well", () => {
  const received: number[] = [];
  const sink = { header: () => {}, append: ({ index }: Recorded) => received.push(index) };
  const journal = new Journal(journalStart, { keep: "all", sink, checkpoint: () => 0 });
  for (let i = 0; i < 1000; i++) journal.write(0, i & 0xff);
  expect(received).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect([...journal.entries()].map(({ index }) => index)).toEqual(received);
});

test("a journal without a checkpoint lets nothing fall off", () => {
  const journal = new Journal(journalStart, { keep: 1 });
  for (let i = 0; i < 200_000; i++) journal.read(5);
  expect(journal.length).toBe(200_000);
  expect(journal.checkpoint(150_000)).toEqual({ index: 0, tick: 0, state: journalStart.state });
  expect(() => new Journal(journalStart, { keep: false })).toThrow(TypeError);
});

test("indexes and ticks go on from where the header says", () => {
  const journal = new Journal({ ...journalStart, first: 1000, tick: 7 });
  journal.advance(3);
  journal.read(5);
  expect([...journal.entries()]).toEqual([
    { index: 1000, tick: 7, entry: { type: "advance", ticks: 3 } },
    { index: 1001, tick: 10, entry: { type: "read", offset: 5 } },
  ]);
});

test("openJournal understands a device's option", () => {
  const keptLengths = ([{}, { keep: 1 }, "all", false, { header: () => {}, append: () => {} }] as const).map(
    (option) => {
      const journal = openJournal(journalStart, option, () => 0);
      for (let i = 0; i < 50_000; i++) journal.read(5);
      return journal.length;
    },
  );
  expect(keptLengths).toEqual([50_000, keptLengths[1], 50_000, 0, 0]);
  expect(keptLengths[1]).toBeLessThan(50_000);
  expect(() => openJournal(journalStart, { keep: -1 }, () => 0)).toThrow(RangeError);
  expect(() => openJournal({ ...journalStart, chart: invalid(5) }, {}, () => 0)).toThrow(/chart/);
});

test("what is no option of a device is an error that says what one is", () => {
  const append = () => {};
  const invalidEntries = [
    5,
    null,
    undefined,
    "some",
    [],
    new Journal(journalStart),
    { append },
    { header: 5, append },
    { kept: 5 },
  ];
  for (const option of invalidEntries) {
    const opening = () => openJournal(journalStart, invalid(option), () => 0);
    expect(opening).toThrow(TypeError);
    expect(opening).toThrow(
      'journal: expected { keep }, "all", a sink with header and append, or false, got ',
    );
  }
  expect(() => new Journal(journalStart, invalid(null))).toThrow("options: expected an object, got null");
});
