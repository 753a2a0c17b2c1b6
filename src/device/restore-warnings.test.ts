import { expect, test, vi } from "vitest";
import { definitionHash } from "../journal/index.js";
import { VERSION } from "../version.js";
import { Serial } from "./serial.js";
import { Uart16550 } from "./uart16550.js";

const pending = () => {
  const uart = new Uart16550({ preset: "qemu" });
  uart.write(1, 1);
  uart.write(4, 8);
  uart.receive([65]);
  return uart;
};

test("a device from a journal tells its interrupt line, as one from a saved state does", () => {
  const uart = pending();
  const lines: unknown[] = [];
  const interrupt = (line: unknown) => lines.push(line);
  const fromJournal = Uart16550.fromJournal(uart.journal, { interrupt });
  expect(lines).toEqual([{ level: 1, cause: "RDA" }]);
  fromJournal.read(0);
  expect(lines.splice(0)).toEqual([{ level: 1, cause: "RDA" }, { level: 0 }]);
  Uart16550.fromSaved(uart.save(), { interrupt });
  expect(lines.splice(0)).toEqual([{ level: 1, cause: "RDA" }]);
  uart.read(0);
  Uart16550.fromJournal(uart.journal, { interrupt });
  expect(lines).toEqual([]);
  const fails = () => {
    throw new Error("no");
  };
  expect(() => Uart16550.fromJournal(pending().journal, { interrupt: fails })).toThrow("interrupt");
  const serial = new Serial();
  serial.write(1, 1);
  serial.enqueueRawBytes([1]);
  const trigger = vi.fn();
  Serial.fromJournal(serial.journal, { trigger, interrupt });
  expect(trigger).toHaveBeenCalledOnce();
  expect(lines).toEqual([{ level: 1, cause: "RDA" }]);
});

test("a saved state has the hash of the definition and the version", () => {
  for (const device of [new Serial(), new Uart16550()])
    expect(device.save()).toMatchObject({
      definition: definitionHash(device.chart.machine),
      package: VERSION,
    });
});

test.each([Serial, Uart16550 as unknown as typeof Serial])(
  "%o: what may differ is said once, and nothing else",
  (Class) => {
    const warn = vi.fn();
    const device = new Class();
    const saved = device.save();
    Class.fromSaved(saved, { warn });
    const { definition: _, package: __, ...older } = saved;
    Class.fromSaved(older, { warn });
    Class.fromJournal(device.journal, { warn });
    expect(warn).not.toHaveBeenCalled();

    Class.fromSaved({ ...saved, definition: "another", package: "9.0.0" }, { warn });
    expect(warn.mock.calls.splice(0)).toEqual([
      ['the state was saved by version "9.0.0" with another definition of this chart: the device may differ'],
    ]);
    Class.fromSaved({ ...saved, package: "9.0.0" }, { warn });
    expect(warn.mock.calls.splice(0)).toEqual([
      [`the state was saved by version "9.0.0" with this chart; this is ${VERSION}`],
    ]);
    const later = { ...saved, colour: "red", state: { ...(saved.state as object), extra: 1 } };
    Class.fromSaved(later, { warn });
    expect(warn.mock.calls.splice(0)).toEqual([
      [`the saved device has fields that version ${VERSION} does not know, and leaves out: "colour"`],
      [`the saved state has fields that version ${VERSION} does not know, and leaves out: "extra"`],
    ]);
    const { journal } = device;
    const header = { ...journal.header, colour: "red" };
    const ofLater = Object.create(journal, { header: { value: header } });
    ofLater.checkpoint = (index: number) => journal.checkpoint(index);
    ofLater.entries = (range: object) => journal.entries(range);
    for (const name of ["first", "next"] as const)
      Object.defineProperty(ofLater, name, { value: journal[name] });
    Class.fromJournal(ofLater, { warn });
    expect(warn.mock.calls).toEqual([
      [`the journal has fields that version ${VERSION} does not know, and leaves out: "colour"`],
    ]);
  },
);

test("an option of a later version is told", () => {
  const warn = vi.fn();
  const saved = new Serial().save();
  Serial.fromSaved({ ...saved, options: { ...saved.options, turbo: true } }, { warn });
  expect(warn.mock.calls).toEqual([
    [`the saved options object has fields that version ${VERSION} does not know, and leaves out: "turbo"`],
  ]);
});

test("a restore in place leaves the time as it is", () => {
  const uart = new Uart16550();
  uart.advance(1000);
  const saved = uart.save();
  uart.advance(500);
  uart.apply({ type: "restore", state: saved.state });
  expect(uart.now).toBe(1500);
  expect(Uart16550.fromSaved(saved).now).toBe(1000);
});
