import { Observable, type Subscriber } from "rxjs";
import type { ChartEmission, InterruptEdge, Transition } from "./device.js";
import { EMISSION_KIND } from "./effects.js";

/** The observers of a stream: a `Subject` without its cost for each value. */
export class ObserverList<T> {
  /** Replaced at each change, so that an observer may subscribe or unsubscribe while a value is delivered. */
  #subscribers: readonly Subscriber<T>[] = [];
  #isComplete = false;
  readonly #onChange: () => void;
  /** True if there is an observer. */
  observed = false;

  /** @param onChange - called when {@link observed} may have changed. */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  readonly stream$ = new Observable<T>((subscriber) => {
    if (this.#isComplete) subscriber.complete();
    else this.#setSubscribers([...this.#subscribers, subscriber]);
    return () => this.#setSubscribers(this.#subscribers.filter((other) => other !== subscriber));
  });

  next(value: T): void {
    for (const subscriber of this.#subscribers) subscriber.next(value);
  }

  complete(): void {
    this.#isComplete = true;
    for (const subscriber of this.#subscribers) subscriber.complete();
  }

  #setSubscribers(subscribers: readonly Subscriber<T>[]): void {
    this.#subscribers = subscribers;
    this.observed = subscribers.length > 0;
    this.#onChange();
  }
}

/** A device's streams. A stream without observers makes no objects. */
export class Streams {
  readonly output: ObserverList<number>;
  readonly interrupt: ObserverList<InterruptEdge>;
  readonly transition: ObserverList<Transition>;
  /** @param onChange - called when an observer has subscribed or unsubscribed. */
  constructor(onChange: () => void) {
    this.output = new ObserverList(onChange);
    this.interrupt = new ObserverList(onChange);
    this.transition = new ObserverList(onChange);
  }

  /** True if {@link publish} has an observer. */
  get effectsObserved(): boolean {
    return this.output.observed || this.interrupt.observed;
  }

  /** Publishes an emission of the chart. */
  publish(emissionKind: number, payload: unknown, inputIndex: number, tick: number): void {
    switch (emissionKind) {
      case EMISSION_KIND.TRANSMIT:
        this.output.next(payload as number);
        break;
      case EMISSION_KIND.INTERRUPT:
        if (this.interrupt.observed)
          this.interrupt.next({ index: inputIndex, tick, cause: payload as string });
        break;
      case EMISSION_KIND.WHOLE: {
        const { type, value } = payload as ChartEmission;
        if (type === "transmit") this.publish(EMISSION_KIND.TRANSMIT, value, inputIndex, tick);
      }
    }
  }

  complete(): void {
    this.output.complete();
    this.interrupt.complete();
    this.transition.complete();
  }
}
