import { describe, expect, test } from "vitest";
import type { WindowOptions } from "../../bus/index.js";
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
