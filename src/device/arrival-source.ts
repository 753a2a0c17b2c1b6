/**
 * Characters that wait to arrive on the line of a device, each at its tick.
 *
 * @internal
 */
export interface ArrivalSource {
  /** The tick at which the next one arrives; undefined if none can. */
  readonly nextDue: number | undefined;
  /** Called at that tick: afterwards {@link nextDue} is later, or undefined. */
  deliver(): void;
}

/** A device on whose line characters arrive. */
interface LineEnd {
  readonly now: number;
  readonly arrivalSource: ArrivalSource | undefined;
}

/**
 * Lets time pass up to a tick, and characters arrive at theirs. All of it passes, whatever callbacks throw.
 *
 * @param advance - lets ticks pass on the device.
 * @throws the first error that a callback has thrown.
 */
export function advanceWithLine(device: LineEnd, end: number, advance: (ticks: number) => void): void {
  const failures: unknown[] = [];
  const advanceTo = (tick: number) => {
    try {
      if (tick >= device.now) advance(tick - device.now);
    } catch (error) {
      failures.push(error);
    }
  };
  for (;;) {
    const due = device.arrivalSource?.nextDue;
    if (due === undefined || due > end) break;
    if (due > device.now) advanceTo(due);
    device.arrivalSource?.deliver();
  }
  if (device.now < end || failures.length === 0) advanceTo(end);
  if (failures.length > 0) throw failures[0];
}
