import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccessWidth, BusWindow, type WindowOptions } from "../../bus/index.js";
import { Serial, Uart16550 } from "../../device/index.js";
import { isSame, openRecording, type RecordingOptions, replay } from "../index.js";

async function* textChunks(lines: readonly unknown[]) {
  yield new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function stepsOf(lines: readonly unknown[], options?: RecordingOptions) {
  const steps = [];
  for await (const step of (await openRecording(textChunks(lines), options)).steps) steps.push(step);
  return steps;
}

const BOARD: WindowOptions = { base: 0x1000_0000, regShift: 2, regIoWidth: 4 };
const OFFSETS = [
  ["w", 1, 3],
  ["irq", 0, 1],
  ["in", 0, 65],
  ["r", 5, 0x61],
  ["r", 2, 0xc6],
] as const;
/** The same as a 32-bit bus has it. */
const ADDRESSES = OFFSETS.map(([kind, offset, value]) =>
  kind === "r" || kind === "w"
    ? [kind, 0x1000_0000 + 4 * offset, value + (kind === "w" ? 0x4100 : 0)]
    : [kind, offset, value],
);

describe("a recording of a bus", () => {
  test("of v86's form is that of the registers", async () => {
    expect(await stepsOf(ADDRESSES, { window: BOARD })).toEqual(await stepsOf(OFFSETS));
    const report = await replay(new Serial(), await stepsOf(ADDRESSES.slice(0, 1), { window: BOARD }));
    expect([report.accesses.writes, isSame(report)]).toEqual([1, false]);
  });

  test("of QEMU's form is that of the registers, of which MCR decides about breaks", async () => {
    const trace = (base: number, stride: number) => ({
      name: "loop",
      backend: "socket",
      steps: [
        { op: "write", offset: base + 4 * stride, value: 0x10, irq: 0, edges: [], output: [], breakOut: 0 },
        { op: "write", offset: base + 3 * stride, value: 0x43, irq: 0, edges: [], output: [], breakOut: 1 },
        { op: "read", offset: base + 5 * stride, value: 0x60, irq: 0, edges: [], output: [] },
      ],
    });
    const recorded = await stepsOf([trace(0x1000_0000, 4)], { window: BOARD });
    expect(recorded).toEqual(await stepsOf([trace(0, 1)]));
    expect(recorded[1]?.expected?.breaks).toBeUndefined();
    expect(isSame(await replay(new Uart16550({ preset: "qemu" }), recorded))).toBe(true);
  });

  test("with an access beside the registers is refused, or goes on without it", async () => {
    const lines = [ADDRESSES[0], ["r", 0x1000_0001, 255], ADDRESSES[3]];
    await expect(stepsOf(lines, { window: BOARD })).rejects.toThrow(
      "line 2: address 0x10000001: expected that of a register, 0x10000000 to 0x1000001C in steps of 4, got none",
    );
    const steps = await stepsOf(lines, { window: { ...BOARD, unmapped: "ones" } });
    expect(steps.map(({ line }) => line)).toEqual([1, 3]);
  });

  test("has no wider values than its accesses, and a window that is one", async () => {
    await expect(stepsOf([["w", 4, 0x100]], { window: { regShift: 2 } })).rejects.toThrow(
      "a value from 0 to 255",
    );
    await expect(stepsOf([["w", 4, 1]], { window: { regShift: 5 as 3 } })).rejects.toThrow(
      "regShift: expected one of",
    );
    await expect(stepsOf([["w", 300, 1]])).rejects.toThrow("each number from 0 to 255");
    const hint = "; addresses of a bus need its window: --base, --shift and --width";
    const steps = [{ op: "read", offset: 300, value: 0, irq: 0 }];
    await expect(stepsOf([{ name: "loop", backend: "socket", steps }])).rejects.toThrow(
      `steps[0].offset: expected a whole number from 0 to 255, got 300${hint}`,
    );
    await expect(stepsOf([["w", 300, 1]])).rejects.toThrow(`got ["w",300,1]${hint}`);
    await expect(stepsOf([["w", -1, 1]])).rejects.toThrow(/got \["w",-1,1\]$/);
  });
});

const REGION_WINDOWS = fc.record({
  regShift: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  regIoWidth: fc.constantFrom<AccessWidth>(1, 2, 4),
  bigEndian: fc.boolean(),
  base: fc.constantFrom(0, 0x3f8, 0x1000_0000),
});
const REGION_ACCESSES = fc.array(
  fc.record({
    direction: fc.constantFrom("read" as const, "write" as const),
    distance: fc.nat(0x3f),
    width: fc.constantFrom<AccessWidth>(1, 2, 4),
    value: fc.nat(0xff_ff_ff_ff),
  }),
  { minLength: 1, maxLength: 10 },
);
/** The line of QEMU's log about an access to a region. */
const regionLine = (direction: "read" | "write", address: number, value: number, size: number): string =>
  `memory_region_ops_${direction} cpu 0 mr 0x55f210c9c330 addr 0x${address.toString(16)} value 0x${value.toString(16)} size ${size} name 'serial'`;

async function regionsOf(lines: readonly string[], window?: WindowOptions) {
  const chunks = Readable.from([Buffer.from(`${lines.join("\n")}\n`)]);
  const recording = await openRecording(chunks, { window });
  const accesses: [direction: string, offset: number, value: number | undefined][] = [];
  for await (const { input, expected } of recording.steps) {
    if (input.type === "write") accesses.push(["write", input.offset, input.value]);
    if (input.type === "read") accesses.push(["read", input.offset, expected?.value]);
  }
  return { accesses, leftOut: recording.leftOut ?? [] };
}

describe("a log of accesses to a region", () => {
  test("is that of the registers which a window of any kind gives", async () => {
    await fc.assert(
      fc.asyncProperty(REGION_WINDOWS, REGION_ACCESSES, async (options, accesses) => {
        const reached: [direction: string, offset: number, value: number][] = [];
        const target = {
          read: (offset: number) => {
            const value = (reached.length * 37) & 0xff;
            reached.push(["read", offset, value]);
            return value;
          },
          write: (offset: number, value: number) => void reached.push(["write", offset, value]),
        };
        const window = new BusWindow(target, { ...options, unmapped: "zero" });
        const lines = accesses.map(({ direction, distance, width, value: anyValue }) => {
          const address = options.base + distance;
          const value = anyValue % 2 ** (8 * width);
          if (direction === "write") window.write(address, value, width);
          return regionLine(
            ...[direction, address, direction === "read" ? window.read(address, width) : value, width],
          );
        });
        fc.pre(reached.length > 0);
        expect((await regionsOf(lines, options)).accesses).toEqual(reached);
      }),
    );
  });

  test("tells which accesses have another width than the registers", async () => {
    const lines = [
      regionLine("write", 0x1000_000c, 0x83, 4),
      regionLine("read", 0x1000_0014, 0x60, 4),
      regionLine("write", 0x1000_0004, 0x0f, 1),
    ];
    const { base = 0, regShift = 0 } = BOARD;
    expect((await regionsOf(lines, BOARD)).leftOut).toEqual([
      "1 accesses of 1 byte, taken byte by byte as registers are 4 bytes wide (--width), the first on line 3",
    ]);
    const { accesses, leftOut } = await regionsOf(lines, { base, regShift });
    expect(accesses).toEqual([
      ["write", 3, 0x83],
      ["read", 5, 0x60],
      ["write", 1, 0x0f],
    ]);
    expect(leftOut).toEqual([
      "2 accesses of 4 bytes, taken byte by byte as registers are 1 byte wide (--width), the first on line 1",
    ]);
  });

  test("of registers by their numbers has no width, and needs no window", async () => {
    const lines = ["serial_write write addr 0x03 val 0x83", "serial_read read addr 0x05 val 0x60"];
    const expected = {
      accesses: [
        ["write", 3, 0x83],
        ["read", 5, 0x60],
      ],
      leftOut: [],
    };
    expect(await regionsOf(lines)).toEqual(expected);
    expect(await regionsOf(lines, BOARD)).toEqual(expected);
  });

  test("of a PC's ports takes a wide access as the bus does, byte by byte", async () => {
    const { accesses, leftOut } = await regionsOf([
      regionLine("write", 0x3f9, 0x0801, 2),
      regionLine("read", 0x3fd, 0x60, 1),
    ]);
    expect(accesses).toEqual([
      ["write", 1, 0x01],
      ["write", 2, 0x08],
      ["read", 5, 0x60],
    ]);
    expect(leftOut).toEqual([expect.stringMatching(/^1 accesses of 2 bytes, taken byte by byte/)]);
  });
});
