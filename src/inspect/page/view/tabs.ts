import { html, render } from "lit-html";
import type { App, Panel } from "../app.js";
import { TABS, type ViewState } from "../view-state.js";

const TITLES = { chart: "Chart", console: "Console", fork: "What if" };

/** Which of the panels at the side is shown. Where there is room, the style sheet shows the chart beside the others. */
export class Tabs implements Panel {
  readonly #side: HTMLElement;

  constructor(side: HTMLElement) {
    this.#side = side;
  }

  update(app: App): void {
    const { tab } = app.view;
    if (this.#side.dataset["tab"] !== tab) {
      this.#side.dataset["tab"] = tab;
      // What had no size before has one now.
      app.schedule();
    }
    const choose = (to: ViewState["tab"]) => app.set({ tab: to });
    render(
      html`<div
        role="tablist"
        aria-label="Chart, console, what if"
        @keydown=${(event: KeyboardEvent) => {
          const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          const to = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
          if (by === 0 || to === undefined) return;
          choose(to);
          this.#side.querySelector<HTMLElement>(`#tab-${to}`)?.focus();
        }}
      >
        ${TABS.map(
          (it) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${it}"
              aria-controls="panel-${it}"
              aria-selected=${it === tab ? "true" : "false"}
              tabindex=${it === tab ? 0 : -1}
              @click=${() => choose(it)}
            >
              ${TITLES[it]}
            </button>`,
        )}
      </div>`,
      this.#side.querySelector(".tabs") as HTMLElement,
    );
  }
}
