import type { AnyStateMachine, AnyStateNode, StateValue } from "xstate";
import { optionGuards } from "../../../machines/uart16550/guards/option-guards.js";

/** A guard as XState has it: a name, a name with parameters, a function, or what its combinators make. */
type Guard = string | { readonly type: string } | GuardFunction;
interface GuardFunction {
  (args: unknown, params: unknown): boolean;
  readonly guards?: readonly Guard[];
  readonly stateValue?: StateValue;
  readonly check?: (snapshot: object, args: object, resolved: object) => boolean;
}

/** What can be said of a guard beforehand; undefined where it depends on the event, the state or the registers. */
export type Known = boolean | undefined;

const OPTION_GUARDS: ReadonlySet<unknown> = new Set(Object.values(optionGuards));

/**
 * What a guard gives whatever happens: as the options say, since a state that cannot be reached is never in, and the only one that can
 * always is.
 *
 * @param reached - the states that can be reached, or more.
 */
export function knownOf(
  guard: unknown,
  machine: AnyStateMachine,
  options: unknown,
  reached: ReadonlySet<AnyStateNode>,
): Known {
  const guards = machine.implementations.guards as unknown as Readonly<Record<string, Guard>>;
  const known = (each: Guard): Known => {
    if (typeof each !== "function") {
      const named = guards[typeof each === "string" ? each : each.type];
      return named === undefined ? undefined : known(named);
    }
    if (OPTION_GUARDS.has(each)) return each({ context: { options } }, undefined);
    if (typeof each.stateValue === "object") return isIn(nodesIn(machine.root, each.stateValue), reached);
    if (each.guards === undefined || each.check === undefined) return undefined;
    return combined(combinatorOf(each.check), each.guards.map(known));
  };
  return known(guard as Guard);
}

/** Whether the machine is always in these states, from the root inwards, or never. */
function isIn(nodes: readonly AnyStateNode[], reached: ReadonlySet<AnyStateNode>): Known {
  if (nodes.some((node) => !reached.has(node))) return false;
  const isOnly = (node: AnyStateNode) =>
    node.parent === undefined ||
    node.parent.type === "parallel" ||
    Object.values(node.parent.states).every((sibling) => sibling === node || !reached.has(sibling));
  return nodes.every(isOnly) ? true : undefined;
}

/** A node and those below it that a state value names. */
export function nodesIn(node: AnyStateNode, value: StateValue): AnyStateNode[] {
  const inner = typeof value === "string" ? { [value]: {} } : value;
  const below = Object.entries(inner).map(([name, rest]) => [node.states[name], rest] as const);
  return [node, ...below.flatMap(([child, rest = {}]) => (child ? nodesIn(child, rest) : []))];
}

function combined(combinator: "and" | "or" | "not", inner: readonly Known[]): Known {
  if (combinator === "not") return inner[0] === undefined ? undefined : !inner[0];
  const decides = combinator === "or";
  if (inner.includes(decides)) return decides;
  return inner.every((each) => each === !decides) ? !decides : undefined;
}

/** Which of XState's combinators it is, by what it says of no guards at all: names do not survive minifying, nor identity a second copy. */
function combinatorOf(check: NonNullable<GuardFunction["check"]>): "and" | "or" | "not" {
  try {
    return check({ machine: { implementations: { guards: {} } } }, {}, { guards: [] }) ? "and" : "or";
  } catch {
    return "not";
  }
}
