import { html, nothing, render } from "lit-html";
import {
  type Explanation,
  inputInWords,
  type TransitionInWords,
  valueInWords,
} from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import type { Session } from "../model/session.js";
import { type Reason, whyNoInterrupt } from "../model/why-not.js";
import type { ExplainableItem } from "../view-state.js";

/** The line, and the registers that decide about it. */
const INTERRUPTING: readonly ExplainableItem[] = ["interrupt", "IIR", "IER", "LSR", "MSR", "RBR"];

/** The explanation of a register's value, or of the interrupt line: the cause, the event, the rules. */
export class ExplanationView implements Panel {
  readonly #container: HTMLElement;
  #cachedExplanation:
    | { session: Session; rowIndex: number; explainable: ExplainableItem; explanation: Explanation | string }
    | undefined;

  #cachedReasons: { session: Session; rowIndex: number; reasons: readonly Reason[] } | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { explained } = controller.viewState;
    this.#container.hidden = explained === undefined;
    if (explained === undefined) return;
    const explanation = this.#explanationOf(controller, explained);
    render(
      html`<header>
          <h2>Why ${explained === "interrupt" ? "is INTR so" : `is ${explained} so`}?</h2>
          <button type="button" aria-label="Close" title="Close" @click=${() => controller.changeView({ explained: undefined })}>×</button>
        </header>
        <div aria-live="polite">
          ${typeof explanation === "string" ? html`<p>${explanation}</p>` : renderExplanation(controller, explanation)}
          ${this.#reasonsOf(controller, explained).map((reason) => renderReason(controller, reason))}
        </div>`,
      this.#container,
    );
  }

  /** Returns why there is no interrupt, for the line and for the registers that decide it. */
  #reasonsOf({ session, viewState }: PageController, explained: ExplainableItem): readonly Reason[] {
    if (!INTERRUPTING.includes(explained)) return [];
    const cachedReasons = this.#cachedReasons;
    if (cachedReasons?.session === session && cachedReasons.rowIndex === viewState.rowIndex)
      return cachedReasons.reasons;
    if (viewState.playing) return [];
    const reasons = whyNoInterrupt(session, viewState.rowIndex);
    this.#cachedReasons = { session, rowIndex: viewState.rowIndex, reasons };
    return reasons;
  }

  #explanationOf({ session, viewState }: PageController, explainable: ExplainableItem): Explanation | string {
    const cachedExplanation = this.#cachedExplanation;
    if (
      cachedExplanation?.session === session &&
      cachedExplanation.rowIndex === viewState.rowIndex &&
      cachedExplanation.explainable === explainable
    )
      return cachedExplanation.explanation;
    // A search far back takes time: not while playing.
    if (viewState.playing) return cachedExplanation?.explanation ?? "…";
    let explanation: Explanation | string;
    try {
      explanation = session.explain(viewState.rowIndex, explainable);
    } catch (error) {
      explanation = (error as Error).message;
    }
    this.#cachedExplanation = { session, rowIndex: viewState.rowIndex, explainable, explanation };
    return explanation;
  }
}

/** Renders a reason for which there is no interrupt. */
const renderReason = (controller: PageController, { kind, sentence, rowIndex, rules }: Reason) =>
  html`<p class="reason"><b>Why not: ${kind}.</b> ${sentence}.
    ${rowIndex === undefined ? nothing : html`<button type="button" class="reason-go" @click=${() => controller.goToRow(rowIndex)}>Go to #${controller.session.firstIndex + rowIndex}</button>`}
    ${rules.map((rule) => html`<abbr title=${controller.session.chart.rules[rule] ?? ""}>${rule}</abbr> `)}
  </p>`;

function renderExplanation(controller: PageController, { text, since, taken, rules }: Explanation) {
  const [explainedText = ""] = text.split(/\. (?=[A-Z])/);
  // A device without time has no ticks to speak of.
  const { session } = controller;
  const timelessText =
    session.journal.tick === session.firstTick ? explainedText.replace(/, tick \d+/, "") : explainedText;
  // IIR with the bits that a read adds, as in the register and in the accesses.
  const register = session.chart.registers.find(({ name }) => name === "IIR");
  const iirText = register
    ? `IIR is ${valueInWords("IIR", controller.currentMoment.valueOf(register), session.chart)}`
    : "$&";
  const headline = timelessText.replace(/IIR is 0x\w\w \S+/, iirText);
  const rowIndex = since === undefined ? undefined : since.index - controller.session.firstIndex;
  return html`<p class="headline">${headline}.</p>
    ${
      rowIndex === undefined || since === undefined
        ? nothing
        : html`<p class="since">
            <button type="button" class="go" @click=${() => controller.goToRow(rowIndex)}>Go to #${since.index}</button>
            ${inputInWords(since.input, (controller.session.entryTable.flags.valueAt(rowIndex) & 1) !== 0, undefined, controller.session.chart)}
          </p>`
    }
    <ul class="transitions">
      ${taken.map((transition) => transitionItem(controller, transition))}
    </ul>
    ${rules.length === 0 ? nothing : html`<dl class="rules">${rules.map(ruleItem)}</dl>`}`;
}

/** Renders a transition in a list, with a button that shows it on the chart. */
export const transitionItem = (
  controller: PageController,
  { source, target, description, rules, event, guard }: TransitionInWords,
) =>
  html`<li>
    <button type="button" class="transition" title="Show it on the chart" @click=${() => controller.changeView({ activeTab: "chart", pickedElement: target === undefined ? source : `${source}>${target}` })}>
      ${source}${target === undefined ? nothing : html` <i>→</i> ${target.split(".").at(-1)}`}
    </button>
    <span>${description}</span>
    <small>${event}${guard === undefined ? nothing : html` [${guard}]`} ${rules.map((rule) => html`<abbr title=${controller.session.chart.rules[rule] ?? ""}>${rule}</abbr> `)}</small>
  </li>`;

/** Renders a rule, "S26: ...", as a term and its meaning. */
export function ruleItem(rule: string) {
  const [, ruleId = "", ruleText = ""] = /^(\w+): (.*)$/s.exec(rule) ?? [];
  return html`<div><dt>${ruleId}</dt><dd>${ruleText}</dd></div>`;
}
