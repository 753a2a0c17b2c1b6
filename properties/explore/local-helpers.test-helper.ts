import type { Claim, Proof, ProveOptions } from "../../src/explore/index.js";
import {
  createHelper,
  type ExploreHelper,
  proveWith,
  type SliceRequest,
  type Subject,
} from "../../src/explore/internal.js";

/** How often helpers were asked, and what they had. */
export interface HelperUse {
  slices: number;
  /** Targets that the helper had no id for yet. */
  unknown: number;
}

/** Proves as `prove` does, with helpers that run in this thread: each answers when it must. */
export function proveWithHelpers(
  helperCount: number,
  use: HelperUse,
  ...[subject, scope, claims, options = {}]: [
    Subject,
    Parameters<typeof proveWith>[1],
    readonly Claim[],
    ProveOptions?,
  ]
): Proof {
  const startHelper = (_: unknown, index: number): ExploreHelper => {
    const explorer = createHelper(subject, scope, claims);
    const requests: SliceRequest[] = [];
    return {
      isReady: true,
      // One has always answered, the other never.
      isAnswered: index % 2 === 0,
      ask: (request) => void requests.push(structuredClone(request)),
      receive() {
        const request = requests.shift();
        if (!request) throw new Error("expected a request, got none");
        const slice = explorer.explore(request);
        use.slices++;
        use.unknown += slice.targets.filter((target) => target >= slice.stateCount).length;
        return structuredClone(slice);
      },
    };
  };
  return proveWith(subject, scope, claims, options, {
    delay: 0,
    leastSlice: 1,
    start: () => Array.from({ length: helperCount }, startHelper),
  });
}
