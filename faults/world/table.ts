import { AwsFailure } from '../../src/lib/aws/failure.ts';
import { createExpressions, holds, type Item, updated } from './expression.ts';

/** A DynamoDB table in memory: single-item conditional updates and consistent reads, linearizable. */
export interface Table {
  update(input: TableInput): { Attributes?: Item };
  get(input: TableInput): { Item?: Item };
  /** Every row, as JSON text. */
  dump(): string;
}

/** The input of a call about one item. */
export interface TableInput {
  TableName?: string;
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValues?: string;
}

/** An empty table; `limit` is the most bytes that an item may have. */
export function createTable(limit = 400 * 1024): Table {
  const rows = new Map<string, Item>();
  const expressions = createExpressions();
  return {
    update(input) {
      const { names, values, pk, condition, update } = read(input);
      refuseUnused(`${condition} ${update}`, [...Object.keys(names), ...Object.keys(values)]);
      const item = rows.get(pk) ?? {};
      if (condition !== '' && !holds(expressions.condition(condition, names), item, values)) throw failed();
      const after = updated(expressions.update(update, names), { ...item, pk: { S: pk } }, values);
      if (sizeOf(after) > limit) throw refused('Item size has exceeded the maximum allowed size');
      rows.set(pk, after);
      return input.ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
    },
    get(input) {
      const item = rows.get(input.Key?.pk?.S ?? '');
      return item ? { Item: item } : {};
    },
    dump: () => JSON.stringify([...rows.values()]),
  };
}

const sizeOf = (item: Item) =>
  Object.entries(item).reduce((sum, [name, value]) => sum + name.length + lengthOf(value), 0);

const lengthOf = ({ S = '', N = '', SS = [] }: Item[string]) => S.length + N.length + SS.join('').length;

function read(input: TableInput) {
  const pk = input.Key?.pk?.S;
  if (!pk) throw refused('The provided key element does not match the schema');
  return {
    pk,
    names: input.ExpressionAttributeNames ?? {},
    values: input.ExpressionAttributeValues ?? {},
    condition: input.ConditionExpression ?? '',
    update: input.UpdateExpression ?? '',
  };
}

/** DynamoDB refuses a request that explains a placeholder which it doesn't use. */
function refuseUnused(text: string, placeholders: string[]): void {
  const used = new Set(text.match(/[#:]\w+/g));
  const unused = placeholders.find((placeholder) => !used.has(placeholder));
  if (unused !== undefined) throw refused(`${unused} is unused in expressions`);
}

const failed = () => new AwsFailure('ConditionalCheckFailedException', 400);

const refused = (message: string) => Object.assign(new Error(message), { name: 'ValidationException' });
