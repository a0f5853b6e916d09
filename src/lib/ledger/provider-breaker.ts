import type { Answer, Provider, ProviderRequest } from '../errors/answer.ts';
import { type BreakerRow, type BreakerStore, type BreakerTimes, breakerWait } from './breaker.ts';

/** So many failures in a row, and the service counts as out of order. */
const THRESHOLD = 5;

/** Codes that mean that the service could not be reached, besides every 5xx. */
const AWAY = new Set([
  'request_timeout',
  'connection_reset',
  'connection_refused',
  'connect_timeout',
  'connection_failed',
  'dns_failed',
  'tls_failed',
]);

/** A provider that knows when its services are out of order. */
export interface Breaker extends Provider {
  /** Reads how a service is before there is a request for it; if that fails, the request reads again. */
  look(service: ProviderRequest['service']): void;
}

interface View {
  row: BreakerRow | undefined;
  at: number;
}

/**
 * The provider behind a breaker per service, kept in the ledger: after five failures in a row nothing is sent but one reading
 * at a time, until a reading succeeds. An outage then costs few calls, and leaves no request whose fate nobody knows.
 */
export function createBreaker(
  provider: Provider,
  store: BreakerStore,
  times: BreakerTimes & { fresh: number },
  clock: () => number,
): Breaker {
  const views = new Map<string, View>();
  const reading = new Map<string, Promise<BreakerRow | undefined>>();
  const keep = (service: string, row: BreakerRow | undefined) => views.set(service, { row, at: clock() });

  /**
   * The service's row, read once for all records that ask at the same time. Who joined a reading that failed reads anew: it
   * may have begun long ago, in a process that was then frozen.
   */
  async function rowOf(service: string): Promise<BreakerRow | undefined> {
    const view = views.get(service);
    if (view && clock() - view.at < times.fresh) return view.row;
    return reading.get(service)?.catch(() => shared(service)) ?? shared(service);
  }

  function shared(service: string): Promise<BreakerRow | undefined> {
    const asked = reading.get(service) ?? read(service);
    reading.set(service, asked);
    return asked;
  }

  async function read(service: string): Promise<BreakerRow | undefined> {
    try {
      const row = await store.read(service);
      keep(service, row);
      return row;
    } finally {
      reading.delete(service);
    }
  }

  /** Remembers what an answer says of the service. Never throws: what came of the request matters more. */
  async function learn(service: string, answer: Answer): Promise<void> {
    try {
      const failures = views.get(service)?.row?.failures ?? 0;
      if (isAway(answer))
        keep(service, await store.fail(service, clock() + breakerWait(Math.max(0, failures + 1 - THRESHOLD), times)));
      else if (failures > 0 && !isSilent(answer)) {
        await store.clear(service);
        keep(service, undefined);
      }
    } catch {
      views.delete(service);
    }
  }

  async function through(request: ProviderRequest): Promise<Answer> {
    const answer = await provider.send(request);
    await learn(request.service, answer);
    return answer;
  }

  /**
   * The one try that is due: the task is read first, and only if that works the request follows, in what is left of its time.
   * A failed try is no attempt of the change.
   */
  async function probe(request: ProviderRequest): Promise<Answer> {
    const { service, method, probePath, body: _body, fresh: _fresh, ...rest } = request;
    const isReading = method === 'GET' || probePath === undefined;
    const began = clock();
    const reading = await through(isReading ? request : { ...rest, service, method: 'GET', path: probePath });
    if (isAway(reading)) return paused(times.first);
    return isReading ? reading : through({ ...request, deadline: request.deadline - (clock() - began) });
  }

  return {
    look(service) {
      rowOf(service).catch(() => undefined);
    },
    async send(request) {
      const { service } = request;
      const row = await rowOf(service);
      if (!row || row.failures < THRESHOLD) return through(request);
      const now = clock();
      if (row.until > now) return paused(row.until - now);
      if (!(await store.take(service, now, now + times.trial))) return paused(times.first);
      return probe(request);
    },
  };
}

function isAway(answer: Answer): boolean {
  if (answer.ok) return false;
  return answer.status === undefined ? AWAY.has(answer.error.code) : answer.status >= 500;
}

/** An answer that no reply of the service stands behind says nothing of it. */
const isSilent = (answer: Answer) => !answer.ok && answer.status === undefined;

const paused = (wait: number): Answer => ({
  ok: false,
  executed: 'no',
  paused: true,
  retryAfter: wait,
  error: {
    class: 'service_error',
    code: 'provider_paused',
    remedy: 'later',
    message: 'The provider failed several times in a row, so nothing was sent.',
    advice:
      "Nothing to do yet: the relay looks for the provider to come back; ask the provider's support if it persists.",
  },
});
