import { type BreakerRow, type BreakerTimes, breakerWait, type ServiceBreakerStore } from '../relay/breaker-store.ts';
import type { Answer, ProviderRequest } from '../relay/provider.ts';
import { type BreakerViews, NO_FAILURES } from './breaker-views.ts';
import {
  isOpen,
  isSilent,
  isSuspect,
  isUnavailable,
  markOf,
  rowNameOf,
  SUSPECT_FOR,
  suspectsBeside,
  suspectsRowOf,
  THRESHOLD,
  taskOf,
  taskRowOf,
} from './suspects.ts';

/** Writes what answers show about a service, or a project in it, and about its tasks into the rows of its breaker. */
export function createHealthRecorder(
  { keep, known, forget }: BreakerViews,
  store: ServiceBreakerStore,
  times: BreakerTimes,
  clock: () => number,
) {
  async function recordFailure(
    request: ProviderRequest,
    answer: Answer & { ok: false },
    probed?: string,
  ): Promise<void> {
    const name = rowNameOf(request);
    const [row, task, now] = [known(name), taskOf(request), clock()];
    const mark = markOf(task, answer, row);
    const own = taskRowOf(name, task);
    if (probed !== undefined && probed !== own)
      keep(probed, await store.fail(probed, now + breakerWait(known(probed).failures, times), mark));
    else if (!isSuspect(row, mark, now)) keep(name, await store.suspect(name, mark, now));
    else {
      const beyond = Math.max(0, known(own).failures + 1 - THRESHOLD);
      keep(own, await store.fail(own, now + breakerWait(beyond, times)));
    }
  }

  /** Closes the breaker and forgets the failures of the task. */
  async function recordSuccess(request: ProviderRequest): Promise<void> {
    const name = rowNameOf(request);
    const [row, task, now] = [known(name), taskOf(request), clock()];
    if (!row.failed?.length && !isSuspect(row, task, now)) return;
    const sick = suspectsBeside(row, task, now);
    const over = rowsToClear(name, row, task);
    await Promise.all([store.clear(name, sick, now + SUSPECT_FOR), ...over.map((each) => store.clear(each))]);
    keep(name, { ...NO_FAILURES, sick, sickUntil: now + SUSPECT_FOR });
    for (const each of over) keep(each, NO_FAILURES);
  }

  /** The suspects' row is always among them when the breaker was open, because other workers may have written it. */
  function rowsToClear(name: string, row: BreakerRow, task: string): string[] {
    const own = taskRowOf(name, task);
    return [...(isOpen(row) ? [suspectsRowOf(name)] : []), ...(known(own).failures > 0 ? [own] : [])];
  }

  /** Never throws, because the answer itself must not be lost. `probed` is the row for which the request was the probe. */
  return async function record(request: ProviderRequest, answer: Answer, probed?: string): Promise<void> {
    try {
      if (isUnavailable(answer)) await recordFailure(request, answer, probed);
      else if (!isSilent(answer)) await recordSuccess(request);
    } catch {
      forget();
    }
  };
}
