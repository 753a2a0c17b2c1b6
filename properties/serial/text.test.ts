/** A whole session goes through the text form and back, and folds to the same. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import {
  type Journal,
  journalSink,
  loadJournal,
  readJournal,
  writeJournal,
} from "../../src/journal/index.js";
import { fraction } from "../arbitraries/bytes.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { drive } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";

/** A session with all that a journal can hold of a serial device: accesses, failures, restores, time. */
const session = (serial: Serial, inputs: Parameters<Serial["apply"]>[0][]): void => {
  for (const input of inputs) drive(serial, input);
};

const fails = { write: () => 0 };

const collect = async (text: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of text) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The text in pieces of some size, as a stream would give it. */
function* pieces(text: Uint8Array, size: number): Generator<Uint8Array> {
  for (let from = 0; from < text.length; from += size) yield text.subarray(from, from + size);
}

const contents = (journal: Pick<Journal, "header" | "entries">): unknown => ({
  header: journal.header,
  entries: [...journal.entries()],
});

const options = fc.record({
  gzip: fc.boolean(),
  size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 100_000 })),
  keep: fc.constantFrom(0, 1_000_000),
});

describe.each(REVISIONS)("the text of a journal of %s", (revision) => {
  it("gives the same journal and the same fold, in whatever pieces it comes", async () => {
    const held = new Premises("compressed", "plain", "a first index above 0", "a failure");
    await fc.assert(
      fc.asyncProperty(inputSequence(250), options, async (inputs, { gzip, size, keep }) => {
        const serial = new Serial({ revision, journal: { keep }, out: fails });
        session(serial, inputs);
        const { header } = serial.journal;
        const text = await collect(writeJournal(header, serial.journal.entries(), { gzip }));
        const { journal, cut } = await loadJournal(pieces(text, size));
        expectSame(cut, undefined, "cut");
        expectSame(contents(journal), contents(serial.journal), "contents");
        expectSame(Serial.fromJournal(journal).state(), serial.state(), "fold");
        expectSame(Serial.fromJournal(journal).now, serial.now, "now");
        held.count(gzip ? "compressed" : "plain");
        held.count("a first index above 0", header.first > 0);
        held.count(
          "a failure",
          [...journal.entries()].some(({ entry }) => entry.type === "failed"),
        );
      }),
      runs(25),
    );
    held.expectEach();
  });

  it("cut anywhere gives all whole entries before the cut", async () => {
    const held = new Premises("a cut");
    await fc.assert(
      fc.asyncProperty(inputSequence(60), fraction(), async (inputs, where) => {
        const serial = new Serial({ revision, journal: "all" });
        session(serial, inputs);
        const text = await collect(writeJournal(serial.journal.header, serial.journal.entries()));
        const start = text.indexOf("\n") + 1;
        const part = text.subarray(0, start + Math.floor(where * (text.length - start)));
        const reading = await readJournal(part);
        const entries: unknown[] = [];
        for await (const recorded of reading.entries) entries.push(recorded);
        // The header's line is no entry. An entry whose line lacks only its end may be given or not.
        const lines = part.toString().split("\n").length - 2;
        expectSame(entries, [...serial.journal.entries()].slice(0, entries.length), "entries");
        expectSame(entries.length === lines || entries.length === lines + 1, true, {
          lines,
          got: entries.length,
        });
        // A text that lacks only its very last line end lacks nothing.
        expectSame(typeof reading.cut, part.length < text.length - 1 ? "string" : "undefined", "cut");
        held.count("a cut", part.length < text.length - 1);
      }),
      runs(25),
    );
    held.expectEach();
  });

  it("written as it happens is the text of the whole", async () => {
    const held = new Premises("a session");
    await fc.assert(
      fc.asyncProperty(inputSequence(60), async (inputs) => {
        const kept = new Serial({ revision, journal: "all" });
        const chunks: Uint8Array[] = [];
        const sink = journalSink((chunk) => void chunks.push(chunk));
        const streamed = new Serial({ revision, journal: sink });
        session(kept, inputs);
        session(streamed, inputs);
        sink.close();
        const whole = await collect(writeJournal(kept.journal.header, kept.journal.entries()));
        expectSame(Buffer.concat(chunks).toString(), whole.toString(), "text");
        held.count("a session");
      }),
      runs(20),
    );
    held.expectEach();
  });
});
