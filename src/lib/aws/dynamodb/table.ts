import { removalOf } from '../../relay/times.ts';
import type { AwsCall } from '../call.ts';
import type { AttributeValue, Item } from './rows.ts';

export const S = (text: string): AttributeValue => ({ S: text });
export const N = (number: number | string): AttributeValue => ({ N: String(number) });
export const BOOL = (value: boolean): AttributeValue => ({ BOOL: value });
export const SS = (texts: string[]): AttributeValue => ({ SS: texts });

type Write = [pk: string, update: string, condition: string | undefined, values: Item];

/** Conditional writes of single items and consistent reads of a DynamoDB table. In expressions, `#name` is the attribute `name`. */
export function createTable(call: AwsCall, table: string) {
  /** The reply, or undefined if the condition was not met. */
  const put = (ReturnValues: 'ALL_NEW' | 'NONE', [pk, update, condition, values]: Write) => {
    const input = {
      TableName: table,
      Key: { pk: S(pk) },
      UpdateExpression: update,
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: names(`${update} ${condition ?? ''}`),
      ExpressionAttributeValues: values,
      ReturnValues,
    };
    return call<{ Attributes?: Item }>('UpdateItem', input).catch(ifRefused);
  };
  return {
    /** The item after the write, or undefined if the condition was not met. */
    async write(...write: Write): Promise<Item | undefined> {
      const written = await put('ALL_NEW', write);
      return written && (written.Attributes ?? {});
    },
    /** True if the condition was met. The item is not sent back, which saves traffic for a stored result. */
    async set(...write: Write): Promise<boolean> {
      return (await put('NONE', write)) !== undefined;
    },
    async read(pk: string): Promise<Item | undefined> {
      const input = { TableName: table, Key: { pk: S(pk) }, ConsistentRead: true };
      return (await call<{ Item?: Item }>('GetItem', input)).Item;
    },
  };
}

/** Undefined if the condition of a write was not met. Throws any other error. */
function ifRefused(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
  throw error;
}

/** Names by expression. There are a few dozen expressions, each used for every change. */
const known = new Map<string, Record<string, string>>();
function names(text: string): Record<string, string> {
  const found = known.get(text) ?? namesIn(text);
  known.set(text, found);
  return found;
}

const namesIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]));

/** The assignments that give a row these attributes, and the values of the expression. */
export const assign = (item: Item) => ({
  sets: Object.keys(item).map((name) => `#${name} = :${name}`),
  ...valuesOf(item),
});

/** The same for attributes that a row keeps if it has them already. */
export const assignOnce = (item: Item) => ({
  sets: Object.keys(item).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ...valuesOf(item),
});

const valuesOf = (item: Item) => ({
  values: Object.fromEntries(Object.entries(item).map(([name, value]) => [`:${name}`, value])),
});

/** When a row that is written now is removed, as an attribute. */
export const expiry = (now: number) => N(removalOf(now));
