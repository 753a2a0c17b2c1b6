import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Recording } from "./formats/format.js";
import { openRecording } from "./recording.js";
import type { Step } from "./step.js";

const dataBytes = (text: string) => new TextEncoder().encode(text);

async function* inPieces(wholeText: Uint8Array, previousSize = 7) {
  for (let recordedClock = 0; recordedClock < wholeText.length; recordedClock += previousSize)
    yield wholeText.subarray(recordedClock, recordedClock + previousSize);
}

async function stepsOf(recording: Recording): Promise<Step[]> {
  const recordedSteps: Step[] = [];
  for await (const recordedStep of recording.steps) recordedSteps.push(recordedStep);
  return recordedSteps;
}

async function read(lineText: string | Uint8Array) {
  const recording = await openRecording(
    inPieces(typeof lineText === "string" ? dataBytes(lineText) : lineText),
  );
  return { recording, steps: await stepsOf(recording) };
}

const SAMPLE = `["w",1,2]
["irq",4,1]
["r",5,96]

["in",0,104]
["in",0,105]
["irq",4,1]
["in",0,33]
`;

const SAMPLE_STEPS: Step[] = [
  { line: 1, input: { type: "write", offset: 1, value: 2 }, expected: { interrupts: 1 } },
  { line: 3, input: { type: "read", offset: 5 }, expected: { value: 96, interrupts: 0 } },
  { line: 5, input: { type: "receive", characters: [104, 105] }, expected: { interrupts: 1 } },
  { line: 8, input: { type: "receive", characters: [33] }, expected: { interrupts: 0 } },
];

describe("a v86 recording", () => {
  it("is read as steps: bytes that arrive together are one, triggers count for what caused them", async () => {
    const { recording, steps } = await read(SAMPLE);
    expect(recording.format).toBe("v86");
    expect(steps).toEqual(SAMPLE_STEPS);
    expect(recording.cut).toBeUndefined();
  });

  it.each([
    ["gzip", gzipSync(SAMPLE)],
    [
      "gzip of two members",
      Uint8Array.from([...gzipSync(SAMPLE.slice(0, 30)), ...gzipSync(SAMPLE.slice(30))]),
    ],
    ["a byte order mark", dataBytes(`\uFEFF${SAMPLE}`)],
    ["line ends of Windows", dataBytes(SAMPLE.replaceAll("\n", "\r\n"))],
    ["no end of its last line", dataBytes(SAMPLE.trimEnd())],
  ])("may have %s", async (_what, wholeText) => {
    const { recording, steps } = await read(wholeText);
    expect(steps).toEqual(SAMPLE_STEPS);
    expect(recording.cut).toBeUndefined();
  });

  it("gives everything up to a cut within a line, and does not hold the last step to triggers that may be lost", async () => {
    const { recording, steps } = await read(SAMPLE.slice(0, SAMPLE.indexOf('"in"') + 2));
    expect(steps).toEqual([SAMPLE_STEPS[0], { ...SAMPLE_STEPS[1], expected: { value: 96 } }]);
    expect(recording.cut).toBe("the file ends in the middle of line 5");
  });

  it("gives everything up to a cut in gzip", async () => {
    const longRecording = Array.from(
      { length: 5000 },
      (_, loopIndex) => `["w",7,${(loopIndex * loopIndex) % 251}]\n`,
    ).join("");
    const wholeText = gzipSync(longRecording);
    const { recording, steps } = await read(wholeText.subarray(0, wholeText.length / 2));
    expect(steps.length).toBeGreaterThan(100);
    expect(
      steps.every(
        ({ input }, loopIndex) => input.type === "write" && input.value === (loopIndex * loopIndex) % 251,
      ),
    ).toBe(true);
    expect(recording.cut).toBe(`the file ends in the middle of line ${steps.length + 1}`);
  });

  it.each([
    ['["x",1,2]', '["r",offset,value]'],
    ['["w",1]', '["w",offset,value]'],
    ['["w",1,256]', "0 to 255"],
    ['["w",-1,2]', "0 to 255"],
    ['["w",1,2.5]', "0 to 255"],
    ['["w",1,2,3]', '["w",offset,value]'],
    ['["w",1,2', '["w",offset,value]'],
    ['{"type":"write"}', '["w",offset,value]'],
    ["null", '["w",offset,value]'],
    ['["in",1,65]', '["in",0,byte]'],
    ['["irq",4,0]', '["irq",line,1]'],
  ])("names the line that is broken and what was expected: %s", async (textLine, expected) => {
    const reading = read(`["w",1,2]\n${textLine}\n["r",5,96]\n`);
    await expect(reading).rejects.toThrow("line 2: ");
    await expect(reading).rejects.toThrow(expected);
    await expect(reading).rejects.toMatchObject({ name: "RecordingError", line: 2 });
  });

  it("has no trigger before its cause", async () => {
    await expect(read('["irq",4,1]\n')).rejects.toThrow(
      "line 1: irq: expected an access or a byte before it, got none",
    );
  });

  it("is not held in memory without a bound", async () => {
    await expect(read('["in",0,65]\n'.repeat(65_537))).rejects.toThrow(
      "line 65537: in: expected at most 65536 bytes",
    );
    const endless = async function* () {
      yield dataBytes('["w",1,2]\n["w",');
      for (;;) yield dataBytes(" ".repeat(65_536));
    };
    const recording = await openRecording(endless());
    await expect(stepsOf(recording)).rejects.toMatchObject({
      name: "RecordingError",
      message: "line 2: text: expected a line end within 16777216 bytes, got none",
    });
  });
});

it("what is broken in the bytes is the recording's error, at its line", async () => {
  const wholeText = gzipSync('["w",1,2]\n'.repeat(9));
  wholeText[wholeText.length - 8] = (wholeText.at(-8) ?? 0) ^ 1;
  await expect(read(wholeText)).rejects.toMatchObject({
    name: "RecordingError",
    message: "line 10: the gzip data are damaged: the checksum differs",
  });
  const journalText = dataBytes('["w",1,2]\n["w",1,x]\n');
  journalText[journalText.length - 3] = 0xff;
  await expect(read(journalText)).rejects.toThrow("line 2: text: expected UTF-8, got other bytes");
});

describe("a journal", () => {
  const header = { chart: "serial", options: {}, definition: "", package: "", first: 0, tick: 0, state: 0 };
  const entries = '{"type":"read","offset":5}\n{"type":"end","entries":1}\n';

  it.each([
    { format: "vm-superio-journal", version: 1, ...header },
    { version: 1, ...header, format: "vm-superio-journal" },
  ])("is known by its header, whatever comes first in it", async (first) => {
    for (const mark of ["", "\uFEFF"]) {
      const { recording, steps } = await read(`${mark}${JSON.stringify(first)}\n${entries}`);
      expect(recording).toMatchObject({ format: "journal", header });
      expect(steps).toEqual([{ line: 2, input: { type: "read", offset: 5 }, entryIndex: 0 }]);
    }
  });

  it("whose header is cut off is still one", async () => {
    await expect(read('{"format":"vm-superio-journal","vers')).rejects.toThrow(
      "line 1: the file ends in the middle of its header",
    );
  });
});

describe("what is no recording", () => {
  it.each([
    ["hello\n", 'got "hello"'],
    ["hello", 'got "hello"'],
    ["\x1b[31m\n", 'got "\\u001b[31m"'],
    [`${"x".repeat(1000)}\n`, `got "${"x".repeat(60)}..."`],
    ['{"format":"else"}\n', 'got "{'],
    ["null\n", 'got "null"'],
    ["", "got nothing"],
    ["\n\n", "got nothing"],
  ])("is told what is readable: %j", async (lineText, problem) => {
    await expect(read(lineText)).rejects.toThrow(problem);
    await expect(read(lineText)).rejects.toThrow(
      'recording: expected v86 accesses (first line such as ["w",1,2]) or',
    );
  });
});
