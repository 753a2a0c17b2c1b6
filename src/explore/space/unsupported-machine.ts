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

/** The features that XState itself takes steps with: those that compiled code does not have. By the words that they begin with. */
const EXPLORED_FEATURES = [
  "invoke",
  "after",
  "raise with a delay",
  "a history state",
  "the action cancel",
  "the action spawnChild",
  "the action stopChild",
  "the action sendTo",
  "the action log",
  "the action enqueueActions",
  "a transition for XState's own event",
];

/** Returns true if a machine with a feature that cannot be compiled is explored nevertheless. */
export const isExplored = ({ feature }: UnsupportedError): boolean =>
  EXPLORED_FEATURES.some((words) => feature.startsWith(words));

/** What to do instead, by the words that a feature begins with. */
const WAYS_OUT: readonly (readonly [feature: string, wayOut: string])[] = [
  ["raise of a string", 'raise an object, { type: "NAME" }'],
  ["stateIn of", "ask for a state of the machine, as in matches()"],
  ["targets that exclude each other", "let each target be in another region"],
  ['a state with the key "__proto__"', "give it another key"],
  ['an assign to "__proto__"', "give the field another name"],
  ["action", "implement it by a function"],
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
