/** The name in the first line of a journal's text. */
export const FORMAT = "vm-superio-journal";
/** The version that is written, and the only one that is read. */
export const VERSION = 1;
/** A line has at most so many bytes, so that a file without line ends does not fill memory. */
export const MAX_LINE = 16 * 1024 * 1024;
