import { formatValue } from "../../journal/internal.js";
import { hasPins, type Uart } from "./uart.js";

/** The policy for output that nobody has read when the buffer is full. */
export type OverflowPolicy = "hold" | "dropOldest" | "error";

/** The options of the host's end of a line. */
export interface HostOptions {
  /** The most bytes of output that wait for a slow reader, from 16 to 2^30: 65,536 unless given. */
  readonly bufferSize?: number;
  /**
   * The policy when they are full. "hold": the transmitter waits, and the guest with it, as it sees THR stay full; the default of a
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
export function resolveHostOptions(uartDevice: Uart, options: HostOptions = {}): ResolvedHostOptions {
  const { bufferSize = 65_536, flowControl = "none" } = options;
  const overflow = options.overflow ?? (hasPins(uartDevice) ? "hold" : "dropOldest");
  if (!Number.isSafeInteger(bufferSize) || bufferSize < LEAST || bufferSize > MOST) {
    throw new RangeError(
      `bufferSize: expected a whole number from ${LEAST} to ${MOST}, got ${formatValue(bufferSize)}`,
    );
  }
  if (!POLICIES.includes(overflow)) {
    throw new RangeError(`overflow: expected one of ${POLICIES.join(", ")}, got ${formatValue(overflow)}`);
  }
  if (overflow === "hold" && !hasPins(uartDevice)) {
    throw new RangeError(
      'overflow: expected "dropOldest" or "error" for a Serial, whose transmitter cannot wait, got "hold"',
    );
  }
  if (flowControl !== "none" && flowControl !== "hardware") {
    throw new RangeError(`flowControl: expected "none" or "hardware", got ${formatValue(flowControl)}`);
  }
  return { bufferSize, overflow, flowControl };
}
