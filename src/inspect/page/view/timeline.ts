import { html, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { rowAsText, rowsInWords } from "../model/row-words.js";
import { TIMELINE_UNITS } from "../view-state.js";
import { coloursOf, sizedContext } from "./canvas.js";
import { FIT, MINUS, PLUS } from "./icons.js";
import { LaneChooser } from "./lane-chooser.js";
import { addSplitter } from "./splitters.js";
import { AXIS_HEIGHT, drawAxis, drawLanes, drawOverview, LANE_HEIGHT, LANES_LEFT } from "./timeline-draw.js";
import { shownLanes } from "./timeline-lanes.js";
import { legendOf } from "./timeline-legend.js";
import { TimelineScale } from "./timeline-scale.js";

const OVERVIEW_HEIGHT = 24;
/** The zoom factor of a turn of the wheel. */
const ZOOM_PER_TURN = 1.25;

/** Waveforms over all entries, with the current one marked: zoom with the wheel, drag to pan, click to go there. */
export class Timeline implements Panel {
  readonly #container: HTMLElement;
  readonly #laneCanvas: HTMLCanvasElement;
  readonly #overviewCanvas: HTMLCanvasElement;
  readonly #axisCanvas: HTMLCanvasElement;
  readonly #cursorElement: HTMLElement;
  readonly #laneChooser: LaneChooser;
  #controller: PageController | undefined;
  #drawnKey = "";

  constructor(container: HTMLElement) {
    this.#container = container;
    render(
      html`<div class="strip">
          <canvas class="overview" aria-hidden="true"></canvas>
          <div class="overview-cursor"></div>
        </div>
        <canvas class="axis" aria-hidden="true"></canvas>
        <div class="waves">
          <div class="lane-names"></div>
          <canvas class="lanes" role="slider" tabindex="0" aria-label="Time line"></canvas>
          <div class="cursor"></div>
          <div class="cursor second" hidden></div>
        </div>
        <button type="button" class="cursor-away" hidden @click=${() => this.#controller?.reveal(this.#controller.viewState.rowIndex)}></button>
        <div class="legend"></div>
        <div class="splitter rows" role="separator" aria-orientation="horizontal" tabindex="0" aria-label="Height of the time line" title="Drag, or use the arrow keys"></div>
        <div class="lane-chooser" hidden></div>
        <div class="zoom" role="toolbar" aria-label="Time line">
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" @click=${() => this.zoomRange(1 / 2)}>${PLUS}</button>
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" @click=${() => this.zoomRange(2)}>${MINUS}</button>
          <button type="button" title="Show all (0)" aria-label="Show all" @click=${() => this.showAll()}>${FIT}</button>
          <button type="button" class="unit" title="Count entries, ticks or microseconds" @click=${() => this.#changeUnit()}></button>
          <button type="button" class="word choose-lanes" title="Choose and order the lanes" aria-expanded="false" @click=${() => this.toggleChooser()}>Lanes</button>
        </div>`,
      container,
    );
    this.#laneCanvas = container.querySelector(".lanes") as HTMLCanvasElement;
    this.#overviewCanvas = container.querySelector(".overview") as HTMLCanvasElement;
    this.#axisCanvas = container.querySelector(".axis") as HTMLCanvasElement;
    this.#cursorElement = container.querySelector(".cursor") as HTMLElement;
    this.#laneChooser = new LaneChooser(container.querySelector(".lane-chooser") as HTMLElement);
    this.#addListeners();
    addSplitter({
      splitter: container.querySelector(".splitter") as HTMLElement,
      sized: container.querySelector(".waves") as HTMLElement,
      styled: container,
      property: "--waves-height",
    });
    new ResizeObserver(() => this.#controller?.scheduleUpdate()).observe(container);
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    const { session, viewState } = controller;
    const unitButton = this.#container.querySelector(".unit") as HTMLElement;
    unitButton.textContent = `by ${viewState.timelineUnit}`;
    unitButton.hidden = session.journal.tick === session.firstTick;
    const timelineScale = this.#currentScale(controller);
    const currentTheme = document.documentElement.dataset["theme"] ?? "";
    const { clientWidth } = this.#container;
    const drawingKey = `${currentTheme} ${clientWidth} ${devicePixelRatio} ${session.length} ${timelineScale.rangeStart} ${timelineScale.rangeEnd} ${viewState.timelineUnit} ${session.firstIndex} ${controller.loaded} ${viewState.lanes}`;
    if (drawingKey !== this.#drawnKey) {
      this.#drawnKey = drawingKey;
      this.#drawCanvases(controller, timelineScale);
    }
    this.#placeCursors(controller, timelineScale);
    this.#laneChooser.refresh(controller);
    render(legendOf(controller), this.#container.querySelector(".legend") as HTMLElement);
    this.#laneCanvas.setAttribute("aria-valuemin", String(session.firstIndex));
    this.#laneCanvas.setAttribute("aria-valuemax", String(session.firstIndex + session.length - 1));
    this.#laneCanvas.setAttribute("aria-valuenow", String(session.firstIndex + viewState.rowIndex));
    if (viewState.rowIndex >= 0 && !viewState.playing)
      this.#laneCanvas.setAttribute(
        "aria-valuetext",
        rowsInWords(session, viewState.rowIndex, viewState.rowIndex + 1)
          .map(rowAsText)
          .join(),
      );
    this.#container
      .querySelector(".choose-lanes")
      ?.setAttribute("aria-expanded", String(this.#laneChooser.isOpen));
  }

  /** Places the cursors on the lanes and on the overview; of one outside the visible range shows the direction. */
  #placeCursors(controller: PageController, timelineScale: TimelineScale): void {
    const { session, viewState } = controller;
    const { pixelWidth } = timelineScale;
    const cursorWidth = `${Math.max(2, Math.min(timelineScale.pixelsPerEntry, 40))}px`;
    const second = this.#container.querySelector(".cursor.second") as HTMLElement;
    for (const [element, rowIndex] of [
      [this.#cursorElement, viewState.rowIndex],
      [second, viewState.markerRow ?? -1],
    ] as const) {
      const pixelX = timelineScale.pixelOfRow(Math.max(0, rowIndex));
      element.hidden = rowIndex < 0 || pixelX < -1 || pixelX > pixelWidth + 1;
      element.style.transform = `translateX(${Math.round(LANES_LEFT + pixelX)}px)`;
      element.style.width = cursorWidth;
    }
    const pixelX = timelineScale.pixelOfRow(Math.max(0, viewState.rowIndex));
    const away = this.#container.querySelector(".cursor-away") as HTMLElement;
    const isLeft = pixelX < -1;
    away.hidden = viewState.rowIndex < 0 || !this.#cursorElement.hidden;
    away.classList.toggle("left", isLeft);
    const entryText = `#${(session.firstIndex + viewState.rowIndex).toLocaleString("en-US")}`;
    away.textContent = isLeft ? `← ${entryText}` : `${entryText} →`;
    away.title = "Show the present entry";
    const wholeScale = new TimelineScale(session, { ...viewState, visibleRange: undefined }, pixelWidth);
    const overviewCursor = this.#container.querySelector(".overview-cursor") as HTMLElement;
    overviewCursor.hidden = viewState.rowIndex < 0;
    const overviewX = LANES_LEFT + wholeScale.pixelOfRow(Math.max(0, viewState.rowIndex));
    overviewCursor.style.transform = `translateX(${Math.round(overviewX)}px)`;
  }

  /** Opens or closes the list of lanes. */
  toggleChooser(): void {
    this.#laneChooser.toggleOpen();
    this.#controller?.scheduleUpdate();
  }

  /** Closes the list of lanes. @returns true if it was open. */
  closeChooser(): boolean {
    if (!this.#laneChooser.isOpen) return false;
    this.toggleChooser();
    (this.#container.querySelector(".choose-lanes") as HTMLElement).focus();
    return true;
  }

  /** Zooms by `factor`, around the current row where it is visible. */
  zoomRange(factor: number, pixelX?: number): void {
    const controller = this.#controller;
    if (!controller) return;
    const timelineScale = this.#currentScale(controller);
    const rowPixel = timelineScale.pixelOfRow(controller.viewState.rowIndex);
    const pivot =
      pixelX ??
      (rowPixel >= 0 && rowPixel <= timelineScale.pixelWidth ? rowPixel : timelineScale.pixelWidth / 2);
    controller.changeView({ visibleRange: timelineScale.zoomedRange(factor, pivot) });
  }

  /** Shows all. */
  showAll(): void {
    this.#controller?.changeView({ visibleRange: undefined });
  }

  /** Moves the visible range by a share of its width. */
  panByShare(share: number): void {
    if (!this.#controller?.viewState.visibleRange) return;
    const timelineScale = this.#currentScale(this.#controller);
    this.#controller.changeView({ visibleRange: timelineScale.movedRange(share * timelineScale.pixelWidth) });
  }

  /** The canvases of the axis and of the lanes, for an export. */
  get canvases(): readonly HTMLCanvasElement[] {
    return [this.#axisCanvas, this.#laneCanvas];
  }

  #changeUnit(): void {
    const controller = this.#controller;
    if (!controller) return;
    const { timelineUnit, visibleRange } = controller.viewState;
    const nextUnit =
      TIMELINE_UNITS[(TIMELINE_UNITS.indexOf(timelineUnit) + 1) % TIMELINE_UNITS.length] ?? "entries";
    // Ticks and microseconds have the same range.
    const keepsRange = timelineUnit !== "entries" && nextUnit !== "entries";
    controller.changeView({
      timelineUnit: nextUnit,
      visibleRange: keepsRange ? visibleRange : undefined,
    });
  }

  #currentScale({ session, viewState }: PageController): TimelineScale {
    return new TimelineScale(session, viewState, Math.max(50, this.#container.clientWidth - LANES_LEFT - 12));
  }

  #drawCanvases({ session }: PageController, timelineScale: TimelineScale): void {
    const colours = coloursOf(this.#container);
    const width = LANES_LEFT + timelineScale.pixelWidth + 12;
    const { timelineUnit = "entries", lanes: chosenLanes } = this.#controller?.viewState ?? {};
    const lanes = shownLanes(session, chosenLanes);
    const axisContext = sizedContext(this.#axisCanvas, width, AXIS_HEIGHT);
    // The buttons stand over the end of the axis.
    const labelsEnd = (this.#container.querySelector(".zoom") as HTMLElement).offsetLeft - 4;
    drawAxis(axisContext, session, timelineScale, timelineUnit, colours, labelsEnd);
    const laneContext = sizedContext(this.#laneCanvas, width, Math.max(1, lanes.length * LANE_HEIGHT));
    drawLanes(laneContext, session, lanes, timelineScale, colours);
    render(
      lanes.map(({ laneName, laneTitle }) => html`<span title=${laneTitle}>${laneName}</span>`),
      this.#container.querySelector(".lane-names") as HTMLElement,
    );
    const overviewCanvas = sizedContext(this.#overviewCanvas, width, OVERVIEW_HEIGHT);
    const wholeScale = new TimelineScale(
      session,
      { visibleRange: undefined, timelineUnit },
      timelineScale.pixelWidth,
    );
    drawOverview(overviewCanvas, session, wholeScale, timelineScale, OVERVIEW_HEIGHT, colours);
  }

  #addListeners(): void {
    const laneCanvas = this.#laneCanvas;
    laneCanvas.addEventListener(
      "wheel",
      (event) => {
        const controller = this.#controller;
        if (!controller) return;
        event.preventDefault();
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
          if (controller.viewState.visibleRange)
            controller.changeView({ visibleRange: this.#currentScale(controller).movedRange(sideways) });
        } else
          this.zoomRange(event.deltaY > 0 ? ZOOM_PER_TURN : 1 / ZOOM_PER_TURN, event.offsetX - LANES_LEFT);
      },
      { passive: false },
    );
    laneCanvas.addEventListener("pointerdown", (pressEvent) => this.#startDrag(pressEvent));
    laneCanvas.addEventListener("dblclick", () => this.showAll());
    this.#overviewCanvas.addEventListener("pointerdown", (pressEvent) => {
      const centreAtPointer = (event: PointerEvent) => this.#centreRange(event.offsetX - LANES_LEFT);
      centreAtPointer(pressEvent);
      this.#overviewCanvas.setPointerCapture(pressEvent.pointerId);
      this.#overviewCanvas.onpointermove = centreAtPointer;
      this.#overviewCanvas.onpointerup = () => {
        this.#overviewCanvas.onpointermove = null;
      };
    });
  }

  /** Starts a drag, which pans; a press without movement goes to that row. */
  #startDrag(pressEvent: PointerEvent): void {
    const controller = this.#controller;
    if (!controller) return;
    const laneCanvas = this.#laneCanvas;
    const startScale = this.#currentScale(controller);
    let hasMoved = false;
    laneCanvas.setPointerCapture(pressEvent.pointerId);
    laneCanvas.onpointermove = (event) => {
      const distance = pressEvent.offsetX - event.offsetX;
      hasMoved ||= Math.abs(distance) > 3;
      if (hasMoved && controller.viewState.visibleRange)
        controller.changeView({ visibleRange: startScale.movedRange(distance) });
    };
    laneCanvas.onpointerup = (releaseEvent) => {
      laneCanvas.onpointermove = null;
      laneCanvas.onpointerup = null;
      if (hasMoved) return;
      const rowIndex = startScale.rowAtPixel(releaseEvent.offsetX - LANES_LEFT);
      if (releaseEvent.shiftKey) controller.changeView({ markerRow: rowIndex });
      else controller.goToRow(rowIndex);
    };
  }

  /** Centres the visible range on a pixel of the overview; if all is visible, goes there. */
  #centreRange(pixelX: number): void {
    const controller = this.#controller;
    if (!controller) return;
    const timelineScale = this.#currentScale(controller);
    const wholeScale = new TimelineScale(
      controller.session,
      { visibleRange: undefined, timelineUnit: controller.viewState.timelineUnit },
      timelineScale.pixelWidth,
    );
    if (!controller.viewState.visibleRange) {
      controller.goToRow(wholeScale.rowAtPixel(pixelX));
      return;
    }
    const rowPixel =
      wholeScale.rangeStart +
      (pixelX / wholeScale.pixelWidth) * (wholeScale.rangeEnd - wholeScale.rangeStart);
    const rangeMiddle = (timelineScale.rangeStart + timelineScale.rangeEnd) / 2;
    controller.changeView({
      visibleRange: timelineScale.movedRange(
        ((rowPixel - rangeMiddle) / (timelineScale.rangeEnd - timelineScale.rangeStart)) *
          timelineScale.pixelWidth,
      ),
    });
  }
}
