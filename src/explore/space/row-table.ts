const MAX_UINT16 = 0xffff;
const FREE_SLOT = -1;

/** Returns the contribution of one cell to the hash of its row, so that the hash can be updated when one cell changes. */
export function hashContribution(column: number, cellValue: number): number {
  let hash = Math.imul(cellValue ^ Math.imul(column + 1, 0xc2b2ae35), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Returns the hash of a row: the sum of its cells' contributions. */
function hashOfRow(row: ArrayLike<number>): number {
  let hash = 0;
  for (let column = 0; column < row.length; column++)
    hash = (hash + hashContribution(column, row[column] as number)) | 0;
  return hash;
}

/** A hash table of different rows of whole numbers, each with an id. Rows are compared cell by cell: equal hashes do not suffice. */
export class RowTable {
  readonly rowWidth: number;
  /** The number of rows. */
  rowCount = 0;
  #cells: Uint16Array | Uint32Array;
  #rowHashes = new Int32Array(64);
  /** Row ids by hash; a power of two of them, at most half of it used. */
  #rowIdsByHash: Int32Array;

  constructor(rowWidth: number) {
    this.rowWidth = rowWidth;
    this.#cells = new Uint16Array(rowWidth * 64);
    this.#rowIdsByHash = new Int32Array(128).fill(FREE_SLOT);
  }

  /** Returns the id of a row; -1 if the table does not have it. */
  findRow(row: ArrayLike<number>, rowHash = hashOfRow(row)): number {
    const rowIds = this.#rowIdsByHash;
    const slotMask = rowIds.length - 1;
    for (let slot = rowHash & slotMask; ; slot = (slot + 1) & slotMask) {
      const rowId = rowIds[slot] as number;
      if (rowId === FREE_SLOT || (this.#rowHashes[rowId] === rowHash && this.#equalsRow(rowId, row)))
        return rowId;
    }
  }

  /** Adds a row that {@link findRow} has not found, and returns its id. */
  addRow(row: ArrayLike<number>, rowHash = hashOfRow(row)): number {
    const { rowWidth, rowCount: rowId } = this;
    if (2 * (rowId + 1) > this.#rowIdsByHash.length) this.#rehash();
    if ((rowId + 1) * rowWidth > this.#cells.length) this.#growCells();
    for (let column = 0; column < rowWidth; column++) {
      if ((row[column] as number) > MAX_UINT16 && this.#cells instanceof Uint16Array)
        this.#cells = Uint32Array.from(this.#cells);
      this.#cells[rowId * rowWidth + column] = row[column] as number;
    }
    this.#rowHashes[rowId] = rowHash;
    this.#insertId(rowId);
    this.rowCount = rowId + 1;
    return rowId;
  }

  /** Returns the id of a row, which is added if it is new. */
  internRow(row: ArrayLike<number>): number {
    const rowHash = hashOfRow(row);
    const foundId = this.findRow(row, rowHash);
    return foundId === FREE_SLOT ? this.addRow(row, rowHash) : foundId;
  }

  /** Returns one cell of a row. */
  cellAt(rowId: number, column: number): number {
    return this.#cells[rowId * this.rowWidth + column] as number;
  }

  /** Returns the hash of a row. */
  hashAt(rowId: number): number {
    return this.#rowHashes[rowId] as number;
  }

  #equalsRow(rowId: number, row: ArrayLike<number>): boolean {
    const cells = this.#cells;
    for (let column = 0, offset = rowId * this.rowWidth; column < this.rowWidth; column++, offset++)
      if (cells[offset] !== row[column]) return false;
    return true;
  }

  #insertId(rowId: number): void {
    const rowIds = this.#rowIdsByHash;
    const slotMask = rowIds.length - 1;
    let slot = (this.#rowHashes[rowId] as number) & slotMask;
    while (rowIds[slot] !== FREE_SLOT) slot = (slot + 1) & slotMask;
    rowIds[slot] = rowId;
  }

  #rehash(): void {
    this.#rowIdsByHash = new Int32Array(this.#rowIdsByHash.length * 2).fill(FREE_SLOT);
    for (let rowId = 0; rowId < this.rowCount; rowId++) this.#insertId(rowId);
  }

  #growCells(): void {
    const CellArray = this.#cells.constructor as Uint16ArrayConstructor;
    const grownCells = new CellArray(this.#cells.length * 2);
    grownCells.set(this.#cells);
    this.#cells = grownCells;
    const grownHashes = new Int32Array(this.#rowHashes.length * 2);
    grownHashes.set(this.#rowHashes);
    this.#rowHashes = grownHashes;
  }
}
