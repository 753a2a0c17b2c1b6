import { frameBits } from "./format.js";
import type { Uart16550Options } from "./options.js";

/** QEMU's baud rate when the divisor is 0. */
const QEMU_BAUD = 3500;

/** Periods of the input clock a bit that a divisor of 0 counts as; 0 is a baud clock that has stopped (A9). */
const zeroDivisor = ({ divisor0, inputClock }: Uart16550Options): number =>
  ({ stopped: 0, "65536": 16 * 65_536, "3500baud": inputClock / QEMU_BAUD })[divisor0];

/** Ticks a bit, which need not be a whole number; 0 without a baud clock (I20). */
export function bitTicks(options: Uart16550Options, divisor: number): number {
  const periods = divisor === 0 ? zeroDivisor(options) : 16 * divisor;
  return (periods * options.clock) / options.inputClock;
}

/** What QEMU says a character takes, in ns: its arithmetic in 32-bit floats. */
function qemuCharacterTicks(options: Uart16550Options, lcr: number, divisor: number): number {
  const baud = divisor === 0 ? QEMU_BAUD : Math.fround(115_200 / divisor);
  return Math.trunc(Math.fround(Math.fround(1e9 / baud) * frameBits(options, lcr)));
}

/** Ticks that a character takes, rounded down; 0 without a baud clock (I20). */
export const characterTicks = (options: Uart16550Options, lcr: number, divisor: number): number =>
  options.characterTime === "qemu"
    ? qemuCharacterTicks(options, lcr, divisor)
    : Math.floor(frameBits(options, lcr) * bitTicks(options, divisor));

/** What QEMU says a character takes after a reset, in ns: ten bits of 104,166 ns, whatever LCR and the divisor say. */
const QEMU_RESET_CHARACTER = 1_041_660;

/** Ticks that a character takes after a reset, when LCR is 0x00. */
export const characterTicksAtReset = (options: Uart16550Options, divisor: number): number =>
  options.characterTime === "qemu" ? QEMU_RESET_CHARACTER : characterTicks(options, 0x00, divisor);

/**
 * Ticks from one edge of a frame to another, each so many bits after its start and rounded down; at least 1, as 0 is a timer that
 * has stopped.
 */
export const ticksBetween = (ticksABit: number, from: number, to: number): number =>
  Math.max(1, Math.floor(to * ticksABit) - Math.floor(from * ticksABit));
