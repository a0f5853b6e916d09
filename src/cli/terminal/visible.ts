/** What a terminal acts on or shows nothing of: control characters, format characters such as U+202E, separators of lines. */
const UNSEEN = /[^\P{Cc}\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Anybody's text as one line for a terminal: what would act on it, or not be seen on it, is written as its code. In JSON such
 * characters stand inside of texts only, so JSON on one line stays equal in value.
 */
export const visible = (text: string) => text.replaceAll(UNSEEN, escaped);

/** As JSON writes it, so beyond U+FFFF in two parts. */
const escaped = (character: string) =>
  Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join('');
const hex = (unit: number) => unit.toString(16).padStart(4, '0');
