import { frameBits } from "./format.js";
import type { Uart16550Options } from "./options.js";

/** QEMU's baud rate when the divisor is 0. */
const QEMU_BAUD = 3500;

/** The length of a bit: so many ticks for so many bits, both whole numbers, so that nothing is rounded on the way. */
interface BitTime {
  readonly ticks: number;
  readonly bits: number;
}

const bitTimeOf = (divisor: number, { clock, inputClock }: Uart16550Options): BitTime => ({
  ticks: 16 * divisor * clock,
  bits: inputClock,
});

/** The length of a bit with a divisor of 0 (A9). */
const ZERO_DIVISOR: Readonly<
  Record<Uart16550Options["zeroDivisor"], (options: Uart16550Options) => BitTime>
> = {
  stopped: () => ({ ticks: 0, bits: 1 }),
  "65536": (options) => bitTimeOf(65_536, options),
  "3500baud": ({ clock }) => ({ ticks: clock, bits: QEMU_BAUD }),
};

/** Returns the length of a bit with a divisor; `ticks` is 0 where it stops the baud clock (A9). */
export const bitTime = (options: Uart16550Options, divisor: number): BitTime =>
  divisor === 0 ? ZERO_DIVISOR[options.zeroDivisor](options) : bitTimeOf(divisor, options);

/** Divides whole numbers and rounds down: exactly, as far as numbers are. */
function floored(dividend: number, divisor: number): number {
  const quotient = Math.floor(dividend / divisor);
  return quotient * divisor > dividend ? quotient - 1 : quotient;
}

/** Returns the tick of a frame's edge that is so many bits, or halves of one, after its start; rounded down (I20). */
function edgeTick(options: Uart16550Options, divisor: number, bits: number): number {
  const time = bitTime(options, divisor);
  return floored(2 * bits * time.ticks, 2 * time.bits);
}

/** Counts the ticks from one edge of a frame to another; at least 1, as 0 is a timer that has stopped. */
export const ticksBetween = (
  options: Uart16550Options,
  divisor: number,
  startBits: number,
  endBits: number,
): number => Math.max(1, edgeTick(options, divisor, endBits) - edgeTick(options, divisor, startBits));

/** True if there is a baud clock: a divisor of 0 may have stopped it. */
const baudClockRuns = (options: Uart16550Options, divisor: number): boolean =>
  bitTime(options, divisor).ticks > 0;

/** Counts the ticks of a character as QEMU does, in 32-bit floats; at least 1, as 0 is no baud clock. */
function qemuCharacterTicks(options: Uart16550Options, lcr: number, divisor: number): number {
  const { ticks, bits } = bitTime(options, divisor);
  const baud = Math.fround((bits / ticks) * options.clock);
  return Math.max(1, Math.trunc(Math.fround(Math.fround(options.clock / baud) * frameBits(options, lcr))));
}

/** Counts the ticks that so many characters take, rounded down; at least 1, but 0 without a baud clock (I20). */
function ticksOfCharacters(options: Uart16550Options, lcr: number, divisor: number, count: number): number {
  if (!baudClockRuns(options, divisor)) return 0;
  return options.characterTime === "qemu"
    ? count * qemuCharacterTicks(options, lcr, divisor)
    : ticksBetween(options, divisor, 0, count * frameBits(options, lcr));
}

/** Returns the character time, and the timeout of 4 characters (D6). */
export const timesOf = (options: Uart16550Options, lcr: number, divisor: number) => ({
  characterTicks: ticksOfCharacters(options, lcr, divisor, 1),
  timeoutLength: ticksOfCharacters(options, lcr, divisor, 4),
});

/**
 * Returns the {@link timesOf} after a reset, when LCR is 0x00; in QEMU a character is ten bits at 9600 baud then, whatever the divisor says, unless it
 * has stopped the baud clock.
 */
export function timesAtReset(options: Uart16550Options, divisor: number) {
  const characterTicks = Math.max(1, 10 * Math.floor(options.clock / 9600));
  return options.characterTime === "qemu" && baudClockRuns(options, divisor)
    ? { characterTicks, timeoutLength: 4 * characterTicks }
    : timesOf(options, 0x00, divisor);
}
