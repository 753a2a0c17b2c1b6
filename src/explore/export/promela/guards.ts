import {
  combinatorOf,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
} from "../../../engine/internal.js";
import { ExportError } from "../export-error.js";
import type { PromelaBodies } from "./bodies.js";
import { activeCondition } from "./states.js";

const conjunction = (terms: readonly string[]): string =>
  terms.length === 0 ? "true" : terms.length === 1 ? (terms[0] as string) : `(${terms.join(" && ")})`;
const disjunction = (terms: readonly string[]): string =>
  terms.length === 0 ? "false" : terms.length === 1 ? (terms[0] as string) : `(${terms.join(" || ")})`;

const isJoined = (guard: RawGuard): guard is RawFunction => typeof guard === "function" && "check" in guard;

/** Returns true if a guard reads states or combines others: it is translated, and has no body. */
export const isTranslated = (guard: RawGuard): boolean => isJoined(guard) || typeof guard !== "function";

/** Returns the guards that a combined one refers to by name. */
export const referencesIn = (guard: RawGuard): RawGuard[] =>
  isJoined(guard)
    ? (guard.guards ?? []).flatMap((inner) => (isJoined(inner) ? referencesIn(inner) : [inner]))
    : [];

/** Returns a reference to a guard: its name, with its parameters. */
export function guardReference(guard: RawGuard, bodies: PromelaBodies, location: string): string {
  if (isJoined(guard)) throw new ExportError(`${location}: expected guards by name, got one that is inline`);
  if (typeof guard === "string") return guardReference({ type: guard }, bodies, location);
  if (guard === null || guard === undefined || typeof guard === "function")
    throw new ExportError(`${location}: expected guards by name, got a function`);
  const body = bodies.guards[guard.type];
  const params = typeof body === "object" ? body.params : [];
  const passedParams = guard.params ?? {};
  if (typeof passedParams === "function")
    throw new ExportError(
      `${location}: expected parameters of ${guard.type} that are values, got a function`,
    );
  if (Object.keys(passedParams).sort().join() !== [...params].sort().join())
    throw new ExportError(
      `${location}: expected parameters ${params.join(", ") || "none"} of ${guard.type}, got ${Object.keys(passedParams).join(", ") || "none"}`,
    );
  const parameterValues = params.map((guardName) =>
    Number((passedParams as Record<string, unknown>)[guardName]),
  );
  return parameterValues.length === 0 ? guard.type : `${guard.type}(${parameterValues.join(", ")})`;
}

/** Returns the body of a translated guard: an expression over the regions and the names of other guards. */
export function guardBody(
  guard: RawGuard,
  machine: RawMachine,
  bodies: PromelaBodies,
  guardName: string,
): string {
  const inner = (innerGuard: RawGuard): string =>
    isJoined(innerGuard)
      ? guardBody(innerGuard, machine, bodies, guardName)
      : guardReference(innerGuard, bodies, `guard ${guardName}`);
  if (!isJoined(guard)) return inner(guard);
  if ("stateValue" in guard) return stateIn(machine, guard.stateValue, guardName);
  const terms = (guard.guards ?? []).map(inner);
  const kind = combinatorOf(guard);
  return kind === "not" ? `!${terms[0]}` : kind === "and" ? conjunction(terms) : disjunction(terms);
}

function stateIn(machine: RawMachine, value: unknown, guardName: string): string {
  const misses = (unsupported: unknown): never => {
    throw new ExportError(
      `guard ${guardName}: expected a state of ${machine.id}, got ${String(unsupported)}`,
    );
  };
  if (typeof value === "string" && value.startsWith("#"))
    return activeCondition(machine.getStateNodeById(value));
  const matches = (node: RawNode, inner: unknown): string => {
    if (typeof inner === "string")
      return activeCondition(
        inner.split(".").reduce((parentNode, key) => parentNode.states[key] ?? misses(inner), node),
      );
    return conjunction(
      Object.entries(inner as object).map(([key, innerValue]) =>
        matches(node.states[key] ?? misses(key), innerValue),
      ),
    );
  };
  return matches(machine.root, value);
}
