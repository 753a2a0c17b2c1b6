import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Device, Serial, serialChart, Uart16550 } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { EXPORT_FORMATS, Exporter, type ExportOptions, exportInputs, exportJournal } from "./index.js";

const text = new TextDecoder();
const exported = ({ journal }: Device, options: Parameters<typeof exportJournal>[1]): string =>
  text.decode(Buffer.concat([...exportJournal(journal, options)]));

const anInput: fc.Arbitrary<Input> = fc.oneof(
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
  () => new Uart16550(),
  () => new Uart16550({ preset: "qemu" }),
];
const aSession = fc.record({ part: fc.nat(DEVICES.length - 1), inputs: fc.array(anInput, { size: "+1" }) });

function played({ part, inputs }: { readonly part: number; readonly inputs: readonly Input[] }): Device {
  const device = (DEVICES[part] as () => Device)();
  for (const input of inputs) device.apply(input);
  return device;
}

describe("a value change dump", () => {
  /** Each signal's last value, by its name, states under `states.`; fails unless time only grows and every name is declared. */
  function lastValues(vcd: string): Map<string, string> {
    const [head = "", body = ""] = vcd.split("$enddefinitions $end\n");
    const scopes: string[] = [];
    const names = new Map<string, string>();
    for (const [, scope, code = "", name = ""] of head.matchAll(
      /^\$(?:scope module (\w+)|upscope|var \w+ \d+ (\w+) (\w+)) \$end$/gm,
    ))
      if (scope !== undefined) scopes.push(scope);
      else if (code === "") scopes.pop();
      else names.set(code, [...scopes.slice(1), name].join("."));
    const values = new Map<string, string>();
    let time = -1;
    for (const line of body.split("\n").filter((it) => it !== "" && !it.startsWith("$"))) {
      const [, at, value = "", code = ""] = /^(?:#(\d+)|([01]|[rs]\S+ )(\w+))$/.exec(line) ?? [];
      if (at === undefined) {
        expect(names.has(code), line).toBe(true);
        values.set(names.get(code) as string, value.replace(/^[rs]/, "").trim());
      } else {
        expect(Number(at)).toBeGreaterThan(time);
        time = Number(at);
      }
    }
    return values;
  }

  it("ends with the registers, levels, pins and states that the device has", () => {
    fc.assert(
      fc.property(aSession, (session) => {
        const device = played(session);
        const values = lastValues(exported(device, { as: "vcd" }));
        const { chart } = device;
        const { value, context } = chart.snapshotOf(device.save().state);
        for (const register of chart.registers) {
          const hex = `0x${register
            .value(context as never)
            .toString(16)
            .toUpperCase()
            .padStart(2, "0")}`;
          expect(values.get(register.name)?.split(":")[0], register.name).toBe(hex);
        }
        const { receiveFifo, transmitFifo } = context as Record<string, { length: number } | undefined>;
        expect(values.get("rx_fifo")).toBe(String(receiveFifo?.length));
        expect(values.get("tx_fifo")).toBe(
          transmitFifo === undefined ? undefined : String(transmitFifo.length),
        );
        for (const [region, state] of Object.entries(value as Record<string, unknown>))
          if (typeof state === "string") expect(values.get(`states.${region}`), region).toBe(state);
        if (device instanceof Uart16550) {
          expect(values.get("INTR")).toBe(String(device.interruptLine.level));
          expect(values.get("RTS")).toBe(String(Number(device.modemOutputs.rts)));
          expect(values.get("CTS")).toBe(String(Number(device.modemInputs.cts)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has a pulse for each trigger of a line without a level", () => {
    const serial = new Serial();
    serial.write(1, 0x02);
    serial.read(2);
    serial.write(0, 0x41);
    const vcd = exported(serial, { as: "vcd", signals: "pins" });
    const code = /wire 1 (\w+) INTR/.exec(vcd)?.[1];
    expect(vcd.match(new RegExp(`^1${code}$`, "gm"))).toHaveLength(2);
    expect(vcd).not.toMatch(/^s/m);
  });
});

describe("a trace for Perfetto", () => {
  const PHASES = ["M", "C", "B", "E", "X", "i"];

  it("is JSON in the trace-event format: what begins on a track ends, and slices do not overlap", () => {
    fc.assert(
      fc.property(aSession, (session) => {
        const device = played(session);
        const trace = JSON.parse(exported(device, { as: "perfetto" }));
        expect(trace).toMatchObject({ displayTimeUnit: "ns", otherData: { chart: device.chart.id } });
        const open = new Map<number, number>();
        const ends = new Map<number, number>();
        for (const { ph, pid, tid, ts, dur, name, args } of trace.traceEvents) {
          expect(PHASES).toContain(ph);
          expect(pid).toBe(1);
          if (ph !== "M") expect(ts).toBeGreaterThanOrEqual(0);
          if (ph !== "E") expect(name).toEqual(expect.any(String));
          if (ph === "B") open.set(tid, (open.get(tid) ?? 0) + 1);
          if (ph === "E") open.set(tid, (open.get(tid) ?? 0) - 1);
          expect(open.get(tid) ?? 0).toBeGreaterThanOrEqual(0);
          expect(open.get(tid) ?? 0).toBeLessThanOrEqual(1);
          if (ph === "C") expect(Object.values(args)).toEqual([expect.any(Number)]);
          if (ph !== "X") continue;
          expect(ts).toBeGreaterThanOrEqual((ends.get(tid) ?? 0) - 0.002);
          ends.set(tid, ts + dur);
        }
        expect([...open.values()].every((count) => count === 0)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe("tables", () => {
  const serial = new Serial();
  serial.write(1, 0x03);
  serial.mark("a note is no row");
  serial.write(0, 0x2c);
  serial.enqueueRawBytes([0x68, 0x69]);
  serial.read(2);

  it("as CSV have each access with its bits by name and what it did", () => {
    expect(exported(serial, { as: "csv" }).split("\r\n")).toEqual([
      "index,tick,at_ns,type,offset,register,value,bits,text,effects",
      "0,0,1000,write,1,IER,0x03,ERBFI|ETBEI,IER <- 0x03 ERBFI|ETBEI,interrupt THRE",
      "2,0,2000,write,0,THR,0x2C,,THR <- 0x2C,transmit 0x2C",
      expect.stringMatching(/^3,0,\d+,receive,,,,,2 characters arrive,accepted 2; interrupt RDA$/),
      expect.stringMatching(/^4,0,\d+,read,2,IIR,0xC6,/),
      "",
    ]);
  });

  it("as JSON Lines have the same as objects", () => {
    const rows = exported(serial, { as: "jsonl" })
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows.map(({ index }) => index)).toEqual([0, 2, 3, 4]);
    expect(rows[1]).toMatchObject({
      ...{ type: "write", offset: 0, register: "THR", value: 0x2c, text: "THR <- 0x2C", at: 2000 },
      effects: [{ tick: 0, type: "transmit", value: 0x2c }],
    });
    expect(rows[2]).toMatchObject({ type: "receive", characters: [0x68, 0x69] });
  });

  it("can be of a part of the journal", () => {
    const rows = exported(serial, { as: "jsonl", from: 4 })
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ index: 4, register: "IIR", value: 0xc6 });
  });
});

describe("every format", () => {
  it.each(EXPORT_FORMATS)("%s comes as a stream, the same however it is asked for", async (as) => {
    const serial = new Serial();
    for (let i = 0; i < 3000; i++) serial.write(i % 8, i & 0x7f);
    const inputs: Input[] = [...serial.journal.entries()].map(({ entry }) => entry as Input);
    const chunks: Uint8Array[] = [];
    for await (const chunk of exportInputs(serial.chart, {}, inputs, { as })) chunks.push(chunk);
    const whole = Buffer.concat([...exportJournal(serial.journal, { as })]);
    expect(Buffer.concat(chunks).equals(whole)).toBe(true);
    if (as !== "pcap") expect(chunks.length).toBeGreaterThan(1);
  });

  it("holds no more of a long session than of a short one", () => {
    const exporter = new Exporter(new Uart16550().chart, {}, { as: "csv" });
    let bytes = 0;
    // No time passes: each may still have to be drawn after what arrives.
    for (let i = 0; i < 40_000; i++)
      bytes += exporter.take({ type: "write", offset: 7, value: i & 0xff }).length;
    expect(bytes).toBeGreaterThan(0);
    expect(exporter.end().length).toBeLessThan(bytes * 5);
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
    const other = { ...journal, header: { ...journal.header, chart: "toaster" }, first: 0, next: 0 };
    expect(() => [...exportJournal(other as never, { as: "csv" })]).toThrow(
      "chart: expected serial or uart16550",
    );
  });
});
