import { expect, test, vi } from "vitest";
import { emit } from "xstate";
import { LSR, serialMachine } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { Serial, SerialError, Uart16550 } from "./index.js";

/** The devices, by their charts' ids. */
const DEVICE_CLASSES: readonly (readonly [string, typeof Serial])[] = [
  ["serial", Serial],
  ["uart16550", Uart16550 as never],
];

test.each(DEVICE_CLASSES)("what is no saved %s is refused, by what is wrong", (_, DeviceClass) => {
  const saved = new DeviceClass().save();
  for (const [wrong, message] of [
    [null, "saved: expected what save() gives, got null"],
    [7, "saved: expected what save() gives, got 7"],
    [undefined, "saved: expected what save() gives, got nothing"],
    [{ ...saved, version: 3 }, "version: expected 1 or 2, got 3"],
    [{ ...saved, options: null }, "options: expected an object, got null"],
    [{ ...saved, options: "all" }, 'options: expected an object, got "all"'],
    [{ ...saved, now: -1 }, "now: expected a whole number from 0, got -1"],
    [{ ...saved, now: 0.5 }, "now: expected a whole number from 0, got 0.5"],
  ] as const)
    expect(() => DeviceClass.fromSaved(invalid(wrong))).toThrow(message);
  expect(() => DeviceClass.fromSaved({ ...saved, chart: "sparse" })).toThrow('chart: expected "');
});

test.each([
  [() => new Serial(invalid({ jornal: false })), "no option jornal of Serial: did you mean journal?"],
  [() => new Uart16550(invalid({ presets: "qemu" })), "no option presets of Uart16550: did you mean preset?"],
  [
    () => new Uart16550(invalid({ colour: 1 })),
    "no option colour of Uart16550: there are preset, machine, out, interrupt, journal, engine, room, unmapped",
  ],
])("case %#: an unknown option is refused, and the one that was meant is named", (make, message) => {
  expect(make).toThrow(new TypeError(message));
});

test.each(DEVICE_CLASSES)("what is no journal of a %s is refused", (_, DeviceClass) => {
  const { journal } = new DeviceClass();
  for (const invalidValue of [null, undefined, 5, {}, { entries: [] }, () => {}])
    expect(() => DeviceClass.fromJournal(invalid(invalidValue))).toThrow(
      "journal: expected a device's journal or a loaded one, got ",
    );
  for (const until of [-1, 1, 0.5, Number.NaN, "0"])
    expect(() => DeviceClass.fromJournal(journal, { until: until as number })).toThrow(
      "until: expected an index from 0 to 0, got ",
    );
  expect(DeviceClass.fromJournal(journal, { until: 0 }).journal.next).toBe(0);
});

test.each(DEVICE_CLASSES)("until lies between what the journal of a %s holds", (_, DeviceClass) => {
  const device = new DeviceClass({ journal: { keep: 0 } });
  for (let i = 0; i < 200_000; i++) device.read(5);
  const { first, next } = device.journal;
  expect(first).toBeGreaterThan(0);
  expect(() => DeviceClass.fromJournal(device.journal, { until: first - 1 })).toThrow(RangeError);
  expect(() => DeviceClass.fromJournal(device.journal, { until: next + 1 })).toThrow(RangeError);
  expect(DeviceClass.fromJournal(device.journal, { until: first }).journal.next).toBe(first);
});

test.each(DEVICE_CLASSES)(
  "a journal of a %s by another definition is folded with a warning, any other without",
  (_, DeviceClass) => {
    const device = new DeviceClass();
    device.write(7, 5);
    const warn = vi.fn();
    expect(DeviceClass.fromJournal(device.journal, { warn }).read(7)).toBe(5);
    expect(warn).not.toHaveBeenCalled();
    const { journal } = device;
    const otherJournal = Object.create(journal, {
      header: { value: { ...journal.header, definition: "0000000000000000" } },
      entries: { value: journal.entries.bind(journal) },
      checkpoint: { value: journal.checkpoint.bind(journal) },
      first: { value: journal.first },
      next: { value: journal.next },
    });
    expect(DeviceClass.fromJournal(otherJournal, { warn }).read(7)).toBe(5);
    expect(warn.mock.calls).toEqual([
      ["the journal was recorded with another definition of this chart: its replay may differ"],
    ]);
  },
);

test.each(DEVICE_CLASSES)("a sink of a %s that takes nothing is an error with a cause", (_, DeviceClass) => {
  const options = DeviceClass === Serial ? {} : { preset: { transmitterIsTimed: false } };
  const device = new DeviceClass({ ...options, out: { write: () => 0 } } as object);
  let error: unknown;
  try {
    device.write(0, 0x41);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SerialError);
  expect(error).toMatchObject({ name: "SerialError", kind: "IOError" });
  expect((error as SerialError).cause).toEqual(new Error("failed to write whole buffer"));
});

test("callbacks are functions", () => {
  for (const [options, message] of [
    [{ interrupt: 5 }, "interrupt: expected a function, got 5"],
    [{ out: {} }, "out.write: expected a function, got nothing"],
    [{ out: { write: "x" } }, 'out.write: expected a function, got "x"'],
  ] as const)
    expect(() => new Uart16550(invalid(options))).toThrow(message);
  expect(() => new Uart16550({ out: { write: () => 1 }, interrupt: () => {} })).not.toThrow();
});

test("peek wants an offset, and says of what kind the other is", () => {
  const serial = new Serial();
  expect(() => serial.peek(invalid("5"))).toThrow(TypeError);
  expect(() => serial.peek(256)).toThrow(
    new RangeError("offset: expected a whole number from 0 to 255, got 256"),
  );
  expect(() => serial.peek(invalid(5n))).toThrow(TypeError);
});

test("characters are bytes for a serial console, and may carry errors for a 16550", () => {
  const marked = { type: "receive", characters: [{ value: 1, parity: true }] } as const;
  expect(() => new Serial().apply(marked)).toThrow("characters[0]: expected a byte from 0 to 255, got ");
  expect(() => new Uart16550().apply(marked)).not.toThrow();
});

test("each kind of error arrives with its character", () => {
  for (const [flag, bit] of [
    ["parity", LSR.PE],
    ["framing", LSR.FE],
    ["break", LSR.BI],
  ] as const) {
    const uart = new Uart16550();
    uart.receive([{ value: 0, [flag]: true }]);
    expect(uart.read(5) & (LSR.PE | LSR.FE | LSR.BI)).toBe(bit);
  }
});

test("modem inputs are an object", () => {
  for (const invalidValue of [5, "cts", undefined])
    expect(() => new Uart16550().setModemInputs(invalid(invalidValue))).toThrow(
      "inputs: expected an object of ",
    );
});

test("a chart that answers nothing to a read gives 0, whatever else it emits", () => {
  for (const emission of [{ type: "bufferRead" }, { type: "transmit", value: 9 }] as const) {
    const machine = serialMachine.provide({ actions: { giveSCR: emit(emission) } });
    const serial = new Serial({ machine });
    expect([serial.read(7), serial.peek(7)]).toEqual([0, 0]);
    serial.transition$.subscribe();
    expect(serial.read(7)).toBe(0);
  }
  const silent = new Serial({ machine: serialMachine.provide({ actions: { giveSCR: () => {} } }) });
  expect([silent.read(7), silent.peek(7)]).toEqual([0, 0]);
  silent.transition$.subscribe();
  expect(silent.read(7)).toBe(0);
});

test("where time changes nothing, nothing is due", () => {
  expect(new Serial().nextDue).toBeUndefined();
});
