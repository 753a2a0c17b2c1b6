import type { CheckOptions, ClaimId } from "../../../src/testing/index.js";
import type { FaultlessDriver } from "./plain.js";

/** A broken driver. */
export interface Exhibit {
  /** The mistake, in a few words. */
  readonly name: string;
  /** A report of this mistake or a similar one; none for a classic mistake. */
  readonly report?: string;
  readonly driver: new (...args: ConstructorParameters<typeof FaultlessDriver>) => FaultlessDriver;
  /** The device on which it shows. */
  readonly on: Pick<CheckOptions, "device" | "preset" | "revision" | "pic">;
  /** The claim that finds it. */
  readonly claim: ClaimId;
}
