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
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { driveSerial } from "../support/session.js";
import { REVISIONS } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

/** A session with all that a journal can hold of a serial device: accesses, failures, restores, time. */
const session = (serialDevice: Serial, inputList: Parameters<Serial["apply"]>[0][]): void => {
  for (const input of inputList) driveSerial(serialDevice, input);
};

const fails = { write: () => 0 };

const collect = async (journalText: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const byteChunks: Uint8Array[] = [];
  for await (const byteChunk of journalText) byteChunks.push(byteChunk);
  return Buffer.concat(byteChunks);
};

/** The text in pieces of some size, as a stream would give it. */
function* pieces(journalText: Uint8Array, size: number): Generator<Uint8Array> {
  for (let from = 0; from < journalText.length; from += size) yield journalText.subarray(from, from + size);
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
    const vacuityGuard = new VacuityGuard("compressed", "plain", "a first index above 0", "a failure");
    await fc.assert(
      fc.asyncProperty(inputSequence(250), options, async (inputList, { gzip, size, keep }) => {
        const serialDevice = new Serial({ revision, journal: { keep }, out: fails });
        session(serialDevice, inputList);
        const { header } = serialDevice.journal;
        const journalText = await collect(writeJournal(header, serialDevice.journal.entries(), { gzip }));
        const { journal, cut } = await loadJournal(pieces(journalText, size));
        expectSame(cut, undefined, "cut");
        expectSame(contents(journal), contents(serialDevice.journal), "contents");
        expectSame(Serial.fromJournal(journal).state(), serialDevice.state(), "fold");
        expectSame(Serial.fromJournal(journal).now, serialDevice.now, "now");
        vacuityGuard.count(gzip ? "compressed" : "plain");
        vacuityGuard.count("a first index above 0", header.first > 0);
        vacuityGuard.count(
          "a failure",
          [...journal.entries()].some(({ entry }) => entry.type === "failed"),
        );
      }),
      runOptions(25),
    );
    vacuityGuard.expectEach();
  });

  it("cut anywhere gives all entries up to the last check before the cut", async () => {
    const vacuityGuard = new VacuityGuard("a cut");
    await fc.assert(
      fc.asyncProperty(inputSequence(250), fraction(), async (inputList, where) => {
        const serialDevice = new Serial({ revision, journal: "all" });
        session(serialDevice, inputList);
        const journalText = await collect(
          writeJournal(serialDevice.journal.header, serialDevice.journal.entries()),
        );
        const startTick = journalText.indexOf("\n") + 1;
        const part = journalText.subarray(
          0,
          startTick + Math.floor(where * (journalText.length - startTick)),
        );
        const reading = await readJournal(part);
        const entries: unknown[] = [];
        for await (const recorded of reading.entries) entries.push(recorded);
        // All entries up to the last check, and none after it.
        const checks = [...part.toString().matchAll(/^\{"type":"check".*"next":(\d+).*\}$/gm)];
        expectSame(
          entries,
          [...serialDevice.journal.entries()].slice(0, Number(checks.at(-1)?.[1] ?? 0)),
          "entries",
        );
        expectSame(typeof reading.cut, part.length < journalText.length ? "string" : "undefined", "cut");
        vacuityGuard.count("a cut", part.length < journalText.length && entries.length > 0);
      }),
      runOptions(25),
    );
    vacuityGuard.expectEach();
  });

  it("written as it happens is the text of the whole", async () => {
    const vacuityGuard = new VacuityGuard("a session");
    await fc.assert(
      fc.asyncProperty(inputSequence(60), async (inputList) => {
        const recorded = new Serial({ revision, journal: "all" });
        const byteChunks: Uint8Array[] = [];
        const sink = journalSink((chunk) => void byteChunks.push(chunk));
        const streamed = new Serial({ revision, journal: sink });
        session(recorded, inputList);
        session(streamed, inputList);
        sink.close();
        const whole = await collect(writeJournal(recorded.journal.header, recorded.journal.entries()));
        expectSame(Buffer.concat(byteChunks).toString(), whole.toString(), "text");
        vacuityGuard.count("a session");
      }),
      runOptions(20),
    );
    vacuityGuard.expectEach();
  });
});
