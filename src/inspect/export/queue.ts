import type { Drawn } from "./drawn.js";

/** More than so many are not held: the older half is let go. */
const MOST = 65_536;

/** What has been drawn and may still have something drawn before it, in the order of time. */
export class DrawingQueue {
  #items: Drawn[] = [];
  #head = 0;
  /** Until when everything has been let go: nothing can be drawn before. Nanoseconds. */
  released = 0;

  /** Draws something; what is of the same time stays in the order in which it came. */
  add(drawn: Drawn): void {
    const items = this.#items;
    let place = items.length;
    while (place > this.#head && (items[place - 1] as Drawn).at > drawn.at) place--;
    if (place === items.length) items.push(drawn);
    else items.splice(place, 0, drawn);
  }

  /** Lets go of what was drawn up to a time. */
  *release(until: number): Generator<Drawn, void> {
    const over = this.#items.length - this.#head > MOST ? this.#items[this.#head + MOST / 2]?.at : undefined;
    this.released = Math.max(this.released, until, over ?? 0);
    for (; this.#head < this.#items.length; this.#head++) {
      const item = this.#items[this.#head] as Drawn;
      if (item.at > this.released) break;
      yield item;
    }
    if (this.#head > MOST / 2 || this.#head === this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
