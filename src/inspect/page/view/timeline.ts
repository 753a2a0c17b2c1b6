import { html, render } from "lit-html";
import type { App, Panel } from "../app.js";
import { rowAsText, rowsInWords } from "../model/words.js";
import { FIT, MINUS, PLUS } from "./icons.js";
import { lanesOf } from "./lanes.js";
import { Scale } from "./scale.js";
import { AXIS, type Colours, drawLanes, drawOverview, LANE, LEFT } from "./timeline-draw.js";

const OVERVIEW = 24;
/** How much a turn of the wheel zooms. */
const ZOOM = 1.25;

/** Waveforms over all entries, with the present one marked: zoom with the wheel, drag to pan, click to go there. */
export class Timeline implements Panel {
  readonly #root: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #overview: HTMLCanvasElement;
  readonly #cursor: HTMLElement;
  #app: App | undefined;
  #drawn = "";

  constructor(root: HTMLElement) {
    this.#root = root;
    render(
      html`<canvas class="overview" aria-hidden="true"></canvas>
        <div class="waves">
          <canvas class="lanes" role="slider" tabindex="0" aria-label="Time line"></canvas>
          <div class="cursor"></div>
        </div>
        <div class="zoom" role="toolbar" aria-label="Time line">
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" @click=${() => this.zoom(1 / 2)}>${PLUS}</button>
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" @click=${() => this.zoom(2)}>${MINUS}</button>
          <button type="button" title="Show all (0)" aria-label="Show all" @click=${() => this.fit()}>${FIT}</button>
          <button type="button" class="unit" title="Count entries or ticks" aria-label="Count entries or ticks" @click=${() => this.#toggleUnit()}></button>
        </div>`,
      root,
    );
    this.#canvas = root.querySelector(".lanes") as HTMLCanvasElement;
    this.#overview = root.querySelector(".overview") as HTMLCanvasElement;
    this.#cursor = root.querySelector(".cursor") as HTMLElement;
    this.#listen();
    new ResizeObserver(() => this.#app?.schedule()).observe(root);
  }

  update(app: App): void {
    this.#app = app;
    const { session, view } = app;
    const scale = this.#scale(app);
    const theme = document.documentElement.dataset["theme"] ?? "";
    const { clientWidth } = this.#root;
    const key = `${theme} ${clientWidth} ${devicePixelRatio} ${session.length} ${scale.from} ${scale.to} ${view.unit} ${session.first} ${app.loaded}`;
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#draw(app, scale);
    }
    const x = LEFT + scale.x(Math.max(0, view.row));
    this.#cursor.hidden = view.row < 0 || x < LEFT - 1 || x > LEFT + scale.width + 1;
    this.#cursor.style.transform = `translateX(${Math.round(x)}px)`;
    this.#cursor.style.width = `${Math.max(2, Math.min(scale.perEntry, 40))}px`;
    this.#canvas.setAttribute("aria-valuemin", String(session.first));
    this.#canvas.setAttribute("aria-valuemax", String(session.first + session.length - 1));
    this.#canvas.setAttribute("aria-valuenow", String(session.first + view.row));
    if (view.row >= 0 && !view.playing)
      this.#canvas.setAttribute(
        "aria-valuetext",
        rowsInWords(session, view.row, view.row + 1)
          .map(rowAsText)
          .join(),
      );
    const unit = this.#root.querySelector(".unit") as HTMLElement;
    unit.textContent = view.unit;
    unit.hidden = session.journal.tick === session.journal.header.tick;
  }

  /** Shows `factor` as much, about the present row where that is seen. */
  zoom(factor: number, x?: number): void {
    const app = this.#app;
    if (!app) return;
    const scale = this.#scale(app);
    const at = scale.x(app.view.row);
    const pivot = x ?? (at >= 0 && at <= scale.width ? at : scale.width / 2);
    app.set({ range: scale.zoomed(factor, pivot) });
  }

  /** Shows all. */
  fit(): void {
    this.#app?.set({ range: undefined });
  }

  /** Moves what is shown by a share of its width. */
  pan(share: number): void {
    if (!this.#app?.view.range) return;
    const scale = this.#scale(this.#app);
    this.#app.set({ range: scale.moved(share * scale.width) });
  }

  /** The picture as it is, for an export. */
  get picture(): HTMLCanvasElement {
    return this.#canvas;
  }

  #toggleUnit(): void {
    const app = this.#app;
    app?.set({ unit: app.view.unit === "ticks" ? "entries" : "ticks", range: undefined });
  }

  #scale({ session, view }: App): Scale {
    return new Scale(session, view, Math.max(50, this.#root.clientWidth - LEFT - 12));
  }

  #draw({ session }: App, scale: Scale): void {
    const colours = coloursOf(this.#root);
    const width = LEFT + scale.width + 12;
    const lanes = context(this.#canvas, width, AXIS + lanesOf(session).length * LANE);
    drawLanes(lanes, session, scale, colours);
    const overview = context(this.#overview, width, OVERVIEW);
    const whole = new Scale(
      session,
      { range: undefined, unit: this.#app?.view.unit ?? "entries" },
      scale.width,
    );
    drawOverview(overview, session, whole, scale, OVERVIEW, colours);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener(
      "wheel",
      (event) => {
        const app = this.#app;
        if (!app) return;
        event.preventDefault();
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
          if (app.view.range) app.set({ range: this.#scale(app).moved(sideways) });
        } else this.zoom(event.deltaY > 0 ? ZOOM : 1 / ZOOM, event.offsetX - LEFT);
      },
      { passive: false },
    );
    canvas.addEventListener("pointerdown", (down) => this.#drag(down));
    canvas.addEventListener("dblclick", () => this.fit());
    this.#overview.addEventListener("pointerdown", (down) => {
      const to = (event: PointerEvent) => this.#centre(event.offsetX - LEFT);
      to(down);
      this.#overview.setPointerCapture(down.pointerId);
      this.#overview.onpointermove = to;
      this.#overview.onpointerup = () => {
        this.#overview.onpointermove = null;
      };
    });
  }

  /** A press that does not move goes there; one that moves pans. */
  #drag(down: PointerEvent): void {
    const app = this.#app;
    if (!app) return;
    const canvas = this.#canvas;
    const start = this.#scale(app);
    let moved = false;
    canvas.setPointerCapture(down.pointerId);
    canvas.onpointermove = (event) => {
      const by = down.offsetX - event.offsetX;
      moved ||= Math.abs(by) > 3;
      if (moved && app.view.range) app.set({ range: start.moved(by) });
    };
    canvas.onpointerup = (up) => {
      canvas.onpointermove = null;
      canvas.onpointerup = null;
      if (!moved) app.go(start.row(up.offsetX - LEFT));
    };
  }

  /** Moves the stretch that is shown, so that it lies about a pixel of the overview; without one, goes there. */
  #centre(x: number): void {
    const app = this.#app;
    if (!app) return;
    const scale = this.#scale(app);
    const whole = new Scale(app.session, { range: undefined, unit: app.view.unit }, scale.width);
    if (!app.view.range) {
      app.go(whole.row(x));
      return;
    }
    const at = whole.from + (x / whole.width) * (whole.to - whole.from);
    const middle = (scale.from + scale.to) / 2;
    app.set({ range: scale.moved(((at - middle) / (scale.to - scale.from)) * scale.width) });
  }
}

function context(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const g = canvas.getContext("2d") as CanvasRenderingContext2D;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  g.scale(devicePixelRatio, devicePixelRatio);
  return g;
}

function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...{ ink: colour("ink"), muted: colour("muted"), line: colour("line"), panel: colour("panel") },
    ...{ accent: colour("accent"), change: colour("change"), bad: colour("bad") },
    ...{ soft: colour("soft"), good: colour("good") },
  };
}
