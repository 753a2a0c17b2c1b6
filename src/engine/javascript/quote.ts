/** Line separators, which end a comment of JavaScript but are no control characters of JSON. */
const SEPARATORS = /[\u2028\u2029]/g;

/**
 * Returns a value as JSON in one line, for source text. All text of a machine enters generated source through this function, in comments
 * too: so that none of it can be executed.
 */
export const quote = (value: unknown): string =>
  JSON.stringify(value).replace(SEPARATORS, (separator) => (separator === "\u2028" ? "\\u2028" : "\\u2029"));
