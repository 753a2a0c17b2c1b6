import { READ_NAMES } from "../../machines/index.js";
import type { JournalOption } from "../journal/index.js";
import { formatValue } from "../journal/internal.js";
import type { EngineOption } from "./engines.js";

/** Options of every device. */
export interface DeviceOptions {
  /** The entries that the journal keeps: by default the last million, in some 16 MB at most. */
  readonly journal?: JournalOption;
  /** The engine that runs the chart: "compiled" by default; "xstate" is XState's interpreter, which does the same, slowly. */
  readonly engine?: EngineOption;
  /**
   * Called with the device's capacity each time that has grown: there is room for more bytes from outside. See `Device.room$`. An error that it
   * throws fails no access: as those of all observers it is thrown by a timer, and the host's handler of uncaught errors receives it.
   */
  readonly room?: (capacity: number) => unknown;
  /**
   * An access at an offset of 8 and above, where there is no register: "zero" reads 0 and ignores writes, "error" throws a RangeError that
   * names the offset. A recorded or restored journal may hold such accesses in any case.
   */
  readonly unmapped?: "zero" | "error";
}

/** Returns the number of offsets that may be accessed. @throws RangeError if the option has a wrong value. */
export function mappedOffsetsOf(unmapped: DeviceOptions["unmapped"]): number {
  if (unmapped === "error") return READ_NAMES.length;
  if (unmapped === "zero") return 256;
  throw new RangeError(`unmapped: expected one of "zero", "error", got ${formatValue(unmapped)}`);
}

/** The state, index and tick from which a device starts. */
export interface DeviceOrigin {
  readonly state?: unknown;
  readonly first?: number;
  readonly tick?: number;
}
