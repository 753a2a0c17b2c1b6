import type { EventObject } from "xstate";
import type { BoundHandler, Port } from "./code.js";
import { Emissions } from "./emissions.js";
import { type EmissionKind, NOTHING } from "./kinds.js";

/** A port that makes a new event each time and hands it to its type's handler. */
export const makingEvents = (
  handlers: readonly BoundHandler[],
  types: readonly string[],
  payload: string | undefined,
  kinds: readonly EmissionKind[],
): Port => {
  const rest = new Emissions<EventObject>(kinds);
  return {
    rest,
    given: undefined,
    take(at, value) {
      const type = types[at] as string;
      handlers[at]?.(payload === undefined ? { type } : ({ type, [payload]: value } as EventObject), rest);
      return NOTHING;
    },
  };
};
