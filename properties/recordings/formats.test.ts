import { readFileSync } from "node:fs";
import fc from "fast-check";
import { gunzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { Uart16550, uart16550Chart } from "../../src/device/index.js";
import {
  isSame,
  openRecording,
  pollReceiver,
  RecordingError,
  type RecordingOptions,
  replay,
  type Step,
} from "../../src/guests/index.js";
import { RECORDING_FORMATS } from "../../src/guests/internal.js";
import { Exporter } from "../../src/inspect/export/index.js";
import { JournalError } from "../../src/journal/index.js";
import { runOptions } from "../support/runs.js";

const COM1 = 0x3f8;
const utf8 = new TextEncoder();

interface Access {
  readonly direction: "read" | "write";
  readonly offset: number;
  readonly value: number;
}

/** How each program prints an access, from its source: written apart from the readers. */
const PRINTED: Readonly<Record<string, (access: Access, index: number) => string>> = {
  kvm: ({ direction, offset, value }, index) =>
    ` CPU 0/KVM-1001    [000] ..... ${(1000 + index / 1e5).toFixed(6)}: kvm_pio: pio_${direction} at 0x${(COM1 + offset).toString(16)} size 1 count 1 val 0x${value.toString(16)} `,
  "kvm by perf": ({ direction, offset, value }, index) =>
    `CPU 0/KVM  1001 [003] ${(9000 + index / 1e5).toFixed(6)}: kvm:kvm_pio: pio_${direction} at 0x${(COM1 + offset).toString(16)} size 1 count 1 val 0x${value.toString(16)}`,
  "qemu-log": ({ direction, offset, value }, index) =>
    `4242@${(1_600_000_000 + index / 1e5).toFixed(6)}:serial_${direction} ${direction} addr 0x${hexByte(offset)} val 0x${hexByte(value)}`,
  "qemu-log of old": ({ direction, offset, value }) =>
    `serial_ioport_${direction} ${direction} addr 0x${hexByte(offset)} val 0x${hexByte(value)}`,
  "qemu-log of regions": ({ direction, offset, value }) =>
    `memory_region_ops_${direction} cpu 0 mr 0x55f210c9c330 addr 0x${(COM1 + offset).toString(16)} value 0x${value.toString(16)} size 1 name 'serial'`,
  bochs: ({ direction, offset, value }, index) =>
    `${String(index).padStart(11, "0")}d[COM1  ] com1 register ${direction === "read" ? "read from" : "write to "} address: 0x0${(COM1 + offset).toString(16)} = 0x${hexByte(value)}`,
  renode: ({ direction, offset, value }) =>
    direction === "read"
      ? `15:04:05.1236 [INFO] uart0: [cpu: 0x1120] ReadByte from 0x${offset} (Register), returned 0x${value.toString(16).toUpperCase()}.`
      : `15:04:05.1234 [INFO] uart0: [cpu: 0x1118] WriteByte to 0x${offset} (Register), value 0x${value.toString(16).toUpperCase()}.`,
  qtest: ({ direction, offset, value }) =>
    direction === "read"
      ? `[R +0.012345] inb 0x${(COM1 + offset).toString(16)}\n[S +0.012350] OK 0x00${hexByte(value)}`
      : `[R +0.012345] outb 0x${(COM1 + offset).toString(16)} 0x${value.toString(16)}\n[S +0.012350] OK`,
};

const hexByte = (value: number) => value.toString(16).padStart(2, "0");

const accesses = fc.array(
  fc.oneof(
    fc.record({ direction: fc.constant("read" as const), offset: fc.constantFrom(1, 2, 3, 4, 5, 6, 7) }),
    fc.record({
      direction: fc.constant("write" as const),
      offset: fc.nat(7),
      value: fc.nat(255),
    }),
  ),
  { minLength: 1, maxLength: 60 },
);

/** What a guest did, with the answers of a device. */
function answered(program: readonly { direction: "read" | "write"; offset: number; value?: number }[]) {
  const device = new Uart16550({ preset: "qemu", unmapped: "zero", journal: false });
  return program.map(({ direction, offset, value = 0 }): Access => {
    // Without loopback, so that what arrives comes from outside alone.
    const written = offset === 4 ? value & ~0x10 : value;
    if (direction === "read") return { direction, offset, value: device.read(offset) };
    device.write(offset, written);
    return { direction, offset, value: written };
  });
}

async function* chunksOf(text: string | Uint8Array, size = 777): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

const open = (text: string | Uint8Array, options?: RecordingOptions) =>
  openRecording(chunksOf(text), options);

async function allSteps(steps: AsyncIterable<Step>): Promise<Step[]> {
  const list: Step[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

const partOfQemu = () => new Uart16550({ preset: "qemu", unmapped: "zero", journal: false });

describe("a program's log", () => {
  it.each(Object.entries(PRINTED))("of %s has each access, with its value", async (name, print) => {
    await fc.assert(
      fc.asyncProperty(accesses, async (program) => {
        const expected = answered(program);
        const recording = await open(`${expected.map(print).join("\n")}\n`);
        expect(recording.format).toBe(name.split(" ")[0]);
        const steps = (await allSteps(recording.steps)).filter(({ counts }) => counts !== false);
        expect(
          steps.map(({ input, expected: answers }) =>
            input.type === "read"
              ? { direction: "read", offset: input.offset, value: answers?.value }
              : {
                  direction: input.type,
                  ...("offset" in input ? { offset: input.offset } : {}),
                  value: "value" in input ? input.value : undefined,
                },
          ),
        ).toEqual(expected);
      }),
      runOptions(15),
    );
  });

  it.each(Object.entries(PRINTED))(
    "of %s replays without a difference on the part that made it",
    async (_name, print) => {
      await fc.assert(
        fc.asyncProperty(accesses, async (program) => {
          const recording = await open(`${answered(program).map(print).join("\n")}\n`);
          const report = await replay(partOfQemu(), recording.steps, {
            coverage: false,
            clock: recording.clock,
          });
          expect(report.first, recording.leftOut?.join("; ")).toBeUndefined();
          expect(isSame(report)).toBe(true);
        }),
        runOptions(15),
      );
    },
  );
});

describe("a recording of QEMU", () => {
  it.each(["qemu-7.2.22.log.gz", "qemu-7.2.22.qtest.log.gz"])("%s is that of preset qemu", async (file) => {
    const bytes = readFileSync(new URL(`../traces/formats/${file}`, import.meta.url));
    const recording = await openRecording(chunksOf(bytes));
    const report = await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
    expect(report.first).toBeUndefined();
    expect(report.accesses).toMatchObject({ reads: 27, writes: 16 });
    expect(report.levels.compared).toBe(27);
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 6 });
    expect(recording.leftOut?.join("\n")).toContain("# received".replace("#", "3"));
  });

  it("has the other UART too", async () => {
    const bytes = readFileSync(new URL("../traces/formats/qemu-7.2.22.log.gz", import.meta.url));
    const recording = await openRecording(chunksOf(bytes), { port: "com2" });
    const counted = (await allSteps(recording.steps)).filter(({ counts }) => counts !== false);
    expect(counted.map(({ input }) => input)).toEqual([
      { type: "write", offset: 7, value: 0x5a },
      { type: "read", offset: 7 },
    ]);
  });
});

describe("a recording of KVM", () => {
  const opened = (file: string, options?: RecordingOptions) =>
    openRecording(chunksOf(readFileSync(new URL(`../traces/formats/${file}`, import.meta.url))), options);

  it.each([
    ["perf-6.1.kvm.txt.gz", 74, 1210],
    ["ftrace-6.18.kvm.txt.gz", 74, 1326],
    ["trace-cmd-3.1.6.kvm.txt.gz", 72, 1229],
  ])(
    "%s is that of preset qemu, and of COM1, which firmware probes with three others",
    async (file, levels, elsewhere) => {
      const recording = await opened(file);
      const report = await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
      expect(recording.format).toBe("kvm");
      expect(report.first).toBeUndefined();
      expect(report.accesses).toMatchObject({ reads: 47, writes: 48 });
      expect(report.levels.compared).toBe(levels);
      expect(report.bytes).toEqual({ offered: 3, in: 3, out: 31 });
      expect(recording.leftOut?.join("\n")).toContain(`left out: ${elsewhere} accesses to other devices`);
    },
  );

  it("of a UART in memory has its accesses at the registers", async () => {
    const recording = await opened("perf-6.1.kvm-mmio.txt.gz", {
      window: { base: 0xd0000, regShift: 2, regIoWidth: 4 },
    });
    const report = await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
    expect(report.first).toBeUndefined();
    expect(report.accesses).toMatchObject({ reads: 20, writes: 16 });
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 8 });
  });
});

describe("a simpletrace file of QEMU", () => {
  const file = gunzipSync(
    readFileSync(new URL("../traces/formats/qemu-7.2.0.simpletrace.gz", import.meta.url)),
  );

  it("is that of preset qemu, and of COM1", async () => {
    const recording = await open(file);
    const report = await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
    expect(recording.format).toBe("qemu-simpletrace");
    expect(report.first).toBeUndefined();
    expect(report.accesses).toMatchObject({ reads: 48, writes: 48 });
    expect(report.levels.compared).toBe(75);
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 31 });
    expect(recording.leftOut?.join("\n")).toContain(
      "left out: 6 accesses to other devices (0x2F9, 0x2FF, 0x2FA)",
    );
  });

  it("that ends anywhere is read up to there, and the cut is told", async () => {
    const whole = (await allSteps((await open(file)).steps)).length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 24, max: file.length - 1 }), async (length) => {
        const recording = await open(file.subarray(0, length));
        const steps = await allSteps(recording.steps).catch((error: unknown) => {
          // The part before COM1 is used.
          expect(error).toBeInstanceOf(RecordingError);
          return [];
        });
        expect(steps.length).toBeLessThanOrEqual(whole);
        if (steps.length > 0 && recording.cut !== undefined)
          expect(recording.cut).toMatch(/^the file ends in the middle of record \d+$/);
      }),
      runOptions(10),
    );
  });
});

describe("a recording of Bochs", () => {
  const file = readFileSync(new URL("../traces/formats/bochs-2.7.log.gz", import.meta.url));

  it("takes the time that its ticks are, so that characters are sent", async () => {
    const recording = await openRecording(chunksOf(file));
    const device = new Uart16550({ preset: "pc16550d", unmapped: "zero", journal: false });
    const report = await replay(device, recording.steps, { coverage: false, clock: recording.clock });
    expect(recording.format).toBe("bochs");
    expect(report.accesses).toMatchObject({ reads: 2626, writes: 48 });
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 31 });
    // Bochs' characters last 86 microseconds, the part's 86.8.
    expect(report.first?.step.register).toBe("LSR");
    expect(report.reads.different).toBeLessThan(30);
  });

  it("has no time where the log does not say how many ticks a second has", async () => {
    const text = gunzipSync(file);
    const accessLines = new TextDecoder()
      .decode(text)
      .split("\n")
      .filter((line) => line.includes("register"));
    const recording = await open(`${accessLines.join("\n")}\n`);
    const inputs = (await allSteps(recording.steps)).map(({ input }) => input.type);
    // That of the character timeout, which is inferred.
    expect(inputs.filter((type) => type === "advance")).toHaveLength(1);
    expect(inputs.filter((type) => type === "write")).toHaveLength(48);
  });
});

describe("a recording of v86", () => {
  it("has what was sent and the divisor, and the received bytes, but for those of loopback", async () => {
    const file = readFileSync(new URL("../traces/formats/v86-0.5.462.log.gz", import.meta.url));
    const recording = await openRecording(chunksOf(file));
    const report = await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
    expect(recording.format).toBe("v86-log");
    expect(report.accesses).toMatchObject({ reads: 46, writes: 47 });
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 31 });
    // v86 has the character timeout without a time, and no levels of the modem in loopback.
    expect(report.first).toMatchObject({ recorded: 0xcc, ours: 0xc1, step: { register: "IIR" } });
    expect(report.reads.different).toBe(2);
  });
});

describe("a line of Renode", () => {
  // As its documentation prints them, and a report (renode#556).
  it.each([
    ["14:32:28.6083 [INFO] uart: ReadByte from 0x0 (TransmitData), returned 0x0.", "read", 0, 0],
    ["14:32:28.6083 [DEBUG] uart: ReadByte from 0x0 (TransmitData), returned 0x0.", "read", 0, 0],
    ["16:48:13.6031 [INFO] uart0: [cpu: 0x8A0] WriteUInt32 to 0x4 (BaudRate), value 0x1D.", "write", 4, 0x1d],
    ["uart0: [cpu: 0x80000024] WriteUInt32 to 0x0 (TransmitData), value 0x2A", "write", 0, 0x2a],
  ] as const)("%s is an access", async (text, type, offset, value) => {
    const recording = await open(`${text}\n`);
    expect(recording.format).toBe("renode");
    const [step] = (await allSteps(recording.steps)).filter(({ counts }) => counts !== false);
    expect(step?.input).toMatchObject(type === "read" ? { type, offset } : { type, offset, value });
    if (type === "read") expect(step?.expected?.value).toBe(value);
  });
});

describe("a recording of DOSBox", () => {
  const file = gunzipSync(
    readFileSync(new URL("../traces/formats/dosbox-0.74-3.serlog.txt.gz", import.meta.url)),
  );

  it("has the received bytes, but for those of loopback, and what was sent", async () => {
    const recording = await open(file);
    const device = new Uart16550({ preset: "pc16550d", unmapped: "zero", journal: false });
    const report = await replay(device, recording.steps, { coverage: false, clock: recording.clock });
    expect(recording.format).toBe("dosbox");
    expect(report.accesses).toMatchObject({ reads: 585, writes: 46 });
    expect(report.bytes).toEqual({ offered: 3, in: 3, out: 31 });
    expect(report.first?.step.register).toBe("LSR");
    expect(report.reads.different).toBeLessThan(50);
    expect(recording.leftOut?.join("\n")).toContain("left out: 105 other entries");
  });
});

/** Bytes on a line, as this package draws them. */
function exported(as: "vcd" | "pcap", bytes: Uint8Array): Uint8Array {
  const chart = uart16550Chart();
  const exporter = new Exporter(chart, {}, { as, timescale: "100ns", signals: "pins" });
  const chunks = [
    ...[
      [3, 0x83],
      [0, 12],
      [1, 0],
      [3, 0x03],
    ].map(([offset, value]) =>
      exporter.take({ type: "write", offset: offset as number, value: value as number }),
    ),
    ...[...bytes].flatMap((value) => [
      exporter.take({ type: "write", offset: 0, value }),
      exporter.take({ type: "advance", ticks: 4000 }),
    ]),
    exporter.end(),
  ];
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

/** What a receiver that polls reads of a captured line. */
async function receivedOf(file: Uint8Array, options: RecordingOptions): Promise<number[]> {
  const recording = await openRecording(chunksOf(file), options);
  const device = new Uart16550({ preset: { ...recording.part }, journal: false });
  const bytes: number[] = [];
  for await (const _step of pollReceiver(device, recording.steps, recording.clock, (byte) =>
    bytes.push(byte),
  ));
  return bytes;
}

/** A zip archive as sigrok writes it, of one channel. */
function sigrokFile(levels: readonly number[], unitSize: 1 | 2): Uint8Array {
  const samples = Uint8Array.from(
    levels.flatMap((level) => (unitSize === 1 ? [level << 3] : [0, level << 1])),
  );
  const channel = unitSize === 1 ? 4 : 10;
  const metadata = `[global]\nsigrok version=0.6.0\n\n[device 1]\ncapturefile=logic-1\ntotal probes=16\nsamplerate=96 kHz\ntotal analog=0\nprobe1=D0\nprobe${channel}=RX\nunitsize=${unitSize}\n`;
  const half = Math.ceil(samples.length / 2 / unitSize) * unitSize;
  return zipSync({
    version: [utf8.encode("2"), { level: 0 }],
    metadata: utf8.encode(metadata),
    "logic-1-1": samples.subarray(0, half),
    "logic-1-2": samples.subarray(half),
  });
}

it("the page names every format, with what was tried", () => {
  const page = readFileSync(new URL("../../docs/traces.md", import.meta.url), "utf8");
  for (const { name, provenance } of RECORDING_FORMATS) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row?.split("|").at(-2)?.trim(), name).toContain(provenance);
  }
});

describe("a captured line", () => {
  const sent = fc.uint8Array({ minLength: 1, maxLength: 12 });

  it("in a VCD is received as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(sent, async (bytes) => {
        const file = exported("vcd", bytes);
        expect(await receivedOf(file, { baud: 9600, signal: "SOUT" })).toEqual([...bytes]);
      }),
      runOptions(10),
    );
  });

  it("in a sigrok session is received as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(sent, fc.constantFrom(1 as const, 2 as const), async (bytes, unitSize) => {
        // Ten samples a bit: start, eight bits, stop, and an idle bit.
        const bits = [...bytes].flatMap((byte) => [
          ...[0],
          ...[0, 1, 2, 3, 4, 5, 6, 7].map((bit) => (byte >> bit) & 1),
          ...[1, 1],
        ]);
        const levels = [1, 1, ...bits, 1, 1].flatMap((level) => Array<number>(10).fill(level));
        expect(await receivedOf(sigrokFile(levels, unitSize), { baud: 9600 })).toEqual([...bytes]);
      }),
      runOptions(10),
    );
  });

  it("in a capture file has characters with their errors and the modem's lines", async () => {
    const record = (time: number, event: number, lines: number, data: readonly number[]) => {
      const bytes = new Uint8Array(16 + 12 + data.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(4, time, true);
      view.setUint32(8, 12 + data.length, true);
      view.setUint32(12, 12 + data.length, true);
      bytes.set([event, lines], 24);
      bytes.set(data, 28);
      return [...bytes];
    };
    const header = new Uint8Array(24);
    const view = new DataView(header.buffer);
    view.setUint32(0, 0xa1b2c3d4, true);
    view.setUint32(20, 250, true);
    const file = Uint8Array.from([
      ...header,
      ...record(0, 0, 0x07, []),
      ...record(1000, 4, 0x07, [0x41, 0x42]),
      ...record(2000, 8, 0x06, []),
      ...record(2000, 4, 0x06, [0x43]),
      ...record(3000, 9, 0x06, []),
      ...record(4000, 3, 0x06, [0x44]),
    ]);
    const recording = await openRecording(chunksOf(file));
    const inputs = (await allSteps(recording.steps)).map(({ input }) => input);
    expect(inputs).toEqual([
      { type: "modem", cts: true, dsr: true, ri: false, dcd: true },
      { type: "advance", ticks: 1_000_000 },
      { type: "receive", characters: [0x41, 0x42] },
      { type: "advance", ticks: 1_000_000 },
      { type: "modem", cts: false, dsr: true, ri: false, dcd: true },
      { type: "receive", characters: [{ value: 0x43, parity: true }] },
      { type: "advance", ticks: 1_000_000 },
      { type: "receive", characters: [{ value: 0, break: true, framing: true }] },
      { type: "advance", ticks: 1_000_000 },
    ]);
    expect(recording.leftOut).toEqual([
      "1 records of transmitted characters, which are not replayed, the first on line 6",
    ]);
  });

  it("in our own capture file has what was transmitted, which is told", async () => {
    const recording = await openRecording(chunksOf(exported("pcap", utf8.encode("hey"))));
    await allSteps(recording.steps);
    expect(recording.leftOut).toEqual([expect.stringMatching(/^3 records of transmitted characters/)]);
  });
});

describe("a hostile file", () => {
  const samples = Object.values(PRINTED).map((print) => {
    const program = [...Array(40).keys()].map((index) => ({
      direction: index % 3 === 0 ? ("write" as const) : ("read" as const),
      offset: (index * 5) % 8 || 1,
      value: (index * 37) & 0xff,
    }));
    return utf8.encode(`${answered(program).map(print).join("\n")}\n`);
  });

  /** Damage: a cut, flipped bytes, an inserted piece of another format. */
  const damage = fc.record({
    sample: fc.nat(samples.length - 1),
    cut: fc.nat(100).map((percent) => percent / 100),
    flips: fc.array(fc.tuple(fc.nat(4000), fc.integer({ min: 1, max: 255 })), { maxLength: 8 }),
    other: fc.nat(samples.length - 1),
    insertAt: fc.nat(100).map((percent) => percent / 100),
  });

  it("is read, or refused in one line", async () => {
    let read = 0;
    const options = runOptions(150);
    await fc.assert(
      fc.asyncProperty(damage, async ({ sample, cut, flips, other, insertAt }) => {
        const whole = samples[sample] as Uint8Array;
        const inserted = samples[other] as Uint8Array;
        const insertIndex = Math.floor(whole.length * insertAt);
        const bytes = Uint8Array.from([
          ...whole.subarray(0, insertIndex),
          ...inserted.subarray(0, 300),
          ...whole.subarray(insertIndex),
        ]).subarray(0, Math.ceil((whole.length + 300) * cut));
        for (const [index, mask] of flips) if (index < bytes.length) (bytes[index] as number) ^= mask;
        try {
          const recording = await openRecording(chunksOf(bytes));
          await replay(partOfQemu(), recording.steps, { coverage: false, clock: recording.clock });
          read++;
        } catch (error) {
          expect(error instanceof RecordingError || error instanceof JournalError, String(error)).toBe(true);
          expect((error as Error).message).not.toContain("\n");
        }
      }),
      options,
    );
    expect(read, "few were read").toBeGreaterThan(options.numRuns / 2);
  });

  it.each(RECORDING_FORMATS.map(({ name }) => name))(
    "of any bytes is read or refused as %s",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          try {
            const recording = await openRecording(chunksOf(bytes), { format, baud: 9600 });
            await allSteps(recording.steps);
          } catch (error) {
            expect(error instanceof RecordingError || error instanceof JournalError, String(error)).toBe(
              true,
            );
          }
        }),
        runOptions(20),
      );
    },
  );

  it.each([
    ["perf.data", [..."PERFILE2"].map((letter) => letter.charCodeAt(0)), /perf script/],
    [
      "trace.dat",
      [0x17, 0x08, 0x44, ...[..."tracing"].map((letter) => letter.charCodeAt(0))],
      /trace-cmd report/,
    ],
    ["pcapng", [0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0], /tshark/],
    ["UTF-16", [0xff, 0xfe, ...[..."serial_read"].flatMap((letter) => [letter.charCodeAt(0), 0])], /UTF-8/],
    ["UTF-16 of the other order", [0xfe, 0xff, 0, 0x41], /UTF-8/],
    ["zstd", [0x28, 0xb5, 0x2f, 0xfd, 0x04], /zstd -d/],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], /xz -d/],
    ["bzip2", [...[..."BZh91AY"].map((letter) => letter.charCodeAt(0))], /bzip2 -d/],
  ] as const)(
    "that is a %s is refused with the command that makes another",
    async (_name, start, command) => {
      const file = Uint8Array.from([...start, ...Array<number>(500).fill(0x41)]);
      const refusal = await open(file).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(refusal).toBeInstanceOf(RecordingError);
      expect(refusal?.message).toMatch(command);
      expect(refusal?.message).not.toContain("\n");
    },
  );

  it("that begins with much of another program is read if its format is named", async () => {
    const text = `${"firmware speaks\n".repeat(5000)}serial_read read addr 0x05 val 0x60\n`;
    await expect(open(text)).rejects.toThrow(
      /got "firmware speaks"; no more than .*: --format says what it is$/,
    );
    const steps = await allSteps((await open(text, { format: "qemu-log" })).steps);
    expect(steps.filter(({ counts }) => counts !== false)).toHaveLength(1);
    await expect(open("firmware speaks\n")).rejects.toThrow(/got "firmware speaks"$/);
  });

  it("with a line without an end is refused before it fills the memory", async () => {
    const endless = async function* () {
      yield utf8.encode("serial_read read addr 0x05 val 0x60\n");
      for (;;) yield utf8.encode("x".repeat(1 << 20));
    };
    const recording = await openRecording(endless());
    await expect(allSteps(recording.steps)).rejects.toThrow(/line 2: text: expected a line end within/);
  });
});
