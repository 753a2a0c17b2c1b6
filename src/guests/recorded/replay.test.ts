import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { setup } from "xstate";
import {
  type Chart,
  type Device,
  type Emission,
  type Transition,
  transitionsOf,
} from "../../device/index.js";
import { type Input, Journal } from "../../journal/index.js";
import { replay } from "./replay.js";
import { isSame } from "./report.js";
import type { Step } from "./step.js";

const machine = setup({
  types: { events: {} as { type: "read.SCR" | "write.SCR" | "write.THR_DLL" } },
}).createMachine({
  type: "parallel",
  states: {
    scratch: {
      initial: "clear",
      states: {
        clear: {
          on: { "write.SCR": { target: "stored", description: "SCR is stored", meta: { rules: ["T1"] } } },
        },
        stored: {},
      },
      on: { "read.SCR": { description: "SCR is read", meta: { rules: ["T2"] } } },
    },
    transmitter: { on: { "write.THR_DLL": { description: "The byte leaves" } } },
  },
});

class FullError extends Error {}

/** A device with a scratch register and a transmitter, which interrupts for every byte: as little as a replay needs. */
class Toy implements Device {
  readonly chart: Chart = {
    id: "toy",
    machine,
    options: { size: 1 },
    clock: 1,
    interrupt: "pulse",
    registers: [],
    rules: { T1: "SCR keeps a byte.", T2: "SCR gives it back." },
    inputs: ["read", "write", "receive"],
    characters: "bytes",
    divisorLatchOpen: () => false,
    stateOf: () => this.#scratch,
    snapshotOf: () =>
      machine.resolveState({ value: { scratch: this.#scratch ? "stored" : "clear", transmitter: {} } }),
  };
  readonly transition$ = new Subject<Transition>();
  readonly output$ = new Subject<number>();
  readonly interrupt$ = new Subject<never>();
  readonly now = 0;
  readonly journal = new Journal({ chart: "toy", options: {}, definition: "", package: "", state: 0 });
  /** What fails around it, once an input has been taken. */
  failing: Error | undefined;
  #scratch = 0;

  apply(input: Input): readonly Emission[] {
    if (input.type === "restore" && input.state !== 0) throw new FullError("no room");
    if (input.type === "line") throw new TypeError("input: expected another");
    this.journal.append(input);
    if (this.failing) throw this.failing;
    const emissions = this.#emissions(input).map((emission) => ({ ...emission, index: 0, tick: 0 }));
    const stored = this.#scratch !== 0;
    if (input.type === "write" && input.offset === 7) this.#scratch = input.value;
    const event =
      input.type === "read"
        ? "read.SCR"
        : input.type === "write" && input.offset === 0
          ? "write.THR_DLL"
          : "write.SCR";
    const taken = transitionsOf(machine).filter(
      (one) => one.event === event && (event !== "write.SCR" || !stored),
    );
    const value = { scratch: this.#scratch ? "stored" : "clear", transmitter: {} };
    this.transition$.next({ index: 0, tick: 0, input, taken, value, emissions });
    return emissions;
  }

  #emissions(input: Input): Omit<Emission, "index" | "tick">[] {
    if (input.type === "read") return [{ type: "data", value: input.offset === 7 ? this.#scratch : 0 }];
    if (input.type === "receive") return [{ type: "accepted", count: 1 }];
    if (input.type !== "write" || input.offset !== 0) return [];
    return [
      { type: "transmit", value: input.value },
      { type: "interrupt", cause: "THRE" },
    ];
  }

  peek = () => 0;
  save = () => ({ version: 1, chart: "toy", options: {}, now: 0, state: this.#scratch }) as const;
  read = () => expect.unreachable();
  write = () => expect.unreachable();
  explain = () => expect.unreachable();
  advance = () => expect.unreachable();
  mark = () => expect.unreachable();
  close = () => {};
}

const write = (line: number, offset: number, value: number, interrupts = 0): Step => ({
  line,
  input: { type: "write", offset, value },
  expected: { interrupts },
});
const read = (line: number, offset: number, value: number): Step => ({
  line,
  input: { type: "read", offset },
  expected: { value, interrupts: 0 },
});

describe("a replay", () => {
  it("counts accesses, interrupts and bytes, and hands out what was transmitted", async () => {
    const printed: number[] = [];
    const steps = [
      write(1, 0, 0x68, 1),
      write(2, 0, 0x69, 1),
      read(3, 7, 0),
      write(4, 9, 1),
      { line: 5, input: { type: "receive", characters: [1, 2, 3] } } satisfies Step,
    ];
    const report = await replay(new Toy(), steps, { output: (bytes) => void printed.push(...bytes) });
    expect(isSame(report)).toBe(true);
    expect(report).toMatchObject({
      chart: "toy",
      options: { size: 1 },
      steps: 5,
      lastLine: 5,
      accesses: {
        reads: 1,
        writes: 3,
        registers: { THR: { reads: 0, writes: 2 }, SCR: { reads: 1, writes: 0 } },
      },
      interrupts: { total: 2, causes: { THRE: 2 } },
      bytes: { offered: 3, in: 1, out: 2 },
      reads: { compared: 1, different: 0 },
      triggers: { compared: 4, different: 0, recorded: 2 },
    });
    expect(report.accesses.registers.unmapped).toEqual({ reads: 0, writes: 1 });
    expect(printed).toEqual([0x68, 0x69]);
  });

  it("counts the states entered and the transitions taken, and those that never were", async () => {
    const { coverage } = await replay(new Toy(), [write(1, 7, 5), read(2, 7, 5), read(3, 7, 5)]);
    expect(coverage?.states).toEqual([
      { id: "scratch.clear", count: 1 },
      { id: "scratch.stored", count: 1 },
      { id: "transmitter", count: 1 },
    ]);
    expect(coverage?.transitions.map(({ id, count }) => [id, count])).toEqual([
      ["scratch read.SCR", 2],
      ["scratch.clear write.SCR", 1],
      ["transmitter write.THR_DLL", 0],
    ]);
  });

  it("explains the first read that differs, counts the others, and goes on", async () => {
    const before = Array.from({ length: 12 }, (_, i) => read(i + 2, 7, 0x12));
    const report = await replay(new Toy(), [write(1, 7, 0x12), ...before, read(14, 7, 0x92), read(15, 7, 0)]);
    expect(report.reads).toMatchObject({ compared: 14, different: 2 });
    expect(report.steps).toBe(15);
    expect(report.first).toBe(report.reads.first);
    expect(report.first).toMatchObject({ kind: "read", recorded: 0x92, ours: 0x12 });
    expect(report.first?.step).toMatchObject({
      line: 14,
      register: "SCR",
      text: "SCR -> 0x12",
      rules: ["T2"],
    });
    expect(report.first?.before.map(({ line }) => line)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    expect(report.first?.since).toMatchObject([{ line: 1, text: "SCR <- 0x12" }]);
    expect(report.first?.rules).toEqual({ T1: "SCR keeps a byte.", T2: "SCR gives it back." });
  });

  it("compares how often each step triggers, and the earlier kind of difference comes first", async () => {
    const report = await replay(new Toy(), [
      write(1, 0, 65, 1),
      write(2, 0, 66, 0),
      write(3, 7, 1, 1),
      read(4, 7, 0),
    ]);
    expect(report.triggers).toMatchObject({ compared: 4, different: 2, recorded: 2 });
    expect(report.first).toBe(report.triggers.first);
    expect(report.first).toMatchObject({ kind: "triggers", recorded: 0, ours: 1 });
    expect(report.first?.step).toMatchObject({ line: 2, text: "THR <- 0x42", interrupts: ["THRE"] });
    expect(report.reads.first).toMatchObject({ step: { line: 4 } });
  });

  it("compares nothing where the recording says nothing", async () => {
    const report = await replay(new Toy(), [{ line: 1, input: { type: "write", offset: 0, value: 1 } }]);
    expect(report.triggers).toMatchObject({ compared: 0, different: 0 });
    expect(isSame(report)).toBe(true);
  });

  it.each<[Input]>([
    [{ type: "line", level: 1 }],
    [{ type: "restore", state: 1 }],
    [{ type: "write", offset: 0, value: 256 }],
  ])("blames the recording for an input that is refused: %j", async (input) => {
    const replaying = replay(new Toy(), [write(1, 7, 5), { line: 2, input }]);
    await expect(replaying).rejects.toMatchObject({ name: "RecordingError", line: 2 });
    await expect(replaying).rejects.toHaveProperty("cause");
  });

  it("does not blame it for what fails around the device", async () => {
    for (const failing of [new Error("trigger"), new TypeError("sink")]) {
      const device = new Toy();
      device.failing = failing;
      await expect(replay(device, [write(1, 0, 5)])).rejects.toBe(failing);
      await expect(replay(device, [{ line: 1, input: { type: "restore", state: 0 } }])).rejects.toBe(failing);
    }
  });

  it("does not listen to transitions where coverage is off, nor once it is over", async () => {
    const device = new Toy();
    const over = replay(device, [read(1, 7, 1)], { coverage: false });
    expect(device.transition$.observed).toBe(false);
    expect(await over).toMatchObject({ first: { since: [], rules: {} } });
    expect((await over).coverage).toBeUndefined();
    await replay(device, []);
    expect(device.transition$.observed).toBe(false);
  });

  it("waits for a slow reader, and reports progress", async () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => write(i + 1, 0, i % 256, 1));
    let waiting = 0;
    let most = 0;
    const sizes: number[] = [];
    const progress: number[] = [];
    await replay(new Toy(), steps, {
      output: async (bytes) => {
        most = Math.max(most, ++waiting);
        sizes.push(bytes.length);
        await new Promise((resolve) => setImmediate(resolve));
        waiting--;
      },
      progress: ({ accesses }) => void progress.push(accesses),
    });
    expect(most).toBe(1);
    expect(sizes).toEqual([4096, 4096, 1808]);
    expect(progress).toHaveLength(39);
    expect(progress[0]).toBe(256);
  });
});
