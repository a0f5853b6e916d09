import { allIn, isNode, type Node, nameOf, namesIn, only } from './places.ts';

/** `code` replaces the source from `start` to `end`. */
export interface Splice {
  start: number;
  end: number;
  code: string;
}

/** Finds the place that `at` selects within a definition. Throws if it isn't found exactly once. */
type Operator = (within: Node, at: string, code: string) => Splice;

/** `code` replaces the call of the function or method `at`. */
const replaceCall: Operator = (within, at, code) => inPlaceOf(callOf(at, within), code);

/** `code` replaces the condition that names `at`. */
const replaceCondition: Operator = (within, at, code) => {
  const conditions = conditionsIn(within).filter((condition) => namesIn(condition).has(at));
  return inPlaceOf(only(conditions, `condition that names ${at}`), code);
};

/** `code` replaces the part `at` of a text. */
const replaceText: Operator = (within, at, code) => {
  const starts = allIn(within).flatMap((node) => startsOf(at, node));
  const start = only(starts, `text with ${at}`);
  return { start, end: start + at.length, code };
};

/** `code` replaces the value of the constant or member. */
const replaceValue: Operator = ({ init, value }, _at, code) =>
  inPlaceOf(only([init, value].filter(isNode), 'value'), code);

/** `code` comes before the statement that calls `at`. */
const insertBefore: Operator = (within, at, code) => {
  const call = callOf(at, within);
  const around = statementsIn(within).filter(({ start, end }) => start <= call.start && call.end <= end);
  const { start } = only(around.slice(-1), `statement that calls ${at}`);
  return { start, end: start, code: `${code} ` };
};

/** The function begins with `code`. */
const insertAtStart: Operator = (within, _at, code) => {
  const made = (within.init ?? within.value ?? within) as Node;
  const { start } = only([made.body].filter(isBlock), 'function with statements');
  return { start: start + 1, end: start + 1, code: ` ${code}` };
};

export const OPERATORS = {
  replaceCall,
  replaceCondition,
  replaceText,
  replaceValue,
  insertBefore,
  insertAtStart,
} satisfies Record<string, Operator>;

const inPlaceOf = ({ start, end }: Node, code: string): Splice => ({ start, end, code: `(${code})` });

const isBlock = (node: unknown): node is Node => isNode(node) && node.type === 'BlockStatement';

function callOf(name: string, within: Node): Node {
  const calls = allIn(within).filter(({ type }) => type === 'CallExpression' || type === 'OptionalCallExpression');
  const errorNamed = calls.filter(
    ({ callee }) => nameOf(callee) === name || nameOf((callee as Node).property) === name,
  );
  return only(errorNamed, `call of ${name}`);
}

/** All conditions, split at `&&` and `||`, and all other operands of these. */
function conditionsIn(within: Node): Node[] {
  const nodes = allIn(within);
  const tests = nodes.flatMap(({ test }) => (isNode(test) ? [test] : []));
  const joined = nodes.filter(isJoined).flatMap(({ left, right }) => [left as Node, right as Node]);
  return [...new Set([...tests, ...joined])].filter((node) => !isJoined(node));
}

const isJoined = ({ type, operator }: Node) => type === 'LogicalExpression' && operator !== '??';

/** The statements of blocks, so that another statement can come before them. */
const statementsIn = (within: Node): Node[] =>
  allIn(within).flatMap((node) => (isBlock(node) ? (node.body as Node[]) : []));

/** The places of a part in a node's text, if the node is a text. */
function startsOf(piece: string, node: Node): number[] {
  const { raw } = (node.type === 'StringLiteral' ? node.extra : node.type === 'TemplateElement' && node.value) as Raw;
  return Array.from((raw ?? '').matchAll(RegExp(RegExp.escape(piece), 'g')), ({ index }) => node.start + index);
}
type Raw = { raw?: string };
