/** Escapes a text for SVG. */
export const escapeXml = (plainText: string): string =>
  plainText.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
