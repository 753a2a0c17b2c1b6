import { formatValue, withKnownNames } from "../../journal/internal.js";
import { checkLimit, type OutputLimit } from "./rate-limit.js";
import { hasPins, type Uart } from "./uart.js";

/** The policy for output that nobody has read when the buffer is full. */
export type OverflowPolicy = "hold" | "dropOldest" | "error";

/** Options of the host's end of a line. */
export interface HostOptions {
  /** The most bytes of output that wait for a slow reader, from 16 to 2^30: 65,536 by default. */
  readonly bufferSize?: number;
  /**
   * The effect of a full buffer. "hold": the transmitter waits, and the guest with it, as it sees THR stay full; the default of a
   * `Uart16550`. "dropOldest": the oldest bytes are lost, and counted; the default of a `Serial`, whose transmitter cannot wait.
   * "error": the reader gets an error, and the bytes that had waited are lost, and counted.
   */
  readonly overflow?: OverflowPolicy;
  /** "hardware": this port's input waits while the guest does not assert RTS; other ports' does not. "none" by default. */
  readonly flowControl?: "none" | "hardware";
  /** A limit for output: no limit by default. Bytes beyond it are dropped, and counted, whatever `overflow` is. */
  readonly limit?: OutputLimit;
}

/** The options with their defaults. */
export type ResolvedHostOptions = Required<Omit<HostOptions, "limit">> & {
  readonly limit: OutputLimit | undefined;
};

const NAMES: readonly (keyof HostOptions)[] = ["bufferSize", "overflow", "flowControl", "limit"];
const POLICIES: readonly string[] = ["hold", "dropOldest", "error"] satisfies readonly OverflowPolicy[];
const LEAST = 16;
const MOST = 2 ** 30;

/**
 * Returns the options with their defaults.
 *
 * @param moreNames - names of options that the caller checks.
 * @throws TypeError or RangeError that names the option and the values that it may have.
 */
export function resolveHostOptions(
  device: Uart,
  options: HostOptions = {},
  owner = "the host's end",
  moreNames: readonly string[] = [],
): ResolvedHostOptions {
  const {
    bufferSize = 65_536,
    flowControl = "none",
    limit,
    overflow = hasPins(device) ? "hold" : "dropOldest",
  } = withKnownNames(options, [...NAMES, ...moreNames], owner);
  if (!Number.isSafeInteger(bufferSize) || bufferSize < LEAST || bufferSize > MOST) {
    throw new RangeError(
      `bufferSize: expected a whole number from ${LEAST} to ${MOST}, got ${formatValue(bufferSize)}`,
    );
  }
  if (!POLICIES.includes(overflow)) {
    throw new RangeError(`overflow: expected one of ${POLICIES.join(", ")}, got ${formatValue(overflow)}`);
  }
  if (overflow === "hold" && !hasPins(device)) {
    throw new RangeError(
      'overflow: expected "dropOldest" or "error" for a Serial, whose transmitter cannot wait, got "hold"',
    );
  }
  if (flowControl !== "none" && flowControl !== "hardware") {
    throw new RangeError(`flowControl: expected "none" or "hardware", got ${formatValue(flowControl)}`);
  }
  return {
    bufferSize,
    overflow,
    flowControl,
    limit: limit === undefined ? limit : checkLimit(limit),
  };
}
