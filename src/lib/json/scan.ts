/** What one pass over a JSON text finds before it is parsed. */
interface ScanResult {
  /** The deepest nesting of objects and lists. */
  depth: number;
  /** True if a number in it might lose digits as a double: it has at least 16 characters of digits and point, or an exponent. */
  mayBeInexact: boolean;
}

const code = (sign: string) => sign.charCodeAt(0);
const QUOTE = code('"');
const BACKSLASH = code('\\');
const POINT = code('.');
const ZERO = code('0');
const NINE = code('9');
const EXPONENT = code('e');
const OPENING = code('{');
const CLOSING = code('}');
/** The bit in which `[` and `{`, `]` and `}`, `E` and `e` differ. */
const FOLD = 32;
/** A double holds any number of this many digits exactly. */
const EXACT_DIGITS = 15;

/** Scans a text without recursion, and without regular expressions, which would cost more than parsing. */
export function scan(text: string): ScanResult {
  const result = { depth: 0, mayBeInexact: false };
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) at = endOfString(text, at);
    else if (isDigit(sign)) at = skipNumber(text, at, result);
    else depth = nest(depth, sign, result);
  }
  return result;
}

/** The end of the string that begins at `start`: the next quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}

/** The last place of the digits and points that begin at `start`. Notes whether there are too many, or an exponent follows. */
function skipNumber(text: string, start: number, result: ScanResult): number {
  let end = start + 1;
  while (isNumeric(text.charCodeAt(end))) end++;
  if (end - start > EXACT_DIGITS || isExponent(text.charCodeAt(end))) result.mayBeInexact = true;
  return end - 1;
}

/** The nesting after this bracket. Notes the deepest. */
function nest(depth: number, sign: number, result: ScanResult): number {
  const folded = sign | FOLD;
  if (folded === CLOSING) return depth - 1;
  if (folded !== OPENING) return depth;
  if (depth >= result.depth) result.depth = depth + 1;
  return depth + 1;
}

const isDigit = (sign: number) => sign >= ZERO && sign <= NINE;
const isNumeric = (sign: number) => isDigit(sign) || sign === POINT;
const isExponent = (sign: number) => (sign | FOLD) === EXPONENT;
