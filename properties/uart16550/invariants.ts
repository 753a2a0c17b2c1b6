/** I1 to I21. */
import { flowInvariants } from "./flow-control.js";
import { interruptInvariants } from "./interrupts.js";
import type { Invariant } from "./invariant.js";
import { modemInvariants } from "./modem.js";
import { queueInvariants } from "./queues.js";
import { receiverInvariants } from "./receiver.js";
import { registerInvariants } from "./registers.js";
import { twinInvariants } from "./save-restore.js";
import { transmitterInvariants } from "./transmitter.js";

export const INVARIANTS: readonly Invariant[] = [
  ...interruptInvariants,
  ...queueInvariants,
  ...receiverInvariants,
  ...transmitterInvariants,
  ...modemInvariants,
  ...registerInvariants,
  ...twinInvariants,
  ...flowInvariants,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
