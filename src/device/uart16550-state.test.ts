import { expect, test } from "vitest";
import { initialContext, uart16550Machine } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { SerialError, Uart16550, uart16550Chart, uart16550Options } from "./index.js";

const state = (changes: object) => ({ ...new Uart16550().state(), ...changes });

test.each([
  [{ transmitFrame: 2 }, "transmitTicks: expected at least 1 by the other fields, got 0"],
  [{ timeoutTicks: 7, timeoutPending: true }, "timeoutTicks: expected 0 by the other fields, got 7"],
  [{ receiveSample: 0 }, "receiveTicks: expected at least 1 by the other fields, got 0"],
  [{ receiveFifo: [1, 2, 3] }, "receiveFifo: expected at most 1 by FCR, got 3"],
  [
    { FCR: 0x01, LSR: 0, transmitFifo: Array(17).fill(0) },
    "transmitFifo: expected at most 16 by FCR, got 17",
  ],
  [{ receiveFifo: [0x2000] }, "receiveFifo[0]: expected a whole number from 0 to 8191, got 8192"],
  [{ LSR: 0x61 }, "LSR: expected no bits but those of 190, got 97"],
  [{ LSR: 0x00 }, "LSR: expected THRE set by transmitFifo, got 0"],
  [{ rtsHeldBack: true }, "rtsHeldBack: expected false by MCR, got true"],
  [{ MCR: 0x3f }, "MCR: expected no bits but those of 31, got 63"],
  [{ LSR: 256 }, "LSR: expected a whole number from 0 to 255, got 256"],
  [{ SIN: "high" }, 'SIN: expected a number, got "high"'],
  [{ outputHeld: 1 }, "outputHeld: expected true or false, got 1"],
  [{ receiveFifo: 0 }, "receiveFifo: expected an array, got 0"],
  [{ receiveFifo: Array(65).fill(0) }, "receiveFifo: expected at most 64 characters, got 65"],
  [{ receiveFifo: [1.5] }, "receiveFifo[0]: expected a whole number from 0 to 8191, got 1.5"],
  [{ DLL: 0.5 }, "DLL: expected a whole number from 0 to 255, got 0.5"],
  [{ DLL: -1 }, "DLL: expected a whole number from 0 to 255, got -1"],
  [{ transmitLength: -1 }, "transmitLength: expected a number from 0 to 9007199254740991, got -1"],
  [{ transmitLength: Number.NaN }, "transmitLength: expected a number from 0 to "],
  [{ transmitLength: Number.POSITIVE_INFINITY }, "transmitLength: expected a number from 0 to "],
  [{ FCR: 0x21 }, "FCR: expected no bits but those of 201, got 33"],
  [{ iirFifoBits: 0xe0 }, "iirFifoBits: expected no bits but those of 192, got 224"],
  [{ IER: 0x10 }, "IER: expected no bits but those of 15, got 16"],
  [{ FCR: 1, transmitFifo: [1] }, "LSR: expected THRE clear by transmitFifo, got 32"],
  [
    { FCR: 1, LSR: 0, transmitFifo: [1], thrEmptyPending: true },
    "thrEmptyPending: expected false by transmitFifo, got true",
  ],
  [{ receiveSample: 3, receiveLength: 8 }, "receiveTicks: expected at least 1 by the other fields, got 0"],
  [{ receiveSample: 9, receiveLength: 8 }, "receiveTicks: expected at least 1 by the other fields, got 0"],
  [{ receiveTicks: 5 }, "receiveTicks: expected 0 by the other fields, got 5"],
])("a state that cannot be is refused: %o", (changes, message) => {
  expect(() => Uart16550.fromState(invalid(state(changes)))).toThrow(message);
});

test.each([null, 5, "reset", []])("%o is no state", (wrong) => {
  expect(() => Uart16550.fromState(invalid(wrong))).toThrow(
    "state: expected an object with the fields of a 16550's state, got ",
  );
});

test("what a part can hold it takes, and no more", () => {
  const sixteen = { FCR: 0x01, iirFifoBits: 0xc0, receiveFifo: Array(16).fill(0x1fff) };
  expect(Uart16550.fromState(invalid(state(sixteen))).fifoCapacity()).toBe(0);
  const preset = "tl16c750";
  const stateWith = (changes: object) => ({ ...new Uart16550({ preset }).state(), ...changes });
  const sixtyFour = { FCR: 0x21, iirFifoBits: 0xe0, receiveFifo: Array(64).fill(0) };
  expect(Uart16550.fromState(stateWith(sixtyFour), { preset }).fifoCapacity()).toBe(0);
  expect(() => Uart16550.fromState(stateWith({ ...sixtyFour, FCR: 0x01 }), { preset })).toThrow(
    "receiveFifo: expected at most 16 by FCR, got 64",
  );
  expect(() => Uart16550.fromState(stateWith({ IER: 0x3f }), { preset })).not.toThrow();
  expect(() => Uart16550.fromState(stateWith({ transmitLength: 10.5 }), { preset })).not.toThrow();
  const old = { ...new Uart16550({ preset: "ins8250" }).state() };
  for (const [changes, message] of [
    [{ FCR: 1 }, "FCR: expected no bits but those of 0, got 1"],
    [{ iirFifoBits: 0xc0 }, "iirFifoBits: expected no bits but those of 0, got 192"],
  ] as const)
    expect(() => Uart16550.fromState({ ...old, ...changes }, { preset: "ins8250" })).toThrow(message);
});

test("RTS is held back under automatic flow control alone, and not in loopback", () => {
  const preset = "tl16c550c";
  const stateWithMcr = (MCR: number) => ({
    ...new Uart16550({ preset }).state(),
    FCR: 0x01,
    iirFifoBits: 0xc0,
    receiveFifo: [1],
    MCR,
    rtsHeldBack: true,
  });
  expect(Uart16550.fromState(stateWithMcr(0x22), { preset }).modemOutputs.rts).toBe(false);
  for (const mcr of [0x02, 0x20, 0x32])
    expect(() => Uart16550.fromState(stateWithMcr(mcr), { preset })).toThrow(
      "rtsHeldBack: expected false by MCR, got true",
    );
});

test("a clock is as fast as a character timeout can be counted", () => {
  const greatestClock = Math.floor(Number.MAX_SAFE_INTEGER / (4 * 12 * 16 * 65_536));
  expect(uart16550Options({ inputClock: 1, clock: greatestClock }).clock).toBe(greatestClock);
  expect(() => uart16550Options({ inputClock: 1, clock: greatestClock + 1 })).toThrow(
    `clock: expected at most ${greatestClock} with this inputClock, got ${greatestClock + 1}`,
  );
  expect(uart16550Options({ inputClock: 1e9, clock: 1e12 })).toMatchObject({ inputClock: 1e9, clock: 1e12 });
  expect(uart16550Options({ inputClock: 1, clock: 1 })).toMatchObject({ inputClock: 1, clock: 1 });
  for (const clock of [0, 1e12 + 1, 1.5])
    expect(() => uart16550Options({ inputClock: 1e9, clock })).toThrow(
      `clock: expected a whole number from 1 to 1000000000000, got ${clock}`,
    );
});

test("the chart tells what its tools need to know", () => {
  const chart = uart16550Chart("tl16c750");
  expect(chart).toMatchObject({
    id: "uart16550",
    interrupt: "level",
    characters: "marked",
    clock: 1_843_200,
  });
  expect(chart.source).toBeDefined();
  expect(uart16550Chart("tl16c750", uart16550Machine.provide({})).source).toBeUndefined();
  const context = (changes: object) =>
    ({
      ...chart.machine.getInitialSnapshot({} as never, chart.options as never).context,
      ...changes,
    }) as never;
  expect([
    chart.divisorLatchOpen(context({ LCR: 0x83 })),
    chart.divisorLatchOpen(context({ LCR: 0x03 })),
  ]).toEqual([true, false]);
  expect(chart.characterTicks?.(context({ characterTicks: 77 }))).toBe(77);
  const iir = chart.registers.find(({ name }) => name === "IIR");
  expect([0x01, 0xc6, 0x84, 0xec, 0x02, 0x00, 0x0f].map((value) => iir?.bits?.(value))).toEqual([
    "none",
    "RLS|FIFOS",
    "RDA|FIFOS=2",
    "CTI|FIFOS|SIXTY_FOUR",
    "THRE",
    "MS",
    "none",
  ]);
});

test.each([null, 5, true, []])("%o is no preset", (preset) => {
  expect(() => new Uart16550({ preset: invalid(preset) })).toThrow(
    "preset: expected a preset's name or options",
  );
});

test("modem inputs are those that there are", () => {
  const uart = new Uart16550();
  expect(() => uart.setModemInputs(invalid(null))).toThrow(
    "inputs: expected an object of cts, dsr, ri, dcd, got null",
  );
  expect(() => uart.setModemInputs(invalid({ ring: true }))).toThrow(
    'expected cts, dsr, ri, dcd, got "ring"',
  );
  expect(uart.journal.next).toBe(0);
});

test("a full receiver takes no more", () => {
  const uart = new Uart16550();
  expect(uart.enqueueRawBytes([1, 2])).toBe(1);
  expect(() => uart.enqueueRawBytes([3])).toThrow(new SerialError("FullFifo"));
});

test("a part whose THR empty is delayed goes on so; a delay of nothing is refused", () => {
  const uart = new Uart16550();
  uart.write(3, 0x03);
  uart.write(2, 0x01);
  uart.write(0, 0x41);
  uart.advance(5000);
  uart.write(0, 0x42);
  const delayed = uart.state();
  expect(delayed).toMatchObject({ LSR: 0x00, transmitFifo: [], thrEmptyPending: false });
  expect(delayed.threDelayTicks).toBeGreaterThan(0);
  const restored = Uart16550.fromState(delayed);
  expect(restored.nextDue).toBe((uart.nextDue as number) - uart.now);
  restored.advance(delayed.threDelayTicks);
  expect(restored.read(5) & 0x20).toBe(0x20);
  expect(() => Uart16550.fromState({ ...delayed, threDelayTicks: 0 })).toThrow(
    "LSR: expected THRE set by transmitFifo, got 0",
  );
  expect(() => Uart16550.fromState({ ...delayed, transmitFifo: [1] })).toThrow(
    "threDelayTicks: expected 0 by the other fields, got ",
  );
});

test("a context of a state has its keys in the order of the chart's first", () => {
  const { resolve, initial } = uart16550Chart();
  const expected = Object.keys(initialContext(uart16550Options("pc16550d")));
  expect(Object.keys(resolve?.(initial).context ?? {})).toEqual(expected);
});
