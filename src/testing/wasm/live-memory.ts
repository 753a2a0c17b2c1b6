import { formatValue } from "../../journal/internal.js";
import { UsageError } from "../stop.js";

/** The ends of the parts of memory, as a linker exports them; undefined where it does not. */
interface MemoryLayout {
  /** The end of the variables: `__data_end`. */
  readonly dataEnd: number | undefined;
  /** The end of variables and stack: `__heap_base`. */
  readonly heapBase: number | undefined;
}

/** Counters that run freely together. */
interface Counters {
  readonly address: number;
  readonly length: number;
  readonly modulus: number;
}

/** The live bytes of a memory, as those words in which they differ from the memory at the start. */
export interface LiveState {
  /** Equal for states between which the module cannot tell, by what it has said of forgotten bytes and counters. */
  readonly key: string;
  /** The size of the memory in bytes. */
  readonly memorySize: number;
  /** Writes the state into a memory of that size; what is dead becomes zero. */
  writeTo(memory: Uint8Array): void;
}

const wordsOf = (bytes: Uint8Array): Int32Array =>
  new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);

/**
 * The memory of a module that is idle: without what lies below the top of its stack, without bytes that the module has asked to forget, and
 * with its free-running counters brought down.
 */
export class LiveMemory {
  readonly #initial: Int32Array;
  /** The dead part: from one byte to another. */
  readonly #deadFrom: number;
  readonly #deadEnd: number;
  readonly #forgotten: { readonly address: number; readonly length: number }[] = [];
  readonly #counters: Counters[] = [];

  /** @param stackTop - the stack's top while nothing runs; undefined if it is not known: then all bytes count. */
  constructor(initialMemory: Uint8Array, stackTop: number | undefined, { dataEnd, heapBase }: MemoryLayout) {
    this.#initial = wordsOf(initialMemory);
    [this.#deadFrom, this.#deadEnd] = [0, 0];
    if (stackTop === undefined) return;
    const isZeroBelow = initialMemory.subarray(0, stackTop).every((byte) => byte === 0);
    const hasVariablesAbove =
      (heapBase ?? 0) > stackTop || initialMemory.subarray(stackTop).some((byte) => byte !== 0);
    // The stack is first, or it lies behind the variables.
    if (isZeroBelow && hasVariablesAbove) this.#deadEnd = stackTop & ~3;
    else if (dataEnd !== undefined && dataEnd <= stackTop)
      [this.#deadFrom, this.#deadEnd] = [(dataEnd + 3) & ~3, stackTop & ~3];
  }

  /** Notes bytes on which nothing depends. Noted again they are the same. */
  forget(address: number, length: number): void {
    const isNoted = this.#forgotten.some((range) => range.address === address && range.length === length);
    if (!isNoted) this.#forgotten.push({ address, length });
  }

  /** Notes counters of 32 bits, of which only the differences and the rest of each by `modulus` matter. @throws TypeError for a wrong range. */
  addCounters(address: number, length: number, modulus: number): void {
    if (length % 4 !== 0 || address % 4 !== 0 || length === 0)
      throw new UsageError(
        `vm_superio_counter: expected uint32_t counters, got ${length} bytes at ${address}`,
      );
    if (modulus === 0 || (modulus & (modulus - 1)) !== 0)
      throw new UsageError(
        `vm_superio_counter: expected a power of two as modulus, as a counter of 32 bits overflows, got ${formatValue(modulus)}`,
      );
    const isNoted = this.#counters.some((counters) => counters.address === address);
    if (!isNoted) this.#counters.push({ address, length, modulus });
  }

  /** Returns the state of a memory. */
  checkpoint(memory: Uint8Array): LiveState {
    const words = wordsOf(memory);
    const [initial, deadFrom, deadEnd] = [this.#initial, this.#deadFrom >> 2, this.#deadEnd >> 2];
    const indexes: number[] = [];
    const values: number[] = [];
    const compare = (from: number, end: number): void => {
      for (let i = from; i < end; i++) {
        const value = words[i] as number;
        if (value !== (initial[i] ?? 0)) {
          indexes.push(i);
          values.push(value);
        }
      }
    };
    compare(0, deadFrom);
    compare(deadEnd, words.length);
    const memorySize = memory.length;
    return {
      key: this.#keyOf(memorySize, indexes, values),
      memorySize,
      writeTo(target) {
        const targetWords = wordsOf(target);
        targetWords.set(initial);
        targetWords.fill(0, initial.length);
        targetWords.fill(0, deadFrom, deadEnd);
        for (const [i, index] of indexes.entries()) targetWords[index] = values[i] as number;
      },
    };
  }

  #keyOf(memorySize: number, indexes: readonly number[], values: readonly number[]): string {
    const words = new Map<number, number>();
    for (const [i, index] of indexes.entries()) words.set(index, values[i] as number);
    this.#lowerCounters(words);
    this.#clearForgotten(words);
    const parts = [memorySize];
    for (const [index, value] of [...words].sort(([a], [b]) => a - b))
      if (value !== (this.#initial[index] ?? 0)) parts.push(index, value);
    return parts.join();
  }

  /** Subtracts from counters that run together the same multiple of their modulus. */
  #lowerCounters(words: Map<number, number>): void {
    for (const { address, length, modulus } of this.#counters) {
      const first = this.#wordAt(words, address >> 2) >>> 0;
      const base = first - (first % modulus);
      for (let index = address >> 2; index < (address + length) >> 2; index++)
        words.set(index, (this.#wordAt(words, index) - base) | 0);
    }
  }

  #clearForgotten(words: Map<number, number>): void {
    for (const { address, length } of this.#forgotten)
      for (let byte = address; byte < address + length; byte++) {
        const index = byte >> 2;
        const remainingWord = this.#wordAt(words, index) & ~(0xff << (8 * (byte & 3)));
        words.set(index, remainingWord);
      }
  }

  #wordAt(words: ReadonlyMap<number, number>, index: number): number {
    return words.get(index) ?? this.#initial[index] ?? 0;
  }
}
