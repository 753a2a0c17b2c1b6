import { matchesState } from "xstate";
import { conjunction, disjunction, FALSE, TRUE } from "../ir/guard-logic.js";
import type { Guard } from "../ir/program.js";
import type { RawNode } from "../xstate/machine-internals.js";

/** Returns the guard that holds while a node is active. */
type ActiveGuardOf = (rawNode: RawNode) => Guard;

const constantGuard = (holds: boolean): Guard => (holds ? TRUE : FALSE);

/** Splits `a.b\\.c` at its dots, as XState does; a backslash keeps the next character. */
const splitPath = (statePath: string): string[] => {
  const segments = [""];
  for (let index = 0; index < statePath.length; index++) {
    const character = statePath[index] as string;
    if (character === ".") segments.push("");
    else
      segments[segments.length - 1] += character === "\\" ? (statePath[++index] ?? "undefined") : character;
  }
  return segments;
};

/** Returns what XState compares for a state value: a path of several keys becomes nested objects. */
const comparedValue = (value: unknown): unknown => {
  if (typeof value !== "string") {
    const isSnapshot = typeof value === "object" && value !== null && "machine" in value && "value" in value;
    return isSnapshot ? value.value : value;
  }
  const segments = splitPath(value);
  let nested: unknown = segments.pop();
  for (const segment of segments.reverse()) {
    const outer: Record<string, unknown> = {};
    outer[segment] = nested;
    nested = outer;
  }
  return nested;
};

/**
 * Returns a guard that equals `matchesState(value, V)` while a node is active and has the state value V. It is XState's comparison of two
 * state values, resolved as far as V is known: keys are looked up in objects, whose inherited keys count, and the key of a leaf is a path.
 *
 * @throws TypeError where XState's comparison would.
 */
export const matchingGuard = (rawNode: RawNode, value: unknown, activeGuardOf: ActiveGuardOf): Guard => {
  const children = Object.values(rawNode.states);
  if (rawNode.type !== "compound") return matchingChildren(children, value, activeGuardOf);
  return disjunction(
    children
      .map((child) => {
        const isLeaf = child.type === "atomic" || child.type === "final";
        const holds = isLeaf
          ? constantGuard(matchesState(value as string, child.key))
          : matchingChildren([child], value, activeGuardOf);
        return holds === FALSE ? FALSE : conjunction([activeGuardOf(child), holds]);
      })
      .filter((guard) => guard !== FALSE),
  );
};

/** Returns the guard for a state value that is an object of these children's values. */
const matchingChildren = (
  children: readonly RawNode[],
  value: unknown,
  activeGuardOf: ActiveGuardOf,
): Guard => {
  const childOf = (stateKey: string) => children.find(({ key }) => key === stateKey);
  const inherited = (stateKey: string): unknown => ({})[stateKey];
  const compared = comparedValue(value);
  if (typeof compared === "string") return constantGuard(childOf(compared) !== undefined || compared in {});
  const wanted = compared as Record<string, unknown>;
  return conjunction(
    Object.keys(wanted).map((stateKey) => {
      const child = childOf(stateKey);
      if (child !== undefined) return matchingGuard(child, wanted[stateKey], activeGuardOf);
      return constantGuard(
        stateKey in {} && matchesState(wanted[stateKey] as string, inherited(stateKey) as string),
      );
    }),
  );
};
