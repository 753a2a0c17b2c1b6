/** A state of something, to which it can be brought back as often as wanted. */
export interface Checkpoint {
  /** Equal keys belong to states between which nothing that follows can tell. */
  readonly key: string;
  /** Brings it back to this state. */
  restore(): void;
}

/** Returns the present state of something that can be saved as data; it is restored only if it has changed. */
export function checkpointOf<S>(save: () => S, restore: (saved: S) => void): Checkpoint {
  const saved = save();
  const key = JSON.stringify(saved);
  return {
    key,
    restore() {
      if (JSON.stringify(save()) !== key) restore(saved);
    },
  };
}

/** Joins the checkpoints of parts. They are restored in this order. */
export function joinCheckpoints(parts: readonly Checkpoint[]): Checkpoint {
  return {
    key: parts.map(({ key }) => `${key.length}:${key}`).join(""),
    restore() {
      for (const part of parts) part.restore();
    },
  };
}
