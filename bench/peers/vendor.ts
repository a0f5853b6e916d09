import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Change, type KeyPair } from './shared/contract.ts';
import { variable } from './shared/environment.ts';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = variable('LEDGER_TABLE');
const events = new EventBridgeClient({});
const secrets = new SecretsManagerClient({});

/** A call in the form of the generated clients. The provider's core package does not include its client for SMS. */
const smsClient = (client: HcClient) => ({
  updateTask: (task_id: string, data: object) =>
    client.sendRequest<{ httpStatusCode: number; id?: string }>({
      method: 'PUT',
      url: '/v3/tasks/{task_id}',
      contentType: 'application/json',
      queryParams: {},
      pathParams: { task_id },
      headers: {},
      data,
    }),
});

async function connect() {
  const { SecretString = '' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: variable('PROVIDER_CREDENTIALS') }),
  );
  const { access_key, secret_key, domain_id } = JSON.parse(SecretString) as KeyPair;
  const credential = new GlobalCredentials().withAk(access_key).withSk(secret_key).withDomainId(domain_id);
  return new ClientBuilder(smsClient, 'GlobalCredentials')
    .withEndpoint(variable('SMS_ENDPOINT'))
    .withCredential(credential)
    .build();
}
let connected: ReturnType<typeof connect> | undefined;

async function carryOut(body: string): Promise<void> {
  const { id, source, type, data } = Change.parse(JSON.parse(body));
  const key = { pk: `${source}#${id}` };
  await table.send(
    new PutCommand({ TableName, Item: { ...key, state: 'CALLING' }, ConditionExpression: 'attribute_not_exists(pk)' }),
  );
  connected ??= connect();
  const { httpStatusCode } = await (await connected).updateTask(data.task_id, data.body);
  const result = { change: { id, source, type }, outcome: 'succeeded', status: httpStatusCode };
  const Detail = JSON.stringify(result);
  await table.send(
    new UpdateCommand({
      TableName,
      Key: key,
      UpdateExpression: 'SET #state = :done, #result = :result',
      ExpressionAttributeNames: { '#state': 'state', '#result': 'result' },
      ExpressionAttributeValues: { ':done': 'DONE', ':result': Detail },
    }),
  );
  const entry = {
    EventBusName: variable('RESULT_BUS'),
    Source: 'bench.vendor',
    DetailType: `${type}.succeeded`,
    Detail,
  };
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount !== 0) throw new Error('the bus refused a result');
  console.log(JSON.stringify({ level: 'INFO', message: 'change completed', ...result }));
}

/** The function that the samples of the provider and AWS lead to: one client each, and one record after the other. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const [index, { body }] of Records.entries()) {
    try {
      await carryOut(body);
    } catch (error) {
      console.error(error);
      return { batchItemFailures: Records.slice(index).map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }
  }
  return { batchItemFailures: [] };
}
