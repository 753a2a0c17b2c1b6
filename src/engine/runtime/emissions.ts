import type { EventObject } from "xstate";
import { type EmissionKind, emissionKindOf, internKinds, kindNumberOf, WHOLE } from "../ir/emission-kind.js";

/** A list to which a run appends its emissions: an array, or {@link Emissions}, which is faster. */
export interface Collector<T> {
  /** The number of emissions. A run shortens it only to remove those of a failed event. */
  length: number;
  /** Appends an emission. */
  push(emission: T): unknown;
}

/**
 * A reusable list of emissions: emptying it by `length = 0` keeps its memory, unlike an array's.
 * It may retain removed emissions until they are overwritten.
 *
 * Each emission is stored as the number of its kind and a payload, so that an event object is created only on demand.
 */
export class Emissions<T extends EventObject> implements Collector<T> {
  /** The kinds that have a number. */
  readonly kinds: readonly EmissionKind[];
  private kindNumbers: number[] = [];
  private payloads: unknown[] = [];
  length = 0;

  constructor(emissionKinds: readonly EmissionKind[] = []) {
    this.kinds = internKinds(emissionKinds);
  }

  push(emission: T): void {
    const emissionKind = this.kinds.length === 0 ? undefined : emissionKindOf(emission);
    const kindNumber = emissionKind === undefined ? WHOLE : kindNumberOf(this.kinds, emissionKind);
    if (kindNumber === WHOLE) this.add(WHOLE, emission);
    else this.add(kindNumber, emission[emissionKind?.payload as keyof T]);
  }

  /**
   * Appends an emission by the number of its kind.
   *
   * @param kindNumber - the position in {@link kinds}, from 1; 0 if `payload` is the emission itself.
   * @param payload - the value of the kind's payload key.
   */
  add(kindNumber: number, payload: unknown): void {
    const index = this.length;
    this.kindNumbers[index] = kindNumber;
    this.payloads[index] = payload;
    this.length = index + 1;
  }

  /** Returns the kind number of the emission at `index`, as for {@link add}. The index is not checked. */
  kindAt(index: number): number {
    return this.kindNumbers[index] as number;
  }

  /** Returns the payload of the emission at `index`, as for {@link add}. The index is not checked. */
  payloadAt(index: number): unknown {
    return this.payloads[index];
  }

  /** Returns the event object of a kind number and a payload. */
  emissionOf(kindNumber: number, payload: unknown): T {
    if (kindNumber === WHOLE) return payload as T;
    const { type, payload: payloadKey } = this.kinds[kindNumber - 1] as EmissionKind;
    return (payloadKey === undefined ? { type } : { type, [payloadKey]: payload }) as unknown as T;
  }

  /**
   * Returns the emission at `index`.
   *
   * @throws RangeError unless `index` is from 0 to below `length`.
   */
  at(index: number): T {
    if (index >= this.length || index < 0)
      throw new RangeError(`expected an index below ${this.length}, got ${index}`);
    return this.emissionOf(this.kindAt(index), this.payloadAt(index));
  }

  /** Returns the emissions as an array, in order. */
  toArray(): T[] {
    const emissions: T[] = [];
    for (let index = 0; index < this.length; index++) emissions.push(this.at(index));
    return emissions;
  }

  /** Appends all emissions to another list, in order, and empties this one. An empty list of the same kinds takes them as they are. */
  moveTo(target: Collector<T>): void {
    if (target.length === 0 && target instanceof Emissions && target.kinds === this.kinds)
      this.exchange(target);
    for (let index = 0; index < this.length; index++)
      this.appendTo(this.kindAt(index), this.payloadAt(index), target);
    this.length = 0;
  }

  private exchange(other: Emissions<T>): void {
    const { kindNumbers, payloads, length } = this;
    this.kindNumbers = other.kindNumbers;
    this.payloads = other.payloads;
    this.length = other.length;
    other.kindNumbers = kindNumbers;
    other.payloads = payloads;
    other.length = length;
  }

  /** Appends an emission to another list: by number, if both have the same kinds. */
  appendTo(kindNumber: number, payload: unknown, target: Collector<T>): void {
    if (target instanceof Emissions && target.kinds === this.kinds) target.add(kindNumber, payload);
    else target.push(this.emissionOf(kindNumber, payload));
  }
}
