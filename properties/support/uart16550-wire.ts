/** Two 16550s on one wire, in virtual time: SOUT to SIN, RTS to CTS. */
import type { Seen, Subject } from "./uart16550-subject.js";

/** One end of the wire. */
interface End {
  readonly uart: Subject;
  readonly told: (emission: Seen) => void;
}

export class Wire {
  readonly #ends: readonly [End, End];
  /** The levels of RTS, as the other end sees them at CTS. */
  readonly rts: [number, number] = [0, 0];

  /** @param told - hears of everything that leaves either, 0 or 1, after it has reached the other. */
  constructor(first: Subject, second: Subject, told: (end: 0 | 1, emission: Seen) => void = () => {}) {
    this.#ends = [
      { uart: first, told: (emission) => told(0, emission) },
      { uart: second, told: (emission) => told(1, emission) },
    ];
    for (const at of [0, 1] as const) this.#clearToSend(at);
  }

  get now(): number {
    return this.#ends[0].uart.now;
  }

  /** One end takes an input; what it tells reaches the other at the same tick. */
  apply(at: 0 | 1, input: Parameters<Subject["apply"]>[0]): readonly Seen[] {
    const emitted = this.#ends[at].uart.apply(input);
    for (const emission of emitted) this.#carry(at, emission);
    return emitted;
  }

  /** Time passes at both ends, from one thing that is due to the next. */
  advance(ticks: number): void {
    const until = this.now + ticks;
    do {
      const dues = this.#ends.map(({ uart }) => uart.nextDue ?? until);
      const step = Math.min(until, ...dues) - this.now;
      // Neither hears of the other before both have come to this tick.
      const told = this.#ends.map(({ uart }) => uart.apply({ type: "advance", ticks: step }));
      for (const at of [0, 1] as const) for (const emission of told[at] ?? []) this.#carry(at, emission);
    } while (this.now < until);
  }

  #carry(at: 0 | 1, emission: Seen): void {
    const other = at === 0 ? 1 : 0;
    if (emission.type === "serialOutput") this.apply(other, { type: "line", level: emission.level });
    if (emission.type === "modemOutput" && emission.pin === "RTS" && this.rts[at] !== emission.level) {
      this.rts[at] = emission.level;
      this.#clearToSend(other);
    }
    this.#ends[at].told(emission);
  }

  #clearToSend(at: 0 | 1): void {
    const cts = this.rts[at === 0 ? 1 : 0] === 1;
    this.apply(at, { type: "modem", cts, dsr: true, ri: false, dcd: true });
  }
}
