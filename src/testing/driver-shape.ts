import { formatValue, nearest } from "../journal/internal.js";
import { ENTRY_POINT_NAMES } from "./entry-points.js";
import { UsageError } from "./stop.js";

const MAKER_IN_WORDS = "a function that creates a driver on a bus, such as (bus) => ({ init() {} })";

const isClass = (value: object): boolean =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

/** Returns the names of an object's properties, those of its class included. */
function propertyNames(value: object): string[] {
  const names = new Set<string>();
  for (
    let owner: object | null = value;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  )
    for (const name of Object.getOwnPropertyNames(owner)) if (name !== "constructor") names.add(name);
  return [...names];
}

/** True if a name is an entry point's with letters more or fewer at an end: a word of its own, such as `end`, `time` or `received`. */
const isOtherWord = (name: string, entryPoint: string): boolean =>
  name.startsWith(entryPoint) || entryPoint.startsWith(name) || entryPoint.endsWith(name);

/** Returns the misspelt entry point of a driver and the one that was meant, if there is one. */
function findMisspelt(functionNames: readonly string[]): { name: string; meant: string } | undefined {
  const missing = ENTRY_POINT_NAMES.filter((name) => !functionNames.includes(name));
  for (const name of functionNames) {
    if ((ENTRY_POINT_NAMES as readonly string[]).includes(name)) continue;
    const meant = nearest(name, missing);
    if (meant !== undefined && !isOtherWord(name, meant)) return { name, meant };
  }
  return undefined;
}

/** @throws TypeError unless it is an object with one or more entry points, all of them functions and none misspelt. */
function checkDriverShape(driver: unknown): asserts driver is object {
  if (typeof driver !== "object" || driver === null || Array.isArray(driver))
    throw new UsageError(
      `driver: expected an object with entry points from the function that creates it, got ${formatValue(driver)}`,
    );
  if (typeof (driver as { then?: unknown }).then === "function")
    throw new UsageError(
      "driver: expected an object with entry points, got a promise of one; await what it needs before the check",
    );
  const properties = driver as Record<string, unknown>;
  for (const name of ENTRY_POINT_NAMES)
    if (properties[name] !== undefined && typeof properties[name] !== "function")
      throw new UsageError(`driver.${name}: expected a function, got ${formatValue(properties[name])}`);
  const functionNames = propertyNames(driver).filter((name) => typeof properties[name] === "function");
  const misspelt = findMisspelt(functionNames);
  if (misspelt)
    throw new UsageError(`driver: no entry point ${misspelt.name}: did you mean ${misspelt.meant}?`);
  if (!ENTRY_POINT_NAMES.some((name) => functionNames.includes(name)))
    throw new UsageError(
      `driver: expected one or more of the entry points ${ENTRY_POINT_NAMES.join(", ")}, got ${functionNames.join(", ") || "none"}`,
    );
}

/**
 * Creates a driver on a bus.
 *
 * @throws TypeError if the maker is no function or a class, or what it returns has no entry points, or a misspelt one.
 */
export function createDriver<B, D extends object>(makeDriver: (bus: B) => D, bus: B): D {
  if (typeof makeDriver !== "function")
    throw new UsageError(`driver: expected ${MAKER_IN_WORDS}, got ${formatValue(makeDriver)}`);
  if (isClass(makeDriver)) {
    const name = makeDriver.name || "Driver";
    throw new UsageError(`driver: expected ${MAKER_IN_WORDS}, got a class; write (bus) => new ${name}(bus)`);
  }
  const driver = makeDriver(bus);
  checkDriverShape(driver);
  return driver;
}

/** @throws TypeError unless it is what `receive` may return: a byte, or undefined or null for none. */
export function checkReceived(value: unknown): asserts value is number | undefined | null {
  if (value === undefined || value === null) return;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xff) return;
  throw new UsageError(
    `receive: expected a byte from 0 to 255, or undefined for none, got ${formatValue(value)}`,
  );
}
