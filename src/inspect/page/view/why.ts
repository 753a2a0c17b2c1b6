import { html, nothing, render } from "lit-html";
import { type Explanation, inputInWords, type TransitionInWords } from "../../../device/index.js";
import type { App, Panel } from "../app.js";
import type { Session } from "../model/session.js";
import type { Asked } from "../view-state.js";

/** Why a register, or the interrupt line, is as it is: the cause, the event, the rules. */
export class Why implements Panel {
  readonly #root: HTMLElement;
  #known: { session: Session; row: number; what: Asked; explanation: Explanation | string } | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  update(app: App): void {
    const { why } = app.view;
    this.#root.hidden = why === undefined;
    if (why === undefined) return;
    const explanation = this.#explained(app, why);
    render(
      html`<header>
          <h2>Why ${why === "interrupt" ? "is INTR so" : `is ${why} so`}?</h2>
          <button type="button" aria-label="Close" title="Close" @click=${() => app.set({ why: undefined })}>×</button>
        </header>
        <div aria-live="polite">
          ${typeof explanation === "string" ? html`<p>${explanation}</p>` : answer(app, explanation)}
        </div>`,
      this.#root,
    );
  }

  #explained({ session, view, playing }: App & { playing?: boolean }, what: Asked): Explanation | string {
    const known = this.#known;
    if (known?.session === session && known.row === view.row && known.what === what) return known.explanation;
    // Looking far back takes time: not while playing.
    if (playing || view.playing) return known?.explanation ?? "…";
    let explanation: Explanation | string;
    try {
      explanation = session.explain(view.row, what);
    } catch (error) {
      explanation = (error as Error).message;
    }
    this.#known = { session, row: view.row, what, explanation };
    return explanation;
  }
}

function answer(app: App, { text, since, taken, rules }: Explanation) {
  const [headline = ""] = text.split(/\. (?=[A-Z])/);
  const row = since === undefined ? undefined : since.index - app.session.first;
  return html`<p class="headline">${headline}.</p>
    ${
      row === undefined || since === undefined
        ? nothing
        : html`<p class="since">
            <button type="button" class="go" @click=${() => app.go(row)}>Go to #${since.index}</button>
            ${inputInWords(since.input, (app.session.table.flags.at(row) & 1) !== 0, undefined, app.session.chart)}
          </p>`
    }
    <ul class="transitions">
      ${taken.map((transition) => transitionItem(app, transition))}
    </ul>
    ${rules.length === 0 ? nothing : html`<dl class="rules">${rules.map(ruleItem)}</dl>`}`;
}

/** A transition in a list: what it is, and a way to it on the chart. */
export const transitionItem = (
  app: App,
  { source, target, description, rules, event, guard }: TransitionInWords,
) =>
  html`<li>
    <button type="button" class="transition" title="Show it on the chart" @click=${() => app.set({ tab: "chart", picked: target === undefined ? source : `${source}>${target}` })}>
      ${source}${target === undefined ? nothing : html` <i>→</i> ${target.split(".").at(-1)}`}
    </button>
    <span>${description}</span>
    <small>${event}${guard === undefined ? nothing : html` [${guard}]`} ${rules.map((rule) => html`<abbr title=${app.session.chart.rules[rule] ?? ""}>${rule}</abbr> `)}</small>
  </li>`;

/** A rule, "S26: ...", as a term and its meaning. */
export function ruleItem(rule: string) {
  const [, id = "", text = ""] = /^(\w+): (.*)$/s.exec(rule) ?? [];
  return html`<div><dt>${id}</dt><dd>${text}</dd></div>`;
}
