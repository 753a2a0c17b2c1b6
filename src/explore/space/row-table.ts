const FREE_SLOT = -1;
/** The bits of an index into a chunk of rows. */
const CHUNK_BITS = 12;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_ROWS - 1;

/** The positions of the columns in the words of a row: by column, the index of its word, the number of bits below it there, and its bits. */
interface Packing {
  readonly words: Uint8Array;
  readonly shifts: Uint8Array;
  /** From bit 0; 0 while all cells of the column are 0. */
  readonly masks: Uint32Array;
  readonly wordCount: number;
}

/** Returns a packing with each column in the first word that has room for it. */
function packColumns(maxima: Uint32Array): Packing {
  const usedBits: number[] = [];
  const words = new Uint8Array(maxima.length);
  const shifts = new Uint8Array(maxima.length);
  const masks = new Uint32Array(maxima.length);
  for (const [column, maximum] of maxima.entries()) {
    const width = 32 - Math.clz32(maximum);
    let word = usedBits.findIndex((used) => used + width <= 32);
    if (word < 0) word = usedBits.push(0) - 1;
    const shift = usedBits[word] as number;
    usedBits[word] = shift + width;
    words[column] = word;
    // A column without bits may come after a word that is full.
    shifts[column] = shift & 31;
    masks[column] = width === 32 ? 0xffffffff : 2 ** width - 1;
  }
  return { words, shifts, masks, wordCount: Math.max(1, usedBits.length) };
}

const cellIn = (row: Uint32Array, offset: number, packing: Packing, column: number): number =>
  (((row[offset + (packing.words[column] as number)] as number) >>> (packing.shifts[column] as number)) &
    (packing.masks[column] as number)) >>>
  0;

/**
 * A hash table of different rows of whole numbers from 0, each with an id. Rows are packed: a column takes as many bits as its greatest cell
 * needs, so all rows are packed again when a greater one comes. They are compared in full: equal hashes do not suffice.
 *
 * There is one row that is changed cell by cell, and looked up or added: the draft.
 */
export class RowTable {
  readonly rowWidth: number;
  /** The number of rows. */
  rowCount = 0;
  /** By column: its greatest cell. */
  readonly #maxima: Uint32Array;
  #packing: Packing;
  #wordCount: number;
  /** The packed rows, so many in each chunk. */
  #chunks: Uint32Array[] = [];
  /** Row ids by hash; a power of two of them, at most two thirds of it used. */
  #rowIdsByHash = new Int32Array(64).fill(FREE_SLOT);
  #draft: Uint32Array;
  /** The row that the draft began with. */
  #original: Uint32Array;

  constructor(rowWidth: number) {
    this.rowWidth = rowWidth;
    this.#maxima = new Uint32Array(rowWidth);
    this.#packing = packColumns(this.#maxima);
    this.#wordCount = this.#packing.wordCount;
    this.#draft = new Uint32Array(this.#wordCount);
    this.#original = new Uint32Array(this.#wordCount);
  }

  /** The memory of the rows and of the index, in bytes. */
  get byteLength(): number {
    return this.rowCount * 4 * this.#wordCount + this.#rowIdsByHash.byteLength;
  }

  /** Begins the draft with a row. */
  beginDraft(rowId: number): void {
    const words = this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array;
    const offset = (rowId & CHUNK_MASK) * this.#wordCount;
    for (let word = 0; word < this.#wordCount; word++)
      this.#original[word] = this.#draft[word] = words[offset + word] as number;
  }

  /** Returns the draft to the row that it began with. */
  resetDraft(): void {
    for (let word = 0; word < this.#wordCount; word++) this.#draft[word] = this.#original[word] as number;
  }

  /** Changes a cell of the draft. */
  setDraftCell(column: number, cellValue: number): void {
    if (cellValue > (this.#packing.masks[column] as number)) this.#widen(column, cellValue);
    const { words, shifts, masks } = this.#packing;
    const word = words[column] as number;
    const shift = shifts[column] as number;
    this.#draft[word] =
      ((this.#draft[word] as number) & ~((masks[column] as number) << shift)) | (cellValue << shift);
  }

  /** Returns a cell of the draft. */
  draftCell(column: number): number {
    return cellIn(this.#draft, 0, this.#packing, column);
  }

  /** Returns the id of the row that is equal to the draft; -1 if there is none. */
  findDraft(): number {
    const rowIds = this.#rowIdsByHash;
    const slotMask = rowIds.length - 1;
    for (let slot = this.#hashOf(this.#draft, 0) & slotMask; ; slot = (slot + 1) & slotMask) {
      const rowId = rowIds[slot] as number;
      if (rowId === FREE_SLOT || this.#equalsDraft(rowId)) return rowId;
    }
  }

  /** Adds the draft, which {@link findDraft} has not found, and returns its id. */
  addDraft(): number {
    const rowId = this.rowCount;
    if (3 * (rowId + 1) > 2 * this.#rowIdsByHash.length) this.#growSlots();
    if (rowId >>> CHUNK_BITS === this.#chunks.length)
      this.#chunks.push(new Uint32Array(CHUNK_ROWS * this.#wordCount));
    (this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array).set(
      this.#draft,
      (rowId & CHUNK_MASK) * this.#wordCount,
    );
    this.rowCount = rowId + 1;
    this.#insertId(rowId);
    return rowId;
  }

  /** Removes the rows with this id and greater ones. */
  removeFrom(firstId: number): void {
    const rowIds = this.#rowIdsByHash;
    const slotMask = rowIds.length - 1;
    // The last first: no row that stays was moved along by one that goes.
    for (let rowId = this.rowCount - 1; rowId >= firstId; rowId--) {
      const words = this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array;
      let slot = this.#hashOf(words, (rowId & CHUNK_MASK) * this.#wordCount) & slotMask;
      while (rowIds[slot] !== rowId) slot = (slot + 1) & slotMask;
      rowIds[slot] = FREE_SLOT;
    }
    this.rowCount = Math.min(this.rowCount, firstId);
  }

  /** Returns the id of a row, which is added if it is new. */
  internRow(row: readonly number[]): number {
    for (let column = 0; column < row.length; column++) this.setDraftCell(column, row[column] as number);
    return this.internDraft();
  }

  /** Returns the id of the draft, which is added if it is new. */
  internDraft(): number {
    const foundId = this.findDraft();
    return foundId === FREE_SLOT ? this.addDraft() : foundId;
  }

  /** Returns one cell of a row. */
  cellAt(rowId: number, column: number): number {
    const words = this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array;
    return cellIn(words, (rowId & CHUNK_MASK) * this.#wordCount, this.#packing, column);
  }

  #equalsDraft(rowId: number): boolean {
    const words = this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array;
    const offset = (rowId & CHUNK_MASK) * this.#wordCount;
    for (let word = 0; word < this.#wordCount; word++)
      if (words[offset + word] !== this.#draft[word]) return false;
    return true;
  }

  #hashOf(words: Uint32Array, offset: number): number {
    let hash = 0;
    for (let word = 0; word < this.#wordCount; word++) {
      hash = Math.imul(hash ^ (words[offset + word] as number), 0x9e3779b1);
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    return hash;
  }

  #insertId(rowId: number): void {
    const rowIds = this.#rowIdsByHash;
    const slotMask = rowIds.length - 1;
    const words = this.#chunks[rowId >>> CHUNK_BITS] as Uint32Array;
    let slot = this.#hashOf(words, (rowId & CHUNK_MASK) * this.#wordCount) & slotMask;
    while (rowIds[slot] !== FREE_SLOT) slot = (slot + 1) & slotMask;
    rowIds[slot] = rowId;
  }

  #growSlots(): void {
    this.#fillSlots(this.#rowIdsByHash.length * 2);
  }

  #fillSlots(slotCount: number): void {
    this.#rowIdsByHash = new Int32Array(slotCount).fill(FREE_SLOT);
    for (let rowId = 0; rowId < this.rowCount; rowId++) this.#insertId(rowId);
  }

  /** Makes room for a cell that is greater than all others of its column: packs every row again. */
  #widen(column: number, cellValue: number): void {
    const oldPacking = this.#packing;
    this.#maxima[column] = cellValue;
    const packing = packColumns(this.#maxima);
    const { wordCount } = packing;
    this.#packing = packing;
    this.#wordCount = wordCount;
    const packAgain = (oldWords: Uint32Array, rowCount: number): Uint32Array => {
      const words = new Uint32Array(rowCount * wordCount);
      for (let row = 0; row < rowCount; row++)
        for (let other = 0; other < this.rowWidth; other++) {
          const index = row * wordCount + (packing.words[other] as number);
          const oldCell = cellIn(oldWords, row * oldPacking.wordCount, oldPacking, other);
          words[index] = (words[index] as number) | (oldCell << (packing.shifts[other] as number));
        }
      return words;
    };
    this.#chunks = this.#chunks.map((words) => packAgain(words, CHUNK_ROWS));
    this.#draft = packAgain(this.#draft, 1);
    this.#original = packAgain(this.#original, 1);
    this.#fillSlots(this.#rowIdsByHash.length);
  }
}
