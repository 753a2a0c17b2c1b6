import type { PicMode } from "../../machines/index.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import type { SubjectOptions } from "./subject.js";

/** The device that a driver runs on, and the claims that it is held to. */
export interface PlayOptions extends SubjectOptions {
  /** The interrupt controller's trigger mode: "edge" by default, and the only one for `serial`, which pulses its line. */
  readonly pic?: PicMode;
  /** The claims to check: all by default. */
  readonly claims?: readonly ClaimId[];
  /** The duration of an access in ticks, from 0. By default a microsecond and at least 1; on `serial`, which has no time, 0. */
  readonly accessTicks?: number;
  /** The greatest number of accesses in a call while no byte moves and the environment does nothing, from 1: 4096 by default. */
  readonly pollLimit?: number;
  /** True if the environment waits until `init` has returned: the default. */
  readonly quietInit?: boolean;
}

const checkWhole = (optionName: string, value: number | undefined, minimum: number): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= minimum)) return;
  throw new RangeError(`${optionName}: expected a whole number from ${minimum}, got ${value}`);
};

/** Checks options. @throws RangeError that names an option with an invalid value. */
export function checkOptions(options: PlayOptions): void {
  const { pic, device, claims = [], accessTicks, pollLimit } = options;
  if (pic !== undefined && pic !== "edge" && pic !== "level")
    throw new RangeError(`pic: expected "edge" or "level", got ${JSON.stringify(pic)}`);
  if (pic === "level" && device === "serial")
    throw new RangeError('pic: expected "edge", as serial pulses its interrupt line, got "level"');
  for (const claimId of claims)
    if (!Object.hasOwn(CLAIMS, claimId))
      throw new RangeError(
        `claims: expected ids among ${Object.keys(CLAIMS).join(", ")}, got ${JSON.stringify(claimId)}`,
      );
  checkWhole("accessTicks", accessTicks, 0);
  checkWhole("pollLimit", pollLimit, 1);
}
