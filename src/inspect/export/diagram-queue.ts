import type { DiagramItem } from "./diagram-items.js";

/** The most items held: beyond, the older half is released. */
const MOST_ITEMS = 65_536;

/** A queue of items in the order of time, before which others may still be inserted. */
export class DiagramQueue {
  #items: DiagramItem[] = [];
  #headIndex = 0;
  /** The time up to which items have been released, in nanoseconds: nothing can be inserted before. */
  releasedUntil = 0;

  /** Inserts an item; items of the same time keep their order. */
  insertItem(diagramItem: DiagramItem): void {
    const items = this.#items;
    let itemIndex = items.length;
    while (
      itemIndex > this.#headIndex &&
      (items[itemIndex - 1] as DiagramItem).nanoseconds > diagramItem.nanoseconds
    )
      itemIndex--;
    if (itemIndex === items.length) items.push(diagramItem);
    else items.splice(itemIndex, 0, diagramItem);
  }

  /** Releases the items up to a time. */
  *releaseUntil(endTime: number): Generator<DiagramItem, void> {
    const overflowTime =
      this.#items.length - this.#headIndex > MOST_ITEMS
        ? this.#items[this.#headIndex + MOST_ITEMS / 2]?.nanoseconds
        : undefined;
    this.releasedUntil = Math.max(this.releasedUntil, endTime, overflowTime ?? 0);
    for (; this.#headIndex < this.#items.length; this.#headIndex++) {
      const item = this.#items[this.#headIndex] as DiagramItem;
      if (item.nanoseconds > this.releasedUntil) break;
      yield item;
    }
    if (this.#headIndex > MOST_ITEMS / 2 || this.#headIndex === this.#items.length) {
      this.#items = this.#items.slice(this.#headIndex);
      this.#headIndex = 0;
    }
  }
}
