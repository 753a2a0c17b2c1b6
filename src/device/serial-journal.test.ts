import { beforeEach, describe, expect, test } from "vitest";
import { createActor } from "xstate";
import { IER, LCR, serialMachine } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { journalSink, loadJournal } from "../journal/index.js";
import { Serial, type SerialOptions } from "./index.js";

const RBR = 0;
const IER_ = 1;
const LCR_ = 3;
const LSR_ = 5;
const SCR_ = 7;

let serial: Serial;

beforeEach(() => {
  serial = new Serial();
});

describe("saving and going on", () => {
  test("what was pending interrupts again when it is restored", () => {
    let triggers = 0;
    serial.write(IER_, IER.ETBEI);
    Serial.fromState(serial.state(), { trigger: () => triggers++ });
    expect(triggers).toBe(1);
  });

  test("a saved device keeps its revision and its time", () => {
    const original = new Serial({ revision: "0.8.1" });
    original.advance(100);
    original.write(LCR_, LCR.DLAB);
    const restored = Serial.fromSaved(JSON.parse(JSON.stringify(original.save())));
    expect(restored.save()).toEqual(original.save());
    expect(() => Serial.fromSaved({ ...original.save(), version: invalid(3) })).toThrow(TypeError);
    expect(() => Serial.fromSaved({ ...original.save(), chart: "other" })).toThrow(TypeError);
    for (const field of ["version", "chart", "options", "now"]) {
      const { [field as "now"]: _, ...rest } = original.save();
      expect(() => Serial.fromSaved(invalid(rest))).toThrow(`${field}: expected`);
    }
    expect(() => Serial.fromSaved(invalid(null))).toThrow("saved: expected");
    expect(() => Serial.fromJournal(invalid(undefined))).toThrow("journal: expected");
    const unnamed = Serial.fromSaved(original.save(), { revision: invalid(undefined) });
    expect(unnamed.chart.options).toEqual({ revision: "0.8.1" });
    expect(() => Serial.fromSaved({ ...original.save(), options: {} })).toThrow("revision: expected one of");
  });

  test("a journal is folded to any point, and the fold goes on by itself", () => {
    serial.write(IER_, IER.ERBFI);
    serial.enqueueRawBytes([1, 2, 3]);
    serial.read(RBR);
    const callLog: string[] = [];
    const events = { bufferRead: () => callLog.push("bufferRead") };
    const refolded = Serial.fromJournal(serial.journal, {
      events,
      trigger: () => callLog.push("trigger"),
      until: 2,
    });
    expect(refolded.fifoCapacity()).toBe(61);
    // No effect is performed again; but data are pending, and the new controller has to know.
    expect(callLog).toEqual(["trigger"]);
    expect(refolded.read(RBR)).toBe(1);
    expect(refolded.state()).toEqual(serial.state());
    expect(refolded.journal.next).toBe(3);
    expect(() => Serial.fromJournal(serial.journal, { until: 4 })).toThrow(
      "until: expected an index from 0 to 3, got 4",
    );
  });

  test("the snapshot is one that a plain actor goes on from", () => {
    serial.write(LCR_, LCR.DLAB);
    const actor = createActor(serialMachine, { snapshot: serial.snapshot });
    const data: number[] = [];
    actor.on("data", ({ value }) => data.push(value));
    actor.start();
    actor.send({ type: "read.RBR_DLL" });
    expect(data).toEqual([0x0c]);
  });
});

describe("the journal of a device", () => {
  const makers: [string, (options: SerialOptions) => Serial][] = [
    ["new", (options) => new Serial(options)],
    ["fromState", (options) => Serial.fromState(serial.state(), options)],
    ["fromSaved", (options) => Serial.fromSaved(serial.save(), options)],
    ["fromJournal", (options) => Serial.fromJournal(serial.journal, options)],
  ];

  test.each(makers)("%s: a sink gets one header, and what it got loads again", async (_, make) => {
    serial.enqueueRawBytes([1, 2]);
    const chunks: Uint8Array[] = [];
    const device = make({ journal: journalSink((chunk) => chunks.push(chunk)) });
    device.write(SCR_, 0x5a);
    device.close();
    const { journal, cut } = await loadJournal(chunks);
    expect(cut).toBeUndefined();
    expect(Serial.fromJournal(journal).state()).toEqual(device.state());
  });

  test("a restored state is kept as the chart knows it", () => {
    const state = Object.create(serial.state());
    state.secret = 1;
    const device = Serial.fromState(state);
    expect([...device.journal.entries()][0]?.entry).toEqual({ type: "restore", state: serial.state() });
    expect(Serial.fromJournal(device.journal).state()).toEqual(serial.state());
  });

  test("a guest that polls for ever leaves memory where it was", () => {
    const device = new Serial({ journal: { keep: 10_000 } });
    const poll = (times: number) => {
      for (let i = 0; i < times; i++) device.read(LSR_);
    };
    poll(100_000);
    const { bytes } = device.journal;
    poll(1_000_000);
    expect(device.journal.bytes).toBe(bytes);
    expect(device.journal.length).toBeLessThan(50_000);
    expect(device.journal.next).toBe(1_100_000);
  });

  test("a mark is kept, and not folded", () => {
    serial.mark("here");
    expect([...serial.journal.entries()][0]?.entry).toEqual({ type: "mark", text: "here" });
    expect(Serial.fromJournal(serial.journal).state()).toEqual(serial.state());
    expect(() => serial.mark(invalid(1))).toThrow(TypeError);
  });

  test("without one there is nothing to explain from", () => {
    const device = new Serial({ journal: false });
    expect(device.explain("LCR").text).toBe("LCR is 0x03 WLS=3, as at #0");
    device.write(LCR_, 0x83);
    expect(() => device.explain("LCR")).toThrow("the journal keeps nothing to look in");
  });
});

describe("engines", () => {
  test("the interpreter is one option away, and there is no third", () => {
    const interpreted = new Serial({ engine: "xstate" });
    interpreted.write(LCR_, 0x83);
    serial.write(LCR_, 0x83);
    expect(interpreted.snapshot.value).toEqual(serial.snapshot.value);
    expect(() => new Serial({ engine: invalid("fast") })).toThrow("engine: expected one of compiled, xstate");
  });
});
