import { html, nothing } from "lit-html";
import { transitionsOf } from "../../../device/index.js";
import type { PageController } from "../app.js";
import { changesOf } from "../model/changes.js";
import type { Moment, Session } from "../model/session.js";
import { ruleItem, transitionItem } from "./explanation-view.js";

/** Renders the picked element's transitions, else those just taken, with guards, actions and rules. */
export function drawDetails(controller: PageController) {
  const { pickedElement } = controller.viewState;
  const { currentMoment, session } = controller;
  if (pickedElement === undefined) {
    if (currentMoment.transitions.length === 0)
      return html`<h3>Nothing taken</h3><p class="hint">Pick a state or an arrow for its transitions.</p>`;
    return html`<h3>Just taken</h3><ul class="transitions">${currentMoment.transitions.map((it) => transitionItem(controller, it))}</ul>${renderChanges(session, currentMoment)}`;
  }
  const [source = "", target] = pickedElement.split(">");
  const allTransitions = transitionsOf(session.chart.machine).filter(
    (it) => it.source === source && (target === undefined || it.target === target),
  );
  const ruleNames = [...new Set(allTransitions.flatMap((it) => it.rules))];
  return html`<h3>${source}${target === undefined ? nothing : html` → ${target.split(".").at(-1)}`}
      <button type="button" aria-label="Close" title="Close" @click=${() => controller.changeView({ pickedElement: undefined })}>×</button></h3>
    ${allTransitions.length === 0 ? html`<p class="hint">No transition leaves it by itself.</p>` : nothing}
    <ul class="transitions">
      ${allTransitions.map(
        (it) => html`<li class=${session.transitionCounts.has(it) ? "" : "never"}>
          <code>${it.event}${it.guard === undefined ? nothing : html` <b>[${it.guard}]</b>`}</code>
          <span class="times">${session.transitionCounts.has(it) ? `${session.transitionCounts.get(it)?.toLocaleString("en-US")}×` : "never taken"}</span>
          <span>${it.description}${it.target === undefined || it.target === it.source ? "" : ` → ${it.target}`}</span>
          ${it.actions.length === 0 ? nothing : html`<small>${it.actions.join(", ")}</small>`}
        </li>`,
      )}
    </ul>
    <dl class="rules">${ruleNames.map((rule) => ruleItem(`${rule}: ${session.chart.rules[rule] ?? ""}`))}</dl>`;
}

/** Renders the registers, and the other fields of the context, that the entry changed. */
function renderChanges(session: Session, moment: Moment) {
  const changes = changesOf(session, moment);
  return changes.length === 0
    ? nothing
    : html`<h3 class="changes">Changed</h3><ul>${changes.map(({ name, before, after }) => html`<li><code>${name} ${before} → ${after}</code></li>`)}</ul>`;
}
