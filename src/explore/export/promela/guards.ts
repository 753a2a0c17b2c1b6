import { combinatorOf } from "../../../engine/guards.js";
import type { RawFunction, RawGuard, RawMachine, RawNode } from "../../../engine/internals.js";
import { ExportError } from "../export-error.js";
import type { PromelaBodies } from "./bodies.js";
import { isIn } from "./states.js";

const all = (terms: readonly string[]): string =>
  terms.length === 0 ? "true" : terms.length === 1 ? (terms[0] as string) : `(${terms.join(" && ")})`;
const any = (terms: readonly string[]): string =>
  terms.length === 0 ? "false" : terms.length === 1 ? (terms[0] as string) : `(${terms.join(" || ")})`;

const isJoined = (guard: RawGuard): guard is RawFunction => typeof guard === "function" && "check" in guard;

/** Whether a guard asks of states or joins others: then it is translated, and has no body. */
export const isTranslated = (guard: RawGuard): boolean => isJoined(guard) || typeof guard !== "function";

/** The guards that a joined one refers to by name. */
export const referencesIn = (guard: RawGuard): RawGuard[] =>
  isJoined(guard)
    ? (guard.guards ?? []).flatMap((inner) => (isJoined(inner) ? referencesIn(inner) : [inner]))
    : [];

/** A guard where a transition or another guard refers to it: its name, with its parameters. */
export function guardRef(guard: RawGuard, bodies: PromelaBodies, place: string): string {
  if (isJoined(guard)) throw new ExportError(`${place}: expected guards by name, got one that is inline`);
  if (typeof guard === "string") return guardRef({ type: guard }, bodies, place);
  if (guard === null || guard === undefined || typeof guard === "function")
    throw new ExportError(`${place}: expected guards by name, got a function`);
  const body = bodies.guards[guard.type];
  const params = typeof body === "object" ? body.params : [];
  const given = guard.params ?? {};
  if (typeof given === "function")
    throw new ExportError(`${place}: expected parameters of ${guard.type} that are values, got a function`);
  if (Object.keys(given).sort().join() !== [...params].sort().join())
    throw new ExportError(
      `${place}: expected parameters ${params.join(", ") || "none"} of ${guard.type}, got ${Object.keys(given).join(", ") || "none"}`,
    );
  const values = params.map((name) => Number((given as Record<string, unknown>)[name]));
  return values.length === 0 ? guard.type : `${guard.type}(${values.join(", ")})`;
}

/** What a translated guard says: an expression over the regions and the names of other guards. */
export function guardBody(guard: RawGuard, machine: RawMachine, bodies: PromelaBodies, name: string): string {
  const inner = (one: RawGuard): string =>
    isJoined(one) ? guardBody(one, machine, bodies, name) : guardRef(one, bodies, `guard ${name}`);
  if (!isJoined(guard)) return inner(guard);
  if ("stateValue" in guard) return stateIn(machine, guard.stateValue, name);
  const terms = (guard.guards ?? []).map(inner);
  const kind = combinatorOf(guard);
  return kind === "not" ? `!${terms[0]}` : kind === "and" ? all(terms) : any(terms);
}

function stateIn(machine: RawMachine, value: unknown, name: string): string {
  const misses = (what: unknown): never => {
    throw new ExportError(`guard ${name}: expected a state of ${machine.id}, got ${String(what)}`);
  };
  if (typeof value === "string" && value.startsWith("#")) return isIn(machine.getStateNodeById(value));
  const matches = (node: RawNode, inner: unknown): string => {
    if (typeof inner === "string")
      return isIn(inner.split(".").reduce((at, key) => at.states[key] ?? misses(inner), node));
    return all(
      Object.entries(inner as object).map(([key, deeper]) =>
        matches(node.states[key] ?? misses(key), deeper),
      ),
    );
  };
  return matches(machine.root, value);
}
