import type { EventObject } from "xstate";

/** The shape of emissions of one kind. */
export interface EmissionKind {
  readonly type: string;
  /** The one key that they have beside `type`, if there is one. */
  readonly payload?: string;
}

/** The kind number of an emission of no listed kind: the whole event is the payload. */
export const WHOLE = 0;
/** The kind number that means no emission. */
export const NO_EMISSION = -1;

/** Returns the number of an emission's kind: its position in the list, from 1, or {@link WHOLE}. */
export const kindNumberOf = (
  emissionKinds: readonly EmissionKind[],
  { type, payload }: EmissionKind,
): number =>
  1 +
  emissionKinds.findIndex((emissionKind) => emissionKind.type === type && emissionKind.payload === payload);

/** Returns the kind of an emission by its keys; undefined if it has more than one beside `type`. */
export const emissionKindOf = (emission: EventObject): EmissionKind | undefined => {
  const [payload, ...others] = Object.keys(emission).filter((contextKey) => contextKey !== "type");
  if (others.length > 0) return undefined;
  return payload === undefined ? { type: emission.type } : { type: emission.type, payload };
};

const listsByText = new Map<string, readonly EmissionKind[]>();
const internedLists = new WeakMap<readonly EmissionKind[], readonly EmissionKind[]>();

/** Returns one list for all that hold the same kinds in the same order, so that lists can be compared by identity. */
export const internKinds = (emissionKinds: readonly EmissionKind[]): readonly EmissionKind[] => {
  const internedList = internedLists.get(emissionKinds);
  if (internedList !== undefined) return internedList;
  const text = JSON.stringify(emissionKinds.map(({ type, payload }) => [type, payload]));
  const sharedList = listsByText.get(text) ?? emissionKinds;
  listsByText.set(text, sharedList);
  internedLists.set(emissionKinds, sharedList);
  return sharedList;
};
