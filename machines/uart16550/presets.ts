import type { Uart16550Options } from "./options.js";

/** National Semiconductor's PC16550D as its datasheet has it; where that is silent, the choice is each option's. */
export const pc16550d: Uart16550Options = Object.freeze({
  fifoSize: 16,
  iirFifoBits: 0xc0,
  scratchRegister: true,
  intrPulses: false,
  autoFlow: false,
  sleepModes: false,
  autoRtsWithoutFifo: false,
  autoRts64: "whenEmpty",

  clock: 1_843_200,
  inputClock: 1_843_200,
  characterTime: "exact",
  txTimed: true,
  threDelay: "both",
  divisor0: "stopped",
  stop15: "stb",
  formatChange: "nothing",

  mcrReset0: true,
  msrDeltasAtReset: 0x00,
  resetClearsScr: true,
  warmReset: true,
  factoryTest: false,

  fcrNeedsFe: true,
  fcrXfrNoThri: true,
  fcrFeNoThri: true,
  etbeiRearms: "rising",
  ovrStall: "dropNewest",
  wordMask: true,
  lcrBreakTx: true,

  rbrEmptyStale: "last",
  rdaOverCti: true,
  lsr7Clears: "lsrRead",
  overrunSetsLsr7: false,
  biByLsrOnly: true,
  rbrReadClearsErrors: false,
  breakErrors: true,
  breakInFifo: true,
  breakOverrun: true,
  breakArmsCti: true,

  loopDeltas: true,
  loopChangeDeltas: true,
  loopNoExtRx: true,
  msrLive: true,
  teriSticky: true,

  board: "chip",
});

/** The 16450: a 16550 without FIFOs. */
export const ns16450: Uart16550Options = Object.freeze({ ...pc16550d, fifoSize: 1, threDelay: "none" });

/** The 8250: a 16450 without a scratch register, whose interrupt line pulses (A13). */
export const ins8250: Uart16550Options = Object.freeze({
  ...ns16450,
  scratchRegister: false,
  intrPulses: true,
});

/** The first 16550, which shows its FIFOs with IIR bit 7 alone (A14). */
export const ns16550: Uart16550Options = Object.freeze({ ...pc16550d, iirFifoBits: 0x80 });

/** Texas Instruments' TL16C550C: a 16550 with automatic flow control. */
export const tl16c550c: Uart16550Options = Object.freeze({
  ...pc16550d,
  autoFlow: true,
  resetClearsScr: false,
});

/** Texas Instruments' TL16C750: a TL16C550C with FIFOs of 64 characters. */
export const tl16c750: Uart16550Options = Object.freeze({ ...tl16c550c, fifoSize: 64, sleepModes: true });

/** QEMU 7.2's 16550A, as it was recorded. */
export const qemu: Uart16550Options = Object.freeze({
  ...pc16550d,
  clock: 1e9,
  characterTime: "qemu",
  txTimed: false,
  threDelay: "none",
  divisor0: "3500baud",
  stop15: "never",
  mcrReset0: false,
  warmReset: false,
  fcrNeedsFe: false,
  fcrXfrNoThri: false,
  fcrFeNoThri: false,
  ovrStall: "dropOldest",
  wordMask: false,
  lcrBreakTx: false,
  rbrEmptyStale: "zero",
  rdaOverCti: false,
  biByLsrOnly: false,
  breakErrors: false,
  breakInFifo: false,
  breakOverrun: false,
  breakArmsCti: false,
  loopDeltas: false,
  loopChangeDeltas: false,
  loopNoExtRx: false,
  msrLive: false,
  teriSticky: false,
});

/** The options of the parts that there are, by name. Others are made from them: `{ ...UART16550_PRESETS.pc16550d, txTimed: false }`. */
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
