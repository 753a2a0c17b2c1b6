import { LCR, MCR } from "../../machines/index.js";
import type { JournalView } from "../../src/journal/index.js";

/** Returns the expected counters of a driver, by the journal: the characters sent before a text was, and those received by then. */
export function countsBefore(
  journal: JournalView,
  printedText: string,
): { readonly tx: number; readonly rx: number } {
  let transmitted = "";
  let [lineControl, modemControl, rx] = [0, 0, 0];
  for (const { entry } of journal.entries()) {
    if (entry.type === "receive") rx += entry.characters.length;
    if (entry.type !== "write") continue;
    if (entry.offset === 3) lineControl = entry.value;
    else if (entry.offset === 4) modemControl = entry.value;
    else if (entry.offset === 0 && !(lineControl & LCR.DLAB) && !(modemControl & MCR.LOOP)) {
      transmitted += String.fromCharCode(entry.value);
      if (transmitted.endsWith(printedText)) break;
    }
  }
  return { tx: transmitted.length - printedText.length, rx };
}
