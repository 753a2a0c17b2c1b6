import type { ByteColumn } from "./growing-columns.js";

const BLOCK_SIZE = 256;

/** The summary of a range of a column. */
interface RangeSummary {
  /** The bits set in any byte, and in every byte. */
  readonly anyBits: number;
  readonly commonBits: number;
  /** The greatest byte. */
  readonly maximum: number;
}

/** Summarises a column block by block, so that a range of any length is read quickly. */
export class BlockSummary {
  readonly #column: ByteColumn;
  readonly #anyBits: number[] = [];
  readonly #commonBits: number[] = [];
  readonly #maximum: number[] = [];

  constructor(column: ByteColumn) {
    this.#column = column;
  }

  /** Summarises rows `firstRow` up to, not including, `endRow`, at least one. */
  summarise(firstRow: number, endRow: number): RangeSummary {
    const { contents: columnBytes } = this.#column;
    this.#extend(columnBytes);
    let [anyBits, commonBits, maximum] = [0, 0xff, 0];
    const lastRow = Math.min(Math.max(endRow, firstRow + 1), columnBytes.length);
    for (let rowIndex = firstRow; rowIndex < lastRow; ) {
      const blockIndex = rowIndex / BLOCK_SIZE;
      if (Number.isInteger(blockIndex) && rowIndex + BLOCK_SIZE <= lastRow) {
        anyBits |= this.#anyBits[blockIndex] as number;
        commonBits &= this.#commonBits[blockIndex] as number;
        maximum = Math.max(maximum, this.#maximum[blockIndex] as number);
        rowIndex += BLOCK_SIZE;
      } else {
        const byteValue = columnBytes[rowIndex++] as number;
        anyBits |= byteValue;
        commonBits &= byteValue;
        if (byteValue > maximum) maximum = byteValue;
      }
    }
    return { anyBits, commonBits, maximum };
  }

  #extend(columnBytes: Uint8Array): void {
    for (
      let blockIndex = this.#anyBits.length;
      (blockIndex + 1) * BLOCK_SIZE <= columnBytes.length;
      blockIndex++
    ) {
      let [anyBits, commonBits, maximum] = [0, 0xff, 0];
      for (let rowIndex = blockIndex * BLOCK_SIZE; rowIndex < (blockIndex + 1) * BLOCK_SIZE; rowIndex++) {
        const byteValue = columnBytes[rowIndex] as number;
        anyBits |= byteValue;
        commonBits &= byteValue;
        if (byteValue > maximum) maximum = byteValue;
      }
      this.#anyBits.push(anyBits);
      this.#commonBits.push(commonBits);
      this.#maximum.push(maximum);
    }
  }
}
