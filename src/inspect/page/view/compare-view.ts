import { html, nothing, render } from "lit-html";
import { UART16550_PRESETS } from "../../../../machines/index.js";
import type { TransitionInWords } from "../../../device/index.js";
import type { PageController, Panel } from "../app.js";
import type { ComparedDevice } from "../model/comparison.js";
import { deviceInWords } from "../model/device-chart.js";
import { rowAsText, rowsInWords } from "../model/row-words.js";
import { escapeInvisible } from "../model/safe-text.js";
import type { Session } from "../model/session.js";

/** Rows before and after the present one. */
const NEARBY_ROWS = 8;

/** The devices that can be compared, by their names. */
export const COMPARED_DEVICES: Readonly<Record<string, ComparedDevice>> = {
  "serial 0.8.1": { chart: "serial", options: { revision: "0.8.1" } },
  "serial 0.8.2": { chart: "serial", options: { revision: "0.8.2" } },
  ...Object.fromEntries(
    Object.entries(UART16550_PRESETS).map(([name, options]) => [
      `uart16550 ${name}`,
      { chart: "uart16550", options },
    ]),
  ),
};

/** The same entries on two devices beside each other: outcomes, and what each chart did in the present entry. */
export class CompareView implements Panel {
  readonly #container: HTMLElement;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  refresh(controller: PageController): void {
    const { session, comparison } = controller;
    const ownName = deviceInWords(session.chart);
    const chosenName = comparison?.other.name ?? "";
    const offeredNames = Object.keys(COMPARED_DEVICES)
      .filter((name) => name !== ownName)
      .sort((a, b) => Number(b.startsWith(session.chart.id)) - Number(a.startsWith(session.chart.id)));
    render(
      html`<form class="what-if">
          <label for="against">${ownName} and</label>
          <select id="against" @change=${(event: Event) => {
            const comparedDevice = COMPARED_DEVICES[(event.target as HTMLSelectElement).value];
            if (comparedDevice) controller.compareWith(comparedDevice);
          }}>
            <option value="">choose a device</option>
            ${offeredNames.map((name) => html`<option value=${name} ?selected=${name === chosenName}>${name}</option>`)}
          </select>
        </form>
        ${comparison ? renderComparison(controller, comparison) : html`<p class="hint">The same entries are played on both, and shown beside each other.</p>`}`,
      this.#container,
    );
  }
}

function renderComparison(
  controller: PageController,
  { original, other, differingRows, comparedRows, isOfRecordings }: NonNullable<PageController["comparison"]>,
) {
  const originalName = isOfRecordings ? original.name : deviceInWords(original.chart);
  // Where the second recording is longer, its rest is looked at beyond the last row of the first.
  const rowIndex = controller.viewState.comparedRow ?? controller.viewState.rowIndex;
  const indexOf = (row: number) => `#${original.firstIndex + row}`;
  const [firstDifference] = differingRows;
  const lastDifference = differingRows.at(-1);
  const nextDifference = differingRows.find((row) => row > rowIndex);
  const progress =
    comparedRows < original.length ? `, ${comparedRows.toLocaleString("en-US")} entries so far` : "";
  const missing = comparedRows < original.length ? "not read yet" : "—";
  const verdict =
    firstDifference === undefined
      ? `No outcome differs${progress}.`
      : `They part at ${indexOf(firstDifference)}; ${differingRows.length.toLocaleString("en-US")} ${differingRows.length === 1 ? "outcome differs" : "outcomes differ"}${progress}.${isOfRecordings ? endInWords(original, other) : ""}`;
  const firstRow = Math.max(0, rowIndex - NEARBY_ROWS);
  const rows = Array.from(
    {
      length: Math.max(
        0,
        Math.min(Math.max(original.length, other.length), rowIndex + NEARBY_ROWS + 1) - firstRow,
      ),
    },
    (_, i) => firstRow + i,
  );
  const differs = new Set(
    differingRows.slice(lowerBound(differingRows, firstRow)).slice(0, 2 * NEARBY_ROWS + 1),
  );
  return html`<div class="futures-head">
      <p role="status">${verdict}</p>
      <span>
        ${differenceButton(controller, "First", firstDifference)}
        ${differenceButton(controller, "Next", nextDifference)}
        ${differenceButton(controller, "Last", lastDifference)}
      </span>
    </div>
    <div class="futures" role="table" aria-label="Both devices" tabindex="0">
      <div role="row" class="futures-title"><b role="columnheader">${escapeInvisible(originalName)}</b><b role="columnheader">${escapeInvisible(other.name)}</b></div>
      ${rows.map((row) => html`<div role="row" class="${differs.has(row) ? "differs" : ""} ${row === rowIndex ? "present" : ""}">${rowCell(original, row)}${rowCell(other, row, missing)}</div>`)}
      <div role="row" class="futures-end">${chartCell(original, rowIndex)}${chartCell(other, rowIndex, missing)}</div>
    </div>`;
}

/** Says which of two recordings ends before the other; nothing if none does. */
function endInWords(original: Session, other: Session): string {
  if (original.length === other.length) return "";
  const [order, shorter] = original.length < other.length ? ["first", original] : ["second", other];
  return ` The ${order} ends ${shorter.length === 0 ? "at once" : `at #${shorter.firstIndex + shorter.length - 1}`}.`;
}

/** Renders a button that goes to a difference, if there is one. */
const differenceButton = (controller: PageController, label: string, row: number | undefined) =>
  row === undefined
    ? nothing
    : html`<button type="button" class="go ${label.toLowerCase()}-difference" @click=${() => controller.goToComparedRow(row)}>${label}</button>`;

/** Returns the number of values below a threshold. */
function lowerBound(sortedRows: readonly number[], threshold: number): number {
  let low = 0;
  for (let high = sortedRows.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((sortedRows[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param missing - what stands where the session has no such row. */
const rowCell = (session: Session, row: number, missing = "—") => {
  const [rowWords] = rowsInWords(session, row, row + 1);
  return html`<span role="cell">${rowWords ? rowAsText(rowWords) : missing}</span>`;
};

/** Renders what a chart did in an entry. */
const chartCell = (session: Session, rowIndex: number, missing = "—") => {
  if (rowIndex >= session.length) return html`<span role="cell">${missing}</span>`;
  const transitions = rowIndex < 0 ? [] : session.transitionsAt(rowIndex);
  return html`<span role="cell">${transitions.length === 0 ? "no transition" : transitions.map(transitionLine)}</span>`;
};

const transitionLine = ({ source, target, description, rules }: TransitionInWords) =>
  html`<small>${source}${target === undefined ? "" : ` → ${target.split(".").at(-1)}`}: ${description} (${rules.join(", ")})</small>`;
