/** A parsed operand of a DynamoDB expression. */
export type Operand =
  | { kind: 'attribute'; name: string }
  | { kind: 'value'; name: string }
  | { kind: 'if_not_exists'; attribute: string; otherwise: Operand }
  | { kind: 'sum'; left: Operand; right: Operand; sign: 1 | -1 };

/** A parsed condition. */
export type Condition =
  | { kind: 'or' | 'and'; left: Condition; right: Condition }
  | { kind: 'not'; inner: Condition }
  | { kind: 'exists'; attribute: string; wanted: boolean }
  | { kind: 'compare'; operator: string; left: Operand; right: Operand };

/** A parsed update: what is set to which operand, what is removed, and what is added to a set. */
export interface Update {
  set: { attribute: string; to: Operand }[];
  remove: string[];
  add: { attribute: string; value: string }[];
}

const TOKEN = /\s*([#:]?\w+|<=|>=|<>|[=<>(),+-])/gy;
const COMPARATORS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Reads the tokens of an expression one after the other; `names` gives the attribute behind a placeholder. */
export function tokensOf(text: string, names: Record<string, string>) {
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => token);
  if (tokens.join('') !== text.replace(/\s+/g, '')) throw new SyntaxError(`not an expression: ${text}`);
  let at = 0;
  const is = (word: string) => tokens[at]?.toUpperCase() === word;
  const take = () => tokens[at++] ?? '';
  const accept = (word: string) => is(word) && take() !== '';
  return {
    accept,
    take,
    expect(word: string) {
      if (!accept(word)) throw new SyntaxError(`expected ${word} in: ${text}`);
    },
    attribute() {
      const token = take();
      const name = token.startsWith('#') ? names[token] : token;
      if (name === undefined || !/^\w+$/.test(name)) throw new SyntaxError(`no attribute: ${token} in: ${text}`);
      return name;
    },
    /** The placeholder of a value, if one stands here. */
    value: () => (tokens[at]?.startsWith(':') ? take() : undefined),
    isOver: () => at >= tokens.length,
  };
}
type Tokens = ReturnType<typeof tokensOf>;

/** Parses a condition expression: OR, AND, NOT, brackets, comparisons, attribute_exists and attribute_not_exists. */
export function parseCondition(text: string, names: Record<string, string>): Condition {
  const tokens = tokensOf(text, names);
  const condition = either(tokens);
  if (!tokens.isOver()) throw new SyntaxError(`something follows the condition: ${text}`);
  return condition;
}

function either(tokens: Tokens): Condition {
  let left = both(tokens);
  while (tokens.accept('OR')) left = { kind: 'or', left, right: both(tokens) };
  return left;
}

function both(tokens: Tokens): Condition {
  let left = single(tokens);
  while (tokens.accept('AND')) left = { kind: 'and', left, right: single(tokens) };
  return left;
}

function single(tokens: Tokens): Condition {
  if (tokens.accept('NOT')) return { kind: 'not', inner: single(tokens) };
  if (tokens.accept('(')) {
    const inner = either(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.accept('ATTRIBUTE_EXISTS')) return exists(tokens, true);
  if (tokens.accept('ATTRIBUTE_NOT_EXISTS')) return exists(tokens, false);
  const left = operand(tokens);
  const operator = tokens.take();
  if (!COMPARATORS.has(operator)) throw new SyntaxError(`no comparison: ${operator}`);
  return { kind: 'compare', operator, left, right: operand(tokens) };
}

function exists(tokens: Tokens, wanted: boolean): Condition {
  tokens.expect('(');
  const attribute = tokens.attribute();
  tokens.expect(')');
  return { kind: 'exists', attribute, wanted };
}

function operand(tokens: Tokens): Operand {
  if (tokens.accept('IF_NOT_EXISTS')) {
    tokens.expect('(');
    const attribute = tokens.attribute();
    tokens.expect(',');
    const otherwise = operand(tokens);
    tokens.expect(')');
    return { kind: 'if_not_exists', attribute, otherwise };
  }
  const value = tokens.value();
  return value === undefined ? { kind: 'attribute', name: tokens.attribute() } : { kind: 'value', name: value };
}

/** Parses an update expression: SET with sums and if_not_exists, REMOVE, and ADD. */
export function parseUpdate(text: string, names: Record<string, string>): Update {
  const tokens = tokensOf(text, names);
  const update: Update = { set: [], remove: [], add: [] };
  while (!tokens.isOver()) {
    if (tokens.accept('SET')) list(tokens, () => update.set.push(assignment(tokens)));
    else if (tokens.accept('ADD')) list(tokens, () => update.add.push(addition(tokens)));
    else {
      tokens.expect('REMOVE');
      list(tokens, () => update.remove.push(tokens.attribute()));
    }
  }
  return update;
}

function list(tokens: Tokens, element: () => void): void {
  do element();
  while (tokens.accept(','));
}

function addition(tokens: Tokens) {
  const attribute = tokens.attribute();
  const value = tokens.value();
  if (value === undefined) throw new SyntaxError(`ADD to ${attribute} wants a value`);
  return { attribute, value };
}

function assignment(tokens: Tokens) {
  const attribute = tokens.attribute();
  tokens.expect('=');
  const left = operand(tokens);
  const plus = tokens.accept('+');
  if (!plus && !tokens.accept('-')) return { attribute, to: left };
  const sign = plus ? (1 as const) : (-1 as const);
  return { attribute, to: { kind: 'sum' as const, left, right: operand(tokens), sign } };
}
