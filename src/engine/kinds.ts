import type { EventObject } from "xstate";

/** How emissions of one kind look. */
export interface EmissionKind {
  readonly type: string;
  /** The one key that they have beside `type`, if there is one. */
  readonly payload?: string;
}

/** An emission as a whole, of none of the kinds that were asked for: it is its own payload. */
export const WHOLE = 0;
/** No emission. */
export const NOTHING = -1;

/** The number of the kind that an emission is of: its place among `kinds`, from 1, or {@link WHOLE}. */
export const kindOf = (kinds: readonly EmissionKind[], { type, payload }: EmissionKind): number =>
  1 + kinds.findIndex((kind) => kind.type === type && kind.payload === payload);

/** What an emission is by its keys; nothing where it has more than one beside `type`. */
export const shapeOf = (emission: EventObject): EmissionKind | undefined => {
  const [payload, ...others] = Object.keys(emission).filter((key) => key !== "type");
  if (others.length > 0) return undefined;
  return payload === undefined ? { type: emission.type } : { type: emission.type, payload };
};

const byText = new Map<string, readonly EmissionKind[]>();
const known = new WeakMap<readonly EmissionKind[], readonly EmissionKind[]>();

/** One list for all that hold the same kinds in the same order: so that two can be compared by looking. */
export const interned = (kinds: readonly EmissionKind[]): readonly EmissionKind[] => {
  const before = known.get(kinds);
  if (before !== undefined) return before;
  const text = JSON.stringify(kinds.map(({ type, payload }) => [type, payload]));
  const found = byText.get(text) ?? kinds;
  byText.set(text, found);
  known.set(kinds, found);
  return found;
};
