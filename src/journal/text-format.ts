/** The name in the first line of a journal's text. */
export const FORMAT = "vm-superio-journal";
/**
 * The version that is written: its header, and each block of its lines, has a check, and advances that follow one another share a line.
 * These are read as well: version 3, in which each advance has a line; versions 1 and 2, which have no checks; version 1 has other names for
 * options of `uart16550`.
 */
export const FORMAT_VERSION = 4;
/** The versions with checks. */
export const CHECKED_VERSIONS: readonly unknown[] = [3, FORMAT_VERSION];
/** The versions without checks. */
export const UNCHECKED_VERSIONS: readonly unknown[] = [1, 2];
/** The greatest length of a line in bytes, so that a file without line ends does not fill memory. */
export const MAX_LINE = 16 * 1024 * 1024;

/** The start of a journal's text, even if its first line is cut or broken later. */
const HEADER_START = new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${FORMAT}"`);

/** Returns true if this first line is that of a journal, which may still be cut off, or broken. */
export function isJournalText(firstLine: string): boolean {
  try {
    const header = JSON.parse(firstLine) as { readonly format?: unknown } | null;
    return header?.format === FORMAT;
  } catch {
    return HEADER_START.test(firstLine);
  }
}
