import type { EntryPoint } from "./driver.js";

/** The entry points of a driver, with the number of parameters that each has as a function of a module. */
export const ENTRY_POINTS: Readonly<Record<EntryPoint, 0 | 1>> = {
  probe: 0,
  init: 0,
  interrupt: 0,
  send: 1,
  print: 1,
  timer: 0,
  receive: 0,
  suspend: 0,
  resume: 0,
};

/** The names of the entry points. */
export const ENTRY_POINT_NAMES = Object.keys(ENTRY_POINTS) as readonly EntryPoint[];

/** The name under which a module or a program says that it uses RTS and CTS. */
export const FLOW_CONTROL = "flow_control";

/**
 * Converts the number that a function of a module or of a program returned to the result of an entry point.
 *
 * @throws RangeError if `receive` returned more than a byte.
 */
export function entryPointResult(entryPoint: EntryPoint, value: number | undefined): unknown {
  if (entryPoint === "send" || entryPoint === "print") return value !== 0;
  if (entryPoint !== "receive" || value === undefined || value < 0) return undefined;
  if (value <= 0xff) return value;
  throw new RangeError(`receive: expected a byte from 0 to 255, or -1 for none, got ${value}`);
}
