/** A position in a text, counted from 1. A column counts characters as an editor does. */
interface Position {
  line: number;
  column: number;
}

/** The line and column of an offset. */
export function toPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/** Where a text stops being JSON, and what is expected there. It never holds the text there. */
interface SyntaxFault {
  offset: number;
  expected: string;
  /** True if the text ends before the JSON does. */
  isCut: boolean;
}

const ESCAPE = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;
/** Matches a string up to, but without, its closing quote. */
const OPEN_STRING = String.raw`"[^"\\\u0000-\u001f]*(?:${ESCAPE}[^"\\\u0000-\u001f]*)*`;
const SCALAR = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`;
const TOKEN = new RegExp(String.raw`[ \t\n\r]*(?:(${OPEN_STRING}("?))|(${SCALAR})|([{}[\],:]))?`, 'y');

type State = 'value' | 'element' | 'first-name' | 'name' | 'colon' | 'after';
type Kind = 'string' | 'scalar' | '{' | '}' | '[' | ']' | ',' | ':' | 'end' | 'other';

const BEGIN: Partial<Record<Kind, State>> = { string: 'after', scalar: 'after', '{': 'first-name', '[': 'element' };
/** The tokens that may come next in each state, and the state after each. After a comma or a closing bracket it depends on what is open. */
const NEXT: Record<Exclude<State, 'after'>, Partial<Record<Kind, State>>> = {
  value: BEGIN,
  element: { ...BEGIN, ']': 'after' },
  'first-name': { string: 'colon', '}': 'after' },
  name: { string: 'colon' },
  colon: { ':': 'value' },
};

const EXPECTED: Record<Exclude<State, 'after'>, string> = {
  value: 'a value',
  element: 'a value or ]',
  'first-name': 'a name in double quotes or }',
  name: 'a name in double quotes',
  colon: 'a colon',
};

/** Finds the first place where a text is not JSON, without recursion. Undefined for valid JSON. */
export function syntaxFaultIn(text: string): SyntaxFault | undefined {
  /** The closing brackets of what is open, the innermost last. */
  const open: string[] = [];
  let state: State = 'value';
  for (let at = 0; ; ) {
    const token = tokenAt(text, at);
    if (token.isBroken) return brokenString(text, token.end);
    const next = follow(state, token.kind, open);
    if (next === undefined) return faultAt(text, token.start, state, open);
    if (next === 'end') return undefined;
    at = token.end;
    state = next;
  }
}

interface Token {
  kind: Kind;
  start: number;
  end: number;
  isBroken: boolean;
}

function tokenAt(text: string, at: number): Token {
  TOKEN.lastIndex = at;
  const [match = '', string, quote, scalar, sign] = TOKEN.exec(text) ?? [];
  const end = at + match.length;
  const token = string ?? scalar ?? sign;
  const rest = end === text.length ? 'end' : 'other';
  const kind = token === undefined ? rest : kindOf(string, scalar, token);
  return { kind, start: end - (token ?? '').length, end, isBroken: string !== undefined && quote === '' };
}

function kindOf(string: string | undefined, scalar: string | undefined, token: string): Kind {
  if (string !== undefined) return 'string';
  return scalar === undefined ? (token as Kind) : 'scalar';
}

/** The state after a token, `end` at the end of the text; undefined if the token is not allowed here. Notes what is open. */
function follow(state: State, kind: Kind, open: string[]): State | 'end' | undefined {
  const next = state === 'after' ? afterValue(kind, open.at(-1)) : NEXT[state][kind];
  if (next === undefined) return undefined;
  if (kind === '{') open.push('}');
  if (kind === '[') open.push(']');
  if (kind === '}' || kind === ']') open.pop();
  return next;
}

function afterValue(kind: Kind, closing: string | undefined): State | 'end' | undefined {
  if (closing === undefined) return kind === 'end' ? 'end' : undefined;
  if (kind === closing) return 'after';
  if (kind !== ',') return undefined;
  return closing === '}' ? 'name' : 'value';
}

function faultAt(text: string, offset: number, state: State, open: string[]): SyntaxFault {
  const closing = open.at(-1);
  const after = closing === undefined ? 'the end' : `a comma or ${closing}`;
  return { offset, expected: state === 'after' ? after : EXPECTED[state], isCut: offset === text.length };
}

function brokenString(text: string, offset: number): SyntaxFault {
  const isCut = offset === text.length;
  if (isCut) return { offset, expected: 'a double quote', isCut };
  const expected = text[offset] === '\\' ? 'a valid escape' : String.raw`an escape, such as \n for a line break`;
  return { offset, expected, isCut };
}
