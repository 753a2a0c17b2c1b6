import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { GeneratedSource } from "./link.js";

/** What a value is, in a few words and on one line. */
const described = (value: unknown): string => {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? "a string" : String(value);
  if (Array.isArray(value)) return "an array";
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without properties";
  return `an object with ${keys.slice(0, 5).join(", ")}${keys.length > 5 ? ", ..." : ""}`;
};

/** The parts that are looked for, none of which need be there. */
interface Parts {
  readonly root?: unknown;
  readonly implementations?: unknown;
  readonly hash?: unknown;
  readonly default?: unknown;
  readonly status?: unknown;
  readonly value?: unknown;
}

const isObject = (value: unknown): value is Parts => typeof value === "object" && value !== null;

/** Told by its shape: the caller may have an XState of its own. */
const isMachine = (value: unknown): boolean =>
  isObject(value) && isObject(value.root) && isObject(value.implementations);

const STATUSES: readonly unknown[] = ["active", "done", "error", "stopped"];

/** @throws TypeError where `machine` is none. */
export const expectMachine = (machine: AnyStateMachine): void => {
  if (!isMachine(machine))
    throw new TypeError(`machine: expected an XState machine, got ${described(machine)}`);
};

/** @throws TypeError where `source` is no module that `generate` wrote. */
export const expectSource = (source: GeneratedSource): void => {
  if (!isObject(source) || typeof source.hash !== "string" || typeof source.default !== "function")
    throw new TypeError(`source: expected a module that generate() wrote, got ${described(source)}`);
};

/** @throws TypeError where `snapshot` is neither a snapshot nor the JSON of one. */
export const expectSnapshot = (snapshot: AnyMachineSnapshot): void => {
  const given: unknown = snapshot;
  if (isObject(given) && STATUSES.includes(given.status)) {
    if (typeof given.value === "string" || isObject(given.value)) return;
  }
  throw new TypeError(
    `snapshot: expected a snapshot of the machine or the JSON of one, got ${described(given)}`,
  );
};
