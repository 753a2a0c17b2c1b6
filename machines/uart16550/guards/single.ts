import { countGuards } from "./count-guards.js";
import { eventGuards } from "./event-guards.js";
import { optionGuards } from "./option-guards.js";
import { stateGuards } from "./state-guards.js";

/** The guards that ask one thing: another region's state, the event, an option, a count, a timer, or the region's own register. */
export const singleGuards = { ...stateGuards, ...eventGuards, ...optionGuards, ...countGuards };
