import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { findDynoxide, startDynoxide } from '../../../faults/processes/dynoxide.ts';

describe.skipIf(findDynoxide() === undefined)('the second database', () => {
  it('evaluates conditional writes in a process of its own, which ends with it', async () => {
    const tables = await startDynoxide('eu-central-1');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ region: 'eu-central-1', endpoint: tables.url, credentials, maxAttempts: 1 });
    await tables.create({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    const Item = { pk: { S: 'one' } };
    const once = { TableName: 'ledger', Item, ConditionExpression: 'attribute_not_exists(pk)' };
    await client.send(new PutItemCommand(once));
    await expect(client.send(new PutItemCommand(once))).rejects.toThrow('conditional');
    expect((await client.send(new GetItemCommand({ TableName: 'ledger', Key: Item }))).Item).toEqual(Item);
    await tables.close();
    await expect(client.send(new GetItemCommand({ TableName: 'ledger', Key: Item }))).rejects.toThrow();
    client.destroy();
  });
});
