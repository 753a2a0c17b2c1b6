/** Where a run puts what it emits: an array will do, and {@link Emissions} is faster. */
export interface Collector<T> {
  /** How many there are. A run shortens it only to take back what an event that failed has emitted. */
  length: number;
  /** Appends one. */
  push(emission: T): unknown;
}

/**
 * A list that is filled and emptied over and over: emptying it by `length = 0` keeps its memory, as an array does not.
 * It may hold on to what it held before until that is written over.
 */
export class Emissions<T> implements Collector<T> {
  private readonly items: T[] = [];
  length = 0;

  push(emission: T): void {
    this.items[this.length++] = emission;
  }

  /** Takes the last one out; there must be one. */
  pop(): T {
    return this.items[--this.length] as T;
  }

  /** @throws RangeError unless `index` is from 0 to below `length`. */
  at(index: number): T {
    if (index >= this.length || index < 0)
      throw new RangeError(`expected an index below ${this.length}, got ${index}`);
    return this.items[index] as T;
  }

  /** The emissions, in order. */
  toArray(): T[] {
    return this.items.slice(0, this.length);
  }

  /** Hands all on, in order, and is empty. */
  handTo(other: Collector<T>): void {
    for (let at = 0; at < this.length; at++) other.push(this.items[at] as T);
    this.length = 0;
  }
}
