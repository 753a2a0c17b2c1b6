import { linuxDriverSetup } from "./actions.js";
import { initialContext, LINUX_DRIVER_DEFAULTS } from "./context.js";
import { handler } from "./handler.js";
import { fifos, thrEmptyBug, transmitInterrupt, txEnableBug } from "./memory.js";
import { thread } from "./thread.js";

/**
 * A driver that does to a UART's registers what Linux's 8250 driver does. Each access that it makes is emitted, and what came of it is the
 * next event; it knows nothing of the device but that.
 */
export const linuxDriverMachine = linuxDriverSetup.createMachine({
  id: "linux-driver",
  version: "1",
  description: "Linux's 8250 driver",
  meta: { rules: ["lock"] },
  context: ({ input }) => initialContext({ ...LINUX_DRIVER_DEFAULTS, ...input }),
  type: "parallel",
  states: { fifos, thrEmptyBug, txEnableBug, thread, handler, transmitInterrupt },
});

/** An XState machine that drives a UART as Linux does. */
export type LinuxDriverMachine = typeof linuxDriverMachine;
