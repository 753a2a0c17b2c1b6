import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Serial } from "../device/index.js";
import { writeJournal } from "../journal/index.js";
import { withoutChecks } from "../without-checks.test-helper.js";
import { createTestIo, type TestIoOptions } from "./io.test-helper.js";
import { main } from "./main.js";
import { type ReplayFlags, runReplay } from "./replay.js";

const GUEST = "\x1b[31mhi\r\nVerdict";

const TRACE = `["w",1,2]\n["r",1,2]\n["r",2,193]\n${[...GUEST].map((c) => `["w",0,${c.charCodeAt(0)}]\n`).join("")}`;

async function run(flags: ReplayFlags, choices: TestIoOptions = {}) {
  const io = createTestIo({ stdin: TRACE, ...choices });
  const exitCode = await runReplay("-", flags, io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

async function journalOf(serial: Serial): Promise<string> {
  let text = "";
  for await (const chunk of writeJournal(serial.journal.header, serial.journal.entries()))
    text += new TextDecoder().decode(chunk);
  return text;
}

describe("the report", () => {
  it("shows the console, the counts, the unused parts, the first differences and the verdict", async () => {
    const { exitCode, stdoutText } = await run({});
    expect(exitCode).toBe(1);
    let from = 0;
    for (const part of [
      "│ \\x1b[31mhi\n│ Verdict\n",
      "Recording     standard input: v86 accesses, 19 steps",
      "Device        serial, revision 0.8.2",
      "Accesses      19: 2 reads, 17 writes",
      "IIR      1       -",
      "Interrupts    2: THRE 2",
      "Bytes         0 in, 16 out",
      "States        ",
      "  loopback.on\n    write.MCR [writeClearsLOOP] ",
      "First trigger that differs: line 1",
      "First read that differs: line 3",
      "Recorded      0xC1 NONE|FIFOS",
      "Ours          0xC2 THRE|FIFOS",
      "Because of    line 1, IER <- 0x02 ETBEI:",
      "Rule S8b      0.8.2: a write to IER raises",
      "Verdict       1 read differs",
    ]) {
      expect(stdoutText.slice(from), "the parts in this order").toContain(part);
      from = stdoutText.indexOf(part, from);
    }
    const report = stdoutText.slice(stdoutText.indexOf("Recording"));
    expect(Math.max(...report.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(stdoutText).not.toContain("\x1b");
    expect(stdoutText).toMatch(/[^\n]\n$/);
  });

  it("has colours on a terminal only, and not with NO_COLOR", async () => {
    expect((await run({}, { isTTY: true })).stdoutText).toContain("\x1b[31mVerdict");
    expect((await run({}, { isTTY: true, env: { NO_COLOR: "1" } })).stdoutText).not.toContain("\x1b");
  });

  it("lists every state and transition with --coverage", async () => {
    const { stdoutText } = await run({ coverage: true });
    expect(stdoutText).toMatch(/^ +1 {2}loopback\.off$/m);
    expect(stdoutText).toMatch(/^ +never {2}loopback\.on$/m);
    expect(stdoutText).toMatch(/^ +16 {2}write\.THR_DLL \[divisorLatchClosed\] +The byte leaves at once$/m);
    expect(stdoutText).toMatch(/^ +never {2}write\.SCR +SCR is stored$/m);
  });

  it("prints the console as it came with --raw, and nothing else: the report goes to standard error", async () => {
    const { stdoutText, stderrText } = await run({ raw: true });
    expect(stdoutText).toBe(GUEST);
    expect(stderrText).toContain("Verdict");
  });

  it("is one line with --quiet, without progress", async () => {
    const { stdoutText, stderrText } = await run({ quiet: true }, { clockStep: 10_000 });
    expect(stdoutText.trimEnd().split("\n")).toHaveLength(1);
    expect(stderrText).toBe("");
  });

  it("shows progress when it takes long", async () => {
    const { stderrText } = await run(
      { revision: "0.8.1" },
      { stdin: TRACE + '["r",5,96]\n'.repeat(1000), clockStep: 1_500 },
    );
    expect(stderrText).toMatch(/^(replaying: [\d,]+ accesses, \d+ a second\n)+$/);
  });
});

describe("--json", () => {
  it("is the report and nothing else", async () => {
    const { exitCode, stdoutText } = await run({ json: true });
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdoutText);
    expect(report).toMatchObject({
      version: 1,
      file: "standard input",
      format: "v86",
      cut: null,
      warnings: [],
      same: false,
      chart: "serial",
      options: { revision: "0.8.2" },
      steps: 19,
      accesses: { reads: 2, writes: 17, registers: { THR: { reads: 0, writes: 16 } } },
      interrupts: { total: 2, causes: { THRE: 2 } },
      bytes: { offered: 0, in: 0, out: 16 },
      reads: { compared: 2, different: 1, first: { step: { line: 3 }, recorded: 0xc1, ours: 0xc2 } },
      triggers: { compared: 19, different: 2, recorded: 0 },
      first: {
        kind: "triggers",
        step: { line: 1, interrupts: ["THRE"], rules: expect.arrayContaining(["S8b"]) },
      },
    });
    expect(report.console).toBe(GUEST);
    expect(report.coverage.states).toContainEqual({ id: "loopback.on", count: 0 });
    expect(
      report.coverage.transitions.every(
        ({ id, count }: { id: string; count: number }) => id !== "" && count >= 0,
      ),
    ).toBe(true);
  });
});

describe("the console in JSON", () => {
  it("cannot drive a terminal, and is what was printed all the same", async () => {
    const guest = "\x1b[2J\x7f\u009b\u202e\u{e0001}ü\n\t";
    const bytes = [...new TextEncoder().encode(guest)].map((byte) => `["w",0,${byte}]\n`).join("");
    const { stdoutText } = await run({ json: true }, { stdin: bytes });
    expect(JSON.parse(stdoutText).console).toBe(guest);
    expect(stdoutText).toMatch(/^[\n\x20-\x7eü]*$/);
  });

  it("is left out with --quiet", async () => {
    const { stdoutText } = await run({ json: true, quiet: true });
    expect(JSON.parse(stdoutText)).not.toHaveProperty("console");
  });
});

describe("a journal", () => {
  const serial = new Serial({ revision: "0.8.1" });
  serial.enqueueRawBytes(new Uint8Array(60));
  serial.write(1, 3);
  serial.write(0, 0x68);
  serial.enqueueRawBytes(new Uint8Array(60));
  expect(() => serial.enqueueRawBytes(new Uint8Array(60))).toThrow("No space left");

  it("is replayed on the revision that it was recorded on, and compares nothing", async () => {
    const { exitCode, stdoutText } = await run({}, { stdin: await journalOf(serial) });
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("│ h\n");
    expect(stdoutText).toContain("Recording     standard input: a vm-superio journal, 5 steps");
    expect(stdoutText).toContain("Device        serial, revision 0.8.1");
    expect(stdoutText).toContain("Bytes         64 in (of 180 that arrived), 1 out");
    expect(stdoutText).toContain("there was nothing to compare");
    expect(stdoutText).not.toContain("Note");
  });

  it("may be compressed, and starts from its own first state", async () => {
    const later = Serial.fromState({ ...serial.state(), scratch: 7 });
    later.write(0, 0x69);
    const { stdoutText } = await run({ quiet: true }, { stdin: gzipSync(await journalOf(later)) });
    expect(stdoutText).toMatch(/revision 0\.8\.2: \d steps? replayed/);
  });

  it("warns on another revision or definition, and where it is cut off", async () => {
    const text = await journalOf(serial);
    expect((await run({ quiet: true, revision: "0.8.2" }, { stdin: text })).stdoutText).toContain(
      'the journal was recorded with {"revision":"0.8.1"}: the replay may differ',
    );
    const changed = withoutChecks(text).replace(/"definition":"[^"]*"/, '"definition":"0"');
    expect((await run({ quiet: true }, { stdin: changed })).stdoutText).toContain(
      "another definition of this chart",
    );
    expect((await run({ quiet: true }, { stdin: text.slice(0, -60) })).stdoutText).toContain(
      "the recording is cut off: the file ends",
    );
  });

  it("that is damaged is an error with a hint, and what is whole of it is replayed with --salvage", async () => {
    const typist = new Serial({ journal: "all" });
    for (const character of "x".repeat(100)) typist.write(0, character.charCodeAt(0));
    const text = await journalOf(typist);
    const damaged = text.replace('"value":120', '"value":121');
    await expect(run({}, { stdin: damaged })).rejects.toThrow(
      /^line 2: the text is damaged: the check of lines 2 to \d+ differs; --salvage replays what is whole/,
    );
    const { exitCode, stdoutText } = await run({ salvage: true }, { stdin: damaged });
    expect(exitCode).toBe(0);
    const [, missing] = /Note +entries 0 to (\d+) are missing \(line 2: /.exec(stdoutText) ?? [];
    expect(stdoutText).toContain(`│ ${"x".repeat(99 - Number(missing))}\n`);
    expect(stdoutText).toContain("replayed on the state before them, and may differ");
    expect((await run({ salvage: true }, { stdin: text })).stdoutText).not.toContain("Note");
    await expect(run({ salvage: true }, {})).rejects.toThrow(
      "--salvage: expected a journal with it, got v86 accesses",
    );
  });

  it.each([
    ['"chart":"serial"', '"chart":"toaster"', 'line 1: chart: expected "serial", got "toaster"'],
    ['"revision":"0.8.1"', '"revision":"0.1"', 'the journal\'s revision: expected 0.8.2 or 0.8.1, got "0.1"'],
    ['"state":{', '"state":{"lineControl":256,"was":{', "line 1: baudDivisorLow: expected a byte"],
  ])("that is not for us is refused: %s", async (from, to, message) => {
    const text = withoutChecks(await journalOf(serial))
      .replace(from, to)
      .replace(/("was":\{.*)\}$/m, "$1}}");
    await expect(run({}, { stdin: text })).rejects.toThrow(message);
  });
});

describe("a recording of a bus", () => {
  const lines = '["w",268435468,131]\n["r",268435468,131]\n["r",268435476,96]\n';
  it("is replayed with the words of its device tree", async () => {
    const run = async (...options: string[]) => {
      const io = createTestIo({ stdin: lines });
      return [
        await main(["replay", "-", "--quiet", ...options], io),
        io.stdoutText() + io.stderrText(),
      ] as const;
    };
    const [code, text] = await run("--base", "0x10000000", "--shift", "2", "--width", "4");
    expect([code, text.includes("no difference in 3 accesses")]).toEqual([0, true]);
    expect((await run("--base", "0x10000000"))[1]).toContain(
      "address 0x1000000C: expected that of a register",
    );
    const bigEndian = ["--base", "0x10000000", "--shift", "2", "--width", "4", "--big-endian"];
    expect((await run(...bigEndian))[0]).toBe(0);
    const beside = ["--base", "0x1000000c", "--shift", "2", "--width", "4"];
    expect((await run(...beside, "--unmapped", "ones"))[0]).toBe(1);
    expect((await run("--base", "0x10000010", "--shift", "2", "--unmapped", "zero"))[1]).toContain(
      "in 1 access",
    );
    expect((await run("--shift", "4"))[1]).toContain("Expected one of 0, 1, 2, 3, got 4");
    expect((await run("--width", "3"))[1]).toContain("Expected one of 1, 2, 4, got 3");
    expect((await run("--base", "com1"))[1]).toContain("Expected an address such as 0x3f8, got com1");
    expect(await run()).toEqual([
      2,
      expect.stringMatching(
        /each number from 0 to 255, got \["w",268435468,131\]; addresses of a bus need its window: --base, --shift and --width\n$/,
      ),
    ]);
  });

  it("without them says that there is no register", async () => {
    const io = createTestIo({ stdin: '["w",12,131]\n["w",7,1]\n["r",20,96]\n' });
    expect(await main(["replay", "-"], io)).toBe(1);
    expect(io.stdoutText().replace(/\s+/g, " ")).toContain(
      "Note 2 accesses are at offsets of 8 and above, where there is no register: of registers that lie apart say how (--shift, --width, --base) Verdict 1 read differs",
    );
  });
});
