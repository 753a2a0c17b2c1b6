import type { SerialCause } from "./events.js";
import type { SerialStateValue } from "./state-value.js";

/**
 * Returns the cause for which the interrupt line of a `Serial` is high, or "none" while it is low.
 *
 * vm-superio only triggers. The level is what its state implies: high while a source is pending in IIR and enabled in IER, so exactly while a
 * restored state would interrupt again (S39). Reading IIR takes both sources back, so the line is low until the next one arises (S1).
 * Of two sources received data comes first.
 */
export function serialInterruptCause(state: SerialStateValue): SerialCause | "none" {
  const { interruptIdentification: pending } = state;
  const isPending = (source: "receivedData" | "thrEmpty") => pending === source || pending === "both";
  if (isPending("receivedData") && state.receivedDataInterrupt === "enabled") return "RDA";
  if (isPending("thrEmpty") && state.thrEmptyInterrupt === "enabled") return "THRE";
  return "none";
}
