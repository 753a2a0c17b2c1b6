import { uart16550Guards } from "../guards/index.js";
import { uart16550Types } from "../types.js";
import { modemActions } from "./modem.js";
import { pinActions } from "./pins.js";
import { receiverActions } from "./receiver.js";
import { registerActions } from "./registers.js";
import { transmitterActions } from "./transmitter.js";

/** `uart16550`'s actions by name. None chooses: where something else should happen, another transition is taken. */
export const uart16550Setup = uart16550Types.extend({
  guards: uart16550Guards,
  actions: {
    ...registerActions,
    ...receiverActions,
    ...transmitterActions,
    ...modemActions,
    ...pinActions,
  },
});
