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
  readonly capacity = 0;
  readonly room$ = new Subject<number>();
  /** The failure of its host, once an input has been applied. */
  failing: Error | undefined;
  #scratch = 0;

  offer = () => 0;
  state = () => this.#scratch;
  advanceTo = () => {};
  toTicks = () => 0;
  toSeconds = () => 0;
  syncOutputs = () => {};

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
    const transitions = transitionsOf(machine).filter(
      (one) => one.event === event && (event !== "write.SCR" || !stored),
    );
    const value = { scratch: this.#scratch ? "stored" : "clear", transmitter: {} };
    this.transition$.next({ index: 0, tick: 0, input, taken: transitions, value, emissions });
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

const write = (lineNumber: number, registerOffset: number, dataByte: number, interrupts = 0): Step => ({
  line: lineNumber,
  input: { type: "write", offset: registerOffset, value: dataByte },
  expected: { interrupts },
});
const read = (lineNumber: number, registerOffset: number, dataByte: number): Step => ({
  line: lineNumber,
  input: { type: "read", offset: registerOffset },
  expected: { value: dataByte, interrupts: 0 },
});

describe("a replay", () => {
  it("counts accesses, interrupts and bytes, and hands out what was transmitted", async () => {
    const printed: number[] = [];
    const recordedSteps = [
      write(1, 0, 0x68, 1),
      write(2, 0, 0x69, 1),
      read(3, 7, 0),
      write(4, 9, 1),
      { line: 5, input: { type: "receive", characters: [1, 2, 3] } } satisfies Step,
    ];
    const replayReport = await replay(new Toy(), recordedSteps, {
      output: (bytes) => void printed.push(...bytes),
    });
    expect(isSame(replayReport)).toBe(true);
    expect(replayReport).toMatchObject({
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
    expect(replayReport.accesses.registers.unmapped).toEqual({ reads: 0, writes: 1 });
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
    const previous = Array.from({ length: 12 }, (_, loopIndex) => read(loopIndex + 2, 7, 0x12));
    const replayReport = await replay(new Toy(), [
      write(1, 7, 0x12),
      ...previous,
      read(14, 7, 0x92),
      read(15, 7, 0),
    ]);
    expect(replayReport.reads).toMatchObject({ compared: 14, different: 2 });
    expect(replayReport.steps).toBe(15);
    expect(replayReport.first).toBe(replayReport.reads.first);
    expect(replayReport.first).toMatchObject({ kind: "read", recorded: 0x92, ours: 0x12 });
    expect(replayReport.first?.step).toMatchObject({
      line: 14,
      register: "SCR",
      text: "SCR -> 0x12",
      rules: ["T2"],
    });
    expect(replayReport.first?.before.map(({ line }) => line)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    expect(replayReport.first?.since).toMatchObject([{ line: 1, text: "SCR <- 0x12" }]);
    expect(replayReport.first?.rules).toEqual({ T1: "SCR keeps a byte.", T2: "SCR gives it back." });
  });

  it("compares how often each step triggers, and the earlier kind of difference comes first", async () => {
    const replayReport = await replay(new Toy(), [
      write(1, 0, 65, 1),
      write(2, 0, 66, 0),
      write(3, 7, 1, 1),
      read(4, 7, 0),
    ]);
    expect(replayReport.triggers).toMatchObject({ compared: 4, different: 2, recorded: 2 });
    expect(replayReport.first).toBe(replayReport.triggers.first);
    expect(replayReport.first).toMatchObject({ kind: "triggers", recorded: 0, ours: 1 });
    expect(replayReport.first?.step).toMatchObject({ line: 2, text: "THR <- 0x42", interrupts: ["THRE"] });
    expect(replayReport.reads.first).toMatchObject({ step: { line: 4 } });
  });

  it("compares nothing where the recording says nothing", async () => {
    const replayReport = await replay(new Toy(), [
      { line: 1, input: { type: "write", offset: 0, value: 1 } },
    ]);
    expect(replayReport.triggers).toMatchObject({ compared: 0, different: 0 });
    expect(isSame(replayReport)).toBe(true);
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
      const uartDevice = new Toy();
      uartDevice.failing = failing;
      await expect(replay(uartDevice, [write(1, 0, 5)])).rejects.toBe(failing);
      await expect(replay(uartDevice, [{ line: 1, input: { type: "restore", state: 0 } }])).rejects.toBe(
        failing,
      );
    }
  });

  it("does not listen to transitions where coverage is off, nor once it is over", async () => {
    const uartDevice = new Toy();
    const over = replay(uartDevice, [read(1, 7, 1)], { coverage: false });
    expect(uartDevice.transition$.observed).toBe(false);
    expect(await over).toMatchObject({ first: { since: [], rules: {} } });
    expect((await over).coverage).toBeUndefined();
    await replay(uartDevice, []);
    expect(uartDevice.transition$.observed).toBe(false);
  });

  it("waits for a slow reader, and reports progress", async () => {
    const recordedSteps = Array.from({ length: 10_000 }, (_, loopIndex) =>
      write(loopIndex + 1, 0, loopIndex % 256, 1),
    );
    let waiting = 0;
    let maximum = 0;
    const sizes: number[] = [];
    const progress: number[] = [];
    await replay(new Toy(), recordedSteps, {
      output: async (dataBytes) => {
        maximum = Math.max(maximum, ++waiting);
        sizes.push(dataBytes.length);
        await new Promise((resolve) => setImmediate(resolve));
        waiting--;
      },
      progress: ({ accesses }) => void progress.push(accesses),
    });
    expect(maximum).toBe(1);
    expect(sizes).toEqual([4096, 4096, 1808]);
    expect(progress).toHaveLength(39);
    expect(progress[0]).toBe(256);
  });
});
