import { describe, expect, it } from "vitest";
import type { Uart16550Options } from "../../machines/uart16550/options.js";
import { pc16550d, qemu } from "../../machines/uart16550/presets.js";
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

  it.each(traces)("does what QEMU did in $name", (trace) => {
    runTrace(new Uart16550Model(qemu), trace);
  });

  it.each(["linux", "grub", "ovmf", "ipxe", "seabios-sercon"])("does what QEMU did under %s", (guest) => {
    const recorded = uart16550Traces(`../traces/${guest}.replay.jsonl.gz`);
    expect(recorded).toHaveLength(1);
    for (const trace of recorded) runTrace(new Uart16550Model(qemu), trace);
  });
});

/** One departure can hide another, and `deps` names neither then; nor does it look at edges. */
const HIDDEN: Readonly<Record<string, Partial<Uart16550Options>>> = {
  // QEMU samples the inputs in loopback too, so that the deltas come at once when EDSSI is set.
  "fuzz_modem-p0003": { msrLive: false },
  // Sampled late, RI never rises; sampled at once, TERI is lost.
  "fuzz_modem-p0005": { teriSticky: false },
  // A modem status interrupt hides the edges of a THR write.
  "fuzz_raw-p0001": { msrLive: false },
};

describe("the reference model of the 16550, as the datasheet has it but for what a trace says", () => {
  it.each(agrees)("does what QEMU did in $name", (trace) => {
    expect(optionsOf(trace)).toEqual(optionsOf({ ...trace, deps: {} }));
    runTrace(new Uart16550Model(optionsOf(trace)), trace);
  });

  it.each(departs)("does what QEMU did in $name", (trace) => {
    runTrace(new Uart16550Model({ ...optionsOf(trace), ...HIDDEN[trace.name] }), trace);
  });

  it.each(Object.keys(HIDDEN))("needs more than it says in %s", (name) => {
    const trace = traces.find((each) => each.name === name);
    if (trace === undefined) throw new Error(`no trace ${name}`);
    expect(() => runTrace(new Uart16550Model(optionsOf(trace)), trace)).toThrow();
  });
});

/** The datasheet's behaviours, one at a time in a part that is QEMU's otherwise. */
const BEHAVIOURS: Readonly<Record<string, Partial<Uart16550Options>>> = {
  mcrReset0: { mcrReset0: true },
  txTimed: { txTimed: true },
  loopDeltas: { loopDeltas: true, loopChangeDeltas: true },
  loopNoExtRx: { loopNoExtRx: true },
  fcrNeedsFe: { fcrNeedsFe: true },
  fcrXfrNoThri: { fcrXfrNoThri: true },
  fcrFeNoThri: { fcrFeNoThri: true },
  breakInFifo: { breakInFifo: true },
  breakOverrun: { breakOverrun: true },
  biByLsrOnly: { biByLsrOnly: true },
  rbrEmptyStale: { rbrEmptyStale: pc16550d.rbrEmptyStale },
  stop15: { stop15: pc16550d.stop15 },
  wordMask: { wordMask: true },
  out2Gate: { board: "pc" },
  lcrBreakTx: { lcrBreakTx: true },
  rdaOverCti: { rdaOverCti: true },
  warmReset: { warmReset: true, resetClearsScr: false },
  msrLive: { msrLive: true },
  teriSticky: { teriSticky: true },
  divisor0: { divisor0: pc16550d.divisor0 },
};

/** Where the combination of this behaviour with another of QEMU's is nobody's part, and was taken otherwise. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  breakInFifo: ["rx_break-p0007", "fuzz-p0000", "fuzz-p0023", "fuzz-p0028", "fuzz-p0030"],
  warmReset: ["fuzz_raw-p0004"],
  msrLive: ["fuzz_modem-p0003", "fuzz_modem-p0008"],
};

describe("the reference model of QEMU's 16550 with one behaviour of the datasheet", () => {
  it.each(Object.entries(BEHAVIOURS))("%s is first seen where the traces say", (name, behaviour) => {
    const seen = traces
      .filter(({ deps = {}, ...trace }) => {
        return firstSeen(new Uart16550Model({ ...qemu, ...behaviour }), trace) !== deps[name];
      })
      .map((trace) => trace.name);
    expect(seen).toEqual(OTHERWISE[name] ?? []);
    expect(traces.filter(({ deps = {} }) => name in deps).length).toBeGreaterThan(0);
  });
});
