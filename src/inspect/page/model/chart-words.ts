import type { AnyStateNode } from "xstate";
import { type Chart, inputInWords } from "../../../device/index.js";
import { ENTRY_FLAGS } from "./entry-table.js";
import type { Session } from "./session.js";

/** Returns the state or region with a path such as "receiveFifo.holding"; undefined if the chart has none. */
export function stateNodeAt({ machine }: Chart, path: string): AnyStateNode | undefined {
  let node: AnyStateNode | undefined = machine.root as unknown as AnyStateNode;
  for (const key of path.split(".")) node = node?.states[key] as AnyStateNode | undefined;
  return node;
}

/** Returns the state's or region's description, in the chart's own words. */
export const descriptionOf = (chart: Chart, path: string): string =>
  stateNodeAt(chart, path)?.description ?? path;

/** Returns a row's entry as words: "IER <- 0x01 ERBFI". */
export const entryInWords = (session: Session, rowIndex: number): string => {
  const entry = session.entryAt(rowIndex);
  const dlab = (session.entryTable.flags.valueAt(rowIndex) & ENTRY_FLAGS.DLAB) !== 0;
  return entry.type === "failed" || entry.type === "mark" ? entry.type : inputInWords(entry, dlab);
};
