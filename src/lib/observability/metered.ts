import type { SQSRecord } from 'aws-lambda';
import { isOfHeartbeat } from '../change/heartbeat.ts';
import type { Service } from '../operations/operation.ts';
import type { Ledger } from '../relay/ledger.ts';
import type { RecordLog } from '../relay/message-group.ts';
import type { Answer, ErrorClass, Provider, ProviderRequest } from '../relay/provider.ts';
import type { ResultEvent } from '../relay/result.ts';
import type { Metrics } from './metrics.ts';

/** Wrappers around the relay's dependencies that count what goes through them and change nothing else. */

/** Counts how long the provider took and how it failed. A request that was not made is not counted. */
export function meteredProvider(provider: Provider, metrics: Metrics): Provider {
  return {
    async send(request: ProviderRequest): Promise<Answer> {
      const start = performance.now();
      const answer = await provider.send(request);
      const { service } = request;
      if (answer.status !== undefined) metrics({ ProviderLatency: Math.round(performance.now() - start) }, { service });
      if (!answer.ok && !answer.circuitOpen) countFailure(answer.error.class, service, metrics);
      return answer;
    },
  };
}

function countFailure(what: ErrorClass, service: Service, metrics: Metrics): void {
  const credential = what === 'unauthenticated' && { CredentialRefusals: 1 };
  const throttle = what === 'throttled' && { ProviderThrottles: 1 };
  metrics({ ProviderErrors: 1, ...credential, ...throttle }, { service, class: what });
}

/** Counts the ledger's errors and the leases that were taken over. */
export function meteredLedger(ledger: Ledger, metrics: Metrics): Ledger {
  const takeOver: Ledger['takeOver'] = async (row, request) => {
    const ownRow = await ledger.takeOver(row, request);
    if (ownRow) metrics({ TakeOvers: 1 }, {});
    return ownRow;
  };
  const calls = Object.entries<(...args: never[]) => Promise<unknown>>({ ...ledger, takeOver });
  const counted = calls.map(([name, call]) => [name, countingFailures(call, () => metrics({ LedgerErrors: 1 }, {}))]);
  return Object.fromEntries(counted) as Ledger;
}

/** Counts the results that the bus did not take. */
export const meteredPublish = (publish: (event: ResultEvent) => Promise<void>, metrics: Metrics) =>
  countingFailures(publish, () => metrics({ PublishFailures: 1 }, {}));

const countingFailures =
  <Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>, count: () => void) =>
  (...args: Args): Promise<Value> =>
    call(...args).catch((error: unknown) => {
      count();
      throw error;
    });

/** Counts the outcome of each record, except for heartbeats, in the record log of a service's function. */
export function meteredRecordLog(
  recordLog: RecordLog,
  metrics: Metrics,
  { service, now }: { service: string; now: () => number },
): RecordLog {
  const ageOf = ({ attributes }: SQSRecord) => Math.max(0, now() - Number(attributes.SentTimestamp));
  return {
    completed(record, result, milliseconds) {
      recordLog.completed(record, result, milliseconds);
      if (isOfHeartbeat(result)) return;
      const { data } = result;
      const { operation = 'none', outcome, attempts = 0 } = data;
      const error = data.outcome === 'succeeded' ? undefined : data.error;
      const unknown = outcome === 'unknown' && { UnknownOutcomes: 1 };
      const failed = error && { ErrorResults: 1 };
      metrics(
        { Changes: 1, Attempts: attempts, AgeAtResult: ageOf(record), ...unknown, ...failed },
        { operation, outcome, class: error?.class ?? 'none' },
      );
    },
    retried(record, wait) {
      recordLog.retried(record, wait);
      metrics({ Retries: 1, AgeAtRetry: ageOf(record) }, { reason: wait.reason, service });
    },
    ignored(record) {
      recordLog.ignored(record);
      metrics({ RelayEvents: 1 }, {});
    },
    broken(record, error) {
      recordLog.broken(record, error);
      metrics({ BrokenRecords: 1, AgeAtRetry: ageOf(record) }, { service });
    },
  };
}
