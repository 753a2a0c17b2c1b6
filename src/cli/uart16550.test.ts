import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Device, Serial, Uart16550 } from "../device/index.js";
import { writeJournal } from "../journal/index.js";
import { main } from "./main.js";
import { testSurroundings } from "./surroundings.test-helper.js";

const BOOT = fileURLToPath(new URL("../../properties/traces/linux-v86.jsonl.gz", import.meta.url));

async function run(args: string[], stdin: string | Uint8Array = "") {
  const io = testSurroundings({ stdin });
  const code = await main(["replay", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

const lines = (...traces: unknown[]) => traces.map((trace) => `${JSON.stringify(trace)}\n`).join("");
const guest = (name: string, ...steps: unknown[]) => ({
  name,
  family: "driver-trace",
  backend: "socket",
  steps,
});
const HI = [
  { op: "write", offset: 1, value: 2, irq: 1 },
  { op: "read", offset: 2, value: 2, irq: 0 },
  ...[..."hi\n"].map((c) => ({ op: "write", offset: 0, value: c.charCodeAt(0), irq: 1 })),
];
const WRONG = { op: "read", offset: 2, value: 0xc2, irq: 1 };

const V86 = '["w",1,2]\n["irq",4,1]\n["r",2,2]\n';

async function journalOf(device: Device): Promise<string> {
  let text = "";
  for await (const chunk of writeJournal(device.journal.header, device.journal.entries()))
    text += new TextDecoder().decode(chunk);
  return text;
}

describe("a guest recorded under QEMU", () => {
  it("is replayed on uart16550 with preset qemu, with its console and the same report", async () => {
    const { code, out } = await run(["-"], gzipSync(lines(guest("hi", ...HI))));
    expect(code).toBe(0);
    for (const part of [
      "│ hi\n",
      "Recording     standard input: QEMU's 16550A, 5 steps",
      "Device        uart16550, preset qemu",
      "Accesses      5: 1 read, 4 writes",
      "Interrupts    4: THRE 4",
      "Bytes         0 in, 3 out",
      " left out, which this part's options exclude; never:",
      "Verdict       no difference in 5 accesses and 5 interrupt levels",
    ])
      expect(out).toContain(part);
    expect(out).not.toContain("Note");
  });

  it("has a difference in a read and a level explained", async () => {
    const { code, out } = await run(["-"], lines(guest("hi", ...HI, WRONG)));
    expect(code).toBe(1);
    for (const part of [
      "First read that differs: steps[5]\n",
      "[0]  IER <- 0x02 ETBEI  interrupt line: high (THRE)\n",
      "            > [5]  IIR -> 0x02 THRE   interrupt line: low\n",
      "Recorded      0xC2 THRE|FIFOS\nOurs          0x02 THRE\n",
      "Because of    steps[4], THR <- 0x0A:",
      "First interrupt level that differs: steps[5]\n",
      "Recorded      high\nOurs          low: The read that reports THR empty acknowledges it; IIR is read",
      "Verdict       1 read differs, 1 interrupt level differs in 6 accesses and 6 interrupt levels; first\n",
    ])
      expect(out).toContain(part);
    expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it("is replayed on another preset, which is told to take its time", async () => {
    const { code, out } = await run(["-", "--preset", "tl16c550c", "--quiet"], lines(guest("hi", ...HI)));
    expect(code).toBe(1);
    expect(out).toContain("standard input on uart16550, preset tl16c550c: ");
    expect(out).toContain("; the recording is of a device that transmits at once");
  });

  it("is replayed on serial as far as that can be compared", async () => {
    const { out } = await run(["-", "--device", "serial", "--quiet"], lines(guest("hi", ...HI)));
    expect(out).toMatch(
      /^standard input on serial, revision 0\.8\.2: .*levels are not compared: the interrupt/,
    );
  });
});

describe("a file of many traces", () => {
  const file = lines(
    guest("good", ...HI),
    { ...guest("b\u001bad", ...HI, WRONG), deps: { rdaOverCti: 5 } },
    guest("worse", WRONG, WRONG),
  );

  it("counts those that pass, and explains the first that fails", async () => {
    const { code, out } = await run(["-"], file);
    expect(code).toBe(1);
    for (const part of [
      "Recording     standard input: QEMU's 16550A, 3 traces, 13 steps",
      "First to fail b\\x1bad, line 2: 1 read differs, 1 interrupt level differs",
      "It says       QEMU departs from the datasheet here: rdaOverCti at steps[5]",
      "First read that differs: steps[5]",
      "Verdict       1 of 3 traces pass: 3 reads differ, 3 interrupt levels differ in 13 accesses",
    ])
      expect(out).toContain(part);
    expect(out).not.toContain("│");
    expect((await run(["-", "--quiet"], file)).out).toMatch(
      /^standard input on uart16550, preset qemu: 1 of 3 traces pass: 3 reads differ.*\n$/,
    );
  });

  it("is one object as JSON", async () => {
    const { out } = await run(["-", "--json"], file);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      format: "qemu",
      same: false,
      chart: "uart16550",
      steps: 13,
      traces: 3,
      passed: 1,
      failed: ["b\u001bad", "worse"],
      firstFailed: { trace: { line: 2, name: "b\u001bad" }, report: { first: { step: { index: 5 } } } },
      levels: { compared: 13, different: 3 },
    });
    expect(report).not.toHaveProperty("console");
    expect(report).not.toHaveProperty("total");
  });

  it("is refused where a line of it is broken", async () => {
    const { code, err } = await run(["-"], `${file}{"steps":1}\n`);
    expect({ code, err }).toEqual({
      code: 2,
      err: "vm-superio: line 4: steps: expected a list of steps, got 1\n",
    });
  });

  it("that holds none is refused", async () => {
    const { code, err } = await run(["-"], file.slice(0, 200));
    expect({ code, err }).toEqual({
      code: 2,
      err: "vm-superio: recording: expected a trace, got none: the file ends in the middle of line 1\n",
    });
  });
});

describe("a v86 recording on uart16550", () => {
  it("has its reads compared, and says that its triggers are not", async () => {
    const { code, out } = await run(["-", "--device", "uart16550"], V86);
    expect(code).toBe(0);
    expect(out).toContain("Device        uart16550, preset qemu");
    expect(out.replace(/\s+/g, " ")).toContain(
      "Note the 1 recorded trigger is not compared: they are pulses, and the interrupt line of uart16550 has a level Verdict no difference in 2 accesses",
    );
  });

  it("of Linux differs where vm-superio is another part", async () => {
    const { code, out } = await run([BOOT, "--device", "uart16550", "--quiet"]);
    expect(code).toBe(1);
    expect(out).toMatch(/: 1,472 reads differ in 61,925 accesses; first read on line 3; the 1,819 recorded/);
  });
});

describe("a journal", () => {
  it("of uart16550 is replayed on its own part, from its own state", async () => {
    const uart = new Uart16550({ preset: { txTimed: false, autoFlow: true } });
    uart.write(3, 0x03);
    const later = Uart16550.fromSaved(uart.save());
    later.write(0, 0x68);
    const text = await journalOf(later);
    const { code, out } = await run(["-"], text);
    expect(code).toBe(0);
    expect(out).toContain("│ h\n");
    expect(out).toContain("Device        uart16550, preset pc16550d, autoFlow true, txTimed false");
    expect(out).toContain("there was nothing to compare");
    expect(out).not.toContain("Note");
    const other = await run(["-", "--preset", "qemu", "--quiet"], text);
    expect(other.out).toContain("standard input on uart16550, preset qemu: ");
    expect(other.out).toContain("; the journal was recorded with {");
  });

  it("of serial is replayed on uart16550 if it begins with a fresh device, and the other way round", async () => {
    const serial = new Serial();
    serial.write(0, 0x68);
    const { code, out } = await run(["-", "--device", "uart16550"], await journalOf(serial));
    expect(code).toBe(0);
    expect(out).toContain("│ h\n");
    expect(out).toContain(
      "Note          the journal was recorded on serial: the replay on uart16550 may differ",
    );
    const uart = new Uart16550();
    uart.write(0, 0x68);
    const back = await run(["-", "--device", "serial"], await journalOf(uart));
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining("│ h\n") });
    const later = Serial.fromState({ ...serial.state(), scratch: 7 });
    later.write(0, 0x68);
    // Restoring is an entry of the new device's journal: it is not a fresh one's that begins in another state.
    const text = (await journalOf(later)).replace(/"scratch":0/, '"scratch":9');
    expect(await run(["-", "--device", "uart16550"], text)).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^vm-superio: the journal's first state: expected that of a fresh serial, .* choose --device serial\n$/,
      ),
    });
  });

  it("with options of no part is refused", async () => {
    const uart = new Uart16550();
    uart.write(0, 0x68);
    const text = (await journalOf(uart)).replace('"fifoSize":16', '"fifoSize":17');
    expect(await run(["-"], text)).toEqual({
      code: 2,
      out: "",
      err: "vm-superio: the journal's options: fifoSize: expected one of 1, 16, 64, got 17; choose a part with --preset\n",
    });
  });
});

describe("what does not fit together is refused in one line", () => {
  const qemu = lines(guest("hi", ...HI));

  it.each([
    [
      ["--revision", "0.8.1"],
      qemu,
      "--revision: expected --device serial with it, got device uart16550, the default for this recording; uart16550 has --preset",
    ],
    [
      ["--device", "uart16550", "--revision", "0.8.1"],
      V86,
      "--revision: expected --device serial with it, got device uart16550; uart16550 has --preset",
    ],
    [
      ["--preset", "qemu"],
      V86,
      "--preset: expected --device uart16550 with it, got device serial, the default for this recording; add --device uart16550",
    ],
    [
      ["--device", "serial", "--preset", "qemu"],
      qemu,
      "--preset: expected --device uart16550 with it, got device serial; serial has --revision",
    ],
    [
      ["--device", "uart"],
      V86,
      "option '--device <device>' argument 'uart' is invalid. Allowed choices are serial, uart16550. See vm-superio replay --help.",
    ],
    [
      ["--preset", "16550"],
      qemu,
      "option '--preset <preset>' argument '16550' is invalid. Allowed choices are pc16550d, ins8250, ns16450, ns16550, tl16c550c, tl16c750, qemu. See vm-superio replay --help.",
    ],
  ])("%j", async (flags, stdin, message) => {
    expect(await run(["-", ...flags], stdin)).toEqual({ code: 2, out: "", err: `vm-superio: ${message}\n` });
  });
});
