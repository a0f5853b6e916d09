import { type BreakerRow, type BreakerTimes, breakerWait, type ServiceBreakerStore } from '../relay/breaker-store.ts';
import type { Answer, Provider, ProviderRequest } from '../relay/provider.ts';
import { createViews } from './breaker-views.ts';
import { failure } from './failures.ts';
import { createHealthRecorder } from './service-health.ts';
import {
  isOpen,
  isSuspect,
  isUnavailable,
  rowNameOf,
  suspectsRowOf,
  THRESHOLD,
  taskOf,
  taskRowOf,
} from './suspects.ts';

/** The row under which a request probes, and when it may do so. */
interface Turn {
  name: string;
  due: number;
}

/**
 * The provider behind a circuit breaker per service and project, whose state is in the ledger. After failures of five
 * different tasks of a project only one read of it at a time is sent, until a read succeeds. An outage then costs few calls
 * and leaves few changes in doubt. If only one task fails, only that task is held up, after five more failures in a row.
 */
export function createBreaker(
  provider: Provider,
  store: ServiceBreakerStore,
  times: BreakerTimes & { rowAge: number },
  clock: () => number,
): Required<Provider> {
  const views = createViews(store, times.rowAge, clock);
  const { rowOf } = views;
  const record = createHealthRecorder(views, store, times, clock);

  async function through(request: ProviderRequest, probed?: string): Promise<Answer> {
    const answer = await provider.send(request);
    await record(request, answer, probed);
    return answer;
  }

  /**
   * The probe that is due: the task is read first, and the request follows only if that works, within the rest of its time.
   * A failed probe does not count as an attempt of the change.
   */
  async function probe(request: ProviderRequest, name: string): Promise<Answer> {
    const { method, probePath, body: _body, newConnection: _unused, ...rest } = request;
    const isReading = method === 'GET' || probePath === undefined;
    const began = clock();
    const reading = await through(isReading ? request : { ...rest, method: 'GET', path: probePath }, name);
    if (isUnavailable(reading)) return failWithOpenCircuit(times.minDelay);
    return isReading ? reading : through({ ...request, deadline: request.deadline - (clock() - began) });
  }

  /** Undefined for a request that needn't probe. In an outage, a task that failed probes later than the others. */
  async function turnOf(request: ProviderRequest, row: BreakerRow): Promise<Turn | undefined> {
    const name = rowNameOf(request);
    const task = taskOf(request);
    if (isSuspect(row, task, clock())) return isOpen(row) ? lastTurn(name, row) : ownTurn(taskRowOf(name, task));
    return isOpen(row) ? { name, due: row.until } : undefined;
  }

  async function lastTurn(rowName: string, row: BreakerRow): Promise<Turn> {
    const name = suspectsRowOf(rowName);
    return { name, due: Math.max((await rowOf(name)).until, row.until + breakerWait(row.failures, times)) };
  }

  async function ownTurn(name: string): Promise<Turn | undefined> {
    const { failures, until } = await rowOf(name);
    return failures < THRESHOLD ? undefined : { name, due: until };
  }

  return {
    prefetch(target) {
      rowOf(rowNameOf(target)).catch(() => undefined);
    },
    async send(request) {
      const turn = await turnOf(request, await rowOf(rowNameOf(request)));
      if (!turn) return through(request);
      const { name, due } = turn;
      const now = clock();
      // Other workers may close the breaker long before a suspect may probe.
      if (due > now) return failWithOpenCircuit(Math.min(due - now, times.maxDelay));
      if (!(await store.tryProbe(name, now, now + times.probe))) return failWithOpenCircuit(times.minDelay);
      return probe(request, name);
    },
  };
}

const failWithOpenCircuit = (wait: number): Answer => ({
  ...failure('provider_paused'),
  circuitOpen: true,
  retryAfter: wait,
});
