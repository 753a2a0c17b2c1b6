import { uart16550Guards } from "../guards/index.js";
import { modemActions } from "./modem.js";
import { pinActions } from "./pins.js";
import { receiverActions } from "./receiver.js";
import { registerActions } from "./registers.js";
import { transmitterActions } from "./transmitter.js";

/** `uart16550`'s actions by name. None chooses: where something else should happen, another transition is taken. */
export const uart16550Setup = uart16550Guards.extend({
  actions: {
    ...registerActions,
    ...receiverActions,
    ...transmitterActions,
    ...modemActions,
    ...pinActions,
  },
});
