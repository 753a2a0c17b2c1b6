import type { Session } from "../model/session.js";
import type { ViewState } from "../view-state.js";

/** The time line's range, and its mapping to pixels. */
export class TimelineScale {
  readonly rangeStart: number;
  readonly rangeEnd: number;
  readonly pixelWidth: number;
  readonly #session: Session;
  readonly #countsTicks: boolean;

  /** @param width - in pixels. */
  constructor(
    session: Session,
    { visibleRange, timelineUnit }: Pick<ViewState, "visibleRange" | "timelineUnit">,
    pixelWidth: number,
  ) {
    const [rangeStart, rangeEnd] = visibleRange ?? wholeRange(session, timelineUnit);
    this.rangeStart = rangeStart;
    this.rangeEnd = rangeEnd;
    this.pixelWidth = pixelWidth;
    this.#session = session;
    this.#countsTicks = timelineUnit !== "entries";
  }

  /** Returns the pixel at which a row begins. */
  pixelOfRow(rowIndex: number): number {
    const position = this.#countsTicks
      ? this.#session.entryTable.tickBefore.valueAt(Math.min(rowIndex, this.#session.length - 1))
      : rowIndex;
    return ((position - this.rangeStart) / (this.rangeEnd - this.rangeStart)) * this.pixelWidth;
  }

  /** True if the scale counts ticks, which are drawn as ticks or as time. */
  get countsTicks(): boolean {
    return this.#countsTicks;
  }

  /** Returns the pixel of a tick; of a scale of ticks only. */
  pixelOfTick(tick: number): number {
    return ((tick - this.rangeStart) / (this.rangeEnd - this.rangeStart)) * this.pixelWidth;
  }

  /** Returns the row at a pixel. */
  rowAtPixel(pixelX: number): number {
    const position = this.rangeStart + (pixelX / this.pixelWidth) * (this.rangeEnd - this.rangeStart);
    const lastRow = this.#session.length - 1;
    if (!this.#countsTicks) return Math.max(0, Math.min(lastRow, Math.floor(position)));
    return Math.max(
      0,
      Math.min(lastRow, this.#session.entryTable.tickBefore.countBelow(position + 1e-9) - 1),
    );
  }

  /** The approximate number of pixels of an entry. */
  get pixelsPerEntry(): number {
    return this.pixelWidth / Math.max(1, this.rowAtPixel(this.pixelWidth) - this.rowAtPixel(0) + 1);
  }

  /** Returns the range zoomed by `factor` around pixel `pixelX`; undefined for everything. */
  zoomedRange(factor: number, pixelX: number): readonly [number, number] | undefined {
    const rangeSpan = this.rangeEnd - this.rangeStart;
    const pivot = this.rangeStart + (pixelX / this.pixelWidth) * rangeSpan;
    const [wholeStart, wholeEnd] = wholeRange(this.#session, this.#countsTicks ? "ticks" : "entries");
    const leastSpan = this.#countsTicks ? 16 : 8;
    const zoomedSpan = Math.max(leastSpan, rangeSpan * factor);
    if (zoomedSpan >= wholeEnd - wholeStart) return undefined;
    const rangeStart = pivot - (pixelX / this.pixelWidth) * zoomedSpan;
    return clampRange([rangeStart, rangeStart + zoomedSpan], wholeStart, wholeEnd);
  }

  /** Returns the range moved by a number of pixels. */
  movedRange(pixels: number): readonly [number, number] {
    const distance = (pixels / this.pixelWidth) * (this.rangeEnd - this.rangeStart);
    const [wholeStart, wholeEnd] = wholeRange(this.#session, this.#countsTicks ? "ticks" : "entries");
    return clampRange([this.rangeStart + distance, this.rangeEnd + distance], wholeStart, wholeEnd);
  }
}

/** Returns the range of the whole session. */
function wholeRange(session: Session, timelineUnit: ViewState["timelineUnit"]): readonly [number, number] {
  if (timelineUnit === "entries") return [0, Math.max(1, session.length)];
  return [session.firstTick, Math.max(session.firstTick + 1, session.journal.tick)];
}

function clampRange(
  [rangeStart, rangeEnd]: readonly [number, number],
  wholeStart: number,
  wholeEnd: number,
): readonly [number, number] {
  if (rangeStart < wholeStart) return [wholeStart, wholeStart + rangeEnd - rangeStart];
  return rangeEnd > wholeEnd ? [wholeEnd - (rangeEnd - rangeStart), wholeEnd] : [rangeStart, rangeEnd];
}
