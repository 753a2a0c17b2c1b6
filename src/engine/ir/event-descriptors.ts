import type { Program } from "./program.js";

/** Returns true if a descriptor matches more events than the one it names. */
export const isWildcard = (descriptor: string): boolean => {
  if (descriptor === "*") return true;
  const segments = descriptor.split(".");
  return segments.length > 1 && segments.indexOf("*") === segments.length - 1;
};

/** Returns true if XState reserves an event type for actors, which a machine alone does not have. */
export const isReserved = (eventType: string): boolean =>
  eventType === "xstate.init" || eventType === "xstate.stop" || eventType.startsWith("xstate.error.actor");

/** Returns true if a wildcard descriptor matches an event type: `a.*` matches `a`, `a.b` and `a.b.c`. */
export const coversType = (wildcard: string, eventType: string): boolean => {
  if (wildcard === "*") return true;
  const prefix = wildcard.slice(0, -2);
  return eventType === prefix || (eventType.startsWith(prefix) && eventType[prefix.length] === ".");
};

/**
 * Returns the descriptor that selects for an event type: the type itself if a state names it, else the
 * longest wildcard that matches. Two types with the same descriptor have the same candidates in every state.
 */
export const descriptorFor = (program: Program, eventType: string): string | undefined =>
  program.events.includes(eventType)
    ? eventType
    : program.wildcards.find((wildcard) => coversType(wildcard, eventType));

/** Throws for the types that no event may have. */
export const refuseReservedType = (eventType: string): void => {
  if (eventType === "*") throw new Error("An event cannot have the wildcard type ('*')");
  if (isReserved(eventType))
    throw new Error(`An event cannot have the type '${eventType}': XState keeps it for actors`);
};
