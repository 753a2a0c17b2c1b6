import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Serial, Uart16550, type Uart16550DeviceOptions, uart16550Chart } from "../../device/index.js";
import { leftOut } from "./excluded-parts.js";
import { openRecording } from "./recording.js";
import { replay } from "./replay.js";
import { isSame } from "./report.js";
import type { Step } from "./step.js";
import { replayTraces } from "./traces.js";

const PROPERTIES = new URL("../../../properties/", import.meta.url);
const fileName = (path: string) => openRecording(createReadStream(fileURLToPath(new URL(path, PROPERTIES))));
const part = (presetName: NonNullable<Uart16550DeviceOptions["preset"]>) =>
  new Uart16550({ preset: presetName, journal: false });

async function* inPieces(wholeText: Uint8Array, previousSize = 100) {
  for (let recordedClock = 0; recordedClock < wholeText.length; recordedClock += previousSize)
    yield wholeText.subarray(recordedClock, recordedClock + previousSize);
}

const openLines = (...lines: unknown[]) =>
  openRecording(inPieces(gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))));

async function collect<T>(chunkSource: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of chunkSource) items.push(item);
  return items;
}

const SOCKET = { name: "one", family: "hand", backend: "socket" };
const trace = (...steps: unknown[]) => ({ ...SOCKET, steps });
const THRE = trace({ op: "write", offset: 1, value: 2, irq: 1 }, { op: "read", offset: 2, value: 2, irq: 0 });

describe("a recording in QEMU's format", () => {
  it("is read as traces of steps, with what the recording says of each", async () => {
    const recording = await openLines(
      {
        ...trace(
          { op: "write", offset: 4, value: 1, irq: 0, modemOut: { dtr: 1, rts: 0 } },
          { op: "break", irq: 1 },
          { op: "advance", ns: 5, irq: 1, edges: [0, 1], output: [65] },
        ),
        backend: "tty",
        lines: { cts: 1, dsr: 0, ri: 0, dcd: 1 },
        deps: { breakInFifo: 1 },
      },
      { ...THRE, name: undefined, family: "driver-trace" },
    );
    expect(recording).toMatchObject({ format: "qemu", clock: 1e9 });
    const [first, second] = await collect(recording.traces ?? expect.unreachable());
    expect(first).toMatchObject({ line: 1, name: "one", family: "hand", deps: { breakInFifo: 1 } });
    expect(first?.steps).toEqual([
      {
        line: 1,
        counts: false,
        input: { type: "modem", cts: true, dsr: false, ri: false, dcd: true },
      },
      { line: 1, counts: false, input: { type: "reset" } },
      {
        line: 1,
        index: 0,
        input: { type: "write", offset: 4, value: 1 },
        expected: { level: 0, edges: [], output: [], modemOutputs: 1 },
      },
      {
        line: 1,
        index: 1,
        input: { type: "break", on: true },
        expected: { level: 1, edges: [1], output: [] },
      },
      {
        line: 1,
        index: 1,
        counts: false,
        input: { type: "break", on: false },
        expected: { edges: [], output: [] },
      },
      {
        line: 1,
        index: 2,
        input: { type: "advance", ticks: 5 },
        expected: { level: 1, edges: [0, 1], output: [65] },
      },
    ] satisfies Step[]);
    expect(second).toMatchObject({ line: 2, name: "line 2", deps: undefined });
    expect(second?.steps.map(({ expected }) => expected)).toEqual([{ level: 1 }, { level: 0, value: 2 }]);
  });

  it.each([
    [{ ...SOCKET, steps: 5 }, "steps: expected a list of steps, got 5"],
    [{ ...SOCKET, backend: "pipe", steps: [] }, 'backend: expected one of socket, tty, got "pipe"'],
    [trace(7), "steps[0]: expected an object, got 7"],
    [trace({ op: "jump", irq: 0 }), "steps[0].op: expected one of write, read,"],
    [
      trace({ op: "read", offset: 256, value: 0, irq: 0 }),
      "steps[0].offset: expected a whole number from 0 to 255, got 256",
    ],
    [
      trace({ op: "read", offset: 2, irq: 0 }),
      "steps[0].value: expected a whole number from 0 to 255, got nothing",
    ],
    [trace({ op: "reset" }), "steps[0].irq: expected 0 or 1, got nothing"],
    [
      trace({ op: "reset", irq: 0 }, { op: "receive", bytes: [256], irq: 0 }),
      "steps[1].bytes: expected a list of bytes",
    ],
    [trace({ op: "reset", irq: 0, edges: [2] }), "steps[0].edges: expected a list of levels 0 and 1"],
    [trace({ op: "modem", cts: 1, dsr: 1, ri: 1, irq: 0 }), "steps[0].dcd: expected 0 or 1, got nothing"],
    [trace({ op: "reset", irq: 0, modemOut: { dtr: 1 } }), "steps[0].modemOut.rts: expected 0 or 1"],
    [trace({ op: "advance", ns: -1, irq: 0 }), "steps[0].ns: expected a whole number from 0"],
    [[1], "trace: expected an object, got [1]"],
  ])("names the line and the field that are broken: %j", async (lineNumber, message) => {
    const { traces } = await openLines(THRE, lineNumber);
    await expect(collect(traces ?? expect.unreachable())).rejects.toMatchObject({
      name: "RecordingError",
      line: 2,
      message: expect.stringContaining(`line 2: ${message}`),
    });
  });

  it("of many traces has no steps of one", async () => {
    const recording = await openLines(THRE, THRE);
    await expect(collect(recording.steps)).rejects.toThrow("line 2: trace: expected only one, got another");
  });
});

describe("a replay of a trace", () => {
  it("compares reads, levels, edges and output where they were recorded", async () => {
    const { steps, clock } = await fileName("traces/seabios-sercon.replay.jsonl.gz");
    const replayReport = await replay(part("qemu"), steps, { clock });
    expect(isSame(replayReport)).toBe(true);
    expect(replayReport).toMatchObject({
      steps: 609,
      reads: { compared: 313 },
      triggers: { compared: 0 },
      levels: { compared: 609 },
      edges: { compared: 0 },
      output: { compared: 0 },
      notCompared: {},
      interrupts: { total: 1, causes: { THRE: 1 } },
    });
    expect(replayReport.coverage?.leftOut.transitions.length).toBeGreaterThan(0);
  });

  it.each([
    ["linux", 26_717, 65_276],
    ["grub", 2_764, 5_457],
    ["ovmf", 2_891, 4_759],
    ["ipxe", 1_856, 3_636],
  ])(
    "of %s has no difference on preset qemu",
    async (fieldName, reads, levels) => {
      const { steps, clock } = await fileName(`traces/${fieldName}.replay.jsonl.gz`);
      const replayReport = await replay(part("qemu"), steps, { clock, coverage: false });
      expect(isSame(replayReport)).toBe(true);
      expect(replayReport).toMatchObject({ reads: { compared: reads }, levels: { compared: levels } });
    },
    30_000,
  );

  it.each([
    ["level", 1, 0, [{ op: "reset", irq: 1, edges: [] }]],
    ["edges", [1, 0], [], [{ op: "reset", irq: 0, edges: [1, 0] }]],
    ["output", [65], [66], [{ op: "write", offset: 0, value: 66, irq: 0, output: [65] }]],
    ["output", [], [66], [{ op: "write", offset: 0, value: 66, irq: 0 }]],
    ["modemOutputs", 2, 1, [{ op: "write", offset: 4, value: 1, irq: 0, modemOut: { dtr: 0, rts: 1 } }]],
    ["breaks", 0, 1, [{ op: "write", offset: 3, value: 0x43, irq: 0, breakOut: 0 }]],
  ])("finds a difference in %s", async (kind, recorded, ownAnswer, steps) => {
    const replayReport = await replay(part("qemu"), (await openLines(trace(...steps))).steps);
    expect(replayReport.first).toMatchObject({
      kind,
      recorded,
      ours: ownAnswer,
      step: { line: 1, index: 0 },
    });
    expect(isSame(replayReport)).toBe(false);
  });

  it("says which rises the line had, and why", async () => {
    const { steps } = await openLines(trace({ op: "write", offset: 1, value: 2, irq: 0 }));
    const { first } = await replay(part("qemu"), steps);
    expect(first?.step).toMatchObject({ interrupts: ["THRE"], edges: [1] });
  });

  it("keeps the recording's time on a part with another clock", async () => {
    const steps = [
      { op: "write", offset: 3, value: 3, irq: 0 },
      { op: "write", offset: 0, value: 65, irq: 0 },
      ...Array.from({ length: 10 }, () => ({ op: "advance", ns: 104_100, irq: 0 })),
      { op: "advance", ns: 1_000, irq: 0, output: [65] },
    ];
    const { steps: recorded, clock } = await openLines(trace(...steps));
    const replayReport = await replay(part("pc16550d"), recorded, { clock });
    expect(replayReport).toMatchObject({ output: { compared: 13, different: 0 }, steps: 13 });
  });

  it("on serial compares what that has", async () => {
    const { steps } = await openLines(trace({ op: "read", offset: 5, value: 0x60, irq: 0, output: [] }));
    expect(await replay(new Serial(), steps)).toMatchObject({
      reads: { compared: 1, different: 0 },
      levels: { compared: 0 },
      notCompared: { levels: 1, edges: 1 },
    });
    const refused = replay(new Serial(), (await openLines(trace({ op: "reset", irq: 0 }))).steps);
    await expect(refused).rejects.toThrow("line 1: steps[0]: input: expected one of read,");
  });
});

describe("many traces", () => {
  it("all pass on the part that they were recorded of", async () => {
    const { traces = [], clock } = await fileName("vectors/uart16550-qemu-7.2.22.jsonl.gz");
    const report = await replayTraces(() => part("qemu"), traces, { clock });
    expect(report).toMatchObject({ traces: 320, passed: 320, failed: [] });
    expect(report.firstFailed).toBeUndefined();
    expect(report.total).toMatchObject({
      steps: 30_200,
      reads: { compared: 18_010, different: 0 },
      levels: { compared: 30_200 },
      edges: { compared: 30_200 },
      output: { compared: 30_200 },
      modemOutputs: { compared: 109 },
    });
    const out = leftOut(uart16550Chart("qemu"));
    expect(report.total?.coverage?.leftOut.transitions, "none of them is ever taken").toHaveLength(
      out.transitions.size,
    );
  }, 60_000);

  it("are counted and summed; the first that fails is explained", async () => {
    const wrong = trace({ op: "write", offset: 1, value: 0, irq: 1 });
    const { traces = [] } = await openLines(THRE, { ...wrong, name: "two" }, THRE, {
      ...wrong,
      name: "four",
    });
    const progress: number[] = [];
    const report = await replayTraces(() => part("qemu"), traces, {
      progress: ({ steps }) => void progress.push(steps),
    });
    expect(report).toMatchObject({ traces: 4, passed: 2, failed: ["two", "four"] });
    expect(report.firstFailed?.trace).toEqual({ line: 2, name: "two", family: "hand", deps: undefined });
    expect(report.firstFailed?.report.first).toMatchObject({ kind: "level", recorded: 1, ours: 0 });
    expect(report.total).toMatchObject({
      steps: 6,
      accesses: { reads: 2, writes: 4, registers: { IER: { writes: 4 }, IIR: { reads: 2 } } },
      interrupts: { total: 2, causes: { THRE: 2 } },
      levels: { compared: 6, different: 2 },
    });
    expect(report.total?.first).toBeUndefined();
    const transitions = report.total?.coverage?.transitions.find(
      ({ id }) => id === "interruptLine.low always [interruptIsSeen]",
    );
    expect(transitions?.count).toBe(2);
  });

  it("may be none", async () => {
    expect(await replayTraces(() => part("qemu"), [])).toEqual({ traces: 0, passed: 0, failed: [] });
  });
});
