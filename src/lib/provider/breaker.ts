import { type BreakerRow, type BreakerTimes, breakerWait, type ServiceBreakerStore } from '../relay/breaker-store.ts';
import type { Answer, Provider, ProviderRequest } from '../relay/provider.ts';
import { createViews, UNHEARD } from './breaker-views.ts';
import {
  isOpen,
  isSilent,
  isSuspect,
  isUnavailable,
  markOf,
  SICK_FOR,
  sickBeside,
  THRESHOLD,
  taskOf,
} from './suspects.ts';

/** A provider with a circuit breaker for each service. */
export interface Breaker extends Provider {
  /** Reads the breaker's row of a service before the first request. If that fails, the request reads it again. */
  look(service: ProviderRequest['service']): void;
}

/** The row under which a request probes, and when it may do so. */
interface Turn {
  name: string;
  due: number;
}

/** The row for probes by tasks that failed, which therefore delay no other task's probe, and the row of one such task. */
const suspectsOf = (service: string) => `${service}#suspects`;
const ownOf = (service: string, task: string) => `${service}#${task}`;

/**
 * The provider behind a circuit breaker per service, whose state is in the ledger. After failures of five different tasks
 * only one read at a time is sent, until a read succeeds. An outage then costs few calls and leaves few changes in doubt.
 * If only one task fails, only that task is held up, after five more failures in a row.
 */
export function createBreaker(
  provider: Provider,
  store: ServiceBreakerStore,
  times: BreakerTimes & { fresh: number },
  clock: () => number,
): Breaker {
  const { rowOf, keep, known, forget } = createViews(store, times.fresh, clock);
  const waitAfter = ({ failures }: BreakerRow) => breakerWait(failures, times);

  /** Stores what an answer shows about the service. Never throws, because the answer itself must not be lost. */
  async function learn(request: ProviderRequest, answer: Answer, probed?: string): Promise<void> {
    try {
      if (isUnavailable(answer)) await blame(request, answer, probed);
      else if (!isSilent(answer)) await praise(request);
    } catch {
      forget();
    }
  }

  async function blame(request: ProviderRequest, answer: Answer & { ok: false }, probed?: string): Promise<void> {
    const { service } = request;
    const [row, task, now] = [known(service), taskOf(request), clock()];
    const mark = markOf(task, answer, row);
    const own = ownOf(service, task);
    if (probed !== undefined && probed !== own)
      keep(probed, await store.fail(probed, now + waitAfter(known(probed)), mark));
    else if (!isSuspect(row, mark, now)) keep(service, await store.suspect(service, mark, now));
    else {
      const beyond = Math.max(0, known(own).failures + 1 - THRESHOLD);
      keep(own, await store.fail(own, now + breakerWait(beyond, times)));
    }
  }

  /** Closes the breaker and forgets the failures of the task. */
  async function praise(request: ProviderRequest): Promise<void> {
    const { service } = request;
    const [row, task, now] = [known(service), taskOf(request), clock()];
    if (!row.failed?.length && !isSuspect(row, task, now)) return;
    const sick = sickBeside(row, task, now);
    const over = overIn(service, row, task);
    await Promise.all([store.clear(service, sick, now + SICK_FOR), ...over.map((name) => store.clear(name))]);
    keep(service, { ...UNHEARD, sick, sickUntil: now + SICK_FOR });
    for (const name of over) keep(name, UNHEARD);
  }

  /** The rows to clear. The suspects' row is always among them when the breaker was open, because other workers may have written it. */
  function overIn(service: string, row: BreakerRow, task: string): string[] {
    const own = ownOf(service, task);
    return [...(isOpen(row) ? [suspectsOf(service)] : []), ...(known(own).failures > 0 ? [own] : [])];
  }

  async function through(request: ProviderRequest, probed?: string): Promise<Answer> {
    const answer = await provider.send(request);
    await learn(request, answer, probed);
    return answer;
  }

  /**
   * The probe that is due: the task is read first, and the request follows only if that works, within the rest of its time.
   * A failed probe does not count as an attempt of the change.
   */
  async function probe(request: ProviderRequest, name: string): Promise<Answer> {
    const { method, probePath, body: _body, fresh: _fresh, ...rest } = request;
    const isReading = method === 'GET' || probePath === undefined;
    const began = clock();
    const reading = await through(isReading ? request : { ...rest, method: 'GET', path: probePath }, name);
    if (isUnavailable(reading)) return paused(times.first);
    return isReading ? reading : through({ ...request, deadline: request.deadline - (clock() - began) });
  }

  /** Undefined for a request that needn't probe. In an outage, a task that failed probes later than the others. */
  async function turnOf(request: ProviderRequest, row: BreakerRow): Promise<Turn | undefined> {
    const { service } = request;
    const task = taskOf(request);
    if (isSuspect(row, task, clock())) return isOpen(row) ? lastTurn(service, row) : ownTurn(ownOf(service, task));
    return isOpen(row) ? { name: service, due: row.until } : undefined;
  }

  async function lastTurn(service: string, row: BreakerRow): Promise<Turn> {
    const name = suspectsOf(service);
    return { name, due: Math.max((await rowOf(name)).until, row.until + waitAfter(row)) };
  }

  async function ownTurn(name: string): Promise<Turn | undefined> {
    const { failures, until } = await rowOf(name);
    return failures < THRESHOLD ? undefined : { name, due: until };
  }

  return {
    look(service) {
      rowOf(service).catch(() => undefined);
    },
    async send(request) {
      const turn = await turnOf(request, await rowOf(request.service));
      if (!turn) return through(request);
      const { name, due } = turn;
      const now = clock();
      // Other workers may close the breaker long before a suspect may probe.
      if (due > now) return paused(Math.min(due - now, times.cap));
      if (!(await store.take(name, now, now + times.probe))) return paused(times.first);
      return probe(request, name);
    },
  };
}

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
