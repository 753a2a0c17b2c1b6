import { Fifo } from "../../../machines/index.js";

/**
 * The different values of one field of the context, each with a value id. Objects are compared by their JSON. A value that is
 * abstracted away has the id of its representative.
 */
export class FieldValues {
  readonly #abstract: ((value: never) => unknown) | undefined;
  readonly #primitiveIds = new Map<unknown, number>();
  readonly #fifoIds = new Map<string, number>();
  readonly #objectIds = new Map<string, number>();
  readonly #representatives: unknown[] = [];

  constructor(abstract: ((value: never) => unknown) | undefined) {
    this.#abstract = abstract;
  }

  /** True if a value may have another representative than itself. */
  get isAbstract(): boolean {
    return this.#abstract !== undefined;
  }

  /** Returns the representative with this id. */
  valueAt(valueId: number): unknown {
    return this.#representatives[valueId];
  }

  /** Returns the id of a value's representative. */
  valueIdOf(value: unknown): number {
    // FIFOs are often new objects: a string of their characters is faster than their JSON.
    if (value instanceof Fifo)
      return this.#internValue(this.#fifoIds, String.fromCharCode.apply(null, value.toArray()), value);
    if (typeof value === "object" && value !== null)
      return this.#internValue(this.#objectIds, JSON.stringify(value), value);
    return this.#internValue(this.#primitiveIds, value, value);
  }

  #internValue<TKey>(valueIds: Map<TKey, number>, key: TKey, value: unknown): number {
    const knownId = valueIds.get(key);
    if (knownId !== undefined) return knownId;
    const representative = this.#abstract ? this.#abstract(value as never) : value;
    const isOwn = !this.#abstract || identityOf(representative) === identityOf(value);
    const valueId = isOwn ? this.#representatives.push(representative) - 1 : this.valueIdOf(representative);
    valueIds.set(key, valueId);
    return valueId;
  }
}

/** Returns a text that differs for different values of one field. */
const identityOf = (value: unknown): string => `${typeof value} ${JSON.stringify(value) ?? String(value)}`;
