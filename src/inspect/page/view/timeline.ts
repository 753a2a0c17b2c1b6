import { html, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { rowAsText, rowsInWords } from "../model/row-words.js";
import { FIT, MINUS, PLUS } from "./icons.js";
import {
  AXIS_HEIGHT,
  type Colours,
  drawLanes,
  drawOverview,
  LANE_HEIGHT,
  LANES_LEFT,
} from "./timeline-draw.js";
import { lanesOf } from "./timeline-lanes.js";
import { TimelineScale } from "./timeline-scale.js";

const OVERVIEW_HEIGHT = 24;
/** The zoom factor of a turn of the wheel. */
const ZOOM_PER_TURN = 1.25;

/** Waveforms over all entries, with the current one marked: zoom with the wheel, drag to pan, click to go there. */
export class Timeline implements Panel {
  readonly #container: HTMLElement;
  readonly #laneCanvas: HTMLCanvasElement;
  readonly #overviewCanvas: HTMLCanvasElement;
  readonly #cursorElement: HTMLElement;
  #controller: PageController | undefined;
  #drawnKey = "";

  constructor(container: HTMLElement) {
    this.#container = container;
    render(
      html`<canvas class="overview" aria-hidden="true"></canvas>
        <div class="waves">
          <canvas class="lanes" role="slider" tabindex="0" aria-label="Time line"></canvas>
          <div class="cursor"></div>
        </div>
        <div class="zoom" role="toolbar" aria-label="Time line">
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" @click=${() => this.zoomRange(1 / 2)}>${PLUS}</button>
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" @click=${() => this.zoomRange(2)}>${MINUS}</button>
          <button type="button" title="Show all (0)" aria-label="Show all" @click=${() => this.showAll()}>${FIT}</button>
          <button type="button" class="unit" title="Count entries or ticks" aria-label="Count entries or ticks" @click=${() => this.#toggleUnit()}></button>
        </div>`,
      container,
    );
    this.#laneCanvas = container.querySelector(".lanes") as HTMLCanvasElement;
    this.#overviewCanvas = container.querySelector(".overview") as HTMLCanvasElement;
    this.#cursorElement = container.querySelector(".cursor") as HTMLElement;
    this.#addListeners();
    new ResizeObserver(() => this.#controller?.scheduleUpdate()).observe(container);
  }

  refresh(controller: PageController): void {
    this.#controller = controller;
    const { session, viewState } = controller;
    const timelineScale = this.#currentScale(controller);
    const currentTheme = document.documentElement.dataset["theme"] ?? "";
    const { clientWidth } = this.#container;
    const drawingKey = `${currentTheme} ${clientWidth} ${devicePixelRatio} ${session.length} ${timelineScale.rangeStart} ${timelineScale.rangeEnd} ${viewState.timelineUnit} ${session.firstIndex} ${controller.loaded}`;
    if (drawingKey !== this.#drawnKey) {
      this.#drawnKey = drawingKey;
      this.#drawCanvases(controller, timelineScale);
    }
    const pixelX = LANES_LEFT + timelineScale.pixelOfRow(Math.max(0, viewState.rowIndex));
    this.#cursorElement.hidden =
      viewState.rowIndex < 0 || pixelX < LANES_LEFT - 1 || pixelX > LANES_LEFT + timelineScale.pixelWidth + 1;
    this.#cursorElement.style.transform = `translateX(${Math.round(pixelX)}px)`;
    this.#cursorElement.style.width = `${Math.max(2, Math.min(timelineScale.pixelsPerEntry, 40))}px`;
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
    const unitButton = this.#container.querySelector(".unit") as HTMLElement;
    unitButton.textContent = viewState.timelineUnit;
    unitButton.hidden = session.journal.tick === session.journal.header.tick;
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

  /** The canvas, for an export. */
  get timelineCanvas(): HTMLCanvasElement {
    return this.#laneCanvas;
  }

  #toggleUnit(): void {
    const controller = this.#controller;
    controller?.changeView({
      timelineUnit: controller.viewState.timelineUnit === "ticks" ? "entries" : "ticks",
      visibleRange: undefined,
    });
  }

  #currentScale({ session, viewState }: PageController): TimelineScale {
    return new TimelineScale(session, viewState, Math.max(50, this.#container.clientWidth - LANES_LEFT - 12));
  }

  #drawCanvases({ session }: PageController, timelineScale: TimelineScale): void {
    const colours = coloursOf(this.#container);
    const width = LANES_LEFT + timelineScale.pixelWidth + 12;
    const laneContext = sizedContext(
      this.#laneCanvas,
      width,
      AXIS_HEIGHT + lanesOf(session).length * LANE_HEIGHT,
    );
    drawLanes(laneContext, session, timelineScale, colours);
    const overviewCanvas = sizedContext(this.#overviewCanvas, width, OVERVIEW_HEIGHT);
    const wholeScale = new TimelineScale(
      session,
      { visibleRange: undefined, timelineUnit: this.#controller?.viewState.timelineUnit ?? "entries" },
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
      if (!hasMoved) controller.goToRow(startScale.rowAtPixel(releaseEvent.offsetX - LANES_LEFT));
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

function sizedContext(
  laneCanvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const canvasContext = laneCanvas.getContext("2d") as CanvasRenderingContext2D;
  laneCanvas.width = Math.round(width * devicePixelRatio);
  laneCanvas.height = Math.round(height * devicePixelRatio);
  laneCanvas.style.width = `${width}px`;
  laneCanvas.style.height = `${height}px`;
  canvasContext.scale(devicePixelRatio, devicePixelRatio);
  return canvasContext;
}

function coloursOf(element: HTMLElement): Colours {
  const computedStyle = getComputedStyle(element);
  const themeColour = (name: string) => computedStyle.getPropertyValue(`--${name}`).trim();
  return {
    ...{
      ink: themeColour("ink"),
      muted: themeColour("muted"),
      line: themeColour("line"),
      panel: themeColour("panel"),
    },
    ...{ accent: themeColour("accent"), change: themeColour("change"), bad: themeColour("bad") },
    ...{ soft: themeColour("soft"), good: themeColour("good") },
  };
}
