import { Observable, type Subscriber } from "rxjs";
import type { ChartEmission, InterruptEdge, Transition } from "./device.js";
import { KIND } from "./effects.js";

/** Where an input stands in the journal. */
export interface Place {
  readonly index: number;
  readonly tick: number;
}

/** Who listens to a stream. A `Subject` without the cost that it has for each value. */
export class Listeners<T> {
  /** Made anew when somebody comes or goes, so that one who does so while being told disturbs nobody. */
  #all: readonly Subscriber<T>[] = [];
  #complete = false;
  readonly #changed: () => void;
  /** Whether there is anybody. */
  any = false;

  /** @param changed - called when {@link any} may have changed. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  readonly stream$ = new Observable<T>((subscriber) => {
    if (this.#complete) subscriber.complete();
    else this.#set([...this.#all, subscriber]);
    return () => this.#set(this.#all.filter((other) => other !== subscriber));
  });

  next(value: T): void {
    for (const subscriber of this.#all) subscriber.next(value);
  }

  complete(): void {
    this.#complete = true;
    for (const subscriber of this.#all) subscriber.complete();
  }

  #set(all: readonly Subscriber<T>[]): void {
    this.#all = all;
    this.any = all.length > 0;
    this.#changed();
  }
}

/** A device's streams. Nothing is made for one to which nobody listens. */
export class Streams {
  readonly output: Listeners<number>;
  readonly interrupt: Listeners<InterruptEdge>;
  readonly transition: Listeners<Transition>;
  /** @param changed - called when somebody has begun or ceased to listen. */
  constructor(changed: () => void) {
    this.output = new Listeners(changed);
    this.interrupt = new Listeners(changed);
    this.transition = new Listeners(changed);
  }

  /** Whether anybody listens to what {@link publish} tells. */
  get heard(): boolean {
    return this.output.any || this.interrupt.any;
  }

  /** Tells those who listen that something has left the chart. */
  publish(kind: number, payload: unknown, index: number, tick: number): void {
    switch (kind) {
      case KIND.TRANSMIT:
        this.output.next(payload as number);
        break;
      case KIND.INTERRUPT:
        if (this.interrupt.any) this.interrupt.next({ index, tick, cause: payload as string });
        break;
      case KIND.WHOLE: {
        const { type, value } = payload as ChartEmission;
        if (type === "transmit") this.publish(KIND.TRANSMIT, value, index, tick);
      }
    }
  }

  complete(): void {
    this.output.complete();
    this.interrupt.complete();
    this.transition.complete();
  }
}
