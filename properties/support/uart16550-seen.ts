/** What a guest and a host see of a 16550 while it takes an input. */
import type { Seen } from "./uart16550-subject.js";

type Told = Readonly<Record<string, readonly unknown[]>>;

/** The levels of pins by name. */
export type Levels = Readonly<Record<string, number>>;

/** Follows the levels of pins: what is told again without a change is not seen. */
export class Watcher {
  /** What the pins' levels are by what was told; replaced, never changed. */
  levels: Levels;

  constructor(levels: Levels = { TXRDY: 1 }) {
    this.levels = levels;
  }

  /** What left, by kind: in order, with the tick where time passed. */
  seen(emissions: readonly Seen[]): Told {
    const told: Record<string, unknown[]> = {};
    const tell = (kind: string, ...what: unknown[]) => {
      told[kind] ??= [];
      told[kind].push(what);
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
    return told;
  }

  #changes(pin: string, level: number): boolean {
    if ((this.levels[pin] ?? 0) === level) return false;
    this.levels = { ...this.levels, [pin]: level };
    return true;
  }
}
