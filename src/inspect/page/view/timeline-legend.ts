import { html } from "lit-html";
import type { PageController } from "../app.js";
import { ENTRY_TYPES } from "../model/entry-table.js";
import type { Session } from "../model/session.js";

/** The meanings of the overview's colours, by their classes. */
const MEANINGS = { interrupts: "interrupts", characters: "characters sent", special: "lost, differs, mark" };

/** Renders the legend of the time line, and the distance of the two cursors. */
export const legendOf = ({ session, viewState }: PageController) => html`
  ${Object.entries(MEANINGS).map(
    ([className, meaning]) => html`<span class="key ${className}"><i></i>${meaning}</span>`,
  )}
  ${
    viewState.markerRow === undefined
      ? html`<span class="hint">m or shift+click sets a second cursor</span>`
      : html`<output class="distance">${distanceInWords(session, viewState.markerRow, viewState.rowIndex)}</output>`
  }
`;

const formatCount = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 });

/** Returns the distance of two rows in accesses, ticks and microseconds. */
export function distanceInWords(session: Session, markerRow: number, rowIndex: number): string {
  const { entryTable, firstIndex, chart } = session;
  const [startRow, endRow] = markerRow < rowIndex ? [markerRow, rowIndex] : [rowIndex, markerRow];
  let accessCount = 0;
  for (let row = startRow + 1; row <= endRow; row++) {
    const entryType = ENTRY_TYPES[entryTable.entryType.valueAt(row)];
    if (entryType === "read" || entryType === "write") accessCount++;
  }
  const ticks = entryTable.tickBefore.valueAt(endRow) - entryTable.tickBefore.valueAt(Math.max(0, startRow));
  const timeText =
    ticks === 0 ? "" : `, ${formatCount(ticks)} ticks, ${formatCount((ticks / chart.clock) * 1e6)} µs`;
  return `#${firstIndex + markerRow} to #${firstIndex + rowIndex}: ${formatCount(accessCount)} ${accessCount === 1 ? "access" : "accesses"}${timeText}`;
}
