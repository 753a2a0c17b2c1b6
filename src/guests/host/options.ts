import { shown } from "../../journal/index.js";
import { hasPins, type Uart } from "./uart.js";

/** What to do with output that nobody has taken when the buffer is full. */
export type OverflowPolicy = "hold" | "dropOldest" | "error";

/** How the host's end of a line is opened. */
export interface HostOptions {
  /** How many bytes of output wait for a slow reader at most, from 16 to 2^30: 65,536 unless given. */
  readonly bufferSize?: number;
  /**
   * What happens when they are full. "hold": the transmitter waits, and the guest with it, as it sees THR stay full; the default of a
   * `Uart16550`. "dropOldest": the oldest bytes are lost, and counted; the default of a `Serial`, whose transmitter cannot wait.
   * "error": the reader gets an error, and what had waited is lost, and counted.
   */
  readonly overflow?: OverflowPolicy;
  /** "hardware": the guest's RTS says when input may be sent; it waits meanwhile. Default "none". */
  readonly flowControl?: "none" | "hardware";
}

/** The options with their defaults. */
export type ResolvedHostOptions = Required<HostOptions>;

const POLICIES: readonly string[] = ["hold", "dropOldest", "error"] satisfies readonly OverflowPolicy[];
const LEAST = 16;
const MOST = 2 ** 30;

/** @throws RangeError that names the option and what it may be. */
export function resolveHostOptions(device: Uart, options: HostOptions = {}): ResolvedHostOptions {
  const { bufferSize = 65_536, flowControl = "none" } = options;
  const overflow = options.overflow ?? (hasPins(device) ? "hold" : "dropOldest");
  if (!Number.isSafeInteger(bufferSize) || bufferSize < LEAST || bufferSize > MOST) {
    throw new RangeError(
      `bufferSize: expected a whole number from ${LEAST} to ${MOST}, got ${shown(bufferSize)}`,
    );
  }
  if (!POLICIES.includes(overflow)) {
    throw new RangeError(`overflow: expected one of ${POLICIES.join(", ")}, got ${shown(overflow)}`);
  }
  if (overflow === "hold" && !hasPins(device)) {
    throw new RangeError(
      'overflow: expected "dropOldest" or "error" for a Serial, whose transmitter cannot wait, got "hold"',
    );
  }
  if (flowControl !== "none" && flowControl !== "hardware") {
    throw new RangeError(`flowControl: expected "none" or "hardware", got ${shown(flowControl)}`);
  }
  return { bufferSize, overflow, flowControl };
}
