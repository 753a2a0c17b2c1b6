import type { DeclaredReads, Operand, UserFunction } from "../ir/program.js";
import { declaredReads, withCheckedReads } from "./declared-reads.js";

/** Returns the key of a symbol from its names, of which none can be mistaken for two. */
export const symbolKeyOf = (...names: readonly string[]): string => JSON.stringify(names);

/**
 * The functions and values that a machine holds, each with an index.
 *
 * A named function has one index, however often it is used. An inline function gets an index for each use:
 * sharing a function between two uses is not part of a machine's definition.
 */
export class SymbolTable {
  readonly functions: UserFunction[] = [];
  readonly values: unknown[] = [];
  readonly functionNames: string[] = [];
  readonly reads: (DeclaredReads | null)[] = [];
  readonly valueNames: string[] = [];
  private readonly operandsByKey = new Map<string, Operand>();
  private readonly checksReads: boolean;

  /** @param checksReads - true if a function that reads what it does not declare must throw. */
  constructor(checksReads = false) {
    this.checksReads = checksReads;
  }

  namedFunction(symbolKey: string, symbolName: string, userFunction: UserFunction): number {
    const knownOperand = this.operandsByKey.get(symbolKey);
    if (knownOperand !== undefined && "fn" in knownOperand) return knownOperand.fn;
    const functionIndex = this.inlineFunction(userFunction, symbolName);
    this.operandsByKey.set(symbolKey, { fn: functionIndex });
    return functionIndex;
  }

  inlineFunction(userFunction: UserFunction, symbolName: string): number {
    this.functionNames.push(symbolName);
    this.reads.push(declaredReads(userFunction));
    return (
      this.functions.push(this.checksReads ? withCheckedReads(userFunction, symbolName) : userFunction) - 1
    );
  }

  /** Adds a function or a value. A `symbolKey` that was added before returns the same operand. */
  addOperand(candidate: unknown, symbolName: string, symbolKey?: string): Operand {
    const knownOperand = symbolKey === undefined ? undefined : this.operandsByKey.get(symbolKey);
    if (knownOperand !== undefined) return knownOperand;
    const operand: Operand =
      typeof candidate === "function"
        ? { fn: this.inlineFunction(candidate as UserFunction, symbolName) }
        : { value: this.addValue(candidate, symbolName) };
    if (symbolKey !== undefined) this.operandsByKey.set(symbolKey, operand);
    return operand;
  }

  private addValue(value: unknown, symbolName: string): number {
    this.valueNames.push(symbolName);
    return this.values.push(value) - 1;
  }
}
