/** The observations of a guest and a host while a 16550 takes an input. */
import type { TimedEmission } from "./uart16550-subject.js";

type Observations = Readonly<Record<string, readonly unknown[]>>;

/** The levels of pins by name. */
export type Levels = Readonly<Record<string, number>>;

/** Follows the levels of pins: what is told again without a change is not seen. */
export class Watcher {
  /** The pins' levels by the emissions so far; replaced, never changed. */
  levels: Levels;

  constructor(levels: Levels = { TXRDY: 1 }) {
    this.levels = levels;
  }

  /** Returns the emissions by kind: in order, with the tick where time passed. */
  observe(emissions: readonly TimedEmission[]): Observations {
    const observations: Record<string, unknown[]> = {};
    const tell = (kindName: string, ...details: unknown[]) => {
      observations[kindName] ??= [];
      observations[kindName].push(details);
    };
    for (const emission of emissions) {
      const { type, tick } = emission;
      switch (type) {
        case "data":
          tell("reads", emission.value);
          break;
        case "transmit":
          tell("transmits", emission.value, tick);
          break;
        case "interruptLine":
        case "serialOutput":
          tell(type, emission.level, tick);
          break;
        case "modemOutput":
        case "dmaReady":
          if (this.#changes(emission.pin, emission.level)) tell(emission.pin, emission.level, tick);
          break;
        case "accepted":
        case "overrun":
          tell(type, tick);
          break;
        case "identified":
          tell(type, emission.cause, tick);
          break;
      }
    }
    return observations;
  }

  #changes(pinName: string, pinLevel: number): boolean {
    if ((this.levels[pinName] ?? 0) === pinLevel) return false;
    this.levels = { ...this.levels, [pinName]: pinLevel };
    return true;
  }
}
