import type { UnsupportedError } from "../../engine/index.js";

/** A feature of a machine that is not explored. */
export interface Refusal {
  /** The feature, in XState's own words: "invoke". */
  readonly feature: string;
  /** The location in the machine: `state "loading"`. */
  readonly location: string;
  /** What the machine can do instead, as a clause without a full stop. */
  readonly wayOut: string;
}

const EVENT_OF_SURROUNDINGS = "let its results be events of the scope";

/** What to do instead, by the words that a feature begins with; the longest ones first. */
const WAYS_OUT: readonly (readonly [feature: string, wayOut: string])[] = [
  ["invoke", `${EVENT_OF_SURROUNDINGS}, such as { type: "loaded" } and { type: "failed" }`],
  ["after", 'make it a transition for an event of the clock, such as { type: "TIMEOUT" }'],
  ["raise with a delay", 'make it an event of the clock, such as { type: "TIMEOUT" }'],
  ["raise of a string", 'raise an object, { type: "NAME" }'],
  ["a history state", "keep the last state in a region or a field of the context, and branch on it"],
  ["the action cancel", "nothing delayed is explored, so leave it out"],
  ["the action spawnChild", EVENT_OF_SURROUNDINGS],
  ["the action stopChild", "nothing is spawned, so leave it out"],
  ["the action sendTo", "emit the event, and check the emission"],
  ["the action sendParent", "emit the event, and check the emission"],
  ["the action forwardTo", "emit the event, and check the emission"],
  ["the action log", "leave it out with machine.provide({ actions }), or let a plain function log"],
  ["the action enqueueActions", "write it as several transitions with guards, each with a list of actions"],
  ["a transition for XState's own event", "let it be an event with a name of your own"],
];

/** Returns the refusal for an error of the compiler. */
export const refusalOf = ({ feature, location }: UnsupportedError): Refusal => {
  const wayOut = WAYS_OUT.find(([words]) => feature.startsWith(words))?.[1];
  return { feature, location, wayOut: wayOut ?? "leave it out" };
};

/** A machine uses features of XState that are not explored: all of them. */
export class UnsupportedMachineError extends Error {
  override readonly name = "UnsupportedMachineError";
  /** The features, in document order. */
  readonly refusals: readonly Refusal[];

  constructor(machineId: string, refusals: readonly Refusal[]) {
    const places = refusals.map(({ feature, location, wayOut }) => `${feature} (${location}): ${wayOut}`);
    super(`Cannot explore machine "${machineId}": ${places.join("; ")}`);
    this.refusals = refusals;
  }
}
