import type { Session } from "../model/session.js";
import type { ViewState } from "../view-state.js";

/** What the time line shows: from where to where, and how that lies on its pixels. */
export class Scale {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly #session: Session;
  readonly #ticks: boolean;

  /** @param width - in pixels. */
  constructor(session: Session, { range, unit }: Pick<ViewState, "range" | "unit">, width: number) {
    const [from, to] = range ?? wholeOf(session, unit);
    this.from = from;
    this.to = to;
    this.width = width;
    this.#session = session;
    this.#ticks = unit === "ticks";
  }

  /** The pixel at which a row begins. */
  x(row: number): number {
    const at = this.#ticks ? this.#session.table.tick.at(Math.min(row, this.#session.length - 1)) : row;
    return ((at - this.from) / (this.to - this.from)) * this.width;
  }

  /** The row that is shown at a pixel. */
  row(x: number): number {
    const at = this.from + (x / this.width) * (this.to - this.from);
    const last = this.#session.length - 1;
    if (!this.#ticks) return Math.max(0, Math.min(last, Math.floor(at)));
    return Math.max(0, Math.min(last, this.#session.table.tick.below(at + 1e-9) - 1));
  }

  /** How many pixels an entry takes, about. */
  get perEntry(): number {
    return this.width / Math.max(1, this.row(this.width) - this.row(0) + 1);
  }

  /** The stretch with `factor` as much in it, the value under pixel `x` staying where it is. */
  zoomed(factor: number, x: number): readonly [number, number] | undefined {
    const span = this.to - this.from;
    const pivot = this.from + (x / this.width) * span;
    const [first, last] = wholeOf(this.#session, this.#ticks ? "ticks" : "entries");
    const least = this.#ticks ? 16 : 8;
    const next = Math.max(least, span * factor);
    if (next >= last - first) return undefined;
    const from = pivot - (x / this.width) * next;
    return within([from, from + next], first, last);
  }

  /** The stretch moved by so many pixels. */
  moved(pixels: number): readonly [number, number] {
    const by = (pixels / this.width) * (this.to - this.from);
    const [first, last] = wholeOf(this.#session, this.#ticks ? "ticks" : "entries");
    return within([this.from + by, this.to + by], first, last);
  }
}

/** Everything that there is. */
export function wholeOf(session: Session, unit: ViewState["unit"]): readonly [number, number] {
  if (unit === "entries") return [0, Math.max(1, session.length)];
  return [session.journal.header.tick, Math.max(session.journal.header.tick + 1, session.journal.tick)];
}

function within(
  [from, to]: readonly [number, number],
  first: number,
  last: number,
): readonly [number, number] {
  if (from < first) return [first, first + to - from];
  return to > last ? [last - (to - from), last] : [from, to];
}
