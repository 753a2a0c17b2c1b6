import type { Outcome } from "./play.js";
import { UsageError } from "./stop.js";

/** The cause of a driver that behaves differently in the same scenario, and what would be right. */
export const UNREPEATABLE =
  "driver: it behaved differently in the same scenario: it keeps state from one run to the next, or uses Math.random or the host's clock";

/** @throws TypeError if two runs of a scenario differ in the driver's accesses or in the claim that was broken. */
export function requireRepeatable(first: Outcome, second: Outcome): void {
  if (first.accessHash === second.accessHash && first.violation?.message === second.violation?.message)
    return;
  throw new UsageError(UNREPEATABLE);
}
