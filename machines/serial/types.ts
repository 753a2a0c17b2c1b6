import { setup } from "xstate";
import type { SerialContext } from "./context.js";
import type { SerialEmission, SerialEvent } from "./events.js";
import type { SerialRule } from "./rules.js";

/** The `meta` of a state or a transition of `serial`: the rules that it implements. */
export interface SerialMeta {
  /** Ids of `SERIAL_RULES`; at least one. */
  readonly rules: readonly SerialRule[];
}

/** `serial`'s types, on which its guards, actions and regions are built. */
export const serialTypes = setup({
  types: {
    context: {} as SerialContext,
    events: {} as SerialEvent,
    emitted: {} as SerialEmission,
    meta: {} as SerialMeta,
  },
});
