import type { Identity } from '../../local/http/certificate.ts';
import { type Counts, SECRETS, type Waits } from './settings.ts';
import { createTable, type ItemInput, REFUSED } from './table.ts';
import { type Asked, serve, type Told } from './wire.ts';

const TYPE = 'application/x-amz-json-1.0';

/** DynamoDB, EventBridge, SQS and Secrets Manager, each at an origin of its own as in a region, so that each needs connections of its own. */
export async function startAws(identity: Identity, state: { waits: Waits; counts: Counts }) {
  const table = createTable();
  const count = (name: string, by = 1) => {
    state.counts[name] = (state.counts[name] ?? 0) + by;
  };

  const dynamodb = (name: string, input: ItemInput): Told => {
    const output = table.call(name, input);
    if (output === REFUSED) return refusal('ConditionalCheckFailedException', state.waits.dynamodb);
    return output ? said(output, state.waits.dynamodb) : refusal('UnknownOperationException', 0);
  };

  const took = ({ Entries }: Record<string, unknown>) =>
    said({ Successful: (Entries as { Id: string }[]).map(({ Id }) => ({ Id })), Failed: [] }, state.waits.dynamodb);
  const others: Record<string, (input: Record<string, unknown>) => Told> = {
    PutEvents({ Entries }) {
      const entries = Entries as unknown[];
      count('entries', entries.length);
      return said({ FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: '1' })) }, state.waits.events);
    },
    ChangeMessageVisibilityBatch: took,
    DeleteMessageBatch: took,
    GetSecretValue: ({ SecretId }) =>
      said({ Name: SecretId, SecretString: SECRETS[String(SecretId)], VersionId: '1' }, state.waits.dynamodb),
  };

  const answer = ({ target, body }: Asked): Told => {
    const [service = '', name = ''] = target.split('.');
    count(name);
    const input = JSON.parse(body);
    if (service.startsWith('DynamoDB')) return dynamodb(name, input);
    return others[name]?.(input) ?? refusal('UnknownOperationException', 0);
  };
  const origin = () => serve(identity, answer);
  return {
    origins: { dynamodb: await origin(), events: await origin(), sqs: await origin(), secrets: await origin() },
    clear: table.clear,
  };
}

const said = (output: object, wait: number): Told => ({ status: 200, type: TYPE, body: JSON.stringify(output), wait });
const refusal = (__type: string, wait: number): Told => ({
  status: 400,
  type: TYPE,
  body: JSON.stringify({ __type, message: 'refused' }),
  wait,
});
