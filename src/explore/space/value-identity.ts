import { Fifo } from "../../../machines/index.js";

/** A rule by which the instances of a class are compared: two are one value if, and only if, their data is. */
export interface ClassIdentity<TInstance extends object = object> {
  /** The class. Instances of its subclasses have no rule by it. */
  readonly type: { readonly prototype: object; readonly name: string };
  /** Returns everything that distinguishes an instance from others. An instance never changes. */
  data(instance: TInstance): unknown;
}

/** A value that cannot be compared exactly, so that states which hold it cannot either. */
export class IdentityError extends TypeError {
  override readonly name = "IdentityError";
}

const FIFO_IDENTITY = { type: Fifo, data: (fifo: Fifo) => fifo.toArray() };

/** Values of these types have no parts: their text says which they are. */
const primitiveKey = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "-0" : `${value}`;
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "T" : "F";
    case "undefined":
      return "U";
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "N" : undefined;
    default:
      return undefined;
  }
};

/**
 * The identity of values: a text for each, the same for two values if, and only if, nothing in JavaScript tells them apart except the
 * order of an object's keys and whether two parts are one object.
 */
export class ValueIdentity {
  readonly #rules = new Map<object, ClassIdentity>();
  /** The texts of instances with a rule, which never change. */
  readonly #instanceKeys = new WeakMap<object, string>();
  /** The texts of values that never change. */
  readonly #constantKeys = new WeakMap<object, string>();
  readonly #symbolNumbers = new Map<symbol, number>();
  /** The objects that are being described, from the outermost. */
  readonly #ancestors: object[] = [];

  /** @param rules - the rules for classes. */
  constructor(rules: readonly ClassIdentity[] = []) {
    for (const rule of [FIFO_IDENTITY as ClassIdentity, ...rules]) this.#rules.set(rule.type.prototype, rule);
  }

  /** Returns true if a rule compares instances of the value's class. Such a value never changes. */
  hasRule(value: object): boolean {
    return this.#rules.has(Object.getPrototypeOf(value)) || isActorRef(value);
  }

  /**
   * Returns the text of a value.
   *
   * @param location - the value's location, for the error: "context.items".
   * @throws IdentityError if it has a part that cannot be compared exactly, naming the part.
   */
  keyOf(value: unknown, location: string): string {
    const knownKey = primitiveKey(value);
    if (knownKey !== undefined) return knownKey;
    if (typeof value === "symbol") return this.#symbolKey(value);
    if (typeof value === "function") throw refusal(location, `a function${nameOf(value)}`);
    const object = value as object;
    const constantKey = this.#constantKeys.get(object);
    if (constantKey !== undefined) return constantKey;
    if (this.#ancestors.includes(object))
      throw refusal(location, "an object that contains itself", "an object without a cycle");
    this.#ancestors.push(object);
    try {
      const objectKey = this.#objectKey(object, location);
      if (isConstant(object, this)) this.#constantKeys.set(object, objectKey);
      return objectKey;
    } finally {
      this.#ancestors.pop();
    }
  }

  #symbolKey(value: symbol): string {
    const symbolNumber = this.#symbolNumbers.get(value) ?? this.#symbolNumbers.size;
    this.#symbolNumbers.set(value, symbolNumber);
    return `@${symbolNumber}`;
  }

  #objectKey(object: object, location: string): string {
    if (isActorRef(object)) return `Actor(${JSON.stringify(object.id)})`;
    const prototype: object | null = Object.getPrototypeOf(object);
    if (prototype === Object.prototype) return this.#propertiesKey(object, location);
    if (Array.isArray(object) && (prototype === Array.prototype || isOf(prototype, "Array")))
      return this.#arrayKey(object, location);
    if (prototype === null) return `O${this.#propertiesKey(object, location)}`;
    const rule = this.#rules.get(prototype);
    if (rule) {
      const className = rule.type.name;
      const instanceKey =
        this.#instanceKeys.get(object) ??
        `${className}(${this.keyOf(rule.data(object), `${location} (${className})`)})`;
      this.#instanceKeys.set(object, instanceKey);
      return instanceKey;
    }
    if (Object.getPrototypeOf(prototype) === null && isOf(prototype, "Object"))
      return this.#propertiesKey(object, location);
    return this.#builtInKey(object, prototype, location);
  }

  #arrayKey(items: readonly unknown[], location: string): string {
    let key = "[";
    let itemCount = 0;
    for (let index = 0; index < items.length; index++) {
      if (index > 0) key += ",";
      if (!Object.hasOwn(items, index)) continue;
      itemCount++;
      key += this.keyOf(items[index], `${location}[${index}]`);
    }
    if (Reflect.ownKeys(items).length > itemCount + 1)
      throw refusal(location, "an array with properties besides its items");
    return `${key}]`;
  }

  #propertiesKey(object: object, location: string): string {
    const names = Object.keys(object);
    if (Reflect.ownKeys(object).length !== names.length)
      throw refusal(
        location,
        "an object with properties that are symbols or not enumerable",
        "enumerable properties with names",
      );
    names.sort();
    let key = "{";
    for (const name of names) {
      const property = Object.getOwnPropertyDescriptor(object, name) as PropertyDescriptor;
      if (property.get || property.set)
        throw refusal(`${location}.${name}`, "a getter or setter", "a property with a value");
      key += `${JSON.stringify(name)}:${this.keyOf(property.value, `${location}.${name}`)},`;
    }
    return `${key}}`;
  }

  /** Describes an error: by its properties, of which most are not enumerable. */
  #errorKey(error: Error, className: string, location: string): string {
    const properties = Reflect.ownKeys(error)
      .map((name): [string, unknown] => [String(name), Reflect.get(error, name)])
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return `${className}(${this.keyOf(properties, location)})`;
  }

  /** Describes an instance of a class of JavaScript itself. */
  #builtInKey(object: object, prototype: object, location: string): string {
    const className = isOf(prototype, prototype.constructor?.name) ? prototype.constructor.name : "";
    const isPlain = () => Reflect.ownKeys(object).length === 0;
    const listKey = (items: Iterable<unknown>) => {
      let index = 0;
      let key = `${className}(`;
      for (const item of items) key += `${this.keyOf(item, `${location}[${index++}]`)},`;
      return `${key})`;
    };
    if (className === "Map" && isPlain()) return listKey([...(object as Map<unknown, unknown>)].flat(1));
    if (className === "Set" && isPlain()) return listKey(object as Set<unknown>);
    if (className === "Date" && isPlain()) return `Date(${(object as Date).getTime()})`;
    if (object instanceof Error && className !== "") return this.#errorKey(object, className, location);
    if (className === "RegExp")
      return `RegExp(${JSON.stringify(`${object}`)},${(object as RegExp).lastIndex})`;
    if (className === "ArrayBuffer" && isPlain())
      return `ArrayBuffer(${new Uint8Array(object as ArrayBuffer)})`;
    if (ArrayBuffer.isView(object) && className !== "" && object.buffer instanceof ArrayBuffer) {
      const { buffer, byteOffset, byteLength } = object;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      // A view of a part of its buffer gives access to the rest of it.
      const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
      return isWhole
        ? `${className}(${bytes})`
        : `${className}(${byteOffset},${byteLength},${new Uint8Array(buffer)})`;
    }
    throw refusal(
      location,
      `an instance of ${prototype.constructor?.name || "a class without a name"}`,
      "plain data, or a rule for the class in scope.classes",
    );
  }
}

/** Returns true if a prototype is that of a class of JavaScript itself, in any realm. */
function isOf(prototype: object | null, className: string | undefined): boolean {
  const classOfValue: unknown = prototype?.constructor;
  return (
    typeof classOfValue === "function" &&
    classOfValue.name === className &&
    /^function \w+\(\) \{\s+\[native code\]\s+\}$/.test(Function.prototype.toString.call(classOfValue))
  );
}

/** Returns true for a reference to an actor. Actors of one machine are told apart by their ids. */
const isActorRef = (value: object): value is { readonly id: string } =>
  "sessionId" in value && "getSnapshot" in value && "send" in value;

const nameOf = (value: { readonly name?: string }): string => (value.name ? ` (${value.name})` : "");

const refusal = (
  location: string,
  actual: string,
  expected = "a value that can be compared exactly",
): IdentityError => new IdentityError(`${location}: expected ${expected}, got ${actual}`);

/** Returns a copy of plain objects, arrays and JavaScript's own containers, which shares with the original what is constant. */
export function copyOfValue(value: unknown, identity: ValueIdentity): unknown {
  if (typeof value !== "object" || value === null || isConstant(value, identity)) return value;
  if (isFreezable(value)) {
    const copy: object = Array.isArray(value)
      ? new Array(value.length)
      : Object.create(Object.getPrototypeOf(value));
    for (const [name, item] of Object.entries(value))
      Object.defineProperty(copy, name, {
        value: copyOfValue(item, identity),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    return copy;
  }
  if (value instanceof Map)
    return new Map(
      [...value].map(([key, item]) => [copyOfValue(key, identity), copyOfValue(item, identity)] as const),
    );
  if (value instanceof Set) return new Set([...value].map((item) => copyOfValue(item, identity)));
  const copy = structuredClone(value);
  if (value instanceof RegExp) (copy as RegExp).lastIndex = value.lastIndex;
  return copy;
}

/** Plain objects and arrays are those that can be frozen. */
function isFreezable(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What was frozen here, in a machine that does not freeze it. */
const frozenByExplorer = new WeakSet<object>();
/** What was found to be constant. */
const constants = new WeakSet<object>();

/** Returns true if nothing can change a value in place, in XState neither: the machine itself has frozen all of it. */
export function isConstant(value: unknown, identity: ValueIdentity): boolean {
  if (typeof value !== "object" || value === null || constants.has(value) || identity.hasRule(value))
    return true;
  if (!Object.isFrozen(value) || frozenByExplorer.has(value) || !isFreezable(value)) return false;
  // Before its parts, which may contain it.
  constants.add(value);
  const isWhole = Object.values(value).every((item) => isConstant(item, identity));
  if (!isWhole) constants.delete(value);
  return isWhole;
}

/** Freezes the plain objects and arrays in a value. Returns false if it has a part that JavaScript cannot freeze. */
export function freezeValue(value: unknown, identity: ValueIdentity): boolean {
  if (typeof value !== "object" || value === null || isConstant(value, identity)) return true;
  if (isFreezable(value)) {
    if (!Object.isFrozen(value)) frozenByExplorer.add(Object.freeze(value));
    return Object.values(value)
      .map((item) => freezeValue(item, identity))
      .every((isFrozen) => isFrozen);
  }
  if (value instanceof Map) for (const item of [...value].flat(1)) freezeValue(item, identity);
  if (value instanceof Set) for (const item of value) freezeValue(item, identity);
  return false;
}
