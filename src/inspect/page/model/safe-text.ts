/** Control and format characters, those of private use and unpaired ones, and separators of lines. */
const UNSAFE_CHARACTERS = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Returns a text of the recording with its invisible characters, and those that turn its direction, as `\u{202e}`. */
export const escapeInvisible = (recordedText: string): string =>
  recordedText.replace(
    UNSAFE_CHARACTERS,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
