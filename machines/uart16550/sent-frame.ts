import type { Uart16550Context } from "./context.js";
import { ticksUntilDue } from "./next-due.js";
import { bitTime, ticksBetween } from "./time.js";

/** The frame that is sent, and the time of its bits. */
type SentFrame = Pick<Uart16550Context, (typeof SENT_FRAME)[number]>;

/** The fields of a frame that is sent. */
export const SENT_FRAME = [
  "options",
  "transmitBit",
  "transmitDivisor",
  "transmitFrame",
  "transmitLength",
  "transmitTicks",
] as const;

/** Counts the bits of a frame that are not over. */
const bitsLeft = (transmitFrame: number): number => 32 - Math.clz32(transmitFrame);

/** Counts the ticks until so many bits of the frame are over: one, or more of a clock that ticks at least once a bit. */
function ticksUntilEnd(frame: SentFrame, bits: number): number {
  const { options, transmitBit, transmitDivisor, transmitFrame, transmitLength, transmitTicks } = frame;
  if (bits <= 1) return transmitTicks;
  const endBits = bits === bitsLeft(transmitFrame) ? transmitLength : transmitBit + bits;
  return transmitTicks + ticksBetween(options, transmitDivisor, transmitBit + 1, endBits);
}

/** True if each bit takes a tick or more, so that the ticks of several bits are the sum of theirs. */
function ticksEachBit({ options, transmitDivisor }: SentFrame): boolean {
  const { ticks, bits } = bitTime(options, transmitDivisor);
  return ticks >= bits;
}

/** Counts the bits that are over after so many ticks, of which the bit on the line is one: at least 1 (I20). */
export function bitsOver(frame: SentFrame, ticks: number): number {
  const { options, transmitDivisor, transmitFrame, transmitTicks } = frame;
  const last = bitsLeft(transmitFrame);
  if (ticks <= transmitTicks || last <= 1 || !ticksEachBit(frame)) return 1;
  const time = bitTime(options, transmitDivisor);
  let bits = Math.min(last, 1 + Math.round(((ticks - transmitTicks) * time.bits) / time.ticks));
  while (bits < last && ticksUntilEnd(frame, bits + 1) <= ticks) bits += 1;
  while (bits > 1 && ticksUntilEnd(frame, bits) > ticks) bits -= 1;
  return bits;
}

/** Returns the bits of the frame that are not over, as they are just before the last bit that is over after so many ticks. */
export const frameBeforeEnd = (frame: SentFrame, ticks: number): number =>
  frame.transmitFrame >> (bitsOver(frame, ticks) - 1);

/**
 * Returns the ticks until the bit that follows those that are over after so many ticks is over.
 *
 * @param endOf - returns where that bit ends, in bits from the frame's start, by where it begins.
 */
export function ticksOfNextBit(
  frame: SentFrame,
  ticks: number,
  endOf: (frame: SentFrame, nextBit: number) => number,
): number {
  const bits = bitsOver(frame, ticks);
  const nextBit = frame.transmitBit + bits;
  const length = ticksBetween(frame.options, frame.transmitDivisor, nextBit, endOf(frame, nextBit));
  return length - Math.max(0, ticks - ticksUntilEnd(frame, bits));
}

/**
 * Counts the bits that may pass at once: from a 0 up to the last change of the line in a frame, and from there to the frame's end. From a 1 that
 * a 0 follows it is one, so that the pin changes, and SOUT is entered, where the last change is.
 */
function bitsAtOnce(transmitFrame: number): number {
  const last = bitsLeft(transmitFrame);
  const spaces = ~transmitFrame & ((1 << last) - 1);
  if (spaces === 0) return last;
  return transmitFrame & 1 ? 1 : bitsLeft(spaces);
}

/**
 * Returns the ticks that one `advance` may pass where nobody observes SOUT: up to the last change of the line in a frame, and from there to
 * the frame's end, unless something else is due before; else those of {@link ticksUntilDue}. The state after them is the same as if each bit
 * had ended at its own tick. The last change stands at its own tick, so that the regions have been entered in the same order.
 *
 * @param ticks - the ticks that pass.
 */
export function ticksAtOnce(context: Uart16550Context, ticks: number): number | undefined {
  const due = ticksUntilDue(context);
  if (due === undefined || due >= ticks || due !== context.transmitTicks || !ticksEachBit(context))
    return due;
  const atOnce = ticksUntilEnd(context, bitsAtOnce(context.transmitFrame));
  if (atOnce > ticks) return due;
  const { receiveTicks, threDelayTicks, timeoutTicks, modemTicks } = context;
  const isNext =
    isLater(receiveTicks, atOnce) &&
    isLater(threDelayTicks, atOnce) &&
    isLater(timeoutTicks, atOnce) &&
    isLater(modemTicks, atOnce);
  return isNext ? atOnce : due;
}

/** True if a timer does not end before so many ticks. */
const isLater = (timer: number, ticks: number): boolean => timer <= 0 || timer >= ticks;
