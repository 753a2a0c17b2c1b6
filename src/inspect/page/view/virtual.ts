/** Browsers draw no element that is much higher. */
const HIGHEST = 8_000_000;

/**
 * Where a list of very many rows is scrolled to. The scroll bar spans at most so many pixels as a browser can do; beyond
 * that a small movement scrolls by as many pixels, and a large one goes to that part of the list.
 */
export class VirtualScroll {
  readonly #row: number;
  #rows = 0;
  #view = 0;
  /** Pixels above the first that is seen. */
  top = 0;
  #bar = 0;

  /** @param row - a row's height in pixels. */
  constructor(row: number) {
    this.#row = row;
  }

  /** How high the scrolled element is to be. */
  get height(): number {
    return Math.min(this.#whole, HIGHEST);
  }

  /** Where the scroll bar is to stand. */
  get bar(): number {
    const room = this.#whole - this.#view;
    return room <= 0 ? 0 : Math.round((this.top / room) * (this.height - this.#view));
  }

  /** The first row that is seen, how many are, and by how much the first is cut off above. */
  get window(): { readonly from: number; readonly until: number; readonly cut: number } {
    const from = Math.floor(this.top / this.#row);
    const until = Math.min(this.#rows, Math.ceil((this.top + this.#view) / this.#row));
    return { from, until, cut: this.top - from * this.#row };
  }

  /** @param view - the height in pixels that is seen. */
  resize(rows: number, view: number): void {
    this.#rows = rows;
    this.#view = view;
    this.#to(this.top);
  }

  /** The scroll bar stands at `bar`: the user has moved it, or we have. */
  scrolled(bar: number): void {
    const by = bar - this.#bar;
    this.#bar = bar;
    if (by === 0) return;
    const room = this.height - this.#view;
    if (this.#whole <= HIGHEST) this.#to(bar);
    else if (bar <= 0 || bar >= room - 1) this.#to(bar <= 0 ? 0 : this.#whole);
    else if (Math.abs(by) < 4 * this.#view) this.#to(this.top + by);
    else this.#to((bar / room) * (this.#whole - this.#view));
  }

  /** Scrolls as little as needed to see a row, or if it is far away so that it stands in the middle. */
  show(row: number): void {
    const top = row * this.#row;
    const bottom = top + this.#row - this.#view;
    if (top >= this.top && bottom <= this.top) return;
    const far = Math.abs(top - this.top) > 2 * this.#view;
    if (far) this.#to(top - this.#view / 2);
    else this.#to(top < this.top ? top : bottom);
  }

  /** Takes note of where the scroll bar was put. */
  placed(bar: number): void {
    this.#bar = bar;
  }

  get #whole(): number {
    return this.#rows * this.#row;
  }

  #to(top: number): void {
    this.top = Math.max(0, Math.min(top, this.#whole - this.#view));
  }
}
