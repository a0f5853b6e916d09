/**
 * Characters that a terminal acts on or does not show: control characters, format characters such as U+202E, line
 * separators.
 */
const UNSEEN = /[^\P{Cc}\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Received text as one safe line for a terminal: characters that would act on it or not be shown are written as escapes.
 * In JSON on one line such characters occur only inside strings, so its value stays the same.
 */
export const visible = (text: string) => text.replaceAll(UNSEEN, escapeCharacter);

/** The escape that JSON uses; a character above U+FFFF becomes two escapes. */
const escapeCharacter = (character: string) =>
  Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join('');
const hex = (unit: number) => unit.toString(16).padStart(4, '0');
