/** The preset `qemu` does what QEMU's 16550A does, on recorded traces and where nobody has recorded any. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { pc16550d, qemu } from "../../machines/internal.js";
import { Uart16550 } from "../../src/device/index.js";
import type { Input } from "../../src/journal/index.js";
import { byte } from "../arbitraries/bytes.js";
import { QemuUart } from "../model/qemu-uart.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { runTrace, type TraceSubject, type Uart16550Trace, uart16550Traces } from "../support/uart16550-traces.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");

/** The trace without what the model does not know: the modem outputs and breaks that it sends. */
const visibleToGuest = (trace: Uart16550Trace): Uart16550Trace => ({
  ...trace,
  steps: trace.steps.map(({ modemOut: _, breakOut: __, ...step }) => step),
});

describe("the model of QEMU's 16550A", () => {
  it.each(traces)("does what QEMU did in $name", (trace) => {
    runTrace(new QemuUart(), visibleToGuest(trace));
  });
});

const device = (presetOptions = qemu): TraceSubject =>
  new Uart16550({ preset: presetOptions, journal: false }) as TraceSubject;

/** Two traces that were recorded later, each of which shows what the others do not. */
const LATER: readonly Uart16550Trace[] = [
  {
    name: "a read of MSR samples the inputs with EDSSI set, and the line goes high and low",
    family: "fuzz_modem",
    backend: "tty",
    lines: { cts: 0, dsr: 0, ri: 0, dcd: 0 },
    steps: [
      { op: "write", offset: 1, value: 9, irq: 0 },
      { op: "modem", cts: 1, dsr: 1, ri: 0, dcd: 1, irq: 0 },
      { op: "read", offset: 6, value: 0xbb, irq: 0, edges: [1, 0] },
      { op: "read", offset: 6, value: 0xb0, irq: 0 },
    ],
  },
  {
    name: "a break comes while the FIFOs are on, and RBR is 0x00 when they are off",
    family: "fuzz_raw",
    backend: "socket",
    steps: [
      { op: "receive", bytes: [213], irq: 0 },
      { op: "read", offset: 0, value: 213, irq: 0 },
      { op: "write", offset: 2, value: 177, irq: 0 },
      { op: "break", irq: 0 },
      { op: "write", offset: 2, value: 218, irq: 0 },
      { op: "read", offset: 0, value: 0, irq: 0 },
    ],
  },
];

describe.each(LATER)("$name", (trace) => {
  it("with preset qemu, and by the model", () => {
    runTrace(device(), trace);
    runTrace(new QemuUart(), trace);
  });

  it("by an option of its own", () => {
    const sampled = { ...qemu, msrReadInterrupts: false, breakLoadsRBR: false };
    fc.assert(
      fc.property(fc.constantFrom(sampled, pc16550d), (presetOptions) => {
        try {
          runTrace(device(presetOptions), trace);
        } catch {
          return true;
        }
        return false;
      }),
    );
  });
});

const writeOf = (offset: number, ...values: number[]): fc.Arbitrary<Input[]> =>
  fc.oneof(fc.constantFrom(...values), byte()).map((value) => [{ type: "write", offset, value }]);

const BREAK: readonly Input[] = [
  { type: "break", on: true },
  { type: "break", on: false },
];

/** What a guest and a host do, in chunks: times are those of characters, of timeouts and of samples. */
const chunk: fc.Arbitrary<readonly Input[]> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(7).map((offset): Input[] => [{ type: "read", offset }]) },
  { weight: 2, arbitrary: writeOf(0, 0, 1) },
  { weight: 2, arbitrary: writeOf(1, 0, 1, 2, 5, 7, 8, 9, 15) },
  { weight: 2, arbitrary: writeOf(2, 0, 1, 2, 3, 4, 7, 0x41, 0xc1) },
  { weight: 1, arbitrary: writeOf(3, 0, 3, 0x83) },
  { weight: 2, arbitrary: writeOf(4, 0, 8, 0x10, 0x1f) },
  {
    weight: 3,
    arbitrary: fc
      .array(byte(), { minLength: 1, maxLength: 4 })
      .map((characters): Input[] => [{ type: "receive", characters }]),
  },
  { weight: 2, arbitrary: fc.constant(BREAK) },
  // QEMU queues breaks even without FIFOs, where no read takes them out: the seventeenth overruns.
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 17 }).map((count) => new Array(count).fill(BREAK).flat()) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(8680, 86_805, 1_041_660, 2_000_000, 4_166_640, 5_000_000, 10_000_000)
      .map((ticks): Input[] => [{ type: "advance", ticks }]),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ cts: fc.boolean(), dsr: fc.boolean(), ri: fc.boolean(), dcd: fc.boolean() })
      .map((lines): Input[] => [{ type: "modem", ...lines }]),
  },
  { weight: 1, arbitrary: fc.constantFrom<Input>({ type: "hold" }, { type: "release" }).map((input) => [input]) },
  { weight: 1, arbitrary: fc.constant<Input[]>([{ type: "reset" }]) },
);

/** What a guest sees of an input. */
function visible(subject: TraceSubject, input: Input): Readonly<Record<"reads" | "output" | "edges", number[]>> {
  const seen = { reads: [] as number[], output: [] as number[], edges: [] as number[] };
  for (const emission of subject.apply(input)) {
    if (emission.type === "data") seen.reads.push(emission.value);
    else if (emission.type === "transmit") seen.output.push(emission.value);
    else if (emission.type === "interruptLine") seen.edges.push(emission.level);
  }
  return seen;
}

describe("the preset qemu", () => {
  it("does what the model does on sequences that nobody recorded", () => {
    const vacuityGuard = new VacuityGuard("reads", "output", "edges", "two edges", "breaks");
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 60, size: "max" }), (chunks) => {
        const inputs = chunks.flat();
        const model = new QemuUart();
        const subject = device();
        for (const [index, input] of inputs.entries()) {
          const expected = visible(model, input);
          expectSame(visible(subject, input), expected, { inputs: inputs.slice(0, index + 1) });
          for (const kind of ["reads", "output", "edges"] as const)
            if (expected[kind].length > 0) vacuityGuard.count(kind);
          if (expected.edges.length > 1) vacuityGuard.count("two edges");
          if (input.type === "break") vacuityGuard.count("breaks");
        }
      }),
      runOptions(200),
    );
    vacuityGuard.expectEach();
  });
});
