import { Fifo } from "../../../machines/index.js";
import type { Representative } from "./scope.js";
import { copyOfValue, freezeValue, isConstant, type ValueIdentity } from "./value-identity.js";

/** The value of a field that a context does not have. */
export const ABSENT = Symbol("absent");

/** The bytes of an entry of a map with its value, without a text, by an estimate. */
const ENTRY_BYTES = 96;

/**
 * The different values of one field of the context, each with a value id. Two values share an id only if nothing tells them apart, or
 * if they are abstracted to one representative. Representatives are frozen.
 */
export class FieldValues {
  readonly #onContainer: () => void;
  readonly #fieldName: string;
  readonly #identity: ValueIdentity;
  readonly #abstract: Representative | undefined;
  readonly #primitiveIds = new Map<unknown, number>();
  readonly #fifoIds = new Map<string, number>();
  readonly #objectIds = new Map<string, number>();
  readonly #representatives: unknown[] = [];
  #isInitial = false;
  /** By value id: the text of a value that is not frozen, and a copy of it, as it was when it was added. */
  readonly #originals = new Map<number, { readonly key: string; readonly copy: unknown }>();

  /** @param onContainer - called when there is a value that is not frozen. */
  constructor(
    fieldName: string,
    identity: ValueIdentity,
    abstract: Representative | undefined,
    onContainer: () => void,
  ) {
    this.#onContainer = onContainer;
    this.#fieldName = fieldName;
    this.#identity = identity;
    this.#abstract = abstract;
  }

  /** True if a value may have another representative than itself. */
  get isAbstract(): boolean {
    return this.#abstract !== undefined;
  }

  /** The memory of the values, in bytes, by an estimate: that of their texts, and of an entry of a map each. */
  byteEstimate = 0;
  /** True if some value is an object without a rule of its own. */
  hasObjects = false;
  /** True if some value has a part that is not frozen. */
  get hasContainers(): boolean {
    return this.#originals.size > 0;
  }

  /** Returns true if a representative was changed in place since it was added. */
  isChanged(valueId: number): boolean {
    const original = this.#originals.get(valueId);
    return original !== undefined && this.#keyOf(this.#representatives[valueId]) !== original.key;
  }

  /** Returns a copy of the representative with this id, as it was when it was added, in which nothing is frozen. */
  copyAt(valueId: number): unknown {
    const original = this.#originals.get(valueId);
    return copyOfValue(original ? original.copy : this.#representatives[valueId], this.#identity);
  }

  /** Returns the representative with this id. */
  valueAt(valueId: number): unknown {
    return this.#representatives[valueId];
  }

  /** Returns the id of a value's representative. @throws IdentityError if the value cannot be compared exactly. */
  valueIdOf(value: unknown): number {
    // FIFOs are often new objects: a string of their characters is faster than their data.
    if (value instanceof Fifo)
      return this.#internValue(this.#fifoIds, String.fromCharCode.apply(null, value.toArray()), value);
    if ((typeof value === "object" && value !== null) || typeof value === "function")
      return this.#internValue(this.#objectIds, this.#keyOf(value), value);
    // A map takes -0 for 0.
    if (Object.is(value, -0)) return this.#internValue(this.#objectIds, "-0", value);
    return this.#internValue(this.#primitiveIds, value, value);
  }

  /** Returns the id of a value's representative, or -1 if it has none yet. @throws IdentityError as {@link valueIdOf}. */
  findId(value: unknown): number {
    if (value instanceof Fifo)
      return this.#fifoIds.get(String.fromCharCode.apply(null, value.toArray())) ?? -1;
    if ((typeof value === "object" && value !== null) || typeof value === "function")
      return this.#objectIds.get(this.#keyOf(value)) ?? -1;
    return (Object.is(value, -0) ? this.#objectIds.get("-0") : this.#primitiveIds.get(value)) ?? -1;
  }

  /** Returns the id of a value's representative, or its text if it has none yet: the same for the same value, which leaves no trace. */
  cellOf(value: unknown): number | string {
    const knownId = this.findId(value);
    if (knownId >= 0 || !this.#abstract || value === ABSENT)
      return knownId >= 0 ? knownId : this.#textOf(value);
    const representative = this.#abstract(value);
    const representativeId = this.findId(representative);
    return representativeId >= 0 ? representativeId : this.#textOf(representative);
  }

  #textOf(value: unknown): string {
    if (value instanceof Fifo) return `Fifo(${value.toArray()})`;
    return value === ABSENT ? "absent" : this.#keyOf(value);
  }

  /** Returns the id of the initial value. The machine itself holds it, so it is not frozen. */
  initialIdOf(value: unknown): number {
    this.#isInitial = true;
    const valueId = this.valueIdOf(value);
    this.#isInitial = false;
    return valueId;
  }

  #internValue<TKey>(valueIds: Map<TKey, number>, key: TKey, value: unknown): number {
    const knownId = valueIds.get(key);
    if (knownId !== undefined) return knownId;
    const representative = this.#abstract && value !== ABSENT ? this.#abstract(value) : value;
    const isOwn = !this.#abstract || value === ABSENT || this.#keyOf(representative) === this.#keyOf(value);
    const valueId = isOwn ? this.#addValue(representative) : this.valueIdOf(representative);
    valueIds.set(key, valueId);
    this.byteEstimate += typeof key === "string" ? ENTRY_BYTES + key.length : ENTRY_BYTES;
    return valueId;
  }

  #addValue(representative: unknown): number {
    const valueId = this.#representatives.push(representative) - 1;
    if (typeof representative !== "object" || representative === null) return valueId;
    this.hasObjects ||= !this.#identity.hasRule(representative);
    if (isConstant(representative, this.#identity)) return valueId;
    if (!this.#isInitial && freezeValue(representative, this.#identity)) return valueId;
    this.#onContainer();
    this.#originals.set(valueId, {
      key: this.#keyOf(representative),
      copy: copyOfValue(representative, this.#identity),
    });
    return valueId;
  }

  #keyOf(value: unknown): string {
    return this.#identity.keyOf(value, `context.${this.#fieldName}`);
  }
}
