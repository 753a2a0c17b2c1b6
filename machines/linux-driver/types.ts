import { setup } from "xstate";
import type { LinuxDriverContext, LinuxDriverOptions } from "./context.js";
import type { LinuxDriverEmission, LinuxDriverEvent } from "./events.js";
import type { LinuxDriverRule } from "./rules.js";

/** The `meta` of a state or a transition of `linux-driver`: the step of Linux's that it takes. */
export interface LinuxDriverMeta {
  /** Ids of `LINUX_DRIVER_RULES`; at least one. */
  readonly rules: readonly LinuxDriverRule[];
}

/** The driver's types, on which its guards, actions and regions are built. */
export const linuxDriverTypes = setup({
  types: {
    input: {} as Partial<LinuxDriverOptions> | undefined,
    context: {} as LinuxDriverContext,
    events: {} as LinuxDriverEvent,
    emitted: {} as LinuxDriverEmission,
    meta: {} as LinuxDriverMeta,
  },
});
