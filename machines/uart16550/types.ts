import { setup } from "xstate";
import type { Uart16550Context } from "./context.js";
import type { Uart16550Emission, Uart16550Event } from "./events.js";
import type { Uart16550Options } from "./options.js";
import type { Uart16550Rule } from "./rules.js";

/** The `meta` of a state or a transition of `uart16550`: the rules that it implements. */
export interface Uart16550Meta {
  /** Ids of `UART16550_RULES`; at least one. */
  readonly rules: readonly Uart16550Rule[];
}

/** `uart16550`'s types, on which its guards, actions and regions are built. */
export const uart16550Types = setup({
  types: {
    input: {} as Uart16550Options | undefined,
    context: {} as Uart16550Context,
    events: {} as Uart16550Event,
    emitted: {} as Uart16550Emission,
    meta: {} as Uart16550Meta,
  },
});
