import { html, nothing, render } from "lit-html";
import type { App, Panel } from "../app.js";
import type { Session } from "../model/session.js";
import { type Effect, type RowInWords, rowAsText, rowsInWords } from "../model/words.js";
import { VirtualScroll } from "./virtual.js";

const ROW = 22;

/** Every access and whatever else entered, one a row; only those that are seen are there. */
export class List implements Panel {
  readonly #root: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #virtual = new VirtualScroll(ROW);
  #app: App | undefined;
  #shown: number | undefined;
  #session: Session | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    render(
      html`<header><h2>Accesses</h2><span class="count"></span></header>
        <div class="scroller" role="listbox" tabindex="0" aria-label="Accesses">
          <div class="rows"></div>
          <div class="spacer"></div>
        </div>`,
      root,
    );
    this.#scroller = root.querySelector(".scroller") as HTMLElement;
    this.#spacer = root.querySelector(".spacer") as HTMLElement;
    this.#rows = root.querySelector(".rows") as HTMLElement;
    this.#scroller.addEventListener("scroll", () => {
      this.#virtual.scrolled(this.#scroller.scrollTop);
      this.#draw();
    });
    new ResizeObserver(() => this.#app?.schedule()).observe(this.#scroller);
  }

  update(app: App): void {
    this.#app = app;
    const { session, view } = app;
    if (session !== this.#session) this.#shown = undefined;
    this.#session = session;
    this.#virtual.resize(session.length, this.#scroller.clientHeight);
    if (view.row !== this.#shown) {
      this.#virtual.show(Math.max(0, view.row));
      this.#shown = view.row;
    }
    const height = `${this.#virtual.height}px`;
    if (this.#spacer.style.height !== height) this.#spacer.style.height = height;
    const { bar } = this.#virtual;
    if (Math.abs(this.#scroller.scrollTop - bar) > 1) {
      this.#scroller.scrollTop = bar;
      this.#virtual.placed(this.#scroller.scrollTop);
    }
    (this.#root.querySelector(".count") as HTMLElement).textContent = session.length.toLocaleString("en-US");
    this.#scroller.setAttribute("aria-activedescendant", view.row >= 0 ? `row-${view.row}` : "");
    this.#draw();
  }

  #draw(): void {
    const app = this.#app;
    if (!app) return;
    const { from, until, cut } = this.#virtual.window;
    const rows = rowsInWords(app.session, from, Math.max(from, until));
    this.#rows.style.transform = `translateY(${-cut}px)`;
    const { journal } = app.session;
    const ticks = journal.tick > journal.header.tick;
    this.#rows.classList.toggle("with-ticks", ticks);
    render(
      rows.map((row, i) => this.#row(app, row, from + i, ticks)),
      this.#rows,
    );
  }

  #row(app: App, row: RowInWords, at: number, ticks: boolean) {
    const selected = at === app.view.row;
    const arrow = row.kind === "read" ? "→" : row.kind === "write" ? "←" : "";
    return html`<div
      id="row-${at}"
      role="option"
      class="row ${row.kind}"
      aria-selected=${selected ? "true" : "false"}
      aria-setsize=${app.session.length}
      aria-posinset=${at + 1}
      aria-label=${rowAsText(row)}
      @click=${() => app.go(at)}
    >
      <span class="index">${row.index}</span>
      ${ticks ? html`<span class="tick">${row.tick}</span>` : nothing}
      <span class="subject">${row.subject}</span>
      <span class="arrow">${arrow}</span>
      <span class="byte">${row.byte}</span>
      <span class="bits" title=${row.bits}>${row.bits}</span>
      <span class="effects">${row.effects.map(chip)}</span>
    </div>`;
  }
}

const chip = ({ kind, text, title }: Effect) =>
  html`<span class="chip ${kind}" title=${title}>${text}</span>`;
