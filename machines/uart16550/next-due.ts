import type { Uart16550Context } from "./context.js";

/** The timers of `uart16550`. */
const timers = (context: Uart16550Context): readonly number[] => [
  context.transmitTicks,
  context.receiveTicks,
  context.threDelayTicks,
  context.timeoutTicks,
  context.modemTicks,
];

/**
 * In how many ticks the chart will next do something by itself; undefined if time alone changes nothing. An `advance` of the machine must
 * not pass it: send one up to it, and then the rest.
 */
export function ticksUntilDue(context: Uart16550Context): number | undefined {
  const least = Math.min(...timers(context).map((ticks) => (ticks > 0 ? ticks : Number.POSITIVE_INFINITY)));
  return Number.isFinite(least) ? least : undefined;
}
