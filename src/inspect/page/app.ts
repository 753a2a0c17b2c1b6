import type { ChartLayout } from "../layout/types.js";
import { type ComparedDevice, Comparison } from "./model/comparison.js";
import { DisplayRows } from "./model/display-rows.js";
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
  /** Why nothing more is read, and what to do, in words; undefined while more may come. */
  endedReason: string | undefined;
  /** The last message to the user. */
  statusMessage = "";
  /** The mistake in the last query, if there was one. */
  searchMistake: QueryError | undefined;
  currentFork: Fork | undefined;
  /** The same entries on another device. */
  comparison: Comparison | undefined;
  #currentMoment: Moment | undefined;
  #displayRows: DisplayRows | undefined;
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

  /** The items of the list. */
  get displayRows(): DisplayRows {
    const { listFilter } = this.viewState;
    if (!this.#displayRows?.isOf(this.session, listFilter))
      this.#displayRows = new DisplayRows(this.session, listFilter);
    return this.#displayRows;
  }

  /** Ends following the device, or reading the recording: for a reason, in words. */
  end(endedReason: string): void {
    this.endedReason = endedReason;
    this.announce(endedReason);
  }

  /** Replaces the session. */
  beginSession(session: Session): void {
    this.session = session;
    this.#currentMoment = undefined;
    this.currentFork = undefined;
    this.comparison = undefined;
    this.changeView({ rowIndex: session.length - 1 });
  }

  /** Goes on with the changed future of the fork as the session; the page's address leads back to the recording. */
  adoptFork(): void {
    const changed = this.currentFork?.changed;
    if (!changed) return;
    this.beginSession(changed);
    this.goToRow(0, { activeTab: "chart", following: false, markerRow: undefined, visibleRange: undefined });
    this.announce("this is the changed future; reload the page for the recording");
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
    this.#followDropped(this.session.dropOldest());
    if (this.viewState.following) this.viewState = { ...this.viewState, rowIndex: this.session.length - 1 };
    this.#playComparison();
    this.scheduleUpdate();
  }

  /** Keeps the view at its entries when the rows have moved to the front. */
  #followDropped(rowCount: number): void {
    if (rowCount === 0) return;
    const { rowIndex, markerRow, visibleRange, timelineUnit } = this.viewState;
    this.#currentMoment = undefined;
    this.currentFork = undefined;
    this.#closeComparison();
    const shiftedMarker = markerRow === undefined ? undefined : markerRow - rowCount;
    const [rangeStart = 0, rangeEnd = 0] = visibleRange ?? [];
    const isLost = timelineUnit === "entries" ? rangeEnd <= rowCount : rangeEnd <= this.session.firstTick;
    this.viewState = {
      ...this.viewState,
      rowIndex: Math.max(-1, rowIndex - rowCount),
      markerRow: shiftedMarker !== undefined && shiftedMarker < 0 ? undefined : shiftedMarker,
      visibleRange:
        visibleRange === undefined || isLost
          ? undefined
          : timelineUnit === "entries"
            ? [Math.max(0, rangeStart - rowCount), rangeEnd - rowCount]
            : visibleRange,
    };
  }

  /** Goes to a row, or the nearest existing one. */
  goToRow(rowIndex: number, viewChange: Partial<ViewState> = {}): void {
    const lastRow = this.session.length - 1;
    const targetRow = Math.max(-1, Math.min(lastRow, rowIndex));
    // A message about another entry would be stale.
    this.statusMessage = "";
    this.changeView({
      playing: false,
      following: this.session.live && targetRow === lastRow,
      comparedRow: undefined,
      ...viewChange,
      rowIndex: targetRow,
    });
  }

  /** Goes to a row of the comparison, which may lie beyond the last of the session. */
  goToComparedRow(rowIndex: number): void {
    this.goToRow(rowIndex, rowIndex < this.session.length ? {} : { comparedRow: rowIndex });
  }

  stepRows(rowCount: number): void {
    this.goToRow(this.displayRows.stepFrom(this.viewState.rowIndex, rowCount));
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
    this.searchMistake = undefined;
    try {
      const parsedQuery = parseQuery(this.session, query);
      const matchingRow = findRow(this.session, parsedQuery, this.viewState.rowIndex, backwards);
      if (matchingRow === undefined)
        this.announce(`no ${backwards ? "earlier" : "later"} ${parsedQuery.absent}`);
      else {
        this.goToRow(matchingRow, { searchQuery: query });
        this.reveal(matchingRow);
        this.announce(`${parsedQuery.description}: #${this.session.firstIndex + matchingRow}`);
      }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.searchMistake = error;
      this.announce(error.message);
    }
    this.changeView({ searchQuery: query });
  }

  /** Moves the time line's range so that it includes a row. */
  reveal(rowIndex: number): void {
    const { visibleRange, timelineUnit } = this.viewState;
    if (!visibleRange) return;
    const position =
      timelineUnit === "entries" ? rowIndex : this.session.entryTable.tickBefore.valueAt(rowIndex);
    const [from, targetRow] = visibleRange;
    if (position >= from && position <= targetRow) return;
    const halfSpan = (targetRow - from) / 2;
    this.changeView({ visibleRange: [position - halfSpan, position + halfSpan] });
  }

  /** Sets the second cursor at the present row, or removes it from there. */
  toggleMarker(): void {
    const { rowIndex, markerRow } = this.viewState;
    this.changeView({ markerRow: markerRow === rowIndex || rowIndex < 0 ? undefined : rowIndex });
  }

  /** Plays the session's entries on another device, and shows both beside each other. */
  compareWith(comparedDevice: ComparedDevice): void {
    this.showComparison(Comparison.ofDevices(this.session, comparedDevice));
  }

  /** Shows a comparison, in place of an earlier one. */
  showComparison(comparison: Comparison): void {
    this.comparison?.stop();
    this.comparison = comparison;
    this.changeView({ activeTab: "compare" });
    this.#playComparison();
  }

  /** Compares the rows that have been added. */
  #playComparison(): void {
    void this.comparison?.playAll(() => this.scheduleUpdate());
  }

  /** Closes a comparison, of whose rows some are no longer held. */
  #closeComparison(): void {
    if (!this.comparison) return;
    this.comparison.stop();
    this.comparison = undefined;
    this.announce("the comparison is closed: its first entries are older than those that the page holds");
  }

  /** Closes what is open: the explanation, or the picked element. @returns true if something was. */
  closeOpen(): boolean {
    const { explained, pickedElement } = this.viewState;
    if (explained === undefined && pickedElement === undefined) return false;
    this.changeView(explained === undefined ? { pickedElement: undefined } : { explained: undefined });
    return true;
  }

  /** Folds a panel, or unfolds it. */
  togglePanel(panelName: ViewState["foldedPanels"][number]): void {
    const { foldedPanels } = this.viewState;
    this.changeView({
      foldedPanels: foldedPanels.includes(panelName)
        ? foldedPanels.filter((it) => it !== panelName)
        : [...foldedPanels, panelName],
    });
  }

  /** Shows a message on the page, which screen readers announce. */
  announce(statusMessage: string): void {
    this.statusMessage = statusMessage;
    this.scheduleUpdate();
  }
}
