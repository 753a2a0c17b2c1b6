/** The name in the first line of a journal's text. */
export const FORMAT = "vm-superio-journal";
/** The version that is written, and the only one that is read. */
export const FORMAT_VERSION = 1;
/** A line has at most so many bytes, so that a file without line ends does not fill memory. */
export const MAX_LINE = 16 * 1024 * 1024;

/** How a journal's text begins even if it is cut or broken later in its first line. */
const BEGINNING = new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${FORMAT}"`);

/** Whether a text whose first line this is means to be a journal; it may still be cut off, or broken. */
export function isJournalText(firstLine: string): boolean {
  try {
    const header = JSON.parse(firstLine) as { readonly format?: unknown } | null;
    return header?.format === FORMAT;
  } catch {
    return BEGINNING.test(firstLine);
  }
}
