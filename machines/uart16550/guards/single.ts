import { uart16550Types } from "../types.js";
import { countGuards } from "./count-guards.js";
import { eventGuards } from "./event-guards.js";
import { optionGuards } from "./option-guards.js";
import { stateGuards } from "./state-guards.js";

/**
 * The single questions: of another region's state, of the event, of an option, of a count, a timer or what is queued, or of the
 * region's own register.
 */
export const singleGuards = uart16550Types.extend({
  guards: { ...stateGuards, ...eventGuards, ...optionGuards, ...countGuards },
});
