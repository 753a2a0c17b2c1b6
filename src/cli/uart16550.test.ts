import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Device, Serial, Uart16550 } from "../device/index.js";
import { writeJournal } from "../journal/index.js";
import { withoutChecks } from "../without-checks.test-helper.js";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const BOOT = fileURLToPath(new URL("../../properties/traces/linux-v86.jsonl.gz", import.meta.url));

async function run(cliArguments: string[], stdin: string | Uint8Array = "") {
  const io = createTestIo({ stdin });
  const exitCode = await main(["replay", ...cliArguments], io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
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
    const { exitCode, stdoutText } = await run(["-"], gzipSync(lines(guest("hi", ...HI))));
    expect(exitCode).toBe(0);
    for (const part of [
      "│ hi\n",
      "Recording     standard input: QEMU's 16550A, in our JSON, 5 steps",
      "Device        uart16550, preset qemu",
      "Accesses      5: 1 read, 4 writes",
      "Interrupts    4: THRE 4",
      "Bytes         0 in, 3 out",
      " left out, which this part's options exclude; never:",
      "Verdict       no difference in 5 accesses and 5 interrupt levels",
    ])
      expect(stdoutText).toContain(part);
    expect(stdoutText).not.toContain("Note");
  });

  it("has a difference in a read and a level explained", async () => {
    const { exitCode, stdoutText } = await run(["-"], lines(guest("hi", ...HI, WRONG)));
    expect(exitCode).toBe(1);
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
      expect(stdoutText).toContain(part);
    expect(Math.max(...stdoutText.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it("is replayed on another preset, with a warning that it takes character times", async () => {
    const { exitCode, stdoutText } = await run(
      ["-", "--preset", "tl16c550c", "--quiet"],
      lines(guest("hi", ...HI)),
    );
    expect(exitCode).toBe(1);
    expect(stdoutText).toContain("standard input on uart16550, preset tl16c550c: ");
    expect(stdoutText).toContain("; the recording is of a device that transmits at once");
  });

  it("is replayed on serial as far as that can be compared", async () => {
    const { stdoutText } = await run(["-", "--device", "serial", "--quiet"], lines(guest("hi", ...HI)));
    expect(stdoutText).toMatch(
      /^standard input on serial, revision 0\.8\.2: .*levels are not compared: the interrupt/,
    );
  });
});

describe("a file of many traces", () => {
  const filePath = lines(
    guest("good", ...HI),
    { ...guest("b\u001bad", ...HI, WRONG), deps: { rdaOverCti: 5 } },
    guest("worse", WRONG, WRONG),
  );

  it("counts those that pass, and explains the first that fails", async () => {
    const { exitCode, stdoutText } = await run(["-"], filePath);
    expect(exitCode).toBe(1);
    for (const part of [
      "Recording     standard input: QEMU's 16550A, in our JSON, 3 traces, 13 steps",
      "First to fail b\\x1bad, line 2: 1 read differs, 1 interrupt level differs",
      "It says       QEMU departs from the datasheet here: rdaOverCti at steps[5]",
      "First read that differs: steps[5]",
      "Verdict       1 of 3 traces pass: 3 reads differ, 3 interrupt levels differ in 13 accesses",
    ])
      expect(stdoutText).toContain(part);
    expect(stdoutText).not.toContain("│");
    expect((await run(["-", "--quiet"], filePath)).stdoutText).toMatch(
      /^standard input on uart16550, preset qemu: 1 of 3 traces pass: 3 reads differ.*\n$/,
    );
  });

  it("is one object as JSON", async () => {
    const { stdoutText } = await run(["-", "--json"], filePath);
    const report = JSON.parse(stdoutText);
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
    const { exitCode, stderrText } = await run(["-"], `${filePath}{"steps":1}\n`);
    expect({ exitCode, stderrText }).toEqual({
      exitCode: 2,
      stderrText: "vm-superio: line 4: steps: expected a list of steps, got 1\n",
    });
  });

  it("that holds none is refused", async () => {
    const { exitCode, stderrText } = await run(["-"], filePath.slice(0, 200));
    expect({ exitCode, stderrText }).toEqual({
      exitCode: 2,
      stderrText:
        "vm-superio: recording: expected a trace, got none: the file ends in the middle of line 1\n",
    });
  });
});

describe("a v86 recording on uart16550", () => {
  it("has its reads compared, and says that its triggers are not", async () => {
    const { exitCode, stdoutText } = await run(["-", "--device", "uart16550"], V86);
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("Device        uart16550, preset qemu");
    expect(stdoutText.replace(/\s+/g, " ")).toContain(
      "Note the 1 recorded trigger is not compared: they are pulses, and the interrupt line of uart16550 has a level Verdict no difference in 2 accesses",
    );
  });

  it("of Linux differs where vm-superio is another part", async () => {
    const { exitCode, stdoutText } = await run([BOOT, "--device", "uart16550", "--quiet"]);
    expect(exitCode).toBe(1);
    expect(stdoutText).toMatch(
      /: 1,472 reads differ in 61,925 accesses; first read on line 3; the 1,819 recorded/,
    );
  });
});

describe("a journal", () => {
  it("of uart16550 is replayed on its own part, from its own state", async () => {
    const uart = new Uart16550({ preset: { transmitterIsTimed: false, autoFlow: true } });
    uart.write(3, 0x03);
    const later = Uart16550.fromSaved(uart.save());
    later.write(0, 0x68);
    const text = await journalOf(later);
    const { exitCode, stdoutText } = await run(["-"], text);
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("│ h\n");
    expect(stdoutText).toContain(
      "Device        uart16550, preset pc16550d, autoFlow true, transmitterIsTimed false",
    );
    expect(stdoutText).toContain("there was nothing to compare");
    expect(stdoutText).not.toContain("Note");
    const other = await run(["-", "--preset", "qemu", "--quiet"], text);
    expect(other.stdoutText).toContain("standard input on uart16550, preset qemu: ");
    expect(other.stdoutText).toContain("; the journal was recorded with {");
  });

  it("of serial is replayed on uart16550 if it begins with a fresh device, and the other way round", async () => {
    const serial = new Serial();
    serial.write(0, 0x68);
    const { exitCode, stdoutText } = await run(["-", "--device", "uart16550"], await journalOf(serial));
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("│ h\n");
    expect(stdoutText).toContain(
      "Note          the journal was recorded on serial: the replay on uart16550 may differ",
    );
    const uart = new Uart16550();
    uart.write(0, 0x68);
    const back = await run(["-", "--device", "serial"], await journalOf(uart));
    expect(back).toMatchObject({ exitCode: 0, stdoutText: expect.stringContaining("│ h\n") });
    const later = Serial.fromState({ ...serial.state(), scratch: 7 });
    later.write(0, 0x68);
    // Restoring is an entry of the new device's journal: it is not a fresh one's that begins in another state.
    const text = withoutChecks(await journalOf(later)).replace(/"scratch":0/, '"scratch":9');
    expect(await run(["-", "--device", "uart16550"], text)).toMatchObject({
      exitCode: 2,
      stderrText: expect.stringMatching(
        /^vm-superio: the journal's first state: expected that of a fresh serial, .* choose --device serial\n$/,
      ),
    });
  });

  it("with options of no part is refused", async () => {
    const uart = new Uart16550();
    uart.write(0, 0x68);
    const text = withoutChecks(await journalOf(uart)).replace('"fifoSize":16', '"fifoSize":17');
    expect(await run(["-"], text)).toEqual({
      exitCode: 2,
      stdoutText: "",
      stderrText:
        "vm-superio: the journal's options: fifoSize: expected one of 1, 16, 64, got 17; choose a part with --preset\n",
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
    expect(await run(["-", ...flags], stdin)).toEqual({
      exitCode: 2,
      stdoutText: "",
      stderrText: `vm-superio: ${message}\n`,
    });
  });
});
