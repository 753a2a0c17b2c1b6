const SMALL = 0xffff;
const FREE = -1;

/** What a number in a column adds to the hash of its row: where one changes, the hash is soon told. */
export function mixed(column: number, number: number): number {
  let hash = Math.imul(number ^ Math.imul(column + 1, 0xc2b2ae35), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** The hash of a row: what its numbers add to it. */
export function hashOf(row: ArrayLike<number>): number {
  let hash = 0;
  for (let i = 0; i < row.length; i++) hash = (hash + mixed(i, row[i] as number)) | 0;
  return hash;
}

/**
 * Rows of whole numbers, each kept once and known by its place. Two rows are told apart by all of their numbers: the hash only says where
 * to look.
 */
export class Rows {
  readonly width: number;
  /** How many rows there are. */
  count = 0;
  #cells: Uint16Array | Uint32Array;
  #hashes = new Int32Array(64);
  /** Places by hash; a power of two of them, at most half of it used. */
  #table: Int32Array;

  constructor(width: number) {
    this.width = width;
    this.#cells = new Uint16Array(width * 64);
    this.#table = new Int32Array(128).fill(FREE);
  }

  /** The place of a row; -1 if it is a new one. */
  find(row: ArrayLike<number>, hash = hashOf(row)): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = table[slot] as number;
      if (place === FREE || (this.#hashes[place] === hash && this.#equals(place, row))) return place;
    }
  }

  /** Adds a row that {@link find} has not found. */
  add(row: ArrayLike<number>, hash = hashOf(row)): number {
    const { width, count } = this;
    if (2 * (count + 1) > this.#table.length) this.#rehash();
    if ((count + 1) * width > this.#cells.length) this.#grow();
    for (let i = 0; i < width; i++) {
      if ((row[i] as number) > SMALL && this.#cells instanceof Uint16Array)
        this.#cells = Uint32Array.from(this.#cells);
      this.#cells[count * width + i] = row[i] as number;
    }
    this.#hashes[count] = hash;
    this.#put(count);
    this.count = count + 1;
    return count;
  }

  /** The place of a row, which is added if it is a new one. */
  intern(row: ArrayLike<number>): number {
    const hash = hashOf(row);
    const known = this.find(row, hash);
    return known === FREE ? this.add(row, hash) : known;
  }

  /** A number of a row. */
  at(place: number, column: number): number {
    return this.#cells[place * this.width + column] as number;
  }

  /** The hash of a row. */
  hashAt(place: number): number {
    return this.#hashes[place] as number;
  }

  #equals(place: number, row: ArrayLike<number>): boolean {
    const cells = this.#cells;
    for (let i = 0, at = place * this.width; i < this.width; i++, at++)
      if (cells[at] !== row[i]) return false;
    return true;
  }

  #put(place: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = (this.#hashes[place] as number) & mask;
    while (table[slot] !== FREE) slot = (slot + 1) & mask;
    table[slot] = place;
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(FREE);
    for (let place = 0; place < this.count; place++) this.#put(place);
  }

  #grow(): void {
    const Kind = this.#cells.constructor as Uint16ArrayConstructor;
    const cells = new Kind(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }
}

/** A list of whole numbers from -2^31 that grows. */
export class Numbers {
  length = 0;
  #cells = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.#cells.length) {
      const cells = new Int32Array(this.length * 2);
      cells.set(this.#cells);
      this.#cells = cells;
    }
    this.#cells[this.length++] = value;
  }

  at(place: number): number {
    return this.#cells[place] as number;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let place = 0; place < this.length; place++) yield this.at(place);
  }
}

/** A list of yes and no. What has not been said is no. */
export class Bits {
  #bytes = new Uint8Array(1024);

  set(place: number): void {
    if (place >> 3 >= this.#bytes.length) {
      const bytes = new Uint8Array(2 * Math.max(this.#bytes.length, place >> 3));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
    this.#bytes[place >> 3] = (this.#bytes[place >> 3] as number) | (1 << (place & 7));
  }

  has(place: number): boolean {
    return (((this.#bytes[place >> 3] ?? 0) >> (place & 7)) & 1) === 1;
  }
}
