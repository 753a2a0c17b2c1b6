import { html, nothing, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { type DisplayItem, LIST_FILTERS, type ListFilter } from "../model/display-rows.js";
import { type RowEffect, type RowInWords, rowAsText, rowsInWords } from "../model/row-words.js";
import { escapeInvisible } from "../model/safe-text.js";
import type { Session } from "../model/session.js";
import { VirtualScroll } from "./virtual-scroll.js";

const ROW_HEIGHT = 22;

/** The list of entries, one a row; only the visible rows exist as elements. */
export class EntryList implements Panel {
  readonly #container: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #spacerElement: HTMLElement;
  readonly #rowsElement: HTMLElement;
  readonly #virtualScroll = new VirtualScroll(ROW_HEIGHT);
  #controller: PageController | undefined;
  #shownRow: number | undefined;
  #shownFilter: ListFilter | undefined;
  #shownSession: Session | undefined;
  #shownFirstIndex = 0;

  constructor(container: HTMLElement) {
    this.#container = container;
    render(
      html`<header>
          <h2>Accesses</h2>
          <select aria-label="Accesses shown" title="Accesses shown" @change=${(event: Event) => this.#controller?.changeView({ listFilter: LIST_FILTERS[(event.target as HTMLSelectElement).selectedIndex] ?? "all" })}>
            ${LIST_FILTERS.map((listFilter) => html`<option>${listFilter}</option>`)}
          </select>
          <span class="count"></span>
        </header>
        <div class="scroller" role="listbox" tabindex="0" aria-label="Accesses">
          <div class="rows"></div>
          <p class="empty" hidden></p>
          <div class="spacer"></div>
        </div>`,
      container,
    );
    this.#scroller = container.querySelector(".scroller") as HTMLElement;
    this.#spacerElement = container.querySelector(".spacer") as HTMLElement;
    this.#rowsElement = container.querySelector(".rows") as HTMLElement;
    this.#scroller.addEventListener("scroll", () => {
      this.#virtualScroll.barScrolled(this.#scroller.scrollTop);
      this.#renderRows();
    });
    new ResizeObserver(() => this.#controller?.scheduleUpdate()).observe(this.#scroller);
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    const { session, viewState } = controller;
    if (session !== this.#shownSession) this.#shownRow = undefined;
    else if (viewState.listFilter === "all") this.#followDropped(session.firstIndex - this.#shownFirstIndex);
    this.#shownSession = session;
    this.#shownFirstIndex = session.firstIndex;
    const { displayRows } = controller;
    (this.#container.querySelector("header select") as HTMLSelectElement).selectedIndex =
      LIST_FILTERS.indexOf(viewState.listFilter);
    const position = Math.max(0, displayRows.positionOf(Math.max(0, viewState.rowIndex)));
    // A panel that grows takes room: the present row stays in view.
    const wasVisible = this.#virtualScroll.shows(position);
    this.#virtualScroll.resize(displayRows.length, this.#scroller.clientHeight);
    if (wasVisible || viewState.rowIndex !== this.#shownRow || viewState.listFilter !== this.#shownFilter) {
      this.#virtualScroll.scrollToRow(position);
      this.#shownRow = viewState.rowIndex;
      this.#shownFilter = viewState.listFilter;
    }
    const spacerHeight = `${this.#virtualScroll.scrolledHeight}px`;
    if (this.#spacerElement.style.height !== spacerHeight) this.#spacerElement.style.height = spacerHeight;
    const { barPosition } = this.#virtualScroll;
    if (Math.abs(this.#scroller.scrollTop - barPosition) > 1) {
      this.#scroller.scrollTop = barPosition;
      this.#virtualScroll.barPlaced(this.#scroller.scrollTop);
    }
    const emptyElement = this.#container.querySelector(".empty") as HTMLElement;
    emptyElement.textContent = displayRows.emptyReason ?? "";
    emptyElement.hidden = displayRows.emptyReason === undefined;
    const hasAll = displayRows.length >= session.length;
    (this.#container.querySelector(".count") as HTMLElement).textContent =
      `${hasAll ? "" : `${displayRows.length.toLocaleString("en-US")} of `}${session.length.toLocaleString("en-US")}`;
    this.#scroller.setAttribute(
      "aria-activedescendant",
      viewState.rowIndex >= 0 ? `row-${viewState.rowIndex}` : "",
    );
    this.#renderRows();
  }

  /** Keeps the entries in view when rows before them have been dropped. */
  #followDropped(rowCount: number): void {
    if (rowCount === 0) return;
    this.#virtualScroll.topPixel = Math.max(0, this.#virtualScroll.topPixel - rowCount * ROW_HEIGHT);
    if (this.#shownRow !== undefined) this.#shownRow = Math.max(-1, this.#shownRow - rowCount);
  }

  #renderRows(): void {
    const controller = this.#controller;
    if (!controller) return;
    const { firstRow, endRow, cutPixels } = this.#virtualScroll.visibleRows;
    const items = Array.from({ length: Math.max(0, endRow - firstRow) }, (_, i) =>
      controller.displayRows.itemAt(firstRow + i),
    );
    this.#rowsElement.style.transform = `translateY(${-cutPixels}px)`;
    const { journal } = controller.session;
    const showsTicks = journal.tick > controller.session.firstTick;
    this.#rowsElement.classList.toggle("with-ticks", showsTicks);
    render(
      items.map((item, i) => this.#renderItem(controller, item, firstRow + i, showsTicks)),
      this.#rowsElement,
    );
  }

  #renderItem(controller: PageController, item: DisplayItem, position: number, showsTicks: boolean) {
    const { rowIndex } = item;
    const entryCount =
      controller.viewState.listFilter === "calls" ? controller.displayRows.entriesAfter(position) : undefined;
    const countChip =
      entryCount === undefined
        ? nothing
        : html`<span class="chip" title="entries until the next call">${entryCount}</span>`;
    if ("between" in item) {
      const { number, effects, handler, function: functionName, source } = item.between;
      const [by, text] = [escapeInvisible(item.between.by), escapeInvisible(item.between.text)];
      const rowText = `${by} ${text}${functionName ? `, in ${escapeInvisible(functionName)}` : ""}${source ? `, ${escapeInvisible(source)}` : ""}`;
      const selected =
        entryCount !== undefined &&
        position === controller.displayRows.positionOf(controller.viewState.rowIndex);
      return html`<div class="row between ${by}" role="option" aria-selected=${selected ? "true" : "false"} aria-label=${`${number} ${rowText}`} title=${rowText} @click=${() => controller.goToRow(rowIndex)}>
        <span class="index">(${number})</span>
        <span class="subject">${handler ? "  " : ""}${by}: ${text}</span>
        <span class="effects">${effects.map((effect) => html`<span class="chip">${escapeInvisible(effect)}</span>`)}${countChip}</span>
      </div>`;
    }
    const [rowWords] = rowsInWords(controller.session, rowIndex, rowIndex + 1);
    return rowWords === undefined
      ? nothing
      : this.#renderRow(controller, rowWords, rowIndex, showsTicks, item.storyRow?.number);
  }

  #renderRow(
    controller: PageController,
    rowWords: RowInWords,
    rowIndex: number,
    showsTicks: boolean,
    storyNumber: number | undefined,
  ) {
    const selected = rowIndex === controller.viewState.rowIndex;
    const accessArrow = rowWords.entryType === "read" ? "→" : rowWords.entryType === "write" ? "←" : "";
    return html`<div
      id="row-${rowIndex}"
      role="option"
      class="row ${rowWords.entryType}"
      aria-selected=${selected ? "true" : "false"}
      aria-setsize=${controller.session.length}
      aria-posinset=${rowIndex + 1}
      aria-label=${rowAsText(rowWords)}
      @click=${() => controller.goToRow(rowIndex)}
    >
      <span class="index">${rowWords.entryIndex}</span>
      ${showsTicks ? html`<span class="tick">${rowWords.tick}</span>` : nothing}
      <span class="subject">${rowWords.subject}</span>
      <span class="arrow">${accessArrow}</span>
      <span class="byte">${rowWords.byteText}</span>
      <span class="bits" title=${rowWords.bitsText}>${rowWords.bitsText}</span>
      <span class="effects">${rowWords.effects.map(effectChip)}${storyNumber === undefined ? nothing : html`<span class="chip number" title="its number in the scenario">(${storyNumber})</span>`}</span>
    </div>`;
  }
}

const effectChip = ({ effectKind, shortText, fullText }: RowEffect) =>
  html`<span class="chip ${effectKind}" title=${fullText}>${shortText}</span>`;
