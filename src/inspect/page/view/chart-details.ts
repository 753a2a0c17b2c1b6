import { html, nothing } from "lit-html";
import { transitionsOf } from "../../../device/index.js";
import type { PageController } from "../app.js";
import type { Moment } from "../model/session.js";
import { ruleItem, transitionItem } from "./explanation-view.js";

/** Renders the picked element's transitions, else those just taken, with guards, actions and rules. */
export function drawDetails(controller: PageController) {
  const { pickedElement } = controller.viewState;
  const { currentMoment, session } = controller;
  if (pickedElement === undefined) {
    if (currentMoment.transitions.length === 0)
      return html`<h3>Nothing taken</h3><p class="hint">Pick a state or an arrow for its transitions.</p>`;
    return html`<h3>Just taken</h3><ul class="transitions">${currentMoment.transitions.map((it) => transitionItem(controller, it))}</ul>${contextChanges(currentMoment)}`;
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

/** Returns a field of the context in words: a number in hexadecimal, a queue by its length. */
function fieldInWords(field: unknown): string {
  if (typeof field === "number")
    return field < 256 ? `0x${field.toString(16).toUpperCase().padStart(2, "0")}` : String(field);
  const { length } = (field ?? {}) as { readonly length?: number };
  return length === undefined ? String(field) : `${length} queued`;
}

/** Renders the fields of the context that the entry changed. */
function contextChanges({ context, contextBefore }: Moment) {
  const before = contextBefore as Readonly<Record<string, unknown>>;
  const changes = Object.entries(context as Readonly<Record<string, unknown>>).flatMap(([name, field]) => {
    const [wordsBefore, wordsAfter] = [fieldInWords(before[name]), fieldInWords(field)];
    return wordsBefore === wordsAfter
      ? []
      : [html`<li><code>${name} ${wordsBefore} → ${wordsAfter}</code></li>`];
  });
  return changes.length === 0 ? nothing : html`<h3 class="changes">Changed</h3><ul>${changes}</ul>`;
}
