import type { ChartLayout } from "../layout/types.js";
import type { Fork } from "./model/fork.js";
import { findRow, parseQuery, QueryError } from "./model/search.js";
import type { Moment, Session } from "./model/session.js";
import { INITIAL_VIEW_STATE, type ViewState } from "./view-state.js";

/** A part of the page. */
export interface Panel {
  /** Renders the current state. Called once a frame at most, and only after a change. */
  refresh(controller: PageController): void;
}

/** Sends typed bytes to the device; resolves with the number accepted. */
export type TypeBytes = (bytes: Uint8Array) => Promise<number>;

/** The page's state and its operations. Panels render it, and call it. */
export class PageController {
  readonly panels: Panel[] = [];
  viewState: ViewState = INITIAL_VIEW_STATE;
  /** Grows as entries arrive; replaced where a live journal has discarded entries not yet sent. */
  session: Session;
  readonly chartLayout: ChartLayout | undefined;
  readonly typeBytes: TypeBytes | undefined;
  /** True once all entries that existed at first have been read. */
  loaded = false;
  /** True once the connection has ended. */
  ended = false;
  /** The last message to the user. */
  statusMessage = "";
  currentFork: Fork | undefined;
  #currentMoment: Moment | undefined;
  #updateScheduled = false;
  #playedUntil = 0;

  constructor(session: Session, chartLayout: ChartLayout | undefined, typeBytes: TypeBytes | undefined) {
    this.session = session;
    this.chartLayout = chartLayout;
    this.typeBytes = typeBytes;
  }

  /** The chart at the current row. */
  get currentMoment(): Moment {
    const { rowIndex } = this.viewState;
    if (this.#currentMoment?.rowIndex !== rowIndex) this.#currentMoment = this.session.momentAfter(rowIndex);
    return this.#currentMoment;
  }

  /** Replaces the session. */
  beginSession(session: Session): void {
    this.session = session;
    this.#currentMoment = undefined;
    this.currentFork = undefined;
    this.changeView({ rowIndex: session.length - 1 });
  }

  /** Changes the view. */
  changeView(viewChange: Partial<ViewState>): void {
    this.viewState = { ...this.viewState, ...viewChange };
    this.scheduleUpdate();
  }

  /** Schedules an update of the panels for the next frame. */
  scheduleUpdate(): void {
    if (this.#updateScheduled) return;
    this.#updateScheduled = true;
    requestAnimationFrame((timestamp) => {
      this.#updateScheduled = false;
      this.#play(timestamp);
      for (const panel of this.panels) panel.refresh(this);
    });
  }

  /** Follows the end, if it is to be followed, when entries have been added. */
  entriesAdded(): void {
    if (this.viewState.following) this.viewState = { ...this.viewState, rowIndex: this.session.length - 1 };
    this.scheduleUpdate();
  }

  /** Goes to a row, or the nearest existing one. */
  goToRow(rowIndex: number, viewChange: Partial<ViewState> = {}): void {
    const lastRow = this.session.length - 1;
    const targetRow = Math.max(-1, Math.min(lastRow, rowIndex));
    this.changeView({
      playing: false,
      following: this.session.live && targetRow === lastRow,
      ...viewChange,
      rowIndex: targetRow,
    });
  }

  stepRows(rowCount: number): void {
    this.goToRow(this.viewState.rowIndex + rowCount);
  }

  /** Starts or stops playing; at the end, from the start. */
  togglePlay(): void {
    const { playing, rowIndex } = this.viewState;
    const atEnd = rowIndex >= this.session.length - 1;
    this.#playedUntil = 0;
    this.changeView({ playing: !playing, following: false, rowIndex: !playing && atEnd ? -1 : rowIndex });
  }

  #play(timestamp: number): void {
    const { playing, playSpeed, rowIndex } = this.viewState;
    if (!playing) return;
    if (this.#playedUntil === 0) this.#playedUntil = timestamp;
    const dueRows = Math.floor(((timestamp - this.#playedUntil) * playSpeed) / 1000);
    if (dueRows > 0) {
      this.#playedUntil += (dueRows * 1000) / playSpeed;
      const lastRow = this.session.length - 1;
      const targetRow = Math.min(rowIndex + dueRows, lastRow);
      this.viewState = { ...this.viewState, rowIndex: targetRow, playing: targetRow < lastRow };
    }
    if (this.viewState.playing) this.scheduleUpdate();
  }

  /** Searches for the query's next match, and goes there. */
  search(query: string, backwards = false): void {
    try {
      const parsedQuery = parseQuery(this.session, query);
      const matchingRow = findRow(this.session, parsedQuery, this.viewState.rowIndex, backwards);
      if (matchingRow === undefined)
        this.announce(`no ${backwards ? "earlier" : "later"} ${parsedQuery.description}`);
      else {
        this.announce(`${parsedQuery.description}: #${this.session.firstIndex + matchingRow}`);
        this.goToRow(matchingRow, { searchQuery: query });
        this.reveal(matchingRow);
      }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.announce(error.message);
    }
    this.changeView({ searchQuery: query });
  }

  /** Moves the time line's range so that it includes a row. */
  reveal(rowIndex: number): void {
    const { visibleRange, timelineUnit } = this.viewState;
    if (!visibleRange) return;
    const position =
      timelineUnit === "ticks" ? this.session.entryTable.tickBefore.valueAt(rowIndex) : rowIndex;
    const [from, targetRow] = visibleRange;
    if (position >= from && position <= targetRow) return;
    const halfSpan = (targetRow - from) / 2;
    this.changeView({ visibleRange: [position - halfSpan, position + halfSpan] });
  }

  /** Shows a message on the page, which screen readers announce. */
  announce(statusMessage: string): void {
    this.statusMessage = statusMessage;
    this.scheduleUpdate();
  }
}
