/** Two 16550s on one wire, in virtual time: SOUT to SIN, RTS to CTS. */
import type { Subject, TimedEmission } from "./uart16550-subject.js";

/** One end of the wire. */
interface WireEnd {
  readonly subject: Subject;
  readonly listener: (emission: TimedEmission) => void;
}

export class NullModem {
  readonly #ends: readonly [WireEnd, WireEnd];
  /** The levels of RTS, as the other end sees them at CTS. */
  readonly rts: [number, number] = [0, 0];

  /** @param listener - hears of everything that leaves either, 0 or 1, after it has reached the other. */
  constructor(
    firstEnd: Subject,
    secondEnd: Subject,
    listener: (end: 0 | 1, emission: TimedEmission) => void = () => {},
  ) {
    this.#ends = [
      { subject: firstEnd, listener: (emission) => listener(0, emission) },
      { subject: secondEnd, listener: (emission) => listener(1, emission) },
    ];
    for (const endIndex of [0, 1] as const) this.#clearToSend(endIndex);
  }

  get now(): number {
    return this.#ends[0].subject.now;
  }

  /** One end takes an input; what it tells reaches the other at the same tick. */
  apply(endIndex: 0 | 1, input: Parameters<Subject["apply"]>[0]): readonly TimedEmission[] {
    const emitted = this.#ends[endIndex].subject.apply(input);
    for (const emission of emitted) this.#transmit(endIndex, emission);
    return emitted;
  }

  /** Time passes at both ends, from one thing that is due to the next. */
  advance(tickCount: number): void {
    const endTick = this.now + tickCount;
    do {
      const dues = this.#ends.map(({ subject: uart }) => uart.nextDue ?? endTick);
      const step = Math.min(endTick, ...dues) - this.now;
      // Neither hears of the other before both have reached this tick.
      const emissions = this.#ends.map(({ subject: uart }) => uart.apply({ type: "advance", ticks: step }));
      for (const endIndex of [0, 1] as const)
        for (const emission of emissions[endIndex] ?? []) this.#transmit(endIndex, emission);
    } while (this.now < endTick);
  }

  #transmit(endIndex: 0 | 1, emission: TimedEmission): void {
    const farEnd = endIndex === 0 ? 1 : 0;
    if (emission.type === "serialOutput") this.apply(farEnd, { type: "line", level: emission.level });
    if (emission.type === "modemOutput" && emission.pin === "RTS" && this.rts[endIndex] !== emission.level) {
      this.rts[endIndex] = emission.level;
      this.#clearToSend(farEnd);
    }
    this.#ends[endIndex].listener(emission);
  }

  #clearToSend(endIndex: 0 | 1): void {
    const cts = this.rts[endIndex === 0 ? 1 : 0] === 1;
    this.apply(endIndex, { type: "modem", cts, dsr: true, ri: false, dcd: true });
  }
}
