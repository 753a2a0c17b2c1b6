import { html, nothing, render } from "lit-html";
import type { PageController, Panel } from "../app.js";
import { escapeInvisible } from "../model/safe-text.js";
import { COMPARED_DEVICES } from "./compare-view.js";

/** The claim that a story's failure breaks, with the ways on from there. */
export class ClaimView implements Panel {
  readonly #container: HTMLElement;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { session } = controller;
    const { story, chart } = session;
    this.#container.hidden = story === undefined;
    if (!story) return;
    const { claim, subject } = story;
    const latest = COMPARED_DEVICES["serial 0.8.2"];
    const isOlder = chart.id === "serial" && chart.options["revision"] === "0.8.1";
    render(
      html`<p><b>${escapeInvisible(claim.id)}</b>: ${escapeInvisible(`${claim.sentence} On ${subject}: ${claim.detail}.`)}</p>
        <div role="toolbar" aria-label="The story">
          <button type="button" @click=${() => controller.goToRow(session.violationRow)}>First violation</button>
          <button type="button" @click=${() => controller.changeView({ explained: "interrupt" })}>Why?</button>
          <button type="button" @click=${() => controller.changeView({ activeTab: "fork" })}>What if…</button>
          ${isOlder && latest ? html`<button type="button" @click=${() => controller.compareWith(latest)}>As 0.8.2</button>` : nothing}
        </div>`,
      this.#container,
    );
  }
}
