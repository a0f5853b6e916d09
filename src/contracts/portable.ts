/** The characters that ECMAScript's `\s` matches. In other engines it matches fewer or more. */
const BLANKS = '\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** The characters that replace an escape inside a character class. Outside of one they get brackets. */
const CLASSES: Record<string, string | (() => string)> = {
  '\\d': '0-9',
  '\\w': 'A-Za-z0-9_',
  '\\s': BLANKS,
  '\\p{Cc}': '\u0000-\u001f\u007f-\u009f',
  '\\p{Cs}': '\ud800-\udfff',
  '\\p{Script=Han}': () => rangesOf(/\p{Script=Han}/u),
};

/** Go allows at most 1000 repetitions. */
const LONG_RUN = /(\[[^\]]*\])\{1,(\d{4})\}/g;

/**
 * Converts a regular expression to a JSON Schema pattern that means the same in Python, Go and ECMAScript. It has no flags,
 * and it has ranges of characters in place of the escapes that these define differently or not at all.
 */
export function portable({ source, ignoreCase }: RegExp): string {
  let inClass = false;
  const text = source.replaceAll(
    LONG_RUN,
    (_run, characters: string, max: string) => `${characters}{1,1000}${characters}{0,${Number(max) - 1000}}`,
  );
  return text.replaceAll(/\\p\{[\w=]+\}|\\.|\[|\]|[a-zA-Z]/g, (token) => {
    if (token === '[' || token === ']') {
      inClass = token === '[';
      return token;
    }
    return token.startsWith('\\') ? escapePattern(token, inClass) : letterPattern(token, ignoreCase && !inClass);
  });
}

function escapePattern(token: string, inClass: boolean): string {
  const found = CLASSES[token];
  if (found === undefined) return token === '\\/' ? '/' : token;
  const characters = typeof found === 'string' ? found : found();
  return inClass ? characters : `[${characters}]`;
}

const letterPattern = (token: string, bothCases: boolean) =>
  bothCases ? `[${token.toUpperCase()}${token.toLowerCase()}]` : token;

/** The code points that an expression matches, in the form of a character class without its brackets. */
function rangesOf(expression: RegExp): string {
  const ranges: [first: number, last: number][] = [];
  for (let point = 0; point <= 0x10_ff_ff; point++) {
    if (!expression.test(String.fromCodePoint(point))) continue;
    const open = ranges.at(-1);
    if (open?.[1] === point - 1) open[1] = point;
    else ranges.push([point, point]);
  }
  return ranges.map((range) => [...new Set(range)].map((point) => String.fromCodePoint(point)).join('-')).join('');
}
