import { createExpressions, holds, type Item, updated } from '../../faults/world/expression.ts';

/** The input of a request to DynamoDB about one item. */
export interface ItemInput {
  Key?: Item;
  Item?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValues?: string;
}

/** The condition of a write didn't hold. */
export const REFUSED = Symbol('the condition does not hold');

/** A table in memory that keeps DynamoDB's conditional writes and consistent reads; undefined for a call that it doesn't know. */
export function createTable() {
  const rows = new Map<string, Item>();
  const expressions = createExpressions();

  const permits = (item: Item | undefined, input: ItemInput): boolean => {
    const { ConditionExpression: text, ExpressionAttributeNames: names = {}, ExpressionAttributeValues = {} } = input;
    return !text || holds(expressions.condition(text, names), item ?? {}, ExpressionAttributeValues);
  };

  const calls: Record<string, (input: ItemInput) => object | typeof REFUSED> = {
    GetItem({ Key }) {
      const item = rows.get(idOf(Key));
      return item ? { Item: item } : {};
    },
    PutItem(input) {
      const id = idOf(input.Item);
      if (!permits(rows.get(id), input)) return REFUSED;
      rows.set(id, input.Item ?? {});
      return {};
    },
    UpdateItem(input) {
      const id = idOf(input.Key);
      const item = rows.get(id);
      if (!permits(item, input)) return REFUSED;
      const { UpdateExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input;
      const update = expressions.update(UpdateExpression, ExpressionAttributeNames);
      const after = updated(update, { ...item, ...input.Key }, ExpressionAttributeValues);
      rows.set(id, after);
      return input.ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
    },
    DeleteItem(input) {
      rows.delete(idOf(input.Key));
      return {};
    },
  };
  return {
    call: (name: string, input: ItemInput) => calls[name]?.(input),
    clear: () => rows.clear(),
  };
}

/** The relay's key is called pk, the idempotency utility's id. */
const idOf = (item: Item = {}): string => item.pk?.S ?? item.id?.S ?? '';
