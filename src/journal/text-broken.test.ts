import { gzipSync, strToU8 } from "fflate";
import { expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { JournalError } from "./journal-error.js";
import { header, piecesOf, readEverything } from "./text.test-helper.js";
import { loadJournal, readJournal } from "./text-read.js";

const HEADER = JSON.stringify({ format: "vm-superio-journal", version: 2, ...header });
const READ = `{"type":"read","offset":5}`;
const END = (entries: number): string => `{"type":"end","entries":${entries}}`;

test("a broken line is an error with its number; what comes before it is given", async () => {
  const brokenLines: readonly [line: string, message: RegExp][] = [
    ["", /entry: expected an object, got an empty line/],
    [`{"type":"read"`, /entry: expected an object, got /],
    ["5", /entry: expected an object, got 5/],
    ["null", /entry: expected an object, got null/],
    [`{"offset":5}`, /type: expected one of read, write, receive, .*mark, got nothing/],
    [`{"type":"raed","offset":5}`, /one of read, .*got "raed"/],
    [`{"type":"toString"}`, /one of read/],
    [`{"type":"read","offset":256}`, /offset: expected a whole number from 0 to 255, got 256/],
    [`{"type":"read","offset":-1}`, /offset.*got -1/],
    [`{"type":"read","offset":05}`, /entry: expected an object, got /],
    [`{"type":"read","offset":}`, /entry: expected an object, got /],
    [`{"type":"write","offset":5,"value":x}`, /entry: expected an object, got /],
    [`{"type":"read","offset":0.5}`, /offset.*got 0.5/],
    [`{"type":"read","offset":"5"}`, /offset.*got "5"/],
    [`{"type":"read","offset":5,"value":1}`, /read: expected no field but type, offset, got "value"/],
    [`{"type":"write","offset":5}`, /value.*got nothing/],
    [`{"type":"write","offset":5,"value":1e3}`, /value.*got 1000/],
    [`{"type":"receive","characters":5}`, /characters: expected an array, got 5/],
    [`{"type":"receive","characters":[1,300]}`, /characters\[1\].*got 300/],
    [
      `{"type":"receive","characters":[{"value":1,"parity":false}]}`,
      /characters\[0\].parity: expected true, got false/,
    ],
    [
      `{"type":"receive","characters":[{"value":1,"party":true}]}`,
      /characters\[0\]: expected no field but value, parity, framing, break, got "party"/,
    ],
    [`{"type":"receive","characters":[{"parity":true}]}`, /characters\[0\].value.*got nothing/],
    [`{"type":"line","level":2}`, /level: expected 0 or 1, got 2/],
    [`{"type":"break","on":1}`, /on: expected true or false, got 1/],
    [`{"type":"modem","cts":true,"dsr":true,"ri":true}`, /dcd.*got nothing/],
    [`{"type":"advance","ticks":1e16}`, /ticks.*got 1/],
    [`{"type":"advance","ticks":9007199254740991}`, /ticks: expected at most 9007199254740982 after tick 9/],
    [`{"type":"restore"}`, /state.*got nothing/],
    [`{"type":"failed","what":"in","index":0}`, /what: expected "out" or "trigger", got "in"/],
    [`{"type":"failed","what":"out"}`, /index: expected a whole number.*got nothing/],
    [`{"type":"mark","text":5}`, /text: expected a string, got 5/],
    [END(3), /entries: expected 2, .*got 3/],
    [HEADER, /type: expected one of/],
  ];
  for (const [line, message] of brokenLines) {
    for (const gzip of [false, true]) {
      const text = strToU8([HEADER, READ, READ, line, READ, END(4), ""].join("\n"));
      const { recorded, error, cut } = await readEverything(gzip ? gzipSync(text) : text);
      expect(error).toBeInstanceOf(JournalError);
      expect(error).toMatchObject({ line: 4, message: expect.stringMatching(message) });
      expect((error as Error).message).toMatch(/^line 4: /);
      expect(recorded.map(({ index }) => index)).toEqual([40, 41]);
      expect(cut).toBeUndefined();
      await expect(loadJournal(text)).rejects.toMatchObject({ line: 4 });
    }
  }
});

test("what comes after the end is an error, empty lines apart", async () => {
  expect(await readEverything([HEADER, END(0), "", " ", ""].join("\r\n"))).toMatchObject({
    cut: undefined,
    error: undefined,
  });
  const { error } = await readEverything([HEADER, READ, END(1), READ, ""].join("\n"));
  expect(error).toMatchObject({ line: 4, message: expect.stringContaining("nothing after the end") });
});

test("a first line that is no header is an error that says what can be read", async () => {
  const changedHeader = (more: object): string => JSON.stringify({ ...JSON.parse(HEADER), ...more });
  const invalidHeaders: readonly [line: string, message: RegExp][] = [
    ["hello", /header: expected {"format":"vm-superio-journal","version":4,\.\.\.}, got "hello"/],
    [READ, /header: expected .*got {"type":"read"/],
    [changedHeader({ version: 5 }), /version: expected 1 to 4, the only ones readable here, got 5/],
    [changedHeader({ version: 3 }), /header: the text is damaged: the check of the header differs/],
    [changedHeader({ version: 4 }), /header: the text is damaged: the check of the header differs/],
    [changedHeader({ crc: "00000000" }), /header: the text is damaged: the check of the header differs/],
    [changedHeader({ chart: 5 }), /chart: expected a string, got 5/],
    [changedHeader({ options: [] }), /options: expected an object/],
    [changedHeader({ first: -1 }), /first.*got -1/],
    [changedHeader({ tick: "9" }), /tick.*got "9"/],
    [changedHeader({ state: undefined }), /state.*got nothing/],
  ];
  for (const [line, message] of invalidHeaders) {
    let closed = false;
    const source = (function* () {
      try {
        yield `${line}\n`;
        yield `${READ}\n`;
      } finally {
        closed = true;
      }
    })();
    await expect(readJournal(source)).rejects.toMatchObject({
      line: 1,
      message: expect.stringMatching(message),
    });
    expect(closed).toBe(true);
  }
});

test("bytes that are no UTF-8 are an error with their line", async () => {
  const text = strToU8([HEADER, READ, `{"type":"mark","text":"x"}`, READ, END(3), ""].join("\n"));
  text[text.indexOf(strToU8("x")[0] as number, HEADER.length + READ.length)] = 0xff;
  for (const size of [7, 10_000]) {
    const { recorded, error } = await readEverything(piecesOf(text, [size]));
    expect(recorded).toHaveLength(1);
    expect(error).toMatchObject({ message: "line 3: text: expected UTF-8, got other bytes" });
  }
});

test("a byte order mark before the header is passed over, and none elsewhere", async () => {
  const text = [`\uFEFF${HEADER}`, READ, END(1), ""].join("\n");
  for (const source of [text, strToU8(text), gzipSync(strToU8(text)), piecesOf(strToU8(text), [1])])
    expect(await readEverything(source)).toMatchObject({
      recorded: [{ index: 40 }],
      error: undefined,
      cut: undefined,
    });
  const { error } = await readEverything([HEADER, `\uFEFF${READ}`, ""].join("\n"));
  expect(error).toMatchObject({ line: 2 });
});

test.each([
  [5, "source: expected a string, a Uint8Array, or an iterable of these, got 5"],
  [null, "got null"],
  [undefined, "got nothing"],
  [{}, "got {}"],
  [[5], "chunk: expected a string or a Uint8Array, got 5"],
])("what is no source is an error that says what one is: %j", async (source, message) => {
  for (const reading of [loadJournal, readJournal]) {
    await expect(reading(invalid(source))).rejects.toThrow(TypeError);
    await expect(reading(invalid(source))).rejects.toThrow(message);
  }
});

test("the source is closed when a reader stops early", async () => {
  let closed = false;
  const source = (async function* () {
    try {
      yield `${HEADER}\n${READ}\n`;
      for (;;) yield `${READ}\n`;
    } finally {
      closed = true;
    }
  })();
  const { entries } = await readJournal(source);
  for await (const { index } of entries) if (index > 50) break;
  expect(closed).toBe(true);
});
