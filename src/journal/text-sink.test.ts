import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { uncaughtErrorsOf } from "../uncaught.test-helper.js";
import { journalStart } from "./arbitrary.test-helper.js";
import { Journal } from "./journal.js";
import { concatenate, decodeText } from "./text.test-helper.js";
import { loadJournal } from "./text-read.js";
import { JournalSinkError, journalSink, type SinkOptions } from "./text-sink.js";

const journalInto = (write: (chunk: Uint8Array) => unknown, options: SinkOptions = {}) => {
  const sink = journalSink(write, options);
  return { sink, journal: new Journal(journalStart, { sink, checkpoint: () => 0 }) };
};

const writeMany = (journal: Journal, count: number): number => {
  let thrown = 0;
  for (let i = 0; i < count; i++) {
    try {
      journal.write(7, journal.next & 0xff);
    } catch (error) {
      expect(error).toBeInstanceOf(JournalSinkError);
      thrown++;
    }
  }
  return thrown;
};

/** A disk that is full for one write, and then is not. */
const fullOnce = (chunks: Uint8Array[], failingCall: number, fail: (chunk: Uint8Array) => unknown) => {
  let calls = 0;
  return (chunk: Uint8Array): unknown => {
    if (++calls === failingCall) return fail(chunk);
    chunks.push(chunk);
    return chunk.length;
  };
};

const FAILURES: readonly [name: string, fail: (chunk: Uint8Array, chunks: Uint8Array[]) => unknown][] = [
  [
    "throws",
    () => {
      throw new Error("ENOSPC: no space left");
    },
  ],
  [
    "is short",
    (chunk, chunks) => {
      chunks.push(chunk.subarray(0, 1000));
      return 1000;
    },
  ],
  ["rejects", () => Promise.reject(new Error("EPIPE"))],
];

describe.each(FAILURES)("a write that %s", (name, fail) => {
  test.each([false, true])("stops the sink for good, and says so (gzip: %s)", async (gzip) => {
    const chunks: Uint8Array[] = [];
    const onError = vi.fn();
    const write = fullOnce(chunks, gzip ? 12 : 3, (chunk) => fail(chunk, chunks));
    const { journal } = journalInto(write, { gzip, onError, flushEvery: { bytes: 50_000 } });
    // Promises are rejected between accesses.
    for (let round = 0; round < 10; round++) {
      expect(writeMany(journal, 1000)).toBe(0);
      await Promise.resolve();
    }
    journal.close();
    expect(journal.next).toBe(10_000);
    expect(onError).toHaveBeenCalledOnce();
    const [error] = onError.mock.calls[0] ?? [];
    expect(error).toBeInstanceOf(JournalSinkError);
    expect(error.message).toMatch(/^the journal ends after \d+ entries, as it could not be written: /);
    expect(journal.lost).toBe(10_000 - error.written);
    // Chunks that were given away before a promise was rejected follow a hole.
    const loaded = await loadJournal(chunks.slice(), { salvage: true });
    expect(loaded.cut).toMatch(/^the file ends /);
    if (name !== "rejects")
      await expect(loadJournal(chunks.slice())).resolves.toMatchObject({ cut: expect.any(String) });
    const values = [...loaded.journal.entries()].map(({ entry }) => entry.type === "write" && entry.value);
    expect(values).toEqual(values.map((_, index) => index & 0xff));
    expect(values.length).toBeGreaterThanOrEqual(error.written);
    expect(error.written).toBeGreaterThan(1000);
    expect(name === "is short" || values.length === error.written).toBe(true);
  });

  test("is thrown once from the access that finds it, which has changed nothing, if nobody asked to be told", async () => {
    const chunks: Uint8Array[] = [];
    const { journal } = journalInto(fullOnce(chunks, 2, (chunk) => fail(chunk, chunks)));
    let thrown = 0;
    for (let round = 0; round < 10; round++) {
      thrown += writeMany(journal, 1000);
      await Promise.resolve();
    }
    expect(thrown).toBe(1);
    expect(journal.next).toBe(9_999);
    expect(journal.lost).toBe(9_999);
    journal.close();
    expect(journal.lost).toBe(9_999);
    const loaded = await loadJournal(chunks);
    const values = [...loaded.journal.entries()].map(({ entry }) => entry.type === "write" && entry.value);
    expect(values).toEqual(values.map((_, index) => index & 0xff));
  });
});

test.each<[string, (chunk: Uint8Array) => unknown]>([
  ["NaN", () => Number.NaN],
  ["a promise of NaN", async () => Number.NaN],
  ["-1, as C does", () => -1],
  ["a promise of -1", async () => -1],
])("a write that returns %s has failed, from the first on", async (_, write) => {
  for (const gzip of [false, true]) {
    const onError = vi.fn();
    const { journal } = journalInto(write, { gzip, onError });
    await vi.waitFor(() => expect(onError).toHaveBeenCalled());
    expect(onError.mock.calls[0]?.[0].message).toMatch(/written: only (NaN|-1) of \d+ bytes were written$/);
    journal.write(7, 1);
    expect(journal.lost).toBe(1);
    journal.close();
    expect(onError).toHaveBeenCalledOnce();
  }
});

test("a promise of fewer bytes than there were is a failure, where the first write has counted them", async () => {
  const onError = vi.fn();
  let calls = 0;
  const { journal, sink } = journalInto(async (chunk) => (++calls === 3 ? 5 : chunk.length), { onError });
  for (let flushed = 0; flushed < 4; flushed++) {
    writeMany(journal, 10);
    sink.flush();
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(onError).toHaveBeenCalledOnce();
  expect(onError.mock.calls[0]?.[0]).toMatchObject({
    written: 10,
    message: expect.stringMatching(/only 5 of \d+ bytes/),
  });
  expect(journal.lost).toBe(30);
});

test("an error of onError unwinds neither the access nor the timer, and is not lost", async () => {
  const fails = [() => Promise.reject(new Error("EPIPE")), () => Number.NaN];
  for (const fail of fails)
    for (const milliseconds of [1, Number.POSITIVE_INFINITY]) {
      const errors = await uncaughtErrorsOf(async () => {
        const { journal } = journalInto(fullOnce([], 2, fail), {
          flushEvery: { milliseconds, bytes: milliseconds === 1 ? 1e6 : 100 },
          onError: () => {
            throw new Error("from onError");
          },
        });
        for (let i = 0; i < 10; i++) journal.write(7, i);
        await new Promise((resolve) => setTimeout(resolve, 10));
        expect(journal.next).toBe(10);
        expect(journal.lost).toBeGreaterThan(0);
      });
      expect(errors).toEqual([new Error("from onError")]);
    }
});

test("a function that returns another number than the bytes it writes is believed", async () => {
  const chunks: Uint8Array[] = [];
  const { journal } = journalInto((chunk) => chunks.push(chunk));
  expect(writeMany(journal, 10_000)).toBe(0);
  journal.close();
  expect(journal.lost).toBe(0);
  expect(await loadJournal(chunks)).toMatchObject({ journal: { length: 10_000 } });
});

test("an entry that is taken back is not in the text", async () => {
  for (const before of [0, 3, 2000]) {
    const chunks: Uint8Array[] = [];
    const { journal, sink } = journalInto((chunk) => chunks.push(chunk));
    writeMany(journal, before);
    sink.append({ index: before, tick: 0, entry: { type: "advance", ticks: 5 } });
    sink.takeBack();
    // There is only one that can be taken back.
    sink.takeBack();
    sink.append({ index: before, tick: 0, entry: { type: "advance", ticks: 6 } });
    sink.append({ index: before + 1, tick: 6, entry: { type: "read", offset: 5 } });
    sink.close();
    const { journal: loaded } = await loadJournal(chunks);
    expect([...loaded.entries({ from: before })].map(({ entry }) => entry)).toEqual([
      { type: "advance", ticks: 6 },
      { type: "read", offset: 5 },
    ]);
  }
});

describe("is flushed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const textOf = (chunks: readonly Uint8Array[]) => decodeText(concatenate(chunks));

  test("at once for the header, and after a second for what waits, and not when nothing does", () => {
    const chunks: Uint8Array[] = [];
    const { journal } = journalInto((chunk) => chunks.push(chunk));
    expect(textOf(chunks)).toMatch(/^\{"format":.*\}\n$/);
    vi.advanceTimersByTime(5000);
    expect(chunks).toHaveLength(1);
    journal.read(5);
    vi.advanceTimersByTime(999);
    expect(chunks).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(textOf(chunks)).toMatch(/\n\{"type":"read","offset":5\}\n\{"type":"check",.*\}\n$/);
    vi.advanceTimersByTime(5000);
    expect(chunks).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
    journal.read(5);
    journal.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(textOf(chunks)).toMatch(/\{"type":"end","entries":2,.*\}\n$/);
  });

  test("as flushEvery says", () => {
    for (const [flushEvery, milliseconds] of [
      [20, 20],
      [{ milliseconds: 0 }, 1],
      [{ bytes: 50 }, 0],
    ] as const) {
      const chunks: Uint8Array[] = [];
      const { journal } = journalInto((chunk) => chunks.push(chunk), { flushEvery });
      journal.read(5);
      journal.read(6);
      journal.read(7);
      vi.advanceTimersByTime(milliseconds);
      expect(textOf(chunks)).toContain('"offset":6');
    }
    vi.clearAllTimers();
    const chunks: Uint8Array[] = [];
    const { journal } = journalInto((chunk) => chunks.push(chunk), {
      flushEvery: { milliseconds: Number.POSITIVE_INFINITY },
    });
    journal.read(5);
    expect(vi.getTimerCount()).toBe(0);
    expect(chunks).toHaveLength(1);
  });

  test("a failure that a timer meets is told, or thrown from the next access", () => {
    const onError = vi.fn();
    for (const options of [{ onError }, {}]) {
      const { journal } = journalInto(
        fullOnce([], 2, () => {
          throw new Error("EIO");
        }),
        options,
      );
      journal.read(5);
      vi.advanceTimersByTime(1000);
      expect(journal.lost).toBe(1);
      if ("onError" in options) expect(onError).toHaveBeenCalledOnce();
      else expect(() => journal.read(5)).toThrow("the journal ends after 0 entries");
      journal.read(6);
      expect(journal.lost).toBe(2);
    }
  });
});

test.each([
  [{ flushEvery: -1 }, "flushEvery.milliseconds: expected a number from 0, got -1"],
  [{ flushEvery: "1s" }, 'flushEvery: expected milliseconds or { bytes, milliseconds }, got "1s"'],
  [{ flushEvery: { bytes: 0 } }, "flushEvery.bytes: expected a whole number from 1, got 0"],
  [{ flushEvery: { seconds: 1 } }, "no option seconds of flushEvery"],
  [{ onErorr: () => {} }, "no option onErorr of journalSink: did you mean onError?"],
  [{ onError: 5 }, "onError: expected a function, got 5"],
  [null, "options: expected an object, got null"],
])("options that are none are refused: %j", (options, message) => {
  expect(() => journalSink(() => {}, options as SinkOptions)).toThrow(message);
});

test("what is no function cannot be written with", () => {
  expect(() => journalSink(invalid("file"))).toThrow('write: expected a function, got "file"');
});
