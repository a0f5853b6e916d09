import { randomUUID } from 'node:crypto';
import { createDynamoDbLedger } from '../../src/lib/aws/dynamodb/ledger.ts';
import type { FingerprintKeys } from '../../src/lib/change/fingerprint.ts';
import { DCS_OPERATIONS } from '../../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../../src/lib/operations/sms.ts';
import { createProvider } from '../../src/lib/provider/client.ts';
import type { Context, Delivery } from '../../src/lib/relay/context.ts';
import type { Ledger } from '../../src/lib/relay/ledger.ts';
import { createRelay } from '../../src/lib/relay/relay.ts';
import { rememberLocks } from '../../src/lib/relay/remembered-locks.ts';
import type { ResultEvent } from '../../src/lib/relay/result.ts';
import type { Result } from '../../src/lib/relay/result-schema.ts';
import { RetryLater } from '../../src/lib/relay/retry-later.ts';
import { timesAt } from '../../src/lib/relay/times.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { ScriptedProvider } from './scripted-provider.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
export const DOMAIN = 'fedcba9876543210fedcba9876543210';
export const ALL_OPERATIONS = [...DCS_OPERATIONS, ...SMS_OPERATIONS];

/** The error of a result that is not a success. */
export const errorOf = ({ data }: Result) => (data.outcome === 'succeeded' ? undefined : data.error);

/** A change as a producer sends it, with an id and a task of its own. */
export function change(over: Record<string, unknown> = {}, data: Record<string, unknown> = {}) {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/orchestrator/tests',
    type: 'migration.dcs.migration-task.update',
    data: { project_id: PROJECT, task_id: randomUUID(), body: { resume_mode: 'manual' }, ...data },
    ...over,
  };
}

/** Ends a worker at one call of the ledger: neither that call nor a later release has an effect. Returns what undoes this. */
export function endWorkerAt(ledger: Ledger, call: 'acquireLock' | 'note'): () => void {
  const { [call]: original, release } = ledger;
  const fail = () => Promise.reject(new Error('the worker ends here'));
  Object.assign(ledger, { [call]: fail, release: fail });
  return () => Object.assign(ledger, { [call]: original, release });
}

/** The real relay, ledger and provider client, with a clock that the test sets and a bus that can refuse. */
export function createRelayUnderTest(table: LedgerTable, provider: ScriptedProvider, over: Partial<Context> = {}) {
  let clock = Date.UTC(2026, 0, 1);
  const published: ResultEvent[] = [];
  const bus = { refuse: 0 };
  const times = timesAt(1);
  const client = createProvider({
    endpoints: { dcs: provider.url, sms: provider.url, iam: provider.url },
    load: async () =>
      JSON.stringify({ kind: 'ak-sk', access_key: 'AKTEST', secret_key: 'SECRET-KEY-CANARY', domain_id: DOMAIN }),
  });
  const context: Context = {
    source: 'migration-relay.test',
    ledger: rememberLocks(createDynamoDbLedger(table.call, table.name)),
    provider: client,
    async publish(event) {
      if (bus.refuse-- > 0) throw new Error('the bus is away');
      published.push(event);
    },
    fingerprintKeys: async () => FIRST_KEYS,
    secret: async (reference) => `value-of-${reference}`,
    validation: { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: true },
    policy: { maxAttempts: 4, maxAge: 3_600_000, times, random: () => 0.5 },
    now: () => clock,
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    newOwner: randomUUID,
    ...over,
  };
  const relay = createRelay(context);
  const deliver = async (event: unknown, arrival?: string, of: Partial<Delivery> = {}): Promise<Result> => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    return (await relay({ body, arrival, remaining: () => 30_000, ...of })) as Result;
  };
  const retryOf = async (event: unknown, arrival?: string, of: Partial<Delivery> = {}): Promise<RetryLater> => {
    const result = await deliver(event, arrival, of).catch((error: unknown) => error);
    if (!(result instanceof RetryLater)) throw new Error(`not retried: ${JSON.stringify(result)} ${result}`);
    return result;
  };
  return {
    context,
    deliver,
    /** Delivers a change that must be retried, and returns all that is known of the retry. */
    retryOf,
    /** Delivers a change that must be retried, and returns the reason and the delay. */
    async deliverBack(event: unknown, arrival?: string, of: Partial<Delivery> = {}) {
      const { reason, delay } = await retryOf(event, arrival, of);
      return { reason, delay };
    },
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
    published,
    bus,
    times,
    stop: () => client.close(),
  };
}
export type RelayUnderTest = ReturnType<typeof createRelayUnderTest>;

export const FIRST_KEYS: FingerprintKeys = {
  current: 'k1',
  keys: { k1: Buffer.alloc(32, 1).toString('base64') },
};
export const ROTATED_KEYS: FingerprintKeys = {
  current: 'k2',
  keys: { ...FIRST_KEYS.keys, k2: Buffer.alloc(32, 2).toString('base64') },
};
