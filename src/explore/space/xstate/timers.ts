import type { EventObject } from "xstate";

/** A delayed event of a machine. */
export interface Timer {
  /** The text of everything that distinguishes it from others. */
  readonly key: string;
  /** The id by which it is cancelled. */
  readonly sendId: string | undefined;
  readonly event: EventObject;
  /** Milliseconds. */
  readonly delay: number;
  /** The id of the actor that the event is sent to; absent if it is the machine itself. */
  readonly targetId?: string;
}

interface RunningTimer {
  readonly timer: Timer;
  /** A number that no other running timer has. */
  readonly serial: number;
  /** The serials of the timers that certainly go off before it. */
  readonly blockers: readonly number[];
  /** True if it was started in the present step. */
  readonly isNew: boolean;
}

/**
 * The timers that run, which never change. Time is abstracted away but for this: of two timers, the one that was started earlier with a
 * delay that is no longer goes off first, and so does the shorter of two that were started in one step.
 */
export class Timers {
  static readonly NONE = new Timers([]);
  readonly #running: readonly RunningTimer[];

  private constructor(running: readonly RunningTimer[]) {
    this.#running = running;
  }

  /** Returns these timers and one that is started in the present step. */
  start(timer: Timer): Timers {
    const serial = 1 + Math.max(-1, ...this.#running.map((running) => running.serial));
    const isShorter = (running: RunningTimer) => running.isNew && running.timer.delay > timer.delay;
    const blockers = this.#running
      .filter((running) => running.timer.delay <= timer.delay)
      .map((running) => running.serial);
    return new Timers([
      ...this.#running.map((running) =>
        isShorter(running) ? { ...running, blockers: [...running.blockers, serial] } : running,
      ),
      { timer, serial, blockers, isNew: true },
    ]);
  }

  /** Returns these timers without the last one that was started with an id. */
  cancel(sendId: string): Timers {
    return this.#without(this.#running.findLast(({ timer }) => timer.sendId === sendId));
  }

  /** Returns these timers without one that goes off. */
  remove(key: string): Timers {
    return this.#without(this.#running.find((running) => this.#goesOff(running, key)));
  }

  /** Returns true if a timer with this key may be the next that goes off. */
  canGoOff(key: string): boolean {
    return this.#running.some((running) => this.#goesOff(running, key));
  }

  #goesOff({ timer, blockers }: RunningTimer, key: string): boolean {
    return timer.key === key && blockers.length === 0;
  }

  #without(removed: RunningTimer | undefined): Timers {
    if (!removed) return this;
    return new Timers(
      this.#running
        .filter((running) => running !== removed)
        .map((running) => ({
          ...running,
          blockers: running.blockers.filter((serial) => serial !== removed.serial),
        })),
    );
  }

  /** Returns these timers after the end of the step: none is new. */
  settle(): Timers {
    return new Timers(this.#running.map((running) => ({ ...running, isNew: false })));
  }

  /** The timers, in the order of their start. */
  get list(): readonly Timer[] {
    return this.#running.map(({ timer }) => timer);
  }

  /** The greatest number of running timers that are equal. */
  get mostEqual(): number {
    const counts = new Map<string, number>();
    for (const { key } of this.list) counts.set(key, 1 + (counts.get(key) ?? 0));
    return Math.max(0, ...counts.values());
  }

  /** A text that equals another's if, and only if, the timers and their order do. */
  get text(): string {
    if (this.#running.length === 0) return "";
    const sorted = this.#running.toSorted((one, other) => (one.timer.key < other.timer.key ? -1 : 1));
    const indexOf = (serial: number) => sorted.findIndex((running) => running.serial === serial);
    return sorted
      .map(
        ({ timer, blockers }) => `${timer.key}(${blockers.map(indexOf).sort((one, other) => one - other)})`,
      )
      .join();
  }
}
