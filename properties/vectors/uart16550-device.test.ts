/** The device, on what was recorded of QEMU's 16550A. */
import { describe, expect, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import { pc16550d, qemu } from "../../machines/internal.js";
import { Uart16550 } from "../../src/device/index.js";
import { optionsOf, runTrace, type TraceSubject, uart16550Traces } from "../support/uart16550-traces.js";

const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");
const agrees = traces.filter(({ deps = {} }) => Object.keys(deps).length === 0);
const departs = traces.filter((trace) => !agrees.includes(trace));

const device = (presetOptions: Partial<Uart16550Options>): TraceSubject =>
  new Uart16550({ preset: presetOptions, journal: false, unmapped: "zero" }) as TraceSubject;

/** The datasheet's part without time, but for the unit in which the recordings count it. */
const DATASHEET: Partial<Uart16550Options> = { ...pc16550d, transmitterIsTimed: false, clock: qemu.clock };

/** Where one departure hides another: see uart16550.test.ts. */
const HIDDEN: Readonly<Record<string, Partial<Uart16550Options>>> = {
  "fuzz_modem-p0003": { modemInputsAreLive: false },
  "fuzz_modem-p0005": { teriStays: false },
  "fuzz_raw-p0001": { modemInputsAreLive: false },
};

describe("Uart16550", () => {
  it.each(traces)("with preset qemu does what QEMU did in $name", (recordedTrace) => {
    runTrace(device(qemu), recordedTrace);
  });

  it.each(agrees)("with preset pc16550d and instant transmit does what QEMU did in $name", (recordedTrace) => {
    runTrace(device(DATASHEET), recordedTrace);
  });

  it.each(departs)("with what QEMU alone does in $name, and else pc16550d, does what QEMU did", (recordedTrace) => {
    runTrace(device({ ...optionsOf(recordedTrace), ...HIDDEN[recordedTrace.name] }), recordedTrace);
  });

  it.each(["linux", "grub", "ovmf", "ipxe", "seabios-sercon"])("does what QEMU did under %s", (guestName) => {
    for (const recordedTrace of uart16550Traces(`../traces/${guestName}.replay.jsonl.gz`)) runTrace(device(qemu), recordedTrace);
  });

  it("is not QEMU's where the datasheet's part is asked for", () => {
    // A board's gate and transmit time are no departures of this part.
    const hardly = new Set(["out2Gate", "txTimed", "ctt+2%", "ctt-2%"]);
    const expected = departs.filter(({ deps = {} }) => Object.keys(deps).some((name) => !hardly.has(name)));
    const passing = expected.filter((recordedTrace) => {
      try {
        runTrace(device(DATASHEET), recordedTrace);
        return true;
      } catch {
        return false;
      }
    });
    expect(expected.length).toBeGreaterThan(150);
    expect(passing.map(({ name, deps }) => [name, deps])).toEqual([]);
  });
});
