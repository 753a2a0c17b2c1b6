/** The bits of an index into a chunk. */
const CHUNK_BITS = 12;
const CHUNK_LENGTH = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_LENGTH - 1;

/** A growing list of numbers in typed arrays of one kind. */
class TypedList {
  length = 0;
  readonly #chunks: (Int32Array | Float64Array)[] = [];
  readonly #ChunkArray: Int32ArrayConstructor | Float64ArrayConstructor;

  constructor(ChunkArray: Int32ArrayConstructor | Float64ArrayConstructor) {
    this.#ChunkArray = ChunkArray;
  }

  /** The memory of the items, in bytes. */
  get byteLength(): number {
    return this.length * this.#ChunkArray.BYTES_PER_ELEMENT;
  }

  push(item: number): void {
    const index = this.length++;
    if (index >>> CHUNK_BITS === this.#chunks.length) this.#chunks.push(new this.#ChunkArray(CHUNK_LENGTH));
    (this.#chunks[index >>> CHUNK_BITS] as Int32Array)[index & CHUNK_MASK] = item;
  }

  at(index: number): number {
    return (this.#chunks[index >>> CHUNK_BITS] as Int32Array)[index & CHUNK_MASK] as number;
  }

  /** Replaces an item. Where the list is too short, it is filled up with `filler` before. */
  set(index: number, item: number, filler: number): void {
    while (this.length <= index) this.push(filler);
    (this.#chunks[index >>> CHUNK_BITS] as Int32Array)[index & CHUNK_MASK] = item;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

/** A growing list of 32-bit integers. */
export class IntegerList extends TypedList {
  constructor() {
    super(Int32Array);
  }
}

/** A growing list of numbers of edges, which may have more than 32 bits. */
export class EdgeList extends TypedList {
  constructor() {
    super(Float64Array);
  }
}
