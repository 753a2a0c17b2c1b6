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

/** The greatest number of 24 bits with a sign. */
const MAX_INT24 = 2 ** 23 - 1;

/** A growing list of the targets of edges: whole numbers from -2^23, in 3 bytes each, or in 4 once one has more than 24 bits. */
export class TargetList {
  length = 0;
  readonly #lowHalves: Uint16Array[] = [];
  #highParts: (Int8Array | Int16Array)[] = [];
  #HighArray: Int8ArrayConstructor | Int16ArrayConstructor = Int8Array;

  /** The memory of the items, in bytes. */
  get byteLength(): number {
    return this.length * (2 + this.#HighArray.BYTES_PER_ELEMENT);
  }

  push(target: number): void {
    if (target > MAX_INT24 && this.#HighArray === Int8Array) {
      this.#HighArray = Int16Array;
      this.#highParts = this.#highParts.map((parts) => Int16Array.from(parts));
    }
    const index = this.length++;
    const chunk = index >>> CHUNK_BITS;
    if (chunk === this.#lowHalves.length) {
      this.#lowHalves.push(new Uint16Array(CHUNK_LENGTH));
      this.#highParts.push(new this.#HighArray(CHUNK_LENGTH));
    }
    (this.#lowHalves[chunk] as Uint16Array)[index & CHUNK_MASK] = target;
    (this.#highParts[chunk] as Int8Array)[index & CHUNK_MASK] = target >> 16;
  }

  at(index: number): number {
    const chunk = index >>> CHUNK_BITS;
    const highPart = (this.#highParts[chunk] as Int8Array)[index & CHUNK_MASK] as number;
    return (highPart << 16) | ((this.#lowHalves[chunk] as Uint16Array)[index & CHUNK_MASK] as number);
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}
