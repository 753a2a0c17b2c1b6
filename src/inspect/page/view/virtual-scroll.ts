/** The greatest height of an element that browsers lay out reliably. */
const HIGHEST_PIXELS = 8_000_000;

/**
 * The scroll position of a list of very many rows. The scroll bar spans at most as many pixels as a browser can lay out; beyond
 * that a small movement scrolls by as many pixels, and a large one goes to that part of the list.
 */
export class VirtualScroll {
  readonly #rowHeight: number;
  #rowCount = 0;
  #visibleHeight = 0;
  /** Pixels above the first visible one. */
  topPixel = 0;
  #barPosition = 0;

  /** @param row - a row's height in pixels. */
  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  /** The height of the scrolled element. */
  get scrolledHeight(): number {
    return Math.min(this.#wholeHeight, HIGHEST_PIXELS);
  }

  /** The position of the scroll bar. */
  get barPosition(): number {
    const scrollableHeight = this.#wholeHeight - this.#visibleHeight;
    return scrollableHeight <= 0
      ? 0
      : Math.round((this.topPixel / scrollableHeight) * (this.scrolledHeight - this.#visibleHeight));
  }

  /** The first visible row, the row after the last, and the pixels of the first that are cut off above. */
  get visibleRows(): { readonly firstRow: number; readonly endRow: number; readonly cutPixels: number } {
    const firstRow = Math.floor(this.topPixel / this.#rowHeight);
    const endRow = Math.min(
      this.#rowCount,
      Math.ceil((this.topPixel + this.#visibleHeight) / this.#rowHeight),
    );
    return { firstRow, endRow, cutPixels: this.topPixel - firstRow * this.#rowHeight };
  }

  /** Returns true if a row is wholly visible. */
  shows(rowIndex: number): boolean {
    const rowTop = rowIndex * this.#rowHeight;
    return rowTop >= this.topPixel && rowTop + this.#rowHeight <= this.topPixel + this.#visibleHeight;
  }

  /** @param view - the height in pixels that is seen. */
  resize(rowCount: number, visibleHeight: number): void {
    this.#rowCount = rowCount;
    this.#visibleHeight = visibleHeight;
    this.#scrollTo(this.topPixel);
  }

  /** Handles a movement of the scroll bar, by the user or by the page. */
  barScrolled(barPosition: number): void {
    const distance = barPosition - this.#barPosition;
    this.#barPosition = barPosition;
    if (distance === 0) return;
    const scrollableHeight = this.scrolledHeight - this.#visibleHeight;
    if (this.#wholeHeight <= HIGHEST_PIXELS) this.#scrollTo(barPosition);
    else if (barPosition <= 0 || barPosition >= scrollableHeight - 1)
      this.#scrollTo(barPosition <= 0 ? 0 : this.#wholeHeight);
    else if (Math.abs(distance) < 4 * this.#visibleHeight) this.#scrollTo(this.topPixel + distance);
    else this.#scrollTo((barPosition / scrollableHeight) * (this.#wholeHeight - this.#visibleHeight));
  }

  /** Scrolls as little as needed to show a row; one far away is centred. */
  scrollToRow(rowIndex: number): void {
    if (this.shows(rowIndex)) return;
    const rowTop = rowIndex * this.#rowHeight;
    const rowBottom = rowTop + this.#rowHeight - this.#visibleHeight;
    const isFarAway = Math.abs(rowTop - this.topPixel) > 2 * this.#visibleHeight;
    if (isFarAway) this.#scrollTo(rowTop - this.#visibleHeight / 2);
    else this.#scrollTo(rowTop < this.topPixel ? rowTop : rowBottom);
  }

  /** Records the position of the scroll bar. */
  barPlaced(barPosition: number): void {
    this.#barPosition = barPosition;
  }

  get #wholeHeight(): number {
    return this.#rowCount * this.#rowHeight;
  }

  #scrollTo(topPixel: number): void {
    this.topPixel = Math.max(0, Math.min(topPixel, this.#wholeHeight - this.#visibleHeight));
  }
}
