import type { Service } from '../operations/operation.ts';
import type { Journal } from '../relay/batch.ts';
import type { Ledger } from '../relay/ledger.ts';
import type { Answer, ErrorClass, Provider, ProviderRequest } from '../relay/provider.ts';
import type { ResultEvent } from '../relay/result.ts';
import type { Meter } from './metrics.ts';

/** The relay's edges, each telling the meter what goes through it; nothing else about them changes. */

/** The provider, with how long it took and how it failed. What was not tried is not counted. */
export function meteredProvider(provider: Provider, meter: Meter): Provider {
  return {
    async send(request: ProviderRequest): Promise<Answer> {
      const start = performance.now();
      const answer = await provider.send(request);
      const { service } = request;
      if (answer.status !== undefined) meter({ ProviderLatency: Math.round(performance.now() - start) }, { service });
      if (!answer.ok && !answer.paused) tellFailure(answer.error.class, service, meter);
      return answer;
    },
  };
}

function tellFailure(what: ErrorClass, service: Service, meter: Meter): void {
  const credential = what === 'unauthenticated' && { CredentialRefusals: 1 };
  const throttle = what === 'throttled' && { ProviderThrottles: 1 };
  meter({ ProviderErrors: 1, ...credential, ...throttle }, { service, class: what });
}

/** The ledger, with its errors and the leases that were taken over. */
export function meteredLedger(ledger: Ledger, meter: Meter): Ledger {
  const counted =
    <Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      try {
        return await call(...args);
      } catch (error) {
        meter({ LedgerErrors: 1 }, {});
        throw error;
      }
    };
  const takeOver: Ledger['takeOver'] = async (row, request) => {
    const held = await ledger.takeOver(row, request);
    if (held) meter({ TakeOvers: 1 }, {});
    return held;
  };
  return {
    claim: counted(ledger.claim),
    takeOver: counted(takeOver),
    guard: counted(ledger.guard),
    overtake: counted(ledger.overtake),
    replaceBarrier: counted(ledger.replaceBarrier),
    release: counted(ledger.release),
    note: counted(ledger.note),
    store: counted(ledger.store),
    storeRefusal: counted(ledger.storeRefusal),
    renew: counted(ledger.renew),
    readChange: counted(ledger.readChange),
    readSubject: counted(ledger.readSubject),
  };
}

/** The bus, with the results that it did not take. */
export function meteredPublish(publish: (event: ResultEvent) => Promise<void>, meter: Meter) {
  return async (event: ResultEvent): Promise<void> => {
    try {
      await publish(event);
    } catch (error) {
      meter({ PublishFailures: 1 }, {});
      throw error;
    }
  };
}

/** The journal, with what came of each record. */
export function meteredJournal(journal: Journal, meter: Meter, now: () => number): Journal {
  return {
    settled(record, result, milliseconds) {
      journal.settled(record, result, milliseconds);
      const { data } = result;
      const { operation = 'none', outcome, attempts = 0 } = data;
      const error = data.outcome === 'succeeded' ? undefined : data.error;
      const age = Math.max(0, now() - Number(record.attributes.SentTimestamp));
      const unknown = outcome === 'unknown' && { UnknownOutcomes: 1 };
      const failed = error && { ErrorResults: 1 };
      meter(
        { Changes: 1, Attempts: attempts, AgeAtResult: age, ...unknown, ...failed },
        { operation, outcome, class: error?.class ?? 'none' },
      );
    },
    handedBack(record, wait) {
      journal.handedBack(record, wait);
      meter({ HandedBack: 1 }, { reason: wait.reason });
    },
    ignored(record) {
      journal.ignored(record);
      meter({ RelayEvents: 1 }, {});
    },
    broken(record, error) {
      journal.broken(record, error);
      meter({ BrokenRecords: 1 }, {});
    },
  };
}
