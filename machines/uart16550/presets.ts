import type { Uart16550Options } from "./options.js";

/** National Semiconductor's PC16550D as its datasheet has it; where that is silent, the choice is each option's. */
export const pc16550d: Uart16550Options = Object.freeze({
  fifoSize: 16,
  iirFifoBits: 0xc0,
  scratchRegister: true,
  interruptLinePulses: false,
  autoFlow: false,
  sleepModes: false,
  autoRtsWorksWithoutFifo: false,
  autoRts64Resumes: "whenEmpty",

  clock: 1_843_200,
  inputClock: 1_843_200,
  characterTime: "exact",
  transmitterIsTimed: true,
  threDelay: "both",
  zeroDivisor: "stopped",
  oneAndAHalfStopBits: "withSTB",
  formatChange: "nothing",

  resetClearsOUT2: true,
  msrDeltasAtReset: 0x00,
  resetClearsScratch: true,
  resetClearsFcr: true,
  factoryTestWrites: false,

  fcrNeedsEnable: true,
  transmitResetIsSilent: true,
  fifoChangeIsSilent: true,
  etbeiRearms: "rising",
  overflow: "dropNewest",
  wordLengthMasksCharacters: true,
  breakHidesOutput: true,

  emptyReadGives: "last",
  receivedDataBeforeTimeout: true,
  lsr7Clears: "lsrRead",
  overrunSetsLsr7: false,
  breakClearsByLsrReadOnly: true,
  rbrReadClearsErrors: false,
  breakIsFramingError: true,
  breakWaitsInFifo: true,
  breakOverruns: true,
  breakLoadsRBR: false,
  breaksQueueWithoutFifo: false,
  breakRestartsTimeout: true,

  loopbackHasDeltas: true,
  loopbackChangeHasDeltas: true,
  loopbackDisconnectsSIN: true,
  modemInputsAreLive: true,
  msrReadInterrupts: false,
  teriStays: true,

  board: "chip",
});

/** The 16450: a 16550 without FIFOs. */
export const ns16450: Uart16550Options = Object.freeze({ ...pc16550d, fifoSize: 1, threDelay: "none" });

/** The 8250: a 16450 without a scratch register, whose interrupt line pulses (A13). */
export const ins8250: Uart16550Options = Object.freeze({
  ...ns16450,
  scratchRegister: false,
  interruptLinePulses: true,
});

/** The first 16550, which shows its FIFOs with IIR bit 7 alone (A14). */
export const ns16550: Uart16550Options = Object.freeze({ ...pc16550d, iirFifoBits: 0x80 });

/** Texas Instruments' TL16C550C: a 16550 with automatic flow control. */
export const tl16c550c: Uart16550Options = Object.freeze({
  ...pc16550d,
  autoFlow: true,
  resetClearsScratch: false,
});

/** Texas Instruments' TL16C750: a TL16C550C with FIFOs of 64 characters. */
export const tl16c750: Uart16550Options = Object.freeze({ ...tl16c550c, fifoSize: 64, sleepModes: true });

/** QEMU 7.2's 16550A, as it was recorded. */
export const qemu: Uart16550Options = Object.freeze({
  ...pc16550d,
  clock: 1e9,
  characterTime: "qemu",
  transmitterIsTimed: false,
  threDelay: "none",
  zeroDivisor: "3500baud",
  oneAndAHalfStopBits: "never",
  resetClearsOUT2: false,
  resetClearsFcr: false,
  fcrNeedsEnable: false,
  transmitResetIsSilent: false,
  fifoChangeIsSilent: false,
  overflow: "dropOldest",
  wordLengthMasksCharacters: false,
  breakHidesOutput: false,
  emptyReadGives: "zero",
  receivedDataBeforeTimeout: false,
  breakClearsByLsrReadOnly: false,
  breakIsFramingError: false,
  breakWaitsInFifo: false,
  breakOverruns: false,
  breakLoadsRBR: true,
  breaksQueueWithoutFifo: true,
  breakRestartsTimeout: false,
  loopbackHasDeltas: false,
  loopbackChangeHasDeltas: false,
  loopbackDisconnectsSIN: false,
  modemInputsAreLive: false,
  msrReadInterrupts: true,
  teriStays: false,
});

/** The options of known parts, by name. Others are made from them: `{ ...UART16550_PRESETS.pc16550d, transmitterIsTimed: false }`. */
export const UART16550_PRESETS = Object.freeze({
  pc16550d,
  ins8250,
  ns16450,
  ns16550,
  tl16c550c,
  tl16c750,
  qemu,
});

/** The name of one of {@link UART16550_PRESETS}. */
export type Uart16550Preset = keyof typeof UART16550_PRESETS;
