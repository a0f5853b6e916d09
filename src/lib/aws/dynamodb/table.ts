import { removalOf } from '../../relay/times.ts';
import type { AwsCall } from '../call.ts';
import type { AttributeValue, Item } from './rows.ts';

export const S = (text: string): AttributeValue => ({ S: text });
export const N = (number: number | string): AttributeValue => ({ N: String(number) });
export const BOOL = (value: boolean): AttributeValue => ({ BOOL: value });
export const SS = (texts: string[]): AttributeValue => ({ SS: texts });

type Write = [pk: string, update: string, condition: string | undefined, values: Item];

/** A DynamoDB table as conditional single-item writes and consistent reads; every `#name` stands for the attribute `name`. */
export function createTable(call: AwsCall, table: string) {
  /** The reply, or undefined if the condition didn't hold. */
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
    /** The item after the write, or undefined if the condition didn't hold. */
    async write(...write: Write): Promise<Item | undefined> {
      const written = await put('ALL_NEW', write);
      return written && (written.Attributes ?? {});
    },
    /** Whether the condition held; the item isn't sent back, nor a result that was just stored in it. */
    async set(...write: Write): Promise<boolean> {
      return (await put('NONE', write)) !== undefined;
    },
    async read(pk: string): Promise<Item | undefined> {
      const input = { TableName: table, Key: { pk: S(pk) }, ConsistentRead: true };
      return (await call<{ Item?: Item }>('GetItem', input)).Item;
    },
  };
}

/** The condition of a write didn't hold. */
function ifRefused(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
  throw error;
}

/** There are a few dozen expressions, each used for every change. */
const known = new Map<string, Record<string, string>>();
function names(text: string): Record<string, string> {
  const found = known.get(text) ?? namesIn(text);
  known.set(text, found);
  return found;
}

const namesIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]));

/** Until when a row is kept. */
export const kept = (now: number) => N(removalOf(now));
