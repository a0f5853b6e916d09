import { allIn, isNode, type Node, nameOf, namesIn, only } from './places.ts';

/** What stands from `start` to `end` of the source gives way to `code`. */
export interface Splice {
  start: number;
  end: number;
  code: string;
}

/** Finds the place that `at` selects within a definition, and says what `code` does there. Throws if it isn't exactly one. */
type Operator = (within: Node, at: string, code: string) => Splice;

/** The call of the function or method `at` gives way to `code`. */
const replaceCall: Operator = (within, at, code) => inPlaceOf(callOf(at, within), code);

/** The condition that names `at` gives way to `code`. */
const replaceCondition: Operator = (within, at, code) => {
  const conditions = conditionsIn(within).filter((condition) => namesIn(condition).has(at));
  return inPlaceOf(only(conditions, `condition that names ${at}`), code);
};

/** The piece `at` of a text gives way to `code`. */
const replaceText: Operator = (within, at, code) => {
  const starts = allIn(within).flatMap((node) => startsOf(at, node));
  const start = only(starts, `text with ${at}`);
  return { start, end: start + at.length, code };
};

/** What the constant or member is set to gives way to `code`. */
const replaceValue: Operator = ({ init, value }, _at, code) =>
  inPlaceOf(only([init, value].filter(isNode), 'value'), code);

/** The statement that calls `at` comes after `code`. */
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

/** What is tested, taken apart at `&&` and `||`, and what else stands between these. */
function conditionsIn(within: Node): Node[] {
  const nodes = allIn(within);
  const tests = nodes.flatMap(({ test }) => (isNode(test) ? [test] : []));
  const joined = nodes.filter(isJoined).flatMap(({ left, right }) => [left as Node, right as Node]);
  return [...new Set([...tests, ...joined])].filter((node) => !isJoined(node));
}

const isJoined = ({ type, operator }: Node) => type === 'LogicalExpression' && operator !== '??';

/** Statements that stand in a list, so that another can stand before them. */
const statementsIn = (within: Node): Node[] =>
  allIn(within).flatMap((node) => (isBlock(node) ? (node.body as Node[]) : []));

/** Where a piece stands in the text that a node is, if it is one. */
function startsOf(piece: string, node: Node): number[] {
  const { raw } = (node.type === 'StringLiteral' ? node.extra : node.type === 'TemplateElement' && node.value) as Raw;
  return Array.from((raw ?? '').matchAll(RegExp(RegExp.escape(piece), 'g')), ({ index }) => node.start + index);
}
type Raw = { raw?: string };
