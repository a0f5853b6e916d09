import { describe, expect, it, vi } from 'vitest';
import {
  meteredLedger,
  meteredProvider,
  meteredPublish,
  meteredRecordLog,
} from '../../../src/lib/observability/metered.ts';
import { METRICS, type MetricName, type Metrics } from '../../../src/lib/observability/metrics.ts';
import { completionOf } from '../../../src/lib/relay/completion.ts';
import type { ChangeRow, Ledger } from '../../../src/lib/relay/ledger.ts';
import type { RecordLog } from '../../../src/lib/relay/message-group.ts';
import type { Answer, ProviderRequest } from '../../../src/lib/relay/provider.ts';
import { type Completion, toResult } from '../../../src/lib/relay/result.ts';
import { RetryLater } from '../../../src/lib/relay/retry-later.ts';
import { sqsRecord } from '../../support/sqs-record.ts';

/** Metrics that are recorded, each with the dimensions of its own. */
function createTally() {
  const counts: unknown[][] = [];
  const metrics: Metrics = (values, dimensions: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) {
      const { by } = METRICS[name as MetricName];
      counts.push([name, value, Object.fromEntries(by.map((dimension) => [dimension, dimensions[dimension]]))]);
    }
  };
  return { counts, metrics };
}

const FAULT = { class: 'forbidden', code: 'c', remedy: 'no', message: 'm', advice: 'a' } as const;
const refusedAs = (outcome: 'failed' | 'rejected'): Completion => ({ outcome, error: { ...FAULT, origin: 'relay' } });
const resultOf = (completion: Completion, operation?: string) =>
  toResult('/relay', { id: 'i', ...(operation && { operation }) }, { keyId: 'k', mac: 'm' }, completion, 0);

const REQUEST: ProviderRequest = { service: 'dcs', method: 'GET', path: '/', deadline: 1000 };
const failed = (over: object = {}): Answer => ({
  ok: false,
  executed: 'no',
  error: { class: 'throttled', code: 'x', remedy: 'later', message: '', advice: '' },
  ...over,
});

describe('the metered provider', () => {
  const send = async (answer: Answer) => {
    const { counts, metrics } = createTally();
    expect(await meteredProvider({ send: async () => answer }, metrics).send(REQUEST)).toBe(answer);
    return counts;
  };

  it('measures how long an answer took', async () => {
    // Far from the start of the process, so that a time since then could not pass for the time of an answer.
    const ticks = vi.spyOn(performance, 'now').mockReturnValueOnce(90_000).mockReturnValueOnce(90_012.4);
    expect(await send({ ok: true, status: 200, body: {} })).toEqual([['ProviderLatency', 12, { service: 'dcs' }]]);
    ticks.mockRestore();
  });

  it('counts the class of a failure, with its time if there was an answer', async () => {
    const error = ['ProviderErrors', 1, { service: 'dcs', class: 'throttled' }];
    const throttle = ['ProviderThrottles', 1, {}];
    expect(await send(failed())).toEqual([error, throttle]);
    expect(await send(failed({ status: 429 }))).toEqual([expect.arrayContaining(['ProviderLatency']), error, throttle]);
  });

  it('counts a credential that was refused', async () => {
    const error = { class: 'unauthenticated', code: 'x', remedy: 'no', message: '', advice: '' };
    expect(await send(failed({ error }))).toEqual([
      ['ProviderErrors', 1, { service: 'dcs', class: 'unauthenticated' }],
      ['CredentialRefusals', 1, {}],
    ]);
  });

  it('does not count a request that was not sent', async () => {
    expect(await send(failed({ circuitOpen: true }))).toEqual([]);
  });
});

describe('the metered ledger', () => {
  const row = { key: 'c' } as ChangeRow;
  const lease = { owner: 'o', now: 0, lease: 1, doubt: true };
  const failing = { claim: async () => Promise.reject(new Error('away')) } as unknown as Ledger;
  const taking = (row: ChangeRow | undefined) => ({ takeOver: async () => row }) as unknown as Ledger;

  it('counts every error and throws it on', async () => {
    const { counts, metrics } = createTally();
    await expect(meteredLedger(failing, metrics).claim({} as never)).rejects.toThrow('away');
    expect(counts).toEqual([['LedgerErrors', 1, {}]]);
  });

  it('counts a take-over, but not one that another worker won', async () => {
    const { counts, metrics } = createTally();
    expect(await meteredLedger(taking(row), metrics).takeOver(row, lease)).toBe(row);
    expect(await meteredLedger(taking(undefined), metrics).takeOver(row, lease)).toBeUndefined();
    expect(counts).toEqual([['TakeOvers', 1, {}]]);
  });
});

describe('the metered bus', () => {
  it('counts a result that the bus refused', async () => {
    const { counts, metrics } = createTally();
    const event = { source: 's', detailType: 't', detail: '{}' };
    await meteredPublish(async () => {}, metrics)(event);
    await expect(meteredPublish(() => Promise.reject(new Error('away')), metrics)(event)).rejects.toThrow('away');
    expect(counts).toEqual([['PublishFailures', 1, {}]]);
  });
});

describe('the metered record log', () => {
  const record = sqsRecord('m', 'g', 'body');
  const recordLog = () => {
    const lines: string[] = [];
    const plain: RecordLog = {
      completed: () => lines.push('completed'),
      retried: () => lines.push('retried'),
      ignored: () => lines.push('ignored'),
      broken: () => lines.push('broken'),
    };
    const { counts, metrics } = createTally();
    const sent = Number(record.attributes.SentTimestamp);
    return { counts, lines, of: meteredRecordLog(plain, metrics, { service: 'dcs', now: () => sent + 1234 }) };
  };

  it('counts outcome, attempts, age and error class of a completed record', () => {
    const { counts, lines, of } = recordLog();
    of.completed(record, resultOf({ ...refusedAs('failed'), attempts: 3 }, 'update'), 5);
    expect(counts).toEqual([
      ['Changes', 1, { operation: 'update', outcome: 'failed' }],
      ['Attempts', 3, { operation: 'update' }],
      ['AgeAtResult', 1234, { operation: 'update' }],
      ['ErrorResults', 1, { class: 'forbidden' }],
    ]);
    expect(lines).toEqual(['completed']);
  });

  it('counts an unknown outcome', () => {
    const { counts, of } = recordLog();
    of.completed(record, resultOf(completionOf('outcome_unknown'), 'update'), 5);
    expect(counts).toContainEqual(['UnknownOutcomes', 1, {}]);
  });

  it('counts a message that is not a change under the operation "none", with zero attempts', () => {
    const { counts, of } = recordLog();
    of.completed(record, resultOf(refusedAs('rejected')), 5);
    expect(counts.slice(0, 2)).toEqual([
      ['Changes', 1, { operation: 'none', outcome: 'rejected' }],
      ['Attempts', 0, { operation: 'none' }],
    ]);
  });

  it('counts nothing of a heartbeat that was published again', () => {
    const { counts, lines, of } = recordLog();
    const name = { id: 'dcs', source: 'migration-relay.prod.heartbeat', type: 'migration.relay.heartbeat' };
    const mac = { keyId: 'k', mac: 'm' };
    of.completed(record, toResult(name.source, name, mac, completionOf('heartbeat'), 0), 5);
    expect({ counts, lines }).toEqual({ counts: [], lines: ['completed'] });
  });

  it('counts an event of a relay that came back as a change', () => {
    const { counts, lines, of } = recordLog();
    of.ignored(record);
    expect({ counts, lines }).toEqual({ counts: [['RelayEvents', 1, {}]], lines: ['ignored'] });
  });

  it('counts the reason of a retry, and a broken record, with the age of each', () => {
    const { counts, lines, of } = recordLog();
    of.retried(record, new RetryLater({ reason: 'lease_held', delay: 0 }));
    of.broken(record, new Error());
    expect(counts).toEqual([
      ['Retries', 1, { reason: 'lease_held' }],
      ['AgeAtRetry', 1234, { service: 'dcs' }],
      ['BrokenRecords', 1, {}],
      ['AgeAtRetry', 1234, { service: 'dcs' }],
    ]);
    expect(lines).toEqual(['retried', 'broken']);
  });
});
