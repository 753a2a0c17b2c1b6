import type { InterruptController, InterruptControllerMode, WindowOptions } from "../bus/index.js";
import { checkedWindow } from "../bus/internal.js";
import { serialChart, uart16550Options } from "../device/index.js";
import { checkCallback, checkReadable, formatValue, nearest, withKnownNames } from "../journal/internal.js";
import { checkDeeds, checkDraw, checkScenarios } from "./check-actions.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import { type LineOptions, settingOf } from "./far-end.js";
import { decodePath } from "./scenario-path.js";
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

/** The options of all functions of this folder: those of one may be passed to another. */
const OPTION_NAMES = [
  ...[
    "device",
    "revision",
    "preset",
    "machine",
    "pic",
    "window",
    "claims",
    "accessTicks",
    "pollLimit",
    "quietInit",
  ],
  ...[
    "maxActions",
    "draw",
    "line",
    "absentReads",
    "shrinkSeconds",
    "storyFile",
    "numRuns",
    "runSeconds",
    "seed",
    "path",
    "examples",
    "coverageRuns",
    "journalFile",
  ],
  ...["depth", "positions", "deeds", "maxRuns", "progress", "mergeStates", "preemptions", "outstanding"],
] as const;

/** The least value of each option that is a whole number. */
const LEAST_VALUES = {
  accessTicks: 0,
  pollLimit: 1,
  maxActions: 1,
  numRuns: 1,
  seed: Number.MIN_SAFE_INTEGER,
  coverageRuns: 0,
  shrinkSeconds: 0,
  runSeconds: 0,
  depth: 1,
  positions: 1,
  maxRuns: 1,
  preemptions: 0,
  outstanding: 1,
} as const;

/** Checks the names of options, and those values that are numbers. @throws RangeError or TypeError that names the option. */
export function checkOptionNames(options: object): void {
  const values = withKnownNames(options, OPTION_NAMES, "the check") as Readonly<Record<string, unknown>>;
  for (const [name, least] of Object.entries(LEAST_VALUES)) {
    const value = values[name];
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) continue;
    const range = least === Number.MIN_SAFE_INTEGER ? "" : ` from ${least}`;
    throw new RangeError(`${name}: expected a whole number${range}, got ${formatValue(value)}`);
  }
  const { quietInit, path, examples, deeds, progress, draw, line, absentReads } = values;
  if (quietInit !== undefined && typeof quietInit !== "boolean")
    throw new TypeError(`quietInit: expected true or false, got ${formatValue(quietInit)}`);
  for (const name of ["journalFile", "storyFile"])
    if (values[name] !== undefined && typeof values[name] !== "string")
      throw new TypeError(`${name}: expected the name of a file, got ${formatValue(values[name])}`);
  if (path !== undefined) decodePath(path as string);
  if (examples !== undefined) checkScenarios("examples", examples);
  if (deeds !== undefined) checkDeeds("deeds", deeds);
  checkCallback(progress, "progress");
  if (draw !== undefined) checkDraw("draw", draw);
  if (line !== undefined) settingOf(line as LineOptions);
  if (absentReads !== undefined && absentReads !== 0x00 && absentReads !== 0xff)
    throw new RangeError(`absentReads: expected 0x00 or 0xFF, got ${formatValue(absentReads)}`);
}

/** Returns the claim that was meant, as the end of a sentence. */
function meantInWords(claimId: unknown): string {
  const meant = nearest(String(claimId), Object.keys(CLAIMS));
  return meant === undefined ? "" : `: did you mean ${meant}?`;
}

function checkClaims(claims: unknown): void {
  checkReadable(claims, "claims", "a list of ids", () => checkClaimIds(claims));
}

function checkClaimIds(claims: unknown): void {
  if (!Array.isArray(claims))
    throw new TypeError(`claims: expected a list of ids, such as ["no-hang"], got ${formatValue(claims)}`);
  for (const claimId of claims)
    if (typeof claimId !== "string" || !Object.hasOwn(CLAIMS, claimId))
      throw new RangeError(
        `claims: expected ids among ${Object.keys(CLAIMS).join(", ")}, got ${formatValue(claimId)}${meantInWords(claimId)}`,
      );
}

/** Checks options. @throws RangeError or TypeError that names an option with an invalid value. */
export function checkOptions(options: PlayOptions): void {
  checkOptionNames(options);
  const { device, revision, preset, pic, window, claims = [] } = options;
  if (device !== "serial" && device !== "uart16550" && device !== "absent")
    throw new RangeError(
      `device: expected "serial" or "uart16550", got ${formatValue(device)}; "absent" is a port without either`,
    );
  if (revision !== undefined) serialChart(revision);
  if (preset !== undefined) uart16550Options(preset);
  if (pic !== undefined && typeof pic !== "function" && !MODES.includes(pic))
    throw new RangeError(
      `pic: expected ${MODES.map(formatValue).join(", ")} or a function, got ${formatValue(pic)}`,
    );
  if (window !== undefined) checkedWindow(window);
  checkClaims(claims);
}

/** Describes the interrupt controller: "edge", "plic". */
export const picInWords = ({ pic = "edge" }: PlayOptions): string =>
  typeof pic === "string" ? pic : "custom";
