import { sha256 } from '../change/fingerprint.ts';
import type { BreakerRow } from '../relay/breaker-store.ts';
import type { Answer, ProviderRequest } from '../relay/provider.ts';

/** Failures of so many different tasks in a row put the service out of order, and so many of one task the task. */
export const THRESHOLD = 5;
/** Tasks that failed while others succeeded are remembered for an hour, and so many of them: a row has its limits. */
export const SICK_FOR = 3_600_000;
const MAX_SICK = 100;

/** Codes that mean that the service could not be reached, besides a 5xx. */
const AWAY = new Set([
  'request_timeout',
  'connection_reset',
  'connection_refused',
  'connect_timeout',
  'connection_failed',
  'dns_failed',
  'tls_failed',
]);

/** A failure of the service, as far as one request can tell. */
export function isUnavailable(answer: Answer): answer is Answer & { ok: false } {
  if (answer.ok) return false;
  if (answer.status === undefined) return AWAY.has(answer.error.code);
  // A code may say that the service judged the request, and not that it failed: DCS.4069, a conflict, comes as 500.
  return answer.status >= 500 && ['service_error', 'unknown'].includes(answer.error.class);
}

/** An answer that no reply of the service stands behind says nothing of it. */
export const isSilent = (answer: Answer) => !answer.ok && (answer.status === undefined || answer.unasked === true);

/** The task of a request, named by what is read to see it. */
export const taskOf = ({ path, probePath = path }: ProviderRequest) => sha256(probePath).slice(0, 16);

/** Marks a failure that can't be a task's own fault. */
const NOBODY = '-';

/**
 * Under what a failure is noted: its task, so that one task counts once. What certainly reached no backend is no task's fault
 * and counts each time; the number of those noted before tells such failures apart.
 */
export const markOf = (task: string, { executed }: Answer & { ok: false }, { failed = [] }: BreakerRow) =>
  executed === 'no' ? `${NOBODY}${task}${failed.length}` : task;

/** True while nothing but probes may be sent. */
export const isOpen = ({ failed = [] }: BreakerRow) => failed.length >= THRESHOLD;

const sickIn = ({ sick = [], sickUntil = 0 }: BreakerRow, now: number) => (sickUntil > now ? sick : []);

/** True for a mark of a task that fails, perhaps by itself: one more failure of it is no news of the service. */
export const isSuspect = (row: BreakerRow, mark: string, now: number) =>
  (row.failed ?? []).includes(mark) || sickIn(row, now).includes(mark);

/** Who is still suspected when the request of `task` succeeded: all others that failed, of those remembered the latest. */
export function sickBeside(row: BreakerRow, task: string, now: number): string[] {
  const tasks = (row.failed ?? []).filter((mark) => !mark.startsWith(NOBODY));
  return [...new Set([...tasks, ...sickIn(row, now)])].filter((mark) => mark !== task).slice(0, MAX_SICK);
}
