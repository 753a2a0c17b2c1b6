import type { Device, Emission } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { RecordingError } from "./step.js";

/**
 * Applies what a line of a recording holds, or a step in it.
 *
 * @throws RecordingError for an input that the device does not take, and what the device's surroundings throw.
 */
export function applyRecorded(
  uartDevice: Device,
  input: Input,
  { line, index }: { readonly line: number; readonly index?: number | undefined },
): readonly Emission[] {
  const { next } = uartDevice.journal;
  try {
    return uartDevice.apply(input);
  } catch (error) {
    // An input that was taken is not to blame for what then failed around the device: its sink, its trigger.
    const refused = uartDevice.journal.next === next && isRefusal(error, input);
    const location = index === undefined ? "" : `steps[${index}]: `;
    throw refused ? new RecordingError(`${location}${error.message}`, line, { cause: error }) : error;
  }
}

/** True if a device refuses an input with such an error; for a state that cannot be restored it has errors of its own. */
const isRefusal = (error: unknown, { type }: Input): error is Error =>
  error instanceof TypeError || error instanceof RangeError || (error instanceof Error && type === "restore");
