import { html, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { TAB_NAMES, type ViewState } from "../view-state.js";

const TAB_TITLES = { chart: "Chart", console: "Console", fork: "What if", compare: "Compare" };

/** The tabs of the side panels. Where there is room, the style sheet shows the chart beside the others. */
export class TabBar implements Panel {
  readonly #sideElement: HTMLElement;

  constructor(sideElement: HTMLElement) {
    this.#sideElement = sideElement;
  }

  refresh(controller: PageController): void {
    const { activeTab } = controller.viewState;
    if (this.#sideElement.dataset["tab"] !== activeTab) {
      this.#sideElement.dataset["tab"] = activeTab;
      // The panel that was hidden has a size now.
      controller.scheduleUpdate();
    }
    const chooseTab = (tabName: ViewState["activeTab"]) => controller.changeView({ activeTab: tabName });
    render(
      html`<div
        role="tablist"
        aria-label="Chart, console, what if, compare"
        @keydown=${(event: KeyboardEvent) => {
          const direction = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          const tabName =
            TAB_NAMES[(TAB_NAMES.indexOf(activeTab) + direction + TAB_NAMES.length) % TAB_NAMES.length];
          if (direction === 0 || tabName === undefined) return;
          chooseTab(tabName);
          this.#sideElement.querySelector<HTMLElement>(`#tab-${tabName}`)?.focus();
        }}
      >
        ${TAB_NAMES.map(
          (tabName) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${tabName}"
              aria-controls="panel-${tabName}"
              aria-selected=${tabName === activeTab ? "true" : "false"}
              tabindex=${tabName === activeTab ? 0 : -1}
              @click=${() => chooseTab(tabName)}
            >
              ${TAB_TITLES[tabName]}
            </button>`,
        )}
      </div>`,
      this.#sideElement.querySelector(".tabs") as HTMLElement,
    );
  }
}
