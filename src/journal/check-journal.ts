import { formatValue } from "./format-value.js";
import { checkReadable } from "./hostile.js";
import type { JournalView } from "./journal-view.js";

/** Checks a journal. @throws TypeError if it is none. */
export function checkJournal(journal: JournalView): void {
  const isJournal = checkReadable(
    journal,
    "journal",
    "a device's journal or a loaded one",
    () =>
      typeof journal === "object" &&
      journal !== null &&
      typeof journal.entries === "function" &&
      typeof journal.checkpoint === "function" &&
      typeof journal.header === "object" &&
      journal.header !== null,
  );
  if (!isJournal)
    throw new TypeError(`journal: expected a device's journal or a loaded one, got ${formatValue(journal)}`);
}
