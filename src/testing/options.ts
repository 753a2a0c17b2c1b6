import type { InterruptController, InterruptControllerMode, WindowOptions } from "../bus/index.js";
import { checkedWindow } from "../bus/internal.js";
import { formatValue } from "../journal/internal.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import type { SubjectOptions } from "./subject.js";

/** The device that a driver runs on, and the claims that it is held to. */
export interface PlayOptions extends SubjectOptions {
  /**
   * The interrupt controller: an 8259 by "edge" (the default) or by "level", a "plic", or a function that creates one. By edges `serial` pulses
   * its line, as vm-superio does; otherwise its `interruptLine` is used.
   */
  readonly pic?: InterruptControllerMode | (() => InterruptController);
  /** The addresses of the registers, as the driver sees them: by default 0 to 7, a byte each. */
  readonly window?: WindowOptions;
  /** The claims to check: all by default. */
  readonly claims?: readonly ClaimId[];
  /** The duration of an access in ticks, from 0. By default a microsecond and at least 1; on `serial`, which has no time, 0. */
  readonly accessTicks?: number;
  /** The number of accesses in a row, while no byte moves, after which a driver hangs if ten characters would have passed: 4096 by default. */
  readonly pollLimit?: number;
  /** True if the environment waits until `init` has returned: the default. */
  readonly quietInit?: boolean;
}

const MODES: readonly InterruptControllerMode[] = ["edge", "level", "plic"];

const checkWhole = (optionName: string, value: number | undefined, minimum: number): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= minimum)) return;
  throw new RangeError(`${optionName}: expected a whole number from ${minimum}, got ${value}`);
};

/** Checks options. @throws RangeError or TypeError that names an option with an invalid value. */
export function checkOptions(options: PlayOptions): void {
  const { pic, window, claims = [], accessTicks, pollLimit } = options;
  if (pic !== undefined && typeof pic !== "function" && !MODES.includes(pic))
    throw new RangeError(
      `pic: expected ${MODES.map(formatValue).join(", ")} or a function, got ${formatValue(pic)}`,
    );
  if (window !== undefined) checkedWindow(window);
  for (const claimId of claims)
    if (!Object.hasOwn(CLAIMS, claimId))
      throw new RangeError(
        `claims: expected ids among ${Object.keys(CLAIMS).join(", ")}, got ${JSON.stringify(claimId)}`,
      );
  checkWhole("accessTicks", accessTicks, 0);
  checkWhole("pollLimit", pollLimit, 1);
}

/** Describes the interrupt controller: "edge", "plic". */
export const picInWords = ({ pic = "edge" }: PlayOptions): string =>
  typeof pic === "string" ? pic : "custom";
