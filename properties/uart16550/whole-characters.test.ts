/** Characters that pass at once are the same as bit by bit, at every tick at which anybody can look. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { ticksAtOnce, ticksUntilDue, type Uart16550Options } from "../../machines/index.js";
import { Uart16550 } from "../../src/device/index.js";
import {
  anyPart,
  arrival,
  divisor,
  modemInputs,
  registerByte,
  stepSequence,
  type UartStep,
  writeTo,
} from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { PARTS } from "../support/uart16550-parts.js";
import { inputOf } from "../support/uart16550-subject.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Creates a device and the log of its effects. */
function loggedDevice(preset: Uart16550Options) {
  const log: unknown[] = [];
  const device = new Uart16550({
    preset,
    out: { write: (byte) => log.push(byte) },
    interrupt: (line) => log.push(line),
    journal: false,
    unmapped: "zero",
  });
  device.interruptLine$.subscribe(({ level, tick }) => log.push([level, tick]));
  return { device, log };
}

/** Everything that can be seen of a device between two inputs; the order of states decides the order of later emissions. */
const stateOf = (device: Uart16550) => ({
  saved: device.save(),
  nextDue: device.nextDue,
  peeked: OFFSETS.map((offset) => device.peek(offset)),
  states: (device.snapshot as unknown as { _nodes: { id: string }[] })._nodes.map(({ id }) => id),
});

/** Some characters, each sent for a time, while others arrive and wait for their timeout, and modem inputs change and wait for their sample. */
const sending = (): fc.Arbitrary<UartStep[]> =>
  fc
    .record({
      lineControl: fc.nat({ max: 0x3f }),
      latch: divisor(),
      fifoControl: writeTo(2, fc.oneof(fc.constant(0xc1), registerByte(2))),
      enables: writeTo(1, fc.oneof(fc.constant(0x0f), registerByte(1))),
      characters: fc.array(
        fc.record({
          sent: fc.array(writeTo(0, fc.nat({ max: 255 })), { minLength: 1, maxLength: 16 }),
          outside: fc.option(fc.oneof(arrival(1, 2), modemInputs()), { nil: undefined }),
          ticks: fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 6000 }), fc.nat({ max: 40_000 })),
        }),
      ),
    })
    .map(({ lineControl, latch, fifoControl, enables, characters }): UartStep[] => [
      ...latch,
      { type: "write", offset: 3, value: lineControl },
      fifoControl,
      enables,
      ...characters.flatMap(({ sent, outside, ticks }): UartStep[] => [
        ...sent,
        ...(outside ? [outside] : []),
        { type: "advance", ticks },
      ]),
    ]);

/** Parts whose transmitter is timed, and the runs of each. */
const TIMED_PARTS: readonly (readonly [string, fc.Arbitrary<Uart16550Options>, number])[] = [
  ...Object.entries(PARTS)
    .filter(([, { transmitterIsTimed }]) => transmitterIsTimed)
    .map(([name, options]) => [name, fc.constant(options), 12] as const),
  ["any part", anyPart().map((options) => ({ ...options, transmitterIsTimed: true })), 60],
];

describe.each(TIMED_PARTS)("%s", (_, anyOptions, repetitions) => {
  it("passes characters as it passes bits", () => {
    const vacuityGuard = new VacuityGuard("several bits at once");
    const sequences = fc.tuple(sending(), stepSequence(20), sending()).map((parts) => parts.flat());
    fc.assert(
      fc.property(anyOptions, sequences, fc.infiniteStream(fc.boolean()), (options, sequence, observed) => {
        const bitwise = loggedDevice(options);
        const whole = loggedDevice(options);
        for (const step of sequence) {
          const input = inputOf(step, bitwise.device);
          const emissions = bitwise.device.apply(input);
          if (input.type === "advance" && observed.next().value !== true) {
            const context = whole.device.snapshot.context;
            const atOnce = ticksAtOnce(context, input.ticks) ?? 0;
            vacuityGuard.count("several bits at once", atOnce > (ticksUntilDue(context) ?? 0));
            whole.device.advance(input.ticks);
          } else expectSame(whole.device.apply(input), emissions, { inputs: [input] });
          expectSame(
            { ...stateOf(whole.device), log: whole.log },
            { ...stateOf(bitwise.device), log: bitwise.log },
            { inputs: [input] },
          );
        }
      }),
      runOptions(repetitions),
    );
    vacuityGuard.expectEach();
  });
});
