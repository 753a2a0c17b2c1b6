import type { EventObject } from "xstate";
import { type EmissionKind, NO_EMISSION } from "../ir/emission-kind.js";
import { Emissions } from "./emissions.js";
import type { BoundHandler, Port } from "./executable.js";

/** Returns a port that creates an event each time and passes it to its type's handler. */
export const createEventPort = (
  handlers: readonly BoundHandler[],
  eventTypes: readonly string[],
  payload: string | undefined,
  emissionKinds: readonly EmissionKind[],
): Port => {
  const rest = new Emissions<EventObject>(emissionKinds);
  return {
    rest,
    given: undefined,
    take(typeIndex, value) {
      const eventType = eventTypes[typeIndex] as string;
      handlers[typeIndex]?.(
        payload === undefined ? { type: eventType } : ({ type: eventType, [payload]: value } as EventObject),
        rest,
      );
      return NO_EMISSION;
    },
  };
};
