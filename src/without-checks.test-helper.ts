/** Returns a journal's text as version 2 has it, without checks, so that a test can edit it. */
export const withoutChecks = (text: string): string =>
  text
    .replace('"version":3', '"version":2')
    .replace(/,"crc":"\w+"\}$/gm, "}")
    .replace(/^\{"type":"check".*\n/gm, "");
