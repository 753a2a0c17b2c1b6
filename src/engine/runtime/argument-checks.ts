import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { GeneratedSource } from "./executable.js";

/** Returns the result of a look at a value; undefined if the value cannot be read, as a proxy may throw. */
const lookAt = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

/** Describes a value in a few words on one line. */
export const describeValue = (value: unknown): string =>
  lookAt(() => describeReadable(value)) ?? "an unreadable object";

const describeReadable = (value: unknown): string => {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? "a string" : String(value);
  if (Array.isArray(value)) return "an array";
  const propertyNames = Object.keys(value);
  if (propertyNames.length === 0) return "an object without properties";
  return `an object with ${propertyNames.slice(0, 5).join(", ")}${propertyNames.length > 5 ? ", ..." : ""}`;
};

/** The properties that the checks read, all optional. */
interface ExpectedParts {
  readonly root?: unknown;
  readonly implementations?: unknown;
  readonly hash?: unknown;
  readonly default?: unknown;
  readonly status?: unknown;
  readonly value?: unknown;
}

const isObject = (value: unknown): value is ExpectedParts => typeof value === "object" && value !== null;

/** Returns true if a value is shaped like a machine: the caller may have an XState of its own. */
const isMachine = (value: unknown): boolean =>
  isObject(value) && isObject(value.root) && isObject(value.implementations);

const STATUSES: readonly unknown[] = ["active", "done", "error", "stopped"];

/** Throws a TypeError unless `machine` is an XState machine. */
export const expectMachine = (machine: AnyStateMachine): void => {
  if (!lookAt(() => isMachine(machine)))
    throw new TypeError(`machine: expected an XState machine, got ${describeValue(machine)}`);
};

/** Throws a TypeError unless `options` is an object that has none but these options. */
export const expectOptions = (options: object, names: readonly string[]): void => {
  const keys = lookAt(() =>
    Object.prototype.toString.call(options) === "[object Object]" ? Reflect.ownKeys(options) : undefined,
  );
  if (keys === undefined) throw new TypeError(`options: expected an object, got ${describeValue(options)}`);
  const unknown = keys.find((key) => typeof key === "symbol" || !names.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`no option ${String(unknown).slice(0, 60)}: there are ${names.join(", ")}`);
};

/** Throws a TypeError unless `source` is a module that `generate` wrote. */
export const expectSource = (source: GeneratedSource): void => {
  const isSource = lookAt(
    () => isObject(source) && typeof source.hash === "string" && typeof source.default === "function",
  );
  if (!isSource)
    throw new TypeError(`source: expected a module that generate() wrote, got ${describeValue(source)}`);
};

/** Throws a TypeError unless `snapshot` is a snapshot or the JSON of one. */
export const expectSnapshot = (snapshot: AnyMachineSnapshot): void => {
  const candidate: unknown = snapshot;
  if (isObject(candidate) && STATUSES.includes(candidate.status)) {
    if (typeof candidate.value === "string" || isObject(candidate.value)) return;
  }
  throw new TypeError(
    `snapshot: expected a snapshot of the machine or the JSON of one, got ${describeValue(candidate)}`,
  );
};
