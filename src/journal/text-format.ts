/** The name in the first line of a journal's text. */
export const FORMAT = "vm-superio-journal";
/**
 * The version that is written: its header, and each block of its lines, has a check. Versions 1 and 2, which are read as well, have none;
 * version 1 has other names for options of `uart16550`.
 */
export const FORMAT_VERSION = 3;
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
