import { describe, expect, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import { pc16550d, qemu } from "../../machines/internal.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { firstSeen, optionsOf, runTrace, uart16550Traces } from "../support/uart16550-traces.js";

const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");
const departs = traces.filter(({ deps = {} }) => Object.keys(deps).length > 0);
const agrees = traces.filter((trace) => !departs.includes(trace));

describe("the reference model of the 16550, as QEMU has it", () => {
  it("has 320 recorded traces to pass, 92 of which agree with the datasheet", () => {
    expect(traces).toHaveLength(320);
    expect(agrees).toHaveLength(92);
    expect(traces.reduce((sum, trace) => sum + trace.steps.length, 0)).toBe(30_200);
  });

  it.each(traces)("does what QEMU did in $name", (recordedTrace) => {
    runTrace(new Uart16550Model(qemu), recordedTrace);
  });

  it.each(["linux", "grub", "ovmf", "ipxe", "seabios-sercon"])("does what QEMU did under %s", (guestName) => {
    const recorded = uart16550Traces(`../traces/${guestName}.replay.jsonl.gz`);
    expect(recorded).toHaveLength(1);
    for (const recordedTrace of recorded) runTrace(new Uart16550Model(qemu), recordedTrace);
  });
});

/** One departure can hide another, and `deps` names neither then; nor does it look at edges. */
const HIDDEN: Readonly<Record<string, Partial<Uart16550Options>>> = {
  // QEMU samples the inputs in loopback too, so that the deltas come at once when EDSSI is set.
  "fuzz_modem-p0003": { modemInputsAreLive: false },
  // Sampled late, RI never rises; sampled at once, TERI is lost.
  "fuzz_modem-p0005": { teriStays: false },
  // A modem status interrupt hides the edges of a THR write.
  "fuzz_raw-p0001": { modemInputsAreLive: false },
};

describe("the reference model of the 16550, as the datasheet has it but for what a trace says", () => {
  it.each(agrees)("does what QEMU did in $name", (recordedTrace) => {
    expect(optionsOf(recordedTrace)).toEqual(optionsOf({ ...recordedTrace, deps: {} }));
    runTrace(new Uart16550Model(optionsOf(recordedTrace)), recordedTrace);
  });

  it.each(departs)("does what QEMU did in $name", (recordedTrace) => {
    runTrace(new Uart16550Model({ ...optionsOf(recordedTrace), ...HIDDEN[recordedTrace.name] }), recordedTrace);
  });

  it.each(Object.keys(HIDDEN))("needs more than it says in %s", (caseName) => {
    const recordedTrace = traces.find((candidate) => candidate.name === caseName);
    if (recordedTrace === undefined) throw new Error(`no trace ${caseName}`);
    expect(() => runTrace(new Uart16550Model(optionsOf(recordedTrace)), recordedTrace)).toThrow();
  });
});

/** The datasheet's behaviours, one at a time in a part that is QEMU's otherwise. */
const BEHAVIOURS: Readonly<Record<string, Partial<Uart16550Options>>> = {
  mcrReset0: { resetClearsOUT2: true },
  txTimed: { transmitterIsTimed: true },
  loopDeltas: { loopbackHasDeltas: true, loopbackChangeHasDeltas: true },
  loopNoExtRx: { loopbackDisconnectsSIN: true },
  fcrNeedsFe: { fcrNeedsEnable: true },
  fcrXfrNoThri: { transmitResetIsSilent: true },
  fcrFeNoThri: { fifoChangeIsSilent: true },
  breakInFifo: { breakWaitsInFifo: true },
  breakOverrun: { breakOverruns: true },
  biByLsrOnly: { breakClearsByLsrReadOnly: true },
  rbrEmptyStale: { emptyReadGives: pc16550d.emptyReadGives },
  stop15: { oneAndAHalfStopBits: pc16550d.oneAndAHalfStopBits },
  wordMask: { wordLengthMasksCharacters: true },
  out2Gate: { board: "pc" },
  lcrBreakTx: { breakHidesOutput: true },
  rdaOverCti: { receivedDataBeforeTimeout: true },
  warmReset: { resetClearsFcr: true, resetClearsScratch: false },
  msrLive: { modemInputsAreLive: true },
  teriSticky: { teriStays: true },
  divisor0: { zeroDivisor: pc16550d.zeroDivisor },
};

/** Where the combination of this behaviour with another of QEMU's is nobody's part, and was taken otherwise. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  breakInFifo: ["rx_break-p0007", "fuzz-p0000", "fuzz-p0023", "fuzz-p0028", "fuzz-p0030"],
  warmReset: ["fuzz_raw-p0004"],
  msrLive: ["fuzz_modem-p0003", "fuzz_modem-p0008"],
};

describe("the reference model of QEMU's 16550 with one behaviour of the datasheet", () => {
  it.each(Object.entries(BEHAVIOURS))("%s is first seen where the traces say", (caseName, behaviour) => {
    const mismatches = traces
      .filter(({ deps = {}, ...trace }) => {
        return firstSeen(new Uart16550Model({ ...qemu, ...behaviour }), trace) !== deps[caseName];
      })
      .map((trace) => trace.name);
    expect(mismatches).toEqual(OTHERWISE[caseName] ?? []);
    expect(traces.filter(({ deps = {} }) => caseName in deps).length).toBeGreaterThan(0);
  });
});
