import type { CheckOptions, ClaimId } from "../../../src/testing/index.js";
import type { Plain } from "./plain.js";

/** A broken driver. */
export interface Exhibit {
  /** The mistake, in a few words. */
  readonly name: string;
  /** Who reported it, or another like it; nothing for a classic mistake. */
  readonly report?: string;
  readonly driver: new (...args: ConstructorParameters<typeof Plain>) => Plain;
  /** Where it shows. */
  readonly on: Pick<CheckOptions, "device" | "preset" | "revision" | "pic">;
  /** The claim that finds it. */
  readonly claim: ClaimId;
}
