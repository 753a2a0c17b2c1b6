import type { EventObject } from "xstate";
import { type EmissionKind, interned, kindOf, shapeOf, WHOLE } from "./kinds.js";

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
 *
 * It holds each emission as the number of its kind and a payload, so that one that is told by number need not be made.
 */
export class Emissions<T extends EventObject> implements Collector<T> {
  /** The kinds that are told by number. */
  readonly kinds: readonly EmissionKind[];
  private readonly numbers: number[] = [];
  private readonly payloads: unknown[] = [];
  length = 0;

  constructor(kinds: readonly EmissionKind[] = []) {
    this.kinds = interned(kinds);
  }

  push(emission: T): void {
    const shape = this.kinds.length === 0 ? undefined : shapeOf(emission);
    const kind = shape === undefined ? WHOLE : kindOf(this.kinds, shape);
    if (kind === WHOLE) this.add(WHOLE, emission);
    else this.add(kind, emission[shape?.payload as keyof T]);
  }

  /**
   * Appends one by number.
   *
   * @param kind - its place among {@link kinds}, from 1; 0 where `payload` is the emission itself.
   * @param payload - what it has under its kind's key.
   */
  add(kind: number, payload: unknown): void {
    const at = this.length;
    this.numbers[at] = kind;
    this.payloads[at] = payload;
    this.length = at + 1;
  }

  /** The kind of the one at `index`, as {@link add} takes it. The index is not checked. */
  kindAt(index: number): number {
    return this.numbers[index] as number;
  }

  /** The payload of the one at `index`, as {@link add} takes it. The index is not checked. */
  payloadAt(index: number): unknown {
    return this.payloads[index];
  }

  /** The emission that a kind and a payload stand for. */
  made(kind: number, payload: unknown): T {
    if (kind === WHOLE) return payload as T;
    const { type, payload: key } = this.kinds[kind - 1] as EmissionKind;
    return (key === undefined ? { type } : { type, [key]: payload }) as unknown as T;
  }

  /** @throws RangeError unless `index` is from 0 to below `length`. */
  at(index: number): T {
    if (index >= this.length || index < 0)
      throw new RangeError(`expected an index below ${this.length}, got ${index}`);
    return this.made(this.kindAt(index), this.payloadAt(index));
  }

  /** The emissions, in order. */
  toArray(): T[] {
    const all: T[] = [];
    for (let at = 0; at < this.length; at++) all.push(this.at(at));
    return all;
  }

  /** Hands all on, in order, and is empty. */
  handTo(other: Collector<T>): void {
    for (let at = 0; at < this.length; at++) this.handOne(this.kindAt(at), this.payloadAt(at), other);
    this.length = 0;
  }

  /** Hands on what a kind and a payload stand for: by number, where the other one has the same kinds. */
  handOne(kind: number, payload: unknown, other: Collector<T>): void {
    if (other instanceof Emissions && other.kinds === this.kinds) other.add(kind, payload);
    else other.push(this.made(kind, payload));
  }
}
