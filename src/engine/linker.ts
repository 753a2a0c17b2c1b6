import type { Operand, UserFunction } from "./program.js";

/**
 * Collects the functions and values that a machine holds and gives each an index.
 *
 * What has a name is found by it, so a function used in ten places has one index. What has none gets one for each
 * place: whether two places share a function is not part of a machine's definition.
 */
export class Linker {
  readonly functions: UserFunction[] = [];
  readonly values: unknown[] = [];
  readonly functionNames: string[] = [];
  readonly valueNames: string[] = [];
  private readonly byKey = new Map<string, Operand>();

  named(key: string, name: string, fn: UserFunction): number {
    const known = this.byKey.get(key);
    if (known !== undefined && "fn" in known) return known.fn;
    const index = this.inline(fn, name);
    this.byKey.set(key, { fn: index });
    return index;
  }

  inline(fn: UserFunction, name: string): number {
    this.functionNames.push(name);
    return this.functions.push(fn) - 1;
  }

  /** A function or a value, as it comes. With a `key`, what the key has stood for before. */
  operand(thing: unknown, name: string, key?: string): Operand {
    const known = key === undefined ? undefined : this.byKey.get(key);
    if (known !== undefined) return known;
    const operand: Operand =
      typeof thing === "function"
        ? { fn: this.inline(thing as UserFunction, name) }
        : { value: this.value(thing, name) };
    if (key !== undefined) this.byKey.set(key, operand);
    return operand;
  }

  private value(value: unknown, name: string): number {
    this.valueNames.push(name);
    return this.values.push(value) - 1;
  }
}
