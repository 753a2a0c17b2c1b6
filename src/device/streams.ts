import { Observable, Subject } from "rxjs";
import type { ChartEmission, InterruptEdge, Transition } from "./device.js";

/** Where an input stands in the journal. */
export interface Place {
  readonly index: number;
  readonly tick: number;
}

/**
 * A device's streams. Nothing is made for one to which nobody listens; whether somebody does is a field, since every
 * access asks.
 */
export class Streams {
  readonly #output = new Subject<number>();
  readonly #interrupt = new Subject<InterruptEdge>();
  readonly #transition = new Subject<Transition>();
  readonly output$ = this.#noticed(this.#output);
  readonly interrupt$ = this.#noticed(this.#interrupt);
  readonly transition$ = this.#noticed(this.#transition);
  /** Whether somebody listens to `transition$`. */
  traced = false;
  /** Whether somebody listens to `output$` or `interrupt$`. */
  heard = false;

  /** Tells those who listen that something has left the chart. */
  publish(emission: ChartEmission, place: Place): void {
    if (emission.type === "transmit") this.#output.next(emission.value as number);
    if (emission.type === "interrupt") this.#interrupt.next({ ...place, cause: emission.cause as string });
  }

  /** Tells those who listen what an input has done. */
  trace(transition: Transition): void {
    this.#transition.next(transition);
  }

  complete(): void {
    this.#output.complete();
    this.#interrupt.complete();
    this.#transition.complete();
  }

  #noticed<T>(subject: Subject<T>): Observable<T> {
    const notice = () => {
      this.traced = this.#transition.observed;
      this.heard = this.#output.observed || this.#interrupt.observed;
    };
    return new Observable((subscriber) => {
      subscriber.add(subject.subscribe(subscriber));
      subscriber.add(notice);
      notice();
    });
  }
}
