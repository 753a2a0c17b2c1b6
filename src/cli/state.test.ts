import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Serial,
  type SerialState,
  serialStateFromCloudHypervisor,
  serialStateToCloudHypervisor,
  serialStateToSerde,
  Uart16550,
} from "../device/index.js";
import { writeJournal } from "../journal/index.js";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";

const byte = fc.nat(255);
const states: fc.Arbitrary<SerialState> = fc.record({
  ...{ baudDivisorLow: byte, baudDivisorHigh: byte, interruptEnable: byte, interruptIdentification: byte },
  ...{ lineControl: byte, lineStatus: byte, modemControl: byte, modemStatus: byte, scratch: byte },
  inBuffer: fc.array(byte, { maxLength: 64 }),
});

async function run(args: readonly string[], stdin: unknown) {
  const io = createTestIo({ stdin: typeof stdin === "string" ? stdin : JSON.stringify(stdin) });
  const exitCode = await main(["state", "-", ...args], io);
  return { exitCode, stdoutText: io.stdoutText(), stderrText: io.stderrText() };
}

/** A console after an ordinary boot: what of it is changed is odd. */
const ORDINARY: SerialState = {
  ...{ baudDivisorLow: 1, baudDivisorHigh: 0, interruptEnable: 5, interruptIdentification: 4 },
  ...{ lineControl: 0x13, lineStatus: 0x61, modemControl: 0x0b, modemStatus: 0xb0, scratch: 0 },
  inBuffer: [108, 115, 10],
};

describe("Cloud Hypervisor's state", () => {
  it("is vm-superio's with one divisor, both ways", () => {
    fc.assert(
      fc.property(states, (state) => {
        const written = serialStateToCloudHypervisor(state);
        expect(written.baud_divisor).toBe(state.baudDivisorHigh * 256 + state.baudDivisorLow);
        expect(serialStateFromCloudHypervisor(JSON.parse(JSON.stringify(written)))).toEqual(state);
      }),
    );
  });

  it.each([
    [{ baud_divisor: 65_536 }, "baud_divisor: expected 0 to 65535, got 65536"],
    [{ baud_divisor: "1" }, 'baud_divisor: expected a number, got "1"'],
    [{ scratch: 256 }, "scratch: expected a byte from 0 to 255, got 256"],
  ])("with %j is refused", (change, message) => {
    const broken = { ...serialStateToCloudHypervisor(ORDINARY), ...change };
    expect(() => serialStateFromCloudHypervisor(broken)).toThrow(message);
  });
});

describe("state", () => {
  it("converts between formats without a loss, wherever the state is in the file", async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        const snapshot = {
          id: "vm",
          parts: [{ snapshot_data: { state: JSON.stringify(serialStateToCloudHypervisor(state)) } }],
        };
        const { exitCode, stdoutText } = await run(["--to", "vm-superio"], snapshot);
        expect(exitCode).toBe(0);
        expect(JSON.parse(stdoutText)).toEqual(serialStateToSerde(state));
        const saved = await run(["--to", "saved"], stdoutText);
        expect(Serial.fromSaved(JSON.parse(saved.stdoutText)).state()).toEqual(state);
        const back = await run(["--to", "cloud-hypervisor"], saved.stdoutText);
        expect(JSON.parse(back.stdoutText)).toEqual(serialStateToCloudHypervisor(state));
      }),
      { numRuns: 20 },
    );
  });

  it("shows registers by name and finds nothing odd in an ordinary console", async () => {
    const { exitCode, stdoutText } = await run([], serialStateToSerde(ORDINARY));
    expect(exitCode).toBe(0);
    expect(stdoutText).toContain("State         standard input: vm-superio's serde JSON");
    expect(stdoutText).toMatch(/IER {11}0x05 ERBFI\|ELSI\n/);
    expect(stdoutText).toContain("Received      3: 0x6C 0x73 0x0A");
    expect(stdoutText).toContain("Odd           nothing");
  });

  it.each<[Partial<SerialState>, string]>([
    [{ inBuffer: [] }, "LSR has DR, but no byte is queued"],
    [{ lineStatus: 0x60 }, "3 bytes are queued, but LSR lacks DR"],
    [{ interruptIdentification: 1 }, "IIR does not identify it: the console waits"],
    [{ interruptEnable: 0 }, "IIR identifies an interrupt, but IER enables none"],
    [{ lineStatus: 0x01 }, "LSR lacks THRE"],
    [{ lineControl: 0x83 }, "LCR has DLAB"],
    [{ modemControl: 0x10 }, "MCR has LOOP"],
    [{ baudDivisorLow: 0 }, "the divisor is 0"],
  ])("finds what is odd about %j", async (change, sentence) => {
    const { exitCode, stdoutText } = await run([], serialStateToSerde({ ...ORDINARY, ...change }));
    expect(exitCode).toBe(1);
    expect(stdoutText.replace(/\n {14}/g, " ")).toContain(sentence);
  });

  it("opens a saved 16550 and a journal, and says what a conversion would lose", async () => {
    const device = new Uart16550();
    device.write(7, 0x5a);
    const saved = await run(["--json"], device.save());
    expect(JSON.parse(saved.stdoutText)).toMatchObject({ states: [{ registers: { SCR: 0x5a } }] });
    const refused = await run(["--to", "vm-superio"], device.save());
    expect(refused.exitCode).toBe(2);
    expect(refused.stderrText).toContain("which would lose FCR (0x0): Serial has no FIFO control");
    const serial = new Serial();
    serial.write(7, 0x33);
    let journal = "";
    for await (const chunk of writeJournal(serial.journal.header, serial.journal.entries()))
      journal += new TextDecoder().decode(chunk);
    expect((await run([], journal)).stdoutText).toContain("a journal's first state (serial)");
  });

  it("opens QEMU's migration as analyze-migration.py prints it", async () => {
    const migration = {
      "serial (8)": {
        state: {
          ...{ divider: "0x000c", rbr: "0x6c", ier: "0x05", iir: "0xc4", lcr: "0x13", mcr: "0x0b" },
          ...{ lsr: "0x61", msr: "0xb0", scr: "0x00", fcr_vmstate: "0x81" },
          "serial/recv_fifo": { recv_fifo: { data: "0a 00 6c 73", head: "0x02", num: "0x03" } },
        },
      },
    };
    const { exitCode, stdoutText } = await run([], migration);
    expect(stdoutText).toContain("QEMU's serial device");
    expect(stdoutText).toContain("Received      3: 0x6C 0x73 0x0A");
    expect(stdoutText).toContain("FCR           0x81");
    expect(exitCode).toBe(0);
  });

  it.each([
    ["{", "state: expected JSON, or a journal, got another text"],
    ['{"a":1}', "state: expected an object with baud_divisor_low"],
    ['{"baud_divisor_low":1,"interrupt_enable":1,"line_status":300}', "baud_divisor_high: expected a byte"],
  ])("refuses %s in a line", async (text, message) => {
    const { exitCode, stderrText } = await run([], text);
    expect(exitCode).toBe(2);
    expect(stderrText).toContain(message);
    expect(stderrText.trimEnd()).not.toContain("\n");
  });
});
