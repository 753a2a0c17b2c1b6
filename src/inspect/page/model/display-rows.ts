import type { StoryRow } from "../../../journal/index.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import type { Session } from "./session.js";

/** The rows that the list shows: all, all but repeated polls, those with interrupts, or one for each call. */
export const LIST_FILTERS = ["all", "no polls", "interrupts", "calls"] as const;
export type ListFilter = (typeof LIST_FILTERS)[number];

/** An item of the list: an entry, or something that happened between entries. */
export type DisplayItem =
  | { readonly rowIndex: number; readonly storyRow?: StoryRow }
  | { readonly rowIndex: number; readonly between: StoryRow };

const SPECIAL_FLAGS =
  ENTRY_FLAGS.EFFECT | ENTRY_FLAGS.INTERRUPT | ENTRY_FLAGS.SENT | ENTRY_FLAGS.LOST | ENTRY_FLAGS.DIFFERENCE;

/** The items of the list, as far as the session has been read. */
export class DisplayRows {
  readonly #session: Session;
  readonly #filter: ListFilter;
  readonly #firstIndex: number;
  /** Rows of the entries shown; or -1 - i for row i of the story. */
  readonly #items: number[] = [];
  /** The row of each item, or of the entry after it. */
  readonly #rows: number[] = [];
  #builtRows = 0;
  #storyCount = 0;
  /** The row of the last read that may begin a poll. */
  #polledRow = -1;

  constructor(session: Session, filter: ListFilter) {
    this.#session = session;
    this.#filter = filter;
    this.#firstIndex = session.firstIndex;
  }

  /** Returns true if it is still of this session and filter. */
  isOf(session: Session, filter: ListFilter): boolean {
    return session === this.#session && filter === this.#filter && session.firstIndex === this.#firstIndex;
  }

  /** True if each entry is an item. */
  get #isPlain(): boolean {
    return this.#filter === "all" && this.#session.story === undefined;
  }

  /** The number of items. */
  get length(): number {
    if (this.#isPlain) return this.#session.length;
    this.#extend();
    return this.#items.length;
  }

  /** Returns an item. */
  itemAt(position: number): DisplayItem {
    if (this.#isPlain) return { rowIndex: position };
    const item = this.#items[position] as number;
    const rowIndex = this.#existingRow(this.#rows[position] as number);
    if (item < 0) return { rowIndex, between: this.#storyRows[-1 - item] as StoryRow };
    const storyRow = this.#storyRows.find((it) => this.#isAccessOf(it, rowIndex));
    return storyRow ? { rowIndex, storyRow } : { rowIndex };
  }

  /** Returns the number of entries from an item to the next one shown. */
  entriesAfter(position: number): number {
    const rowIndex = this.#rows[position] ?? position;
    return (this.#rows[position + 1] ?? this.#session.length) - rowIndex;
  }

  /** Returns why nothing is shown; undefined if something is. */
  get emptyReason(): string | undefined {
    if (this.length > 0 || this.#session.length === 0) return undefined;
    if (this.#filter === "calls")
      return "This recording holds no calls: a story does (failure.story of checkDriver, prove --story), and so do marks.";
    return "Nothing has interrupted.";
  }

  /** Returns the position of a row's item, or of the next one shown. */
  positionOf(rowIndex: number): number {
    if (this.#isPlain) return rowIndex;
    this.#extend();
    let low = 0;
    for (let high = this.#rows.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] as number) < rowIndex) low = middle + 1;
      else high = middle;
    }
    if (this.#filter !== "calls")
      while (low < this.#items.length - 1 && (this.#items[low] as number) < 0) low++;
    // A call is that of the entries after it.
    else if ((this.#rows[low] ?? Number.POSITIVE_INFINITY) > rowIndex) low = Math.max(0, low - 1);
    return Math.min(low, this.#items.length - 1);
  }

  /** Returns the row of the entry that is shown `count` entries after, or before, a row. */
  stepFrom(rowIndex: number, count: number): number {
    if (this.#isPlain) return rowIndex + count;
    this.#extend();
    const step = Math.sign(count);
    let position = rowIndex < 0 ? -1 : this.positionOf(rowIndex);
    // A row that is not shown lies before the next one.
    let left = Math.abs(count) - (step > 0 && (this.#rows[position] ?? rowIndex) > rowIndex ? 1 : 0);
    while (left > 0) {
      position += step;
      if (position < 0) return step < 0 ? -1 : rowIndex;
      if (position >= this.#items.length) return rowIndex;
      if ((this.#items[position] as number) >= 0 || this.#filter === "calls") left--;
    }
    return this.#existingRow(this.#rows[position] ?? rowIndex);
  }

  /** Returns a row; the last one for what came after it. */
  #existingRow(rowIndex: number): number {
    return Math.min(rowIndex, this.#session.length - 1);
  }

  get #storyRows(): readonly StoryRow[] {
    return this.#session.story?.rows ?? [];
  }

  /** Returns true if the row of the story is the driver's access of that entry. */
  #isAccessOf({ by, index, text }: StoryRow, rowIndex: number): boolean {
    if (by !== "driver" || index !== this.#firstIndex + rowIndex || rowIndex >= this.#session.length)
      return false;
    const entryType = ENTRY_TYPES[this.#session.entryTable.entryType.valueAt(rowIndex)];
    return (entryType === "read" && text.includes("->")) || (entryType === "write" && text.includes("<-"));
  }

  #extend(): void {
    const { length } = this.#session;
    for (let rowIndex = this.#builtRows; rowIndex < length; rowIndex++) {
      this.#addStory(rowIndex);
      if (this.#isShown(rowIndex)) {
        this.#items.push(rowIndex);
        this.#rows.push(rowIndex);
      }
    }
    this.#builtRows = length;
    // What came after the last access; an access of the driver waits for its entry.
    this.#addStory(length, ({ by }) => by !== "driver");
  }

  #addStory(rowIndex: number, isReady: (storyRow: StoryRow) => boolean = () => true): void {
    const storyRows = this.#storyRows;
    for (
      let storyRow = storyRows[this.#storyCount];
      storyRow && storyRow.index <= this.#firstIndex + rowIndex && isReady(storyRow);
      storyRow = storyRows[this.#storyCount]
    ) {
      if (!this.#isAccessOf(storyRow, rowIndex)) {
        this.#items.push(-1 - this.#storyCount);
        this.#rows.push(rowIndex);
      }
      this.#storyCount++;
    }
  }

  /** Returns true if the story says that the access is the first of a function. */
  #beginsFunction(rowIndex: number): boolean {
    const storyRow = this.#storyRows[this.#storyCount - 1];
    if (!storyRow?.function || !this.#isAccessOf(storyRow, rowIndex)) return false;
    const previousRow = this.#storyRows[this.#storyCount - 2];
    return previousRow?.by === "driver" && previousRow.function !== storyRow.function;
  }

  #isShown(rowIndex: number): boolean {
    if (this.#filter === "all") return true;
    const { entryTable } = this.#session;
    const flags = entryTable.flags.valueAt(rowIndex);
    if (this.#filter === "calls") {
      // A driver's start is no call.
      const isStart = rowIndex === 0 && this.#storyRows.length > 0;
      return isStart || (flags & ENTRY_FLAGS.NOTE) !== 0 || this.#beginsFunction(rowIndex);
    }
    if (this.#filter === "interrupts") return (flags & ENTRY_FLAGS.INTERRUPT) !== 0;
    const entryType = ENTRY_TYPES[entryTable.entryType.valueAt(rowIndex)];
    const isQuiet = (flags & SPECIAL_FLAGS) === 0;
    if (entryType === "advance" && isQuiet && this.#polledRow >= 0) return false;
    if (entryType !== "read" || !isQuiet) {
      this.#polledRow = -1;
      return true;
    }
    const polledRow = this.#polledRow;
    this.#polledRow = rowIndex;
    return (
      polledRow < 0 ||
      entryTable.registerOffset.valueAt(polledRow) !== entryTable.registerOffset.valueAt(rowIndex) ||
      entryTable.byteValue.valueAt(polledRow) !== entryTable.byteValue.valueAt(rowIndex)
    );
  }
}
