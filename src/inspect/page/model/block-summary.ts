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
  /** The rows dropped from the column, whole blocks each time. */
  #droppedCount = 0;

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

  /**
   * Returns the last row up to `fromRow` whose byte is not `byteValue`; -1 if there is none.
   */
  lastOtherRow(fromRow: number, byteValue: number): number {
    const { contents: columnBytes } = this.#column;
    this.#extend(columnBytes);
    for (let rowIndex = fromRow; rowIndex >= 0; ) {
      const blockIndex = Math.floor(rowIndex / BLOCK_SIZE);
      const isWholeBlock = rowIndex % BLOCK_SIZE === BLOCK_SIZE - 1;
      if (
        isWholeBlock &&
        this.#anyBits[blockIndex] === byteValue &&
        this.#commonBits[blockIndex] === byteValue
      )
        rowIndex -= BLOCK_SIZE;
      else if (columnBytes[rowIndex] !== byteValue) return rowIndex;
      else rowIndex--;
    }
    return -1;
  }

  /** Returns the last row up to `fromRow` in which one of the bits is set; -1 if there is none. */
  lastRowWith(fromRow: number, bitMask: number): number {
    const { contents: columnBytes } = this.#column;
    this.#extend(columnBytes);
    for (let rowIndex = fromRow; rowIndex >= 0; ) {
      const anyBits = this.#anyBits[Math.floor(rowIndex / BLOCK_SIZE)];
      if (rowIndex % BLOCK_SIZE === BLOCK_SIZE - 1 && anyBits !== undefined && (anyBits & bitMask) === 0)
        rowIndex -= BLOCK_SIZE;
      else if (((columnBytes[rowIndex] as number) & bitMask) !== 0) return rowIndex;
      else rowIndex--;
    }
    return -1;
  }

  #extend(columnBytes: Uint8Array): void {
    const droppedBlocks = (this.#column.droppedCount - this.#droppedCount) / BLOCK_SIZE;
    if (droppedBlocks > 0) {
      for (const blocks of [this.#anyBits, this.#commonBits, this.#maximum]) blocks.splice(0, droppedBlocks);
      this.#droppedCount = this.#column.droppedCount;
    }
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
