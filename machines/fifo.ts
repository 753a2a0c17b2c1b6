/** A log of characters that several FIFO values look at; `used` is where the next one may be written. */
interface Log {
  readonly cells: Uint16Array;
  used: number;
  /** The empty queue of this log: one for all that become empty. */
  empty?: Fifo;
}

const SPARE = 192;
/** Of a log that may be the only one of its branch: so few cells lie with their object, and are made soon. */
const FEW = 8;
const GREATEST = 0xffff;

/**
 * A first-in, first-out queue of characters that never changes: pushing and shifting give another one.
 *
 * Both take constant time. All queues grown from one another look at the same log, each at its own stretch; a log
 * is only ever written past the end of every stretch, and a queue that cannot have that place copies itself. An empty
 * one has no stretch: it grows wherever its log ends.
 *
 * JSON makes an array of it, which {@link of} makes a queue again. `structuredClone` loses the characters.
 */
export class Fifo implements Iterable<number> {
  /** The queue with nothing in it. */
  static readonly EMPTY = new Fifo({ cells: new Uint16Array(0), used: 0 }, 0, 0);

  readonly #log: Log;
  readonly #start: number;
  /** The number of characters queued. */
  readonly length: number;

  private constructor(log: Log, start: number, length: number) {
    this.#log = log;
    this.#start = start;
    this.length = length;
  }

  /**
   * Makes a queue of these characters, the first to leave first; a queue is returned itself.
   *
   * @param characters - 0 to 65,535 each.
   * @throws RangeError that names the first that is not.
   */
  static of(characters: Iterable<number>): Fifo {
    // V8 does not check again, in what follows, that it is a queue.
    return typeof characters === "object" && #log in characters ? characters : ofCharacters(characters);
  }

  /**
   * The oldest character.
   *
   * @throws RangeError if the queue is empty.
   */
  get front(): number {
    return this.length === 0 ? noFront() : (this.#log.cells[this.#start] as number);
  }

  /**
   * Returns the character that leaves as number `index`, 0 being the oldest.
   *
   * @throws RangeError if there is none.
   */
  at(index: number): number {
    const character = this.#log.cells[this.#start + index];
    if (!(index >= 0 && index < this.length) || character === undefined) {
      throw new RangeError(`index: expected 0 to ${this.length - 1}, got ${index}`);
    }
    return character;
  }

  /** Returns this queue with one more character at its end, 0 to 65,535: other numbers wrap. */
  push(character: number): Fifo {
    const log = this.#room(1);
    const start = log === this.#log ? this.#startOfGrowth : 0;
    log.cells[log.used++] = character;
    return new Fifo(log, start, this.length + 1);
  }

  /** Returns this queue with the first `count` of these characters at its end, as {@link push} takes each; by default all. */
  pushAll(characters: ArrayLike<number>, count = characters.length): Fifo {
    if (count === 0) return this;
    const log = this.#room(count);
    const start = log === this.#log ? this.#startOfGrowth : 0;
    for (let i = 0; i < count; i++) log.cells[log.used++] = characters[i] ?? 0;
    return new Fifo(log, start, this.length + count);
  }

  /** Returns this queue without its oldest character; an empty one stays empty. */
  shift(): Fifo {
    const { length } = this;
    if (length > 1) return new Fifo(this.#log, this.#start + 1, length - 1);
    return length === 0 ? this : this.#emptied;
  }

  /** Returns this queue without its newest character; an empty one stays empty. */
  withoutLast(): Fifo {
    const { length } = this;
    if (length > 1) return new Fifo(this.#log, this.#start, length - 1);
    return length === 0 ? this : this.#emptied;
  }

  /** Returns the characters, oldest first. */
  toArray(): number[] {
    // In a loop: `Array.from` takes ten times as long.
    const { cells } = this.#log;
    const characters: number[] = [];
    for (let i = 0; i < this.length; i++) characters.push(cells[this.#start + i] as number);
    return characters;
  }

  /** Returns the characters, oldest first: the form that `JSON.stringify` writes. */
  toJSON(): number[] {
    return this.toArray();
  }

  [Symbol.iterator](): Iterator<number> {
    return this.toArray().values();
  }

  get #emptied(): Fifo {
    const log = this.#log;
    log.empty ??= new Fifo(log, 0, 0);
    return log.empty;
  }

  /** The first cell of a queue that this one grows to in its log. */
  get #startOfGrowth(): number {
    return this.length === 0 ? this.#log.used : this.#start;
  }

  /** Returns a log in which `count` cells after this queue's end are free. */
  #room(count: number): Log {
    const log = this.#log;
    const end = this.#startOfGrowth + this.length;
    if (log.used === end && end + count <= log.cells.length) return log;
    const isFull = log.used === end && end > 0;
    const cells = new Uint16Array(this.length + count + (isFull ? SPARE : FEW));
    for (let i = 0; i < this.length; i++) cells[i] = log.cells[this.#start + i] as number;
    return { cells, used: this.length };
  }
}

function ofCharacters(characters: Iterable<number>): Fifo {
  const characterList = [...characters];
  characterList.forEach((character, i) => {
    if ((character & GREATEST) !== character) {
      throw new RangeError(
        `characters[${i}]: expected a character from 0 to ${GREATEST}, got ${String(character)}`,
      );
    }
  });
  return Fifo.EMPTY.pushAll(characterList);
}

function noFront(): never {
  throw new RangeError("an empty FIFO has no front");
}
