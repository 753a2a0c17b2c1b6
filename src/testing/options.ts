import type { PicMode } from "../../machines/index.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import type { SubjectOptions } from "./subject.js";

/** On what a driver runs, and what it is held to. */
export interface PlayOptions extends SubjectOptions {
  /** How the interrupt controller takes the line: "edge" by default. `serial` pulses, so it has no other. */
  readonly pic?: PicMode;
  /** The claims that it is held to: all by default. */
  readonly claims?: readonly ClaimId[];
  /** Ticks that each access takes, from 0: a microsecond by default, and at least 1; on `serial`, which has no time, 0. */
  readonly accessTicks?: number;
  /** How many accesses one call may make while no byte moves and the environment does nothing, from 1: 4096 by default. */
  readonly pollLimit?: number;
  /** Whether the environment waits until `init` has returned: true by default. */
  readonly quietInit?: boolean;
}

const whole = (name: string, value: number | undefined, least: number): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new RangeError(`${name}: expected a whole number from ${least}, got ${value}`);
};

/** @throws RangeError if an option has a value that it cannot have; it names the option. */
export function checkOptions(options: PlayOptions): void {
  const { pic, device, claims = [], accessTicks, pollLimit } = options;
  if (pic !== undefined && pic !== "edge" && pic !== "level")
    throw new RangeError(`pic: expected "edge" or "level", got ${JSON.stringify(pic)}`);
  if (pic === "level" && device === "serial")
    throw new RangeError('pic: expected "edge", as serial pulses its interrupt line, got "level"');
  for (const claim of claims)
    if (!Object.hasOwn(CLAIMS, claim))
      throw new RangeError(
        `claims: expected ids among ${Object.keys(CLAIMS).join(", ")}, got ${JSON.stringify(claim)}`,
      );
  whole("accessTicks", accessTicks, 0);
  whole("pollLimit", pollLimit, 1);
}
