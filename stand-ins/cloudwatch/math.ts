import type { Series } from './metric-store.ts';
import { type Node, readExpression } from './syntax.ts';

/** A number, a series, or several. */
type Value = number | Series | Series[];
type Point = number | undefined;

/** What the expression is calculated from. */
export interface MathInputs {
  /** The series of a metric or of another expression. */
  series(id: string): Series;
  /** How many points each series has. */
  count: number;
  /** Whether FILL gives points to a series that has none at all. The manual does not say; people have seen both. */
  fillsEmpty: boolean;
}

/**
 * Calculates a math expression, as the User Guide says in "Using math expressions with CloudWatch metrics". Only what the
 * relay's alarms need is known. Rules about missing points: arithmetic and comparisons of two series take 0 for the one that
 * is missing; a division by 0 has no point; IF has no point where its condition has none, nor where a third input that is
 * left out or missing would be chosen, but 0 where a missing second one would; SUM, AVG and MAX of several series leave out
 * those that are missing.
 */
export function calculate(expression: string, inputs: MathInputs): Series {
  const node = known.get(expression) ?? readExpression(expression);
  known.set(expression, node);
  const result = evaluate(node, inputs);
  if (typeof result === 'number' || isSeveral(result)) throw new Error(`the result is not one series: ${expression}`);
  return result;
}

/** An alarm calculates its expression every minute. */
const known = new Map<string, Node>();

const isSeveral = (value: Value): value is Series[] => Array.isArray(value) && Array.isArray(value[0]);

function evaluate(node: Node, inputs: MathInputs): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'id':
      return inputs.series(node.id);
    case 'array':
      return node.members.map((member) => toSeries(evaluate(member, inputs)));
    case 'operation':
      return operate(node.operator, evaluate(node.left, inputs), evaluate(node.right, inputs));
    case 'call':
      return call(
        node.name,
        node.inputs.map((input) => evaluate(input, inputs)),
        inputs,
      );
  }
}

function toSeries(value: Value | undefined): Series {
  if (typeof value !== 'object' || isSeveral(value)) throw new Error('a series is needed');
  return value;
}

function toNumber(value: Value | undefined): number {
  if (typeof value !== 'number') throw new Error('a number is needed');
  return value;
}

const OPERATIONS: Record<string, (left: number, right: number) => Point> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '>=': (left, right) => Number(left >= right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '<': (left, right) => Number(left < right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
};

function operate(operator: string, left: Value, right: Value): Value {
  const apply = OPERATIONS[operator] as (left: number, right: number) => Point;
  if (typeof left === 'number' && typeof right === 'number') return toNumber(apply(left, right));
  if (typeof right === 'number') return toSeries(left).map((one) => (one === undefined ? one : apply(one, right)));
  if (typeof left === 'number') return toSeries(right).map((one) => (one === undefined ? one : apply(left, one)));
  const other = toSeries(right);
  return toSeries(left).map((one, index) =>
    one === undefined && other[index] === undefined ? undefined : apply(one ?? 0, other[index] ?? 0),
  );
}

const FUNCTIONS = new Map<string, (given: Value[], inputs: MathInputs) => Series>([
  ['FILL', fill],
  ['TIME_SERIES', ([value], { count }) => Array.from({ length: count }, () => toNumber(value))],
  ['IF', decide],
  ['MAX', ([several]) => across(several, (points) => Math.max(...points))],
  ['SUM', ([several]) => across(several, (points) => points.reduce((sum, point) => sum + point, 0))],
]);

function fill([series, value]: Value[], { fillsEmpty }: MathInputs): Series {
  const points = toSeries(series);
  const isEmpty = points.every((point) => point === undefined);
  return isEmpty && !fillsEmpty ? points : points.map((point) => point ?? toNumber(value));
}

function decide([condition, ...chosen]: Value[]): Series {
  return toSeries(condition).map((point, index) =>
    point === undefined ? undefined : choose(point !== 0, chosen, index),
  );
}

function call(name: string, given: Value[], inputs: MathInputs): Series {
  const apply = FUNCTIONS.get(name);
  if (!apply) throw new Error(`the stand-in does not know the function ${name}`);
  return apply(given, inputs);
}

function choose(isTrue: boolean, [yes, no]: Value[], index: number): Point {
  const at = (value: Value | undefined) => (typeof value === 'object' ? toSeries(value)[index] : value);
  return isTrue ? (at(yes) ?? 0) : at(no);
}

/** In an alarm, a function of one series that gives a number depends on how many points CloudWatch reads. */
function across(several: Value | undefined, summarize: (points: number[]) => number): Series {
  if (several === undefined || !isSeveral(several)) throw new Error('several series are needed');
  return (several[0] ?? []).map((_point, index) => {
    const points = several.flatMap((series) => series[index] ?? []);
    return points.length > 0 ? summarize(points) : undefined;
  });
}
