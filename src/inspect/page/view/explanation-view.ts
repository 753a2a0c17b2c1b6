import { html, nothing, render } from "lit-html";
import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import {
  type Explanation,
  inputInWords,
  type TransitionInWords,
  valueInWords,
} from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import type { Reason } from "../model/reason.js";
import { factsOfRegister } from "../model/register-facts.js";
import type { Session } from "../model/session.js";
import { whyNoInterrupt } from "../model/why-not.js";
import type { ExplainableItem } from "../view-state.js";

/** The line, and the registers that decide about it. */
const INTERRUPTING: readonly ExplainableItem[] = ["interrupt", "IIR", "IER", "LSR", "MSR", "RBR"];

/** The last answer to a question about a row. Once a session has dropped entries, its rows are others. */
class LastAnswer<T> {
  /** The last answer, whatever it answered. */
  last: T | undefined;
  #session: Session | undefined;
  #key = "";

  /** Returns the answer, if it was the last. */
  answerOf(session: Session, rowIndex: number, explained: ExplainableItem): T | undefined {
    return session === this.#session && this.#key === keyOf(session, rowIndex, explained)
      ? this.last
      : undefined;
  }

  /** Keeps an answer, and returns it. */
  keep(session: Session, rowIndex: number, explained: ExplainableItem, answer: T): T {
    this.#session = session;
    this.#key = keyOf(session, rowIndex, explained);
    this.last = answer;
    return answer;
  }
}

const keyOf = ({ firstIndex }: Session, rowIndex: number, explained: ExplainableItem): string =>
  `${firstIndex} ${rowIndex} ${explained}`;

/** The explanation of a register's value, or of the interrupt line: the cause, the event, the rules. */
export class ExplanationView implements Panel {
  readonly #container: HTMLElement;
  readonly #explanations = new LastAnswer<Explanation | string>();
  readonly #reasons = new LastAnswer<readonly Reason[]>();
  readonly #missing = new LastAnswer<readonly Reason[]>();

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

  /** Returns what the value does not show: of a register what is pending, masked and lost, of those that decide it why there is no interrupt. */
  #reasonsOf({ session, viewState }: PageController, explained: ExplainableItem): readonly Reason[] {
    const { rowIndex } = viewState;
    const known = this.#reasons.answerOf(session, rowIndex, explained);
    if (known) return known;
    if (viewState.playing) return [];
    const facts = isRegisterName(explained) ? factsOfRegister(session, rowIndex, explained) : [];
    const missing = INTERRUPTING.includes(explained) ? this.#missingInterrupt(session, rowIndex) : [];
    const isSaidAgain = ({ sentence }: Reason) =>
      missing.some((reason) => reason.sentence.startsWith(sentence));
    const reasons = [...facts.filter((fact) => !isSaidAgain(fact)), ...missing];
    return this.#reasons.keep(session, rowIndex, explained, reasons);
  }

  /** Returns why there is no interrupt: the same for each register that decides it. */
  #missingInterrupt(session: Session, rowIndex: number): readonly Reason[] {
    return (
      this.#missing.answerOf(session, rowIndex, "interrupt") ??
      this.#missing.keep(session, rowIndex, "interrupt", whyNoInterrupt(session, rowIndex))
    );
  }

  #explanationOf({ session, viewState }: PageController, explainable: ExplainableItem): Explanation | string {
    const { rowIndex } = viewState;
    const known = this.#explanations.answerOf(session, rowIndex, explainable);
    if (known) return known;
    // A search far back takes time: not while playing.
    if (viewState.playing) return this.#explanations.last ?? "…";
    let explanation: Explanation | string;
    // No read shows THR, so that it has no value to explain.
    if (explainable === "THR") return "THR is only written";
    try {
      explanation = session.explain(rowIndex, explainable);
    } catch (error) {
      explanation = (error as Error).message;
    }
    return this.#explanations.keep(session, rowIndex, explainable, explanation);
  }
}

const isRegisterName = (name: string): name is RegisterName => Object.hasOwn(REGISTERS, name);

/** Renders a reason for which there is no interrupt, or what a register does not show. */
const renderReason = (controller: PageController, { kind, sentence, rowIndex, rules }: Reason) =>
  html`<p class="reason"><b>${kind === "pending" ? "Pending" : `Why not: ${kind}`}.</b> ${sentence}.
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
