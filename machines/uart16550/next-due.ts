import type { Uart16550Context } from "./context.js";

/** Returns the sooner of two timers; one at 0 is stopped. */
const sooner = (a: number, b: number): number => (a > 0 && (b <= 0 || a < b) ? a : b);

/**
 * Returns the ticks until the chart next does something by itself; undefined if time alone changes nothing. An `advance` of the machine must
 * not pass it: send one up to it, and then the rest.
 */
export function ticksUntilDue(context: Uart16550Context): number | undefined {
  let least = sooner(context.transmitTicks, context.receiveTicks);
  least = sooner(least, context.threDelayTicks);
  least = sooner(least, context.timeoutTicks);
  least = sooner(least, context.modemTicks);
  return least > 0 ? least : undefined;
}
