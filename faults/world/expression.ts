import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Condition, type Operand, parseCondition, parseUpdate, type Update } from './expression-parser.ts';

export type Item = Record<string, AttributeValue>;

/** True if the condition holds for the item as it stands; a missing item has no attributes. */
export function holds(condition: Condition, item: Item, values: Item): boolean {
  switch (condition.kind) {
    case 'or':
      return holds(condition.left, item, values) || holds(condition.right, item, values);
    case 'and':
      return holds(condition.left, item, values) && holds(condition.right, item, values);
    case 'not':
      return !holds(condition.inner, item, values);
    case 'exists':
      return (item[condition.attribute] !== undefined) === condition.wanted;
    case 'compare':
      return compare(condition.operator, worth(condition.left, item, values), worth(condition.right, item, values));
  }
}

/** The item after an update; every right side sees the item as it was before. */
export function updated(update: Update, item: Item, values: Item): Item {
  const after = { ...item };
  for (const { attribute, to } of update.set) {
    const value = worth(to, item, values);
    if (value === undefined) throw new RangeError('an operand names an attribute that the item lacks');
    after[attribute] = value;
  }
  for (const attribute of update.remove) delete after[attribute];
  for (const { attribute, value } of update.add) after[attribute] = joined(item[attribute], values[value]);
  return after;
}

/** What ADD makes of a set of texts; the relay adds to nothing else. */
function joined(set: AttributeValue | undefined, more: AttributeValue | undefined): AttributeValue {
  const isSet = more?.SS !== undefined && more.SS.length > 0 && (set === undefined || set.SS !== undefined);
  if (!isSet) throw new RangeError('ADD wants a set of texts, and one with members');
  return { SS: [...new Set([...(set?.SS ?? []), ...more.SS])].sort() };
}

function worth(operand: Operand, item: Item, values: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'attribute':
      return item[operand.name];
    case 'value':
      return values[operand.name];
    case 'if_not_exists':
      return item[operand.attribute] ?? worth(operand.otherwise, item, values);
    case 'sum':
      return sum(worth(operand.left, item, values), worth(operand.right, item, values), operand.sign);
  }
}

function sum(left: AttributeValue | undefined, right: AttributeValue | undefined, sign: 1 | -1) {
  if (left?.N === undefined || right?.N === undefined) return undefined;
  return { N: String(BigInt(left.N) + BigInt(sign) * BigInt(right.N)) };
}

const HOLDS: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** As DynamoDB does: a missing attribute or another type makes every comparison false but `<>`. */
function compare(operator: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  const order = left && right && orderOf(left, right);
  return order === undefined ? operator === '<>' : (HOLDS[operator]?.(order) ?? false);
}

function orderOf(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.N !== undefined) return right.N === undefined ? undefined : between(BigInt(left.N), BigInt(right.N));
  if (left.S !== undefined) return right.S === undefined ? undefined : between(left.S, right.S);
  return left.BOOL === undefined || right.BOOL === undefined ? undefined : Number(left.BOOL) - Number(right.BOOL);
}

/** Exact for numbers too: a sequence has up to 38 digits. */
const between = <T extends string | bigint>(left: T, right: T) => Number(left > right) - Number(left < right);

/** Expressions that were met before, parsed. */
export function createExpressions() {
  const conditions = new Map<string, Condition>();
  const updates = new Map<string, Update>();
  const known = <T>(map: Map<string, T>, text: string, names: Record<string, string>, parse: () => T): T => {
    const key = `${text}|${Object.values(names).join()}`;
    const found = map.get(key) ?? parse();
    map.set(key, found);
    return found;
  };
  return {
    condition: (text: string, names: Record<string, string>) =>
      known(conditions, text, names, () => parseCondition(text, names)),
    update: (text: string, names: Record<string, string>) =>
      known(updates, text, names, () => parseUpdate(text, names)),
  };
}
