/** Bad input of readers and writers gets one line of this package's, whatever it throws itself; a source's own errors pass. */
import { describe, expect, test } from "vitest";
import { journalStart } from "./arbitrary.test-helper.js";
import { Journal } from "./journal.js";
import { loadJournal, readJournal } from "./text-read.js";
import { writeJournal } from "./text-write.js";

const fail = (): never => {
  throw new Error("an error\nof the input's own");
};
const withGetter = (name: string, base: object = {}) =>
  Object.defineProperty({ ...base }, name, { get: fail, enumerable: true });
const revoked = (target: object) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const failing = () => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
const failsAfter = (count: number, value: unknown) => {
  let reads = 0;
  return { get: () => (reads++ < count ? value : fail()), enumerable: true };
};

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  "a number": () => 5,
  "a BigInt": () => 5n,
  "a symbol": () => Symbol("x"),
  "a revoked proxy": () => revoked({}),
  "a revoked list": () => revoked([]),
  "a proxy that fails": failing,
  "an iterable that fails": () => ({ [Symbol.iterator]: fail }),
  "an iterable without an iterator": () => ({ [Symbol.iterator]: () => 5 }),
  "an iterator without next": () => ({ [Symbol.iterator]: () => ({ next: 5 }) }),
  "an iterator without steps": () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  "a step that fails": () => ({ [Symbol.iterator]: () => ({ next: () => withGetter("done") }) }),
  "no asynchronous iterator": () => ({ [Symbol.asyncIterator]: () => 5 }),
  "no method for an asynchronous iterator": () => ({ [Symbol.asyncIterator]: 5 }),
  "an asynchronous iterator without steps": () => ({ [Symbol.asyncIterator]: () => ({ next: () => 5 }) }),
  "a list of a revoked proxy": () => [revoked({})],
  "a list of a proxy that fails": () => [failing()],
  "a list of a proxy of bytes": () => [new Proxy(new Uint8Array(3), {})],
};

const journal = new Journal(journalStart, { keep: "all" });
journal.write(7, 1);
const { header } = journal;
const entries = [...journal.entries()];
const write = async (...args: readonly unknown[]) => {
  let text = "";
  for await (const bytes of writeJournal(...(args as unknown as Parameters<typeof writeJournal>)))
    text += new TextDecoder().decode(bytes);
  return text;
};
const read = async (...args: readonly unknown[]) => {
  const reading = await readJournal(...(args as unknown as Parameters<typeof readJournal>));
  for await (const _ of reading.entries);
};
const load = (...args: readonly unknown[]) =>
  loadJournal(...(args as unknown as Parameters<typeof loadJournal>));

const oneLineOfOurs = /^(line \d+: )?(\w[\w. ]*: expected [^\n]+|no option [^\n]+)$/;

describe.each(Object.entries(HOSTILE))("%s", (_, hostile) => {
  const positions: readonly [string, () => Promise<unknown>][] = [
    ["source of loadJournal", () => load(hostile())],
    ["source of readJournal", () => read(hostile())],
    ["header", () => write(hostile(), entries)],
    ["entries", () => write(header, hostile())],
    ["recorded entry", () => write(header, [hostile()])],
    ["entry", () => write(header, [{ index: 0, tick: 0, entry: hostile() }])],
  ];
  test.each(positions)("as %s is refused in one line", async (_name, task) => {
    await expect(task()).rejects.toThrow(oneLineOfOurs);
  });
});

const state = withGetter("inner");
test.each<[string, () => Promise<unknown>]>([
  ["load", async () => load(await write(header, entries), withGetter("salvage"))],
  ["load", async () => load(await write(header, entries), revoked({}))],
  ["read", async () => read(await write(header, entries), { slavage: true })],
  ["write", () => write(header, entries, withGetter("gzip"))],
  ["write", () => write(header, entries, revoked({}))],
  ["write", () => write(header, entries, { gizp: true })],
  ...Object.keys(header).map((name): [string, () => Promise<unknown>] => [
    `write: ${name}`,
    () => write(withGetter(name, header), entries),
  ]),
  ["write", () => write(header, [{ index: 0, tick: 0, entry: withGetter("offset", { type: "read" }) }])],
  ["write", () => write(header, [{ index: 0, tick: 0, entry: { type: "restore", state } }])],
  ["write", () => write(header, [{ index: 0, tick: 0, entry: { type: "restore", state: 5n } }])],
  [
    "write",
    () =>
      write(header, [
        {
          index: 0,
          tick: 0,
          entry: Object.defineProperty({ type: "write", offset: 1 }, "value", failsAfter(1, 5)),
        },
      ]),
  ],
])("options and fields that fail are refused in one line: %s", async (_, task) => {
  await expect(task()).rejects.toThrow(oneLineOfOurs);
});

test("an option is read once", async () => {
  const text = await write(header, entries);
  const options = Object.defineProperty({}, "salvage", failsAfter(1, true));
  expect(await load(text, options)).toMatchObject({ missing: [], journal: { length: 1 } });
});

test("a source's own error passes as it is, and a source that is not read to its end is closed", async () => {
  const error = new Error("EIO");
  const failingLate = function* () {
    yield "{";
    throw error;
  };
  await expect(load(failingLate())).rejects.toBe(error);
  await expect(
    read(
      (async function* () {
        yield* failingLate();
      })(),
    ),
  ).rejects.toBe(error);
  let isClosed = false;
  const source = (function* () {
    try {
      for (;;) yield "not a journal\n";
    } finally {
      isClosed = true;
    }
  })();
  await expect(load(source)).rejects.toThrow("line 1: header: expected");
  expect(isClosed).toBe(true);
});
