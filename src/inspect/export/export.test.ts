import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Device, Serial, serialChart, Uart16550 } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { EXPORT_FORMATS, Exporter, type ExportOptions, exportInputs, exportJournal } from "./index.js";

const utf8Decoder = new TextDecoder();
const exportAsText = ({ journal }: Device, options: Parameters<typeof exportJournal>[1]): string =>
  utf8Decoder.decode(Buffer.concat([...exportJournal(journal, options)]));

const inputArbitrary: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ type: fc.constant("read" as const), offset: fc.nat(8) }),
  fc.record({ type: fc.constant("write" as const), offset: fc.nat(8), value: fc.nat(255) }),
  fc.record({ type: fc.constant("advance" as const), ticks: fc.nat(20_000) }),
  fc.record({
    type: fc.constant("receive" as const),
    characters: fc.array(fc.nat(255), { minLength: 1, maxLength: 20 }),
  }),
);
const DEVICES: readonly (() => Device)[] = [
  () => new Serial(),
  () => new Uart16550({ unmapped: "zero" }),
  () => new Uart16550({ preset: "qemu", unmapped: "zero" }),
];
const sessionArbitrary = fc.record({
  part: fc.nat(DEVICES.length - 1),
  inputs: fc.array(inputArbitrary, { size: "+1" }),
});

function playSession({ part, inputs }: { readonly part: number; readonly inputs: readonly Input[] }): Device {
  const device = (DEVICES[part] as () => Device)();
  for (const deviceInput of inputs) device.apply(deviceInput);
  return device;
}

describe("a value change dump", () => {
  /** Each signal's last value, by its name, states under `states.`; fails unless time only grows and every name is declared. */
  function lastValues(vcd: string): Map<string, string> {
    const [declarations = "", valueChanges = ""] = vcd.split("$enddefinitions $end\n");
    const scopes: string[] = [];
    const signalNames = new Map<string, string>();
    for (const [, scope, signalCode = "", name = ""] of declarations.matchAll(
      /^\$(?:scope module (\w+)|upscope|var \w+ \d+ (\w+) (\w+)) \$end$/gm,
    ))
      if (scope !== undefined) scopes.push(scope);
      else if (signalCode === "") scopes.pop();
      else signalNames.set(signalCode, [...scopes.slice(1), name].join("."));
    const lastValueOf = new Map<string, string>();
    let lastTime = -1;
    for (const line of valueChanges.split("\n").filter((it) => it !== "" && !it.startsWith("$"))) {
      const [, timeText, value = "", signalCode = ""] = /^(?:#(\d+)|([01]|[rs]\S+ )(\w+))$/.exec(line) ?? [];
      if (timeText === undefined) {
        expect(signalNames.has(signalCode), line).toBe(true);
        lastValueOf.set(signalNames.get(signalCode) as string, value.replace(/^[rs]/, "").trim());
      } else {
        expect(Number(timeText)).toBeGreaterThan(lastTime);
        lastTime = Number(timeText);
      }
    }
    return lastValueOf;
  }

  it("ends with the registers, levels, pins and states that the device has", () => {
    fc.assert(
      fc.property(sessionArbitrary, (session) => {
        const device = playSession(session);
        const lastValueOf = lastValues(exportAsText(device, { as: "vcd" }));
        const { chart } = device;
        const { value, context } = chart.snapshotOf(device.save().state);
        for (const register of chart.registers) {
          const hexadecimal = `0x${register.value(context).toString(16).toUpperCase().padStart(2, "0")}`;
          expect(lastValueOf.get(register.name)?.split(":")[0], register.name).toBe(hexadecimal);
        }
        const { receiveFifo, transmitFifo } = context as Record<string, { length: number } | undefined>;
        expect(lastValueOf.get("rx_fifo")).toBe(String(receiveFifo?.length));
        expect(lastValueOf.get("tx_fifo")).toBe(
          transmitFifo === undefined ? undefined : String(transmitFifo.length),
        );
        for (const [region, state] of Object.entries(value as Record<string, unknown>))
          if (typeof state === "string") expect(lastValueOf.get(`states.${region}`), region).toBe(state);
        if (device instanceof Uart16550) {
          expect(lastValueOf.get("INTR")).toBe(String(device.interruptLine.level));
          expect(lastValueOf.get("RTS")).toBe(String(Number(device.modemOutputs.rts)));
          expect(lastValueOf.get("CTS")).toBe(String(Number(device.modemInputs.cts)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has a pulse for each trigger of a line without a level", () => {
    const serialDevice = new Serial();
    serialDevice.write(1, 0x02);
    serialDevice.read(2);
    serialDevice.write(0, 0x41);
    const vcd = exportAsText(serialDevice, { as: "vcd", signals: "pins" });
    const signalCode = /wire 1 (\w+) INTR/.exec(vcd)?.[1];
    expect(vcd.match(new RegExp(`^1${signalCode}$`, "gm"))).toHaveLength(2);
    expect(vcd).not.toMatch(/^s/m);
  });
});

describe("a trace for Perfetto", () => {
  const PHASES = ["M", "C", "B", "E", "X", "i"];

  it("is JSON in the trace-event format: what begins on a track ends, and slices do not overlap", () => {
    fc.assert(
      fc.property(sessionArbitrary, (session) => {
        const device = playSession(session);
        const traceJson = JSON.parse(exportAsText(device, { as: "perfetto" }));
        expect(traceJson).toMatchObject({ displayTimeUnit: "ns", otherData: { chart: device.chart.id } });
        const openSlices = new Map<number, number>();
        const sliceEnds = new Map<number, number>();
        for (const { ph, pid, tid, ts, dur, name, args } of traceJson.traceEvents) {
          expect(PHASES).toContain(ph);
          expect(pid).toBe(1);
          if (ph !== "M") expect(ts).toBeGreaterThanOrEqual(0);
          if (ph !== "E") expect(name).toEqual(expect.any(String));
          if (ph === "B") openSlices.set(tid, (openSlices.get(tid) ?? 0) + 1);
          if (ph === "E") openSlices.set(tid, (openSlices.get(tid) ?? 0) - 1);
          expect(openSlices.get(tid) ?? 0).toBeGreaterThanOrEqual(0);
          expect(openSlices.get(tid) ?? 0).toBeLessThanOrEqual(1);
          if (ph === "C") expect(Object.values(args)).toEqual([expect.any(Number)]);
          if (ph !== "X") continue;
          expect(ts).toBeGreaterThanOrEqual((sliceEnds.get(tid) ?? 0) - 0.002);
          sliceEnds.set(tid, ts + dur);
        }
        expect([...openSlices.values()].every((count) => count === 0)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe("tables", () => {
  const serialDevice = new Serial();
  serialDevice.write(1, 0x03);
  serialDevice.mark("a note is no row");
  serialDevice.write(0, 0x2c);
  serialDevice.enqueueRawBytes([0x68, 0x69]);
  serialDevice.read(2);

  it("as CSV have each access with its bits by name and what it did", () => {
    expect(exportAsText(serialDevice, { as: "csv" }).split("\r\n")).toEqual([
      "index,tick,at_ns,type,offset,register,value,bits,text,effects",
      "0,0,1000,write,1,IER,0x03,ERBFI|ETBEI,IER <- 0x03 ERBFI|ETBEI,interrupt THRE",
      "2,0,2000,write,0,THR,0x2C,,THR <- 0x2C,transmit 0x2C",
      expect.stringMatching(/^3,0,\d+,receive,,,,,2 characters arrive,accepted 2; interrupt RDA$/),
      expect.stringMatching(/^4,0,\d+,read,2,IIR,0xC6,/),
      "",
    ]);
  });

  it("as JSON Lines have the same as objects", () => {
    const tableRows = exportAsText(serialDevice, { as: "jsonl" })
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(tableRows.map(({ index }) => index)).toEqual([0, 2, 3, 4]);
    expect(tableRows[1]).toMatchObject({
      ...{ type: "write", offset: 0, register: "THR", value: 0x2c, text: "THR <- 0x2C", at: 2000 },
      effects: [{ tick: 0, type: "transmit", value: 0x2c }],
    });
    expect(tableRows[2]).toMatchObject({ type: "receive", characters: [0x68, 0x69] });
  });

  it("have a row for each mark and failure too, in order and with its number, if wanted", () => {
    const device = new Uart16550();
    device.mark('first, of "two"');
    device.advance(70_000);
    device.write(0, 0x41);
    device.mark("two\nlines");
    device.mark("third");
    device.write(0, 0x42);
    device.advance(70_000);
    device.mark("last");
    const csv = exportAsText(device, { as: "csv", notes: true });
    expect(csv).toContain('\r\n0,0,0,mark,,,,,"first, of ""two""",\r\n');
    expect(csv).toContain(',mark,,,,,"two\nlines",\r\n');
    const entries = [...device.journal.entries()];
    const rows = exportAsText(device, { as: "jsonl", notes: true })
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows.map(({ index, tick, type }) => ({ index, tick, type }))).toEqual(
      entries.map(({ index, tick, entry }) => ({ index, tick, type: entry.type })),
    );
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b));
    const { traceEvents } = JSON.parse(exportAsText(device, { as: "perfetto", notes: true }));
    expect(
      traceEvents.filter(({ ph }: { ph: string }) => ph === "i").map(({ name }: { name: string }) => name),
    ).toEqual([...['first, of "two"', "two\nlines", "third", "last"]]);
    for (const as of ["vcd", "pcap"] as const)
      expect(exportAsText(device, { as, notes: true })).toBe(exportAsText(device, { as }));
    expect(() => exportAsText(device, { as: "csv", notes: 1 as unknown as boolean })).toThrow(
      "notes: expected true or false, got 1",
    );
  });

  it("can be of a part of the journal", () => {
    const tableRows = exportAsText(serialDevice, { as: "jsonl", from: 4 })
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(tableRows).toHaveLength(1);
    expect(tableRows[0]).toMatchObject({ index: 4, register: "IIR", value: 0xc6 });
  });
});

describe("every format", () => {
  it.each(EXPORT_FORMATS)("%s is streamed, the same by each function", async (as) => {
    const serialDevice = new Serial();
    for (let i = 0; i < 3000; i++) serialDevice.write(i % 8, i & 0x7f);
    const inputs: Input[] = [...serialDevice.journal.entries()].map(({ entry }) => entry as Input);
    const chunks: Uint8Array[] = [];
    for await (const chunk of exportInputs(serialDevice.chart, {}, inputs, { as })) chunks.push(chunk);
    const wholeExport = Buffer.concat([...exportJournal(serialDevice.journal, { as })]);
    expect(Buffer.concat(chunks).equals(wholeExport)).toBe(true);
    if (as !== "pcap") expect(chunks.length).toBeGreaterThan(1);
  });

  it("holds no more of a long session than of a short one", () => {
    const exporter = new Exporter(new Uart16550().chart, {}, { as: "csv" });
    let byteCount = 0;
    // No time passes: each may still have to be drawn after what arrives.
    for (let i = 0; i < 40_000; i++)
      byteCount += exporter.take({ type: "write", offset: 7, value: i & 0xff }).length;
    expect(byteCount).toBeGreaterThan(0);
    expect(exporter.end().length).toBeLessThan(byteCount * 5);
  });

  it.each([
    [{ as: "xml" }, 'as: expected one of vcd, pcap, perfetto, jsonl, csv, got "xml"'],
    [{ as: "vcd", timescale: "1s" }, "timescale: expected one of 1ns, 10ns, 100ns, 1us"],
    [{ as: "vcd", signals: "none" }, "signals: expected one of all, pins"],
  ])("refuses %j", (options, message) => {
    expect(() => new Exporter(serialChart(), {}, options as ExportOptions)).toThrow(message);
  });

  it("refuses a range outside the journal, and the journal of another chart", () => {
    const { journal } = new Serial();
    expect(() => [...exportJournal(journal, { as: "csv", from: 1 })]).toThrow(RangeError);
    const otherJournal = { ...journal, header: { ...journal.header, chart: "toaster" }, first: 0, next: 0 };
    expect(() => [...exportJournal(otherJournal, { as: "csv" })]).toThrow(
      "chart: expected serial or uart16550",
    );
  });
});
