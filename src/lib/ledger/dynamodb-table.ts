import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ROW_DAYS } from '../relay/times.ts';
import type { Item } from './dynamodb-rows.ts';

export const S = (text: string): AttributeValue => ({ S: text });
export const N = (number: number | string): AttributeValue => ({ N: String(number) });
export const BOOL = (value: boolean): AttributeValue => ({ BOOL: value });

/** A DynamoDB table as conditional single-item writes and consistent reads; every `#name` stands for the attribute `name`. */
export function createTable(client: DynamoDBClient, table: string, deadline: number) {
  const within = () => ({ abortSignal: AbortSignal.timeout(deadline) });
  return {
    /** The item after the write, or undefined if the condition didn't hold. */
    async write(pk: string, update: string, condition: string | undefined, values: Item): Promise<Item | undefined> {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: { pk: S(pk) },
        UpdateExpression: update,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ExpressionAttributeNames: names(`${update} ${condition ?? ''}`),
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      });
      try {
        return (await client.send(command, within())).Attributes ?? {};
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
    async read(pk: string): Promise<Item | undefined> {
      const command = new GetItemCommand({ TableName: table, Key: { pk: S(pk) }, ConsistentRead: true });
      return (await client.send(command, within())).Item;
    },
  };
}

const names = (text: string) =>
  Object.fromEntries([...text.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]));

/** Until when a row is kept, in the whole seconds that DynamoDB's TTL wants. */
export const kept = (now: number) => N(Math.floor(now / 1000) + ROW_DAYS * 86_400);
