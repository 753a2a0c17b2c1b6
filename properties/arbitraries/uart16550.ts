/** Inputs of a 16550 by which FIFOs fill, timers run out and modes change in the middle of characters. */
import fc from "fast-check";
import { UART16550_PRESETS, type Uart16550Options } from "../../machines/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import { byte, offset } from "./bytes.js";

/** Time passes to the next tick at which something is due, and so many ticks further; negative is before it. */
interface DueStep {
  readonly type: "due";
  readonly further: number;
}

/** An input, or one that depends on when something is due. */
export type UartStep = Input | DueStep;

/** A weighted choice. The first is what shrinking tends to. */
const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ arbitrary, weight })));

const MODES: Readonly<Record<number, readonly number[]>> = {
  1: [0x00, 0x01, 0x02, 0x03, 0x05, 0x07, 0x08, 0x0d, 0x0f, 0x0f, 0xff],
  2: [0x00, 0x01, 0x01, 0x41, 0x81, 0xc1, 0xc7, 0x09, 0xc9, 0x03, 0x05, 0x07, 0x02, 0x06, 0x21, 0x61, 0xe1],
  3: [0x03, 0x03, 0x03, 0x00, 0x04, 0x07, 0x0b, 0x1b, 0x2b, 0x3f, 0x43, 0x83, 0x80],
  4: [0x00, 0x0b, 0x08, 0x02, 0x0f, 0x10, 0x12, 0x1f, 0x1b, 0x22, 0x22, 0x2b, 0x20, 0x32],
  5: [0x00, 0x60, 0x1e],
  6: [0x00, 0x0f, 0xb0],
};

/** Draws a value that a driver writes at an offset. */
export const registerByte = (registerOffset: number): fc.Arbitrary<number> => {
  const interesting = MODES[registerOffset];
  return interesting === undefined ? byte() : weighted([4, fc.constantFrom(...interesting)], [1, byte()]);
};

/** Draws a write of the register at an offset. */
export const writeTo = (
  registerOffset: number,
  valueArbitrary = registerByte(registerOffset),
): fc.Arbitrary<Input> =>
  valueArbitrary.map((written): Input => ({ type: "write", offset: registerOffset, value: written }));

export const readFrom = (registerOffset: number): Input => ({ type: "read", offset: registerOffset });

/** A character, seldom with errors. */
const character = (): fc.Arbitrary<Character> => {
  const errorMarks = [
    { parity: true },
    { framing: true },
    { break: true },
    { parity: true, framing: true },
    { parity: true, framing: true, break: true },
  ] as const;
  return weighted<Character>(
    [4, byte()],
    [
      2,
      fc
        .tuple(byte(), fc.constantFrom(...errorMarks))
        .map(([registerValue, mark]) => ({ value: registerValue, ...mark })),
    ],
  );
};

/** Characters that arrive together. */
export const arrival = (minLength: number, maxLength: number): fc.Arbitrary<Input> =>
  fc
    .array(character(), { minLength, maxLength, size: "max" })
    .map((characters): Input => ({ type: "receive", characters }));

export const modemInputs = (): fc.Arbitrary<Input> =>
  fc
    .record({ cts: fc.boolean(), dsr: fc.boolean(), ri: fc.boolean(), dcd: fc.boolean() })
    .map((lines): Input => ({ type: "modem", ...lines }));

/** Time: none, few ticks, bits, characters, or long. */
const advance = (): fc.Arbitrary<UartStep> =>
  weighted<UartStep>(
    [5, fc.constantFrom(0, 0, 0, 1, -1).map((further): UartStep => ({ type: "due", further }))],
    [
      2,
      fc
        .oneof(fc.nat({ max: 40 }), fc.nat({ max: 2000 }), fc.nat({ max: 40_000 }))
        .map((ticks): UartStep => ({ type: "advance", ticks })),
    ],
    [1, fc.integer({ min: 1, max: 4_000_000 }).map((ticks): UartStep => ({ type: "advance", ticks }))],
  );

/** Any single input. */
const anyInput = (): fc.Arbitrary<UartStep> =>
  weighted<UartStep>(
    [6, offset().map(readFrom)],
    [3, fc.constantFrom(0, 2, 5, 6).map(readFrom)],
    [5, fc.oneof(...[0, 0, 0, 1, 1, 2, 3, 4, 4].map((registerOffset) => writeTo(registerOffset)))],
    [
      1,
      fc.tuple(offset(), byte()).map(
        ([registerOffset, registerValue]): Input => ({
          type: "write",
          offset: registerOffset,
          value: registerValue,
        }),
      ),
    ],
    [6, advance()],
    [3, arrival(1, 3)],
    [3, fc.constantFrom<0 | 1>(0, 1).map((level): Input => ({ type: "line", level }))],
    [1, fc.boolean().map((on): Input => ({ type: "break", on }))],
    [2, modemInputs()],
    [1, fc.constantFrom<Input>({ type: "hold" }, { type: "release" }, { type: "release" })],
  );

/** A fast line, so that characters are over soon; the format is as before. */
export const divisor = (lineControl = 0x03): fc.Arbitrary<Input[]> =>
  fc.constantFrom(1, 1, 1, 2, 3, 12, 0, 256).map((value): Input[] => [
    { type: "write", offset: 3, value: lineControl | 0x80 },
    { type: "write", offset: 0, value: value & 0xff },
    { type: "write", offset: 1, value: value >> 8 },
    { type: "write", offset: 3, value: lineControl },
  ]);

/** A whole frame on SIN, or one in which a level is changed; each bit lasts so many ticks. */
const frameInputs = (): fc.Arbitrary<Input[]> =>
  fc
    .tuple(
      fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: 0, maxLength: 11, size: "max" }),
      fc.constantFrom(16, 32, 15),
    )
    .map(([pinLevels, tickCount]) =>
      ([0, ...pinLevels, 1] as const).flatMap((pinLevel): Input[] => [
        { type: "line", level: pinLevel },
        { type: "advance", ticks: tickCount },
      ]),
    );

/** The same offset many times: only so do FIFOs fill and empty. */
const repeatedStep = (): fc.Arbitrary<UartStep[]> => {
  const length = { minLength: 2, maxLength: 20, size: "max" } as const;
  return fc.oneof(
    fc.array(writeTo(0), length),
    fc.array(writeTo(0), { minLength: 60, maxLength: 66, size: "max" }),
    fc.array(fc.constant(readFrom(0)), length),
    fc.array(fc.constant<UartStep>({ type: "due", further: 0 }), {
      minLength: 2,
      maxLength: 30,
      size: "max",
    }),
    arrival(10, 18).map((input) => [input]),
    arrival(50, 66).map((input) => [input]),
  );
};

/** Steps that matter together. */
const relatedSteps = (): fc.Arbitrary<UartStep[]> =>
  fc.oneof(
    frameInputs(),
    divisor(),
    repeatedStep(),
    // The FIFOs are turned on, with a trigger level; or 64 of them, behind DLAB.
    fc
      .constantFrom(0x01, 0x41, 0x81, 0xc1, 0xc9)
      .map((value): UartStep[] => [{ type: "write", offset: 2, value }]),
    fc.constantFrom(0x21, 0x61, 0xa1, 0xe9).map((value): UartStep[] => [
      { type: "write", offset: 3, value: 0x83 },
      { type: "write", offset: 2, value },
      { type: "write", offset: 3, value: 0x03 },
    ]),
    // A line that is low for long, and then marks.
    fc.constantFrom<UartStep[]>(
      [
        { type: "line", level: 0 },
        { type: "advance", ticks: 2000 },
        { type: "line", level: 1 },
      ],
      [
        { type: "break", on: true },
        { type: "break", on: false },
      ],
      [{ type: "reset" }],
    ),
  );

/** Chunks, which shrink away one by one: an input, or some that belong together. */
export const stepSequence = (maxChunks = 60): fc.Arbitrary<UartStep[]> =>
  fc
    .tuple(
      fc.boolean(),
      fc.array(weighted([9, anyInput().map((one) => [one])], [3, relatedSteps()]), {
        minLength: 1,
        maxLength: maxChunks,
        size: "max",
      }),
    )
    // Half of all sequences begin with a fast line: 16 ticks a bit.
    .map(([fast, stepGroups]) => [...(fast ? FAST : []), ...stepGroups.flat()]);

/** 115,200 baud, 8N1: under most presets a character takes 160 ticks. */
export const FAST: readonly Input[] = [
  { type: "write", offset: 3, value: 0x83 },
  { type: "write", offset: 0, value: 0x01 },
  { type: "write", offset: 1, value: 0x00 },
  { type: "write", offset: 3, value: 0x03 },
];

/**
 * Options with their values. Left out are what a write of the format flushes, and overruns in LSR bit 7: some of their combinations are
 * nobody's part, and the chart and the model take them otherwise.
 */
const CHOICES = {
  fifoSize: [1, 16, 64],
  scratchRegister: [true, false],
  interruptLinePulses: [false, true],
  autoRtsWorksWithoutFifo: [false, true],
  autoRts64Resumes: ["whenEmpty", "belowTrigger"],
  clock: [1_843_200, 1_000_000, 10_000_000],
  characterTime: ["exact", "qemu"],
  transmitterIsTimed: [true, false],
  threDelay: ["both", "interrupt", "none"],
  zeroDivisor: ["stopped", "65536", "3500baud"],
  oneAndAHalfStopBits: ["withSTB", "never", "withoutSTB"],
  resetClearsOUT2: [true, false],
  msrDeltasAtReset: [0x00, 0x0f],
  resetClearsScratch: [true, false],
  resetClearsFcr: [true, false],
  factoryTestWrites: [false, true],
  fcrNeedsEnable: [true, false],
  transmitResetIsSilent: [true, false],
  fifoChangeIsSilent: [true, false],
  etbeiRearms: ["rising", "anyWrite", "never"],
  overflow: ["dropNewest", "dropOldest", "overwriteLast", "wrap"],
  wordLengthMasksCharacters: [true, false],
  breakHidesOutput: [true, false],
  emptyReadGives: ["last", "zero", "ones"],
  receivedDataBeforeTimeout: [true, false],
  lsr7Clears: ["lsrRead", "noErrorsLeft"],
  breakClearsByLsrReadOnly: [true, false],
  rbrReadClearsErrors: [false, true],
  breakIsFramingError: [true, false],
  breakWaitsInFifo: [true, false],
  breakOverruns: [true, false],
  breakLoadsRBR: [false, true],
  breaksQueueWithoutFifo: [false, true],
  breakRestartsTimeout: [true, false],
  msrReadInterrupts: [false, true],
  loopbackDisconnectsSIN: [true, false],
  board: ["chip", "pc"],
} as const satisfies { readonly [Name in keyof Uart16550Options]?: readonly Uart16550Options[Name][] };

/** The options for MSR's modem inputs and its behaviour in loopback. Emulations that differ have no automatic flow control. */
const MODEMS = [
  {},
  { loopbackChangeHasDeltas: false },
  { loopbackHasDeltas: false, loopbackChangeHasDeltas: false, autoFlow: false },
  { loopbackHasDeltas: false, loopbackChangeHasDeltas: false, modemInputsAreLive: false, autoFlow: false },
  {
    loopbackHasDeltas: false,
    loopbackChangeHasDeltas: false,
    modemInputsAreLive: false,
    autoFlow: false,
    teriStays: false,
  },
] as const satisfies readonly Partial<Uart16550Options>[];

/** A part of which some options are its own: nobody's part, perhaps, but a part all the same. */
export const anyPart = (): fc.Arbitrary<Uart16550Options> => {
  const names = Object.keys(CHOICES) as (keyof typeof CHOICES)[];
  const ownOptions = fc.record(
    Object.fromEntries(names.map((name) => [name, fc.constantFrom<unknown>(...CHOICES[name])])),
    { requiredKeys: [] },
  );
  return fc
    .tuple(ownOptions, fc.constantFrom(...MODEMS))
    .map(([options, modem]) => ({ ...UART16550_PRESETS.tl16c750, ...options, ...modem }) as Uart16550Options);
};
