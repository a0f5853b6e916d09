/** A part of a math expression. */
export type Node =
  | { kind: 'number'; value: number }
  | { kind: 'id'; id: string }
  | { kind: 'array'; members: Node[] }
  | { kind: 'call'; name: string; inputs: Node[] }
  | { kind: 'operation'; operator: string; left: Node; right: Node };

/** The operators, those that bind least first. */
const OPERATORS = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];
const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|<=|>=|==|!=|&&|\|\||[-+*/<>()[\],])/y;

/** Reads a math expression (User Guide, "Metric math syntax and functions"). Throws if a part is not understood. */
export function readExpression(text: string): Node {
  const tokens = tokensOf(text);
  const expect = (token: string) => {
    if (tokens.shift() !== token) throw new Error(`not understood: ${text}`);
  };
  const list = (end: string): Node[] => {
    const members = [operation(0)];
    while (tokens[0] === ',') {
      tokens.shift();
      members.push(operation(0));
    }
    expect(end);
    return members;
  };
  const operation = (level: number): Node => {
    const operators = OPERATORS[level];
    if (!operators) return single();
    let left = operation(level + 1);
    while (operators.includes(tokens[0] ?? ''))
      left = { kind: 'operation', operator: tokens.shift() ?? '', left, right: operation(level + 1) };
    return left;
  };
  const enclosed = (): Node => {
    const inner = operation(0);
    expect(')');
    return inner;
  };
  const named = (name: string): Node => {
    if (!/^[A-Za-z]/.test(name)) throw new Error(`not understood: ${text}`);
    if (tokens[0] !== '(') return { kind: 'id', id: name };
    tokens.shift();
    return { kind: 'call', name, inputs: list(')') };
  };
  const single = (): Node => {
    const token = tokens.shift() ?? '';
    if (token === '(') return enclosed();
    if (token === '[') return { kind: 'array', members: list(']') };
    return /^\d/.test(token) ? { kind: 'number', value: Number(token) } : named(token);
  };
  const whole = operation(0);
  if (tokens.length > 0) throw new Error(`not understood: ${text}`);
  return whole;
}

function tokensOf(text: string): string[] {
  const pattern = new RegExp(TOKEN);
  const tokens: string[] = [];
  while (pattern.lastIndex < text.trimEnd().length) {
    const [, token] = pattern.exec(text) ?? [];
    if (token === undefined) throw new Error(`not understood: ${text}`);
    tokens.push(token);
  }
  return tokens;
}
