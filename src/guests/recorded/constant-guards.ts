import type { AnyStateMachine, AnyStateNode, StateValue } from "xstate";
import { optionGuards } from "../../../machines/internal.js";

/** A guard as XState has it: a name, a name with parameters, a function, or what its combinators make. */
type Guard = string | { readonly type: string } | GuardFunction;
interface GuardFunction {
  (args: unknown, params: unknown): boolean;
  readonly guards?: readonly Guard[];
  readonly stateValue?: StateValue;
  readonly check?: (snapshot: object, args: object, resolved: object) => boolean;
}

/** The constant value of a guard; undefined where it depends on the event, the state or the registers. */
type KnownValue = boolean | undefined;

const OPTION_GUARDS: ReadonlySet<unknown> = new Set(Object.values(optionGuards));

/**
 * Returns the constant value of a guard: as the options say, since a state that cannot be reached is never in, and the only one that can
 * always is.
 *
 * @param reached - the states that can be reached, or more.
 */
export function knownOf(
  guardSpec: unknown,
  machine: AnyStateMachine,
  options: unknown,
  reached: ReadonlySet<AnyStateNode>,
): KnownValue {
  const guardMap = machine.implementations.guards as unknown as Readonly<Record<string, Guard>>;
  const knownValue = (each: Guard): KnownValue => {
    if (typeof each !== "function") {
      const named = guardMap[typeof each === "string" ? each : each.type];
      return named === undefined ? undefined : knownValue(named);
    }
    if (OPTION_GUARDS.has(each)) return each({ context: { options } }, undefined);
    if (typeof each.stateValue === "object") return isIn(nodesIn(machine.root, each.stateValue), reached);
    if (each.guards === undefined || each.check === undefined) return undefined;
    return combined(combinatorOf(each.check), each.guards.map(knownValue));
  };
  return knownValue(guardSpec as Guard);
}

/** True if the machine is always in these states, from the root inwards; false if never. */
function isIn(stateNodes: readonly AnyStateNode[], reached: ReadonlySet<AnyStateNode>): KnownValue {
  if (stateNodes.some((node) => !reached.has(node))) return false;
  const isOnly = (stateNode: AnyStateNode) =>
    stateNode.parent === undefined ||
    stateNode.parent.type === "parallel" ||
    Object.values(stateNode.parent.states).every((sibling) => sibling === stateNode || !reached.has(sibling));
  return stateNodes.every(isOnly) ? true : undefined;
}

/** A node and those below it that a state value names. */
export function nodesIn(stateNode: AnyStateNode, stateValue: StateValue): AnyStateNode[] {
  const nested = typeof stateValue === "string" ? { [stateValue]: {} } : stateValue;
  const descendants = Object.entries(nested).map(
    ([childName, nestedValue]) => [stateNode.states[childName], nestedValue] as const,
  );
  return [
    stateNode,
    ...descendants.flatMap(([childNode, nestedValue = {}]) =>
      childNode ? nodesIn(childNode, nestedValue) : [],
    ),
  ];
}

function combined(combinator: "and" | "or" | "not", nested: readonly KnownValue[]): KnownValue {
  if (combinator === "not") return nested[0] === undefined ? undefined : !nested[0];
  const decides = combinator === "or";
  if (nested.includes(decides)) return decides;
  return nested.every((knownValue) => knownValue === !decides) ? !decides : undefined;
}

/** Which of XState's combinators it is, by what it says of no guards at all: names do not survive minifying, nor identity a second copy. */
function combinatorOf(check: NonNullable<GuardFunction["check"]>): "and" | "or" | "not" {
  try {
    return check({ machine: { implementations: { guards: {} } } }, {}, { guards: [] }) ? "and" : "or";
  } catch {
    return "not";
  }
}
