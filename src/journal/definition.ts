import type { AnyStateMachine } from "xstate";

const hashes = new WeakMap<AnyStateMachine, string>();

/** The role of an object's keys: fields of a node, names that the author chose, or data of theirs. */
type KeyRole = "fields" | "names" | "data";

/** Returns the role of the keys of the object under `key`. A state or an event may be called "meta". */
function keyRoleUnder(key: string, keyRole: KeyRole): KeyRole {
  if (keyRole === "data" || (keyRole === "fields" && key === "params")) return "data";
  return keyRole === "fields" && (key === "states" || key === "on") ? "names" : "fields";
}

/**
 * Returns a definition without wording, with sorted keys: their order means nothing, since a node carries its `order`
 * and transitions stand in arrays.
 */
function withoutWording(value: unknown, keyRole: KeyRole): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutWording(item, keyRole));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => keyRole !== "fields" || (key !== "meta" && key !== "description"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, withoutWording(item, keyRoleUnder(key, keyRole))]);
  return Object.fromEntries(entries);
}

/**
 * Returns the 64-bit FNV-1a hash of a text's UTF-8, in hexadecimal (Fowler, Noll and Vo). It distinguishes definitions, but does not
 * protect against collisions on purpose.
 */
export function fnv1a(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0;
    // Times 2^40 + 0x1b3, in two halves.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

/**
 * Returns a hash of a machine's definition: 16 hexadecimal digits, the same as long as the chart does the same.
 *
 * States, transitions, guards and actions count, by name; `meta` and `description` do not, so wording may change. The code of guards
 * and actions does not count, and another version of XState may give another hash. Computed once a machine.
 */
export function definitionHash(machine: AnyStateMachine): string {
  let hash = hashes.get(machine);
  if (hash === undefined) {
    // Only the way through JSON resolves the nodes that transitions point to into their ids.
    hash = fnv1a(JSON.stringify(withoutWording(JSON.parse(JSON.stringify(machine.definition)), "fields")));
    hashes.set(machine, hash);
  }
  return hash;
}
