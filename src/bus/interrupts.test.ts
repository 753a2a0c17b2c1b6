import { describe, expect, test } from "vitest";
import { IER } from "../../machines/index.js";
import { Serial, SerialError, Uart16550 } from "../device/index.js";
import { invalid } from "../invalid.test-helper.js";
import { ChartInterruptController, SharedInterruptLine } from "./index.js";

describe("a controller", () => {
  test("by edges keeps a pulse until it is taken, also while interrupts are disabled", () => {
    const pic = new ChartInterruptController("edge");
    pic.setInterruptsEnabled(false);
    pic.pulse();
    expect([pic.isRequesting, pic.acknowledge()]).toEqual([false, false]);
    pic.setInterruptsEnabled(true);
    expect([pic.isRequesting, pic.acknowledge(), pic.isRequesting]).toEqual([true, true, false]);
    pic.pulse();
    expect(pic.isRequesting).toBe(false);
    pic.end();
    expect(pic.isRequesting).toBe(true);
  });

  test("by level forgets what goes down before it is taken, and asks again while the line is high", () => {
    const pic = new ChartInterruptController("level");
    pic.pulse();
    expect(pic.isRequesting).toBe(false);
    pic.setLevel(1);
    pic.setLevel(0);
    expect(pic.isRequesting).toBe(false);
    pic.setLevel(1);
    pic.acknowledge();
    pic.end();
    expect(pic.isRequesting).toBe(true);
  });

  test("a PLIC's gateway keeps a request whose line goes down, and makes the next one at the completion", () => {
    const changes: number[] = [];
    const plic = new ChartInterruptController("plic", (level) => changes.push(level));
    plic.setLevel(1);
    plic.setLevel(0);
    expect([plic.isRequesting, plic.acknowledge()]).toEqual([true, true]);
    plic.setLevel(1);
    expect(plic.isRequesting).toBe(false);
    plic.end();
    expect(plic.isRequesting).toBe(true);
    plic.acknowledge();
    plic.setLevel(0);
    plic.end();
    expect(plic.isRequesting).toBe(false);
    plic.pulse();
    expect(plic.isRequesting).toBe(true);
    expect(changes).toEqual([1, 0, 1, 0, 1]);
  });

  test.each(["edge", "level", "plic"] as const)("%s is saved and restored as JSON", (mode) => {
    const pic = new ChartInterruptController(mode);
    pic.setLevel(1);
    pic.acknowledge();
    pic.setLevel(0);
    pic.setLevel(1);
    const restored = new ChartInterruptController(mode);
    restored.restore(JSON.parse(JSON.stringify(pic.save())));
    for (const controller of [pic, restored]) controller.end();
    expect([restored.isRequesting, restored.lineLevel]).toEqual([pic.isRequesting, 1]);
    expect(restored.isRequesting).toBe(true);
    expect(restored.save()).toEqual(pic.save());
    const other = mode === "edge" ? "level" : "edge";
    expect(() => restored.restore({ ...pic.save(), mode: other })).toThrow(
      `mode: expected "${mode}", got "${other}"`,
    );
    for (const value of [
      {},
      { line: "high" },
      { ...(pic.save().value as object), line: "sideways" },
      null,
      "high",
    ])
      expect(() => restored.restore({ mode, value })).toThrow("value: expected a state of");
    expect(() => restored.restore(invalid(null))).toThrow("saved: expected the result of save(), got null");
    expect(() => restored.setLevel(invalid(true))).toThrow("level: expected 0 or 1, got true");
    expect(restored.save()).toEqual(pic.save());
  });

  test("an unknown mode is refused", () => {
    expect(() => new ChartInterruptController(invalid("apic"))).toThrow(
      'mode: expected one of "edge", "level", "plic"',
    );
    expect(() => new ChartInterruptController("edge", invalid(5))).toThrow(
      "requestChanged: expected a function, got 5",
    );
  });
});

describe("a shared line", () => {
  test("is the or of its sources, and makes no edge while one is high", () => {
    const levels: number[] = [];
    const line = new SharedInterruptLine((level) => levels.push(level));
    const [com1, com3] = [line.connect("COM1"), line.connect("COM3")] as const;
    com1.drive({ level: 1 });
    com3.drive({ level: 1 });
    com3.pulse();
    expect([line.level, line.activeSources]).toEqual([1, ["COM1", "COM3"]]);
    com1.drive({ level: 0 });
    expect(levels).toEqual([1]);
    com3.disconnect();
    com3.drive({ level: 1 });
    com3.pulse();
    expect([levels, line.level]).toEqual([[1, 0], 0]);
    com1.pulse();
    expect([levels, line.level]).toEqual([[1, 0, 1, 0], 0]);
    expect(() => com1.drive(invalid(1))).toThrow("level: expected 0 or 1");
    expect(() => new SharedInterruptLine(invalid({}))).toThrow(
      "input: expected an interrupt controller or a function",
    );
  });

  test("stays high after a pulse if its handler has raised another source", () => {
    const log: string[] = [];
    const line = new SharedInterruptLine((level) => {
      log.push(`${level} ${line.level} ${line.activeSources}`);
      if (log.length === 1) com3.drive({ level: 1 });
    });
    const [com1, com3] = [line.connect("COM1"), line.connect("COM3")] as const;
    com1.pulse();
    expect([log, line.level, com1.level]).toEqual([["1 1 COM1"], 1, 0]);
    com3.drive({ level: 0 });
    com1.pulse();
    expect(log.slice(1)).toEqual(["0 0 ", "1 1 COM1", "0 0 "]);
  });

  test("has sources with different names, of which one is free again once its source is disconnected", () => {
    const line = new SharedInterruptLine(() => {});
    const com1 = line.connect("COM1");
    expect(() => line.connect("COM1")).toThrow(
      new RangeError(
        'name: expected one that no other source of the line has, got "COM1"; disconnect() frees it',
      ),
    );
    com1.disconnect();
    const [again, named, first, third] = [
      ...[line.connect("COM1"), line.connect("source 2"), line.connect(), line.connect()],
    ] as const;
    first?.disconnect();
    const names = [again, named, first, third, line.connect()].map((source) => source?.name);
    expect(names).toEqual(["COM1", "source 2", "source 1", "source 3", "source 4"]);
  });

  test("takes the level of a Uart16550 and of a Serial", () => {
    const pic = new ChartInterruptController("level");
    const irq4 = new SharedInterruptLine(pic);
    const com1 = new Uart16550({ interrupt: irq4.connect("COM1").drive });
    const com3 = new Serial({ interrupt: irq4.connect("COM3").drive });
    com1.write(1, IER.ETBEI);
    com3.write(1, IER.ERBFI);
    com3.enqueueRawBytes([0x61]);
    expect(irq4.activeSources).toEqual(["COM1", "COM3"]);
    com1.read(2);
    expect([irq4.level, pic.isRequesting]).toEqual([1, true]);
    com3.read(0);
    expect([irq4.level, pic.isRequesting]).toEqual([0, false]);
  });
});

describe("the interrupt line of a Serial", () => {
  test("is high while a source is pending and enabled", () => {
    const levels: string[] = [];
    const serial = new Serial({ interrupt: ({ level, cause }) => levels.push(`${level} ${cause}`) });
    serial.write(1, IER.ERBFI);
    serial.enqueueRawBytes([1, 2]);
    serial.write(1, 0);
    serial.write(1, IER.ERBFI | IER.ETBEI);
    serial.read(0);
    expect(levels).toEqual(["1 RDA", "0 undefined", "1 RDA"]);
    expect(serial.interruptLine).toEqual({ level: 1, cause: "THRE" });
    serial.read(2);
    expect(levels.slice(3)).toEqual(["0 undefined"]);
  });

  test("is driven after all other effects, with the state of the whole access; restoring drives it always", () => {
    const log: string[] = [];
    const options = {
      out: { write: () => log.push("out") },
      trigger: () => log.push("trigger"),
      interrupt: ({ level }: { level: 0 | 1 }) => log.push(`level ${level}, IIR ${serial.peek(2)}`),
    };
    let serial: Serial = new Serial(options);
    serial.write(1, IER.ETBEI);
    serial.read(2);
    serial.write(0, 0x41);
    expect(log).toEqual([
      ...["trigger", "level 1, IIR 194", "level 0, IIR 193"],
      ...["out", "trigger", "level 1, IIR 194"],
    ]);
    const { state } = serial.save();
    log.length = 0;
    serial.apply({ type: "restore", state });
    expect(log).toEqual(["trigger", "level 1, IIR 194"]);
    serial = Serial.fromJournal(serial.journal, options);
    log.length = 0;
    serial.read(2);
    expect(log).toEqual(["level 0, IIR 193"]);
  });

  test("is a stream, with and without an observer of transitions", () => {
    const serial = new Serial();
    const changes: unknown[] = [];
    serial.interruptLine$.subscribe((change) => changes.push(change));
    serial.write(1, IER.ETBEI);
    serial.transition$.subscribe(() => {});
    serial.read(2);
    serial.write(0, 0x41);
    expect(changes).toEqual([
      { level: 1, cause: "THRE", index: 0, tick: 0 },
      { level: 0, index: 1, tick: 0 },
      { level: 1, cause: "THRE", index: 2, tick: 0 },
    ]);
  });

  test("a failure is a SerialError, and is recorded; the access has been made", () => {
    const serial = new Serial({
      interrupt: () => {
        throw new Error("no line");
      },
    });
    expect(() => serial.write(1, IER.ETBEI)).toThrow(SerialError);
    expect(serial.interruptLine.level).toBe(1);
    expect([...serial.journal.entries()].at(-1)?.entry).toEqual({
      type: "failed",
      what: "trigger",
      index: 0,
    });
    expect(() => new Serial({ interrupt: invalid(1) })).toThrow("interrupt: expected a function, got 1");
  });
});

describe("an offset of no register", () => {
  test("is an error that names it on a Uart16550, and nothing has changed", () => {
    const uart = new Uart16550();
    const message =
      "offset: expected a register of uart16550, 0 to 7, got 0x14; registers that lie apart need a BusWindow (vm-superio/bus)";
    for (const operation of [
      () => uart.read(0x14),
      () => uart.write(0x14, 1),
      () => uart.peek(0x14),
      () => uart.apply({ type: "read", offset: 0x14 }),
      () => uart.apply({ type: "write", offset: 0x14, value: 0 }),
    ])
      expect(operation).toThrow(new RangeError(message));
    uart.transition$.subscribe(() => {});
    expect(() => uart.read(8)).toThrow("got 0x08");
    expect(uart.journal.length).toBe(0);
    const lenient = new Uart16550({ unmapped: "zero" });
    lenient.write(0x14, 0xff);
    expect([lenient.read(0x14), lenient.peek(0xff)]).toEqual([0, 0]);
    // What a journal holds is folded, whatever the option says.
    expect(Uart16550.fromJournal(lenient.journal).journal.length).toBe(2);
  });

  test("reads 0 on a Serial, as in vm-superio, unless it is to be an error", () => {
    const serial = new Serial();
    serial.write(0x14, 0xff);
    expect([serial.read(0x14), serial.peek(8)]).toEqual([0, 0]);
    const strict = new Serial({ unmapped: "error" });
    expect(() => strict.read(8)).toThrow("offset: expected a register of serial, 0 to 7, got 0x08");
    expect(() => new Serial({ unmapped: invalid("ones") })).toThrow(
      'unmapped: expected one of "zero", "error", got "ones"',
    );
  });
});
