import type { Identity } from '../../local/http/certificate.ts';
import type { ItemInput } from '../../stand-ins/dynamodb/item.ts';
import { createTable } from '../../stand-ins/dynamodb/table.ts';
import { ServiceError } from '../../stand-ins/json-server.ts';
import { type Counts, SECRETS, type Waits } from './settings.ts';
import { type Reply, type Request, serve } from './wire.ts';

const TYPE = 'application/x-amz-json-1.0';

/** DynamoDB, EventBridge, SQS and Secrets Manager. As in a region, each has its own origin and needs its own connections. */
export async function startAws(identity: Identity, state: { waits: Waits; counts: Counts }) {
  // The relay's key is called pk, the idempotency utility's id.
  const tables = { pk: createTable('pk'), id: createTable('id') };
  const tableOf = ({ Key, Item = Key }: ItemInput) => (Item && 'id' in Item ? tables.id : tables.pk);
  const count = (name: string, by = 1) => {
    state.counts[name] = (state.counts[name] ?? 0) + by;
  };

  const dynamodb = (name: string, input: ItemInput): Reply => {
    try {
      const output = tableOf(input).call(name, input);
      return output ? ok(output, state.waits.dynamodb) : refusal('UnknownOperationException', 0);
    } catch (error) {
      return refusal(error instanceof ServiceError ? error.code : String(error), state.waits.dynamodb);
    }
  };

  const took = ({ Entries }: Record<string, unknown>) =>
    ok({ Successful: (Entries as { Id: string }[]).map(({ Id }) => ({ Id })), Failed: [] }, state.waits.dynamodb);
  const others: Record<string, (input: Record<string, unknown>) => Reply> = {
    PutEvents({ Entries }) {
      const entries = Entries as unknown[];
      count('entries', entries.length);
      return ok({ FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: '1' })) }, state.waits.events);
    },
    ChangeMessageVisibilityBatch: took,
    DeleteMessageBatch: took,
    GetSecretValue: ({ SecretId }) =>
      ok({ Name: SecretId, SecretString: SECRETS[String(SecretId)], VersionId: '1' }, state.waits.dynamodb),
  };

  const answer = ({ target, body }: Request): Reply => {
    const [service = '', name = ''] = target.split('.');
    count(name);
    const input = JSON.parse(body);
    if (service.startsWith('DynamoDB')) return dynamodb(name, input);
    return others[name]?.(input) ?? refusal('UnknownOperationException', 0);
  };
  const origin = () => serve(identity, answer);
  return {
    origins: { dynamodb: await origin(), events: await origin(), sqs: await origin(), secrets: await origin() },
    clear() {
      for (const table of Object.values(tables)) table.clear();
    },
  };
}

const ok = (output: object, wait: number): Reply => ({ status: 200, type: TYPE, body: JSON.stringify(output), wait });
const refusal = (__type: string, wait: number): Reply => ({
  status: 400,
  type: TYPE,
  body: JSON.stringify({ __type, message: 'refused' }),
  wait,
});
